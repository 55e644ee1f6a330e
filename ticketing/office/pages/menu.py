"""The lists beside that of tickets, as the menu of the back office names them."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.common.rules import may
from fleet.actors import Actor
from ticketing.office.pages.list_views import view_links


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


def start_link(actor: Actor) -> RecordLink | None:
    """The start page, for those who have one."""
    return START if may(actor, START.rule) else None


def menu_icons(actor: Actor) -> list[str]:
    """Of all that is around each page: entries of the menu, views of the ticket list included."""
    links = [link for link in (START, *LINKS) if may(actor, link.rule)]
    views = [view.icon for view in view_links(actor)]
    return [
        "ticket",
        "bell",
        "x",
        *views,
        *(link.icon for link in links),
        *(["settings-2"] if actor.is_administrator else []),
    ]


def record_links(actor: Actor) -> list[RecordLink]:
    """The lists that the reader may open."""
    return [link for link in LINKS if may(actor, link.rule)]
