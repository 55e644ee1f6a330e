"""The lists beside that of tickets, as the menu of the back office names them."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.common.rules import may
from fleet.actors import Actor
from ticketing.office.pages.list_views import VIEW_ICONS


@dataclass(frozen=True)
class RecordLink:
    """An entry of the menu, and how the names of the pages begin that belong to it."""

    url_name: str
    label: str | Promise
    icon: str
    rule: str
    routes: str | tuple[str, ...]


START = RecordLink("office:start", pgettext_lazy("page", "Start"), "house", "ticketing.see_start_page", "office:start")
LINKS = (
    RecordLink("office:device_list", _("Devices"), "car", "fleet.list_records", "office:device"),
    RecordLink("office:code_list", _("Codes"), "qr-code", "fleet.list_codes", "office:code"),
    RecordLink("office:customer_list", _("Customers"), "building-2", "fleet.list_records", "office:customer"),
    RecordLink("office:person_list", _("People"), "users", "fleet.list_records", "office:person"),
    RecordLink(
        "office:reservation_list",
        _("Reservations"),
        "calendar",
        "fleet.list_reservations",
        "office:reservation",
    ),
    RecordLink(
        "office:video_list",
        _("Video sessions"),
        "video",
        "ticketing.list_video_sessions",
        ("office:video_list", "office:video_detail", "office:video_link"),
    ),
    RecordLink(
        "office:assistant_list",
        _("Assistants"),
        "life-buoy",
        "ticketing.edit_assistant",
        ("office:assistant", "office:element", "office:template"),
    ),
    RecordLink(
        "office:exchange",
        _("Import and export"),
        "table-properties",
        "fleet.exchange_records",
        "office:exchange",
    ),
)

# Of all that is around each page, whoever reads it: one file, which browsers load once.
MENU_ICONS = (
    *("ticket", "bell", "x", "settings-2", "panel-left-close", "menu", "search", "circle-plus", "scan-qr-code"),
    *("bell-ring", "lock", "palette", "mails", "log-out", "pencil-line"),
    *VIEW_ICONS,
    *(link.icon for link in (START, *LINKS)),
)


def start_link(actor: Actor) -> RecordLink | None:
    """The start page, for those who have one."""
    return START if may(actor, START.rule) else None


def record_links(actor: Actor) -> list[RecordLink]:
    """The lists that the reader may open."""
    return [link for link in LINKS if may(actor, link.rule)]
