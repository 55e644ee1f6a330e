"""Application configuration of fleet."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FleetConfig(AppConfig):
    name = "fleet"
    verbose_name = _("People, devices and responsibilities")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import fleet.permissions  # registers the rules
        import fleet.suggestions  # noqa: F401  registers its sources
