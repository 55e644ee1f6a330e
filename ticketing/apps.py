"""Application configuration of ticketing."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TicketingConfig(AppConfig):
    name = "ticketing"
    verbose_name = _("Tickets and creation flows")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import ticketing.permissions  # noqa: F401  registers the rules
        from messenger.calls import CallDesk, register_desk
        from ticketing import entry_kinds, live, news
        from ticketing.services import video
        from ticketing.services.assistant_files import register_files

        entry_kinds.register()
        live.register()
        news.register()
        register_files()
        register_desk(CallDesk(video.arrive, video.depart, video.end_lost_call))
