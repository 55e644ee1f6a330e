"""Application configuration of the composition root."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConfigConfig(AppConfig):
    """Registers the system checks and holds the management commands of the whole product."""

    name = "config"
    label = "config"
    verbose_name = _("Fleetdesk")

    def ready(self) -> None:
        from config import checks, code_check  # noqa: F401  (they register themselves on import)
