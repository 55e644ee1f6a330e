"""Application configuration of messenger."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MessengerConfig(AppConfig):
    """Start-up of messenger."""

    name = "messenger"
    verbose_name = _("Messenger")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from fleet.leaving import register_hand_over
        from messenger.services.notifications import forget_inside

        register_hand_over(forget_inside)
