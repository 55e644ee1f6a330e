"""The addresses of the demo: its landing page, in the place of the product's."""

from django.urls import path

from config.demo.views import landing

urlpatterns = [path("", landing, name="landing")]
