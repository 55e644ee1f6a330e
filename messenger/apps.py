"""Application configuration of messenger."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MessengerConfig(AppConfig):
    name = "messenger"
    verbose_name = _("Messenger")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import messenger.permissions  # noqa: F401  registers the rules
        from fleet.revocation import on_revocation
        from fleet.signing_out import on_new_password, on_sign_out
        from messenger.calls import let_go_without_right
        from messenger.services.push_devices import remove_device_of_session, remove_other_devices

        on_revocation(let_go_without_right)
        on_sign_out(remove_device_of_session)
        on_new_password(remove_other_devices)
