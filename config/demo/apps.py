"""Application configuration of the demo."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Brings `manage.py demo` and the demo's landing page."""

    name = "config.demo"
    label = "demo"
