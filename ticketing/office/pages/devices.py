"""The list of devices, and the sheet of one: its facts, tickets, service record, reservations and codes."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from config.common import keyset
from config.common.errors import NotVisible
from config.common.keyset import Key, Page, keyset_page
from config.common.rows import get_or_none
from config.common.rules import may
from fleet.access import codes_for, customers_for, listed_devices, reservations_for, templates_for
from fleet.actors import Actor
from fleet.models import Code, Device, Reservation
from fleet.models.devices import SEARCH_COLUMNS
from fleet.models.reservations import ReservationQuerySet
from fleet.selectors import find_devices
from ticketing.access import device_tickets_for, tickets_for
from ticketing.models import Ticket
from ticketing.models.tickets import TicketQuerySet
from ticketing.office.list_forms import DeviceListForm, RecordForm
from ticketing.office.pages.lists import Chip, ListPage, PageLinks, list_page
from ticketing.office.pages.tabs import SheetTab, TabLink
from ticketing.office.record import Narrowing, RecordPage, narrowing_of, record_page
from ticketing.transitions import OPEN_WORK

BY_NAME = Key("name", keyset.text)
NEWEST_TICKET_FIRST = Key("opened_at", keyset.moment, descending=True)
NEWEST_RESERVATION_FIRST = Key("starts_at", keyset.moment, descending=True)
TICKETS, RESERVATIONS = 15, 15  # Rows of a tab.
MOST_TICKETS_TO_CHOOSE = 100


@dataclass(frozen=True)
class DeviceListPage:
    """`open_tickets` counts by device those that the reader may know of."""

    listing: ListPage[Device]
    open_tickets: dict[int, int]


def device_list_page(actor: Actor, query: QueryDict) -> DeviceListPage:
    devices, links = listed_devices(actor), PageLinks(reverse("office:device_list"), query)
    form = DeviceListForm(query, templates_for(actor))
    chosen, chips = form.chosen, list[Chip]()
    if "template" in chosen:
        devices = devices.filter(template=chosen["template"])
    if "state" in chosen:
        devices = devices.filter(is_active=chosen["state"] == "active")
    if "customer" in chosen:
        devices = devices.filter(customer=chosen["customer"])
        customer = get_or_none(customers_for(actor).filter(pk=chosen["customer"]))
        chips = [Chip(customer.name if customer else "?", "building-2", links.changed(customer=""))]
    listing = list_page(
        find_devices(devices.select_related("template", "customer").defer(*SEARCH_COLUMNS), chosen.get("q", ""), actor),
        key=BY_NAME,
        form=form,
        links=links,
        chips=chips,
        create_url=reverse("office:device_create") if may(actor, "fleet.change_records") else "",
    )
    return DeviceListPage(listing, open_ticket_counts(actor, [device.pk for device in listing.rows]))


def open_ticket_counts(actor: Actor, devices: Collection[int]) -> dict[int, int]:
    """How many tickets of each device are worked on; no query for none."""
    if not devices:
        return {}
    live = tickets_for(actor).filter(device__in=devices, status__in=OPEN_WORK).order_by()
    return dict(live.values("device").annotate(n=Count("pk")).values_list("device", "n"))


@dataclass(frozen=True)
class TicketsTab:
    """Tickets, newest first; `list_url` shows them in the ticket list."""

    rows: list[Ticket]
    previous: str
    next: str
    list_url: str
    is_open: bool


@dataclass(frozen=True)
class RecordTab:
    """A page of the service record; the addresses of print and PDF show what the form narrows it to."""

    page: RecordPage
    form: RecordForm
    address: str
    previous: str
    next: str
    print_url: str
    pdf_url: str
    for_customer: bool
    marks_internal: bool


@dataclass(frozen=True)
class ReservationsTab:
    rows: list[Reservation]
    previous: str
    next: str


@dataclass(frozen=True)
class CodesTab:
    """Managers see labels and states here, and change PINs; codes have sheets for employees only."""

    codes: list[Code]
    has_sheets: bool
    create_url: str


Body = TicketsTab | RecordTab | ReservationsTab | CodesTab
Tab = SheetTab[[Actor, Device, QueryDict], Body]


@dataclass(frozen=True)
class DeviceSheet:
    """Addresses are empty where the reader may not do what they lead to."""

    device: Device
    links: list[TabLink]
    tab: Tab
    body: Body
    open_count: int
    create_url: str
    edit_url: str
    portal_url: str
    customer_url: str


def device_sheet(actor: Actor, device: Device, query: QueryDict) -> DeviceSheet:
    """Raises `NotVisible` for a tab that there is not."""
    tabs = tabs_of(device)
    tab = tabs.get(query.get("tab", "open"))
    if tab is None:
        raise NotVisible
    count = open_ticket_counts(actor, [device.pk]).get(device.pk, 0)
    counts = {"open": count or None}
    return DeviceSheet(
        device=device,
        links=[
            TabLink(each, sheet_url(device, each.name), each == tab, counts.get(each.name)) for each in tabs.values()
        ],
        tab=tab,
        body=tab.body(actor, device, query),
        open_count=count,
        create_url=reverse("office:ticket_create_flow", args=[device.slug]),
        edit_url=reverse("office:device_edit", args=[device.slug]) if may(actor, "fleet.change_records") else "",
        portal_url=device.get_absolute_url(),
        customer_url=reverse("office:customer_detail", args=[device.customer_id]) if device.customer_id else "",
    )


def sheet_url(device: Device, tab: str = "") -> str:
    address = reverse("office:device_detail", args=[device.slug])
    return f"{address}?tab={tab}" if tab else address


def _open_tab(actor: Actor, device: Device, query: QueryDict) -> TicketsTab:
    tickets = device_tickets_for(actor, device).filter(status__in=OPEN_WORK)
    return _tickets_tab(device, query, tickets, "open")


def _all_tab(actor: Actor, device: Device, query: QueryDict) -> TicketsTab:
    return _tickets_tab(device, query, device_tickets_for(actor, device), "tickets")


def _tickets_tab(device: Device, query: QueryDict, tickets: TicketQuerySet, tab: str) -> TicketsTab:
    links = PageLinks(sheet_url(device), query)
    found = tickets_page(tickets, links.cursor)
    view = "open" if tab == "open" else "all"
    return TicketsTab(
        rows=found.rows,
        previous=links.at(found.previous),
        next=links.at(found.next),
        list_url=f"{reverse('office:ticket_list')}?view={view}&device={device.pk}",
        is_open=tab == "open",
    )


def tickets_page(tickets: TicketQuerySet, cursor: str) -> Page[Ticket]:
    """One page of tickets that were sent, newest first, with what a row of a sheet shows; one query."""
    return keyset_page(tickets.select_related("flow", "device"), key=NEWEST_TICKET_FIRST, cursor=cursor, size=TICKETS)


def record_form(actor: Actor, device: Device, query: QueryDict) -> RecordForm:
    tickets = list(device_tickets_for(actor, device).select_related("flow")[: MOST_TICKETS_TO_CHOOSE + 1])
    has_more = len(tickets) > MOST_TICKETS_TO_CHOOSE
    return RecordForm(query, tickets[:MOST_TICKETS_TO_CHOOSE], has_more=has_more, for_employee=actor.is_employee)


def narrowed(form: RecordForm) -> tuple[Narrowing, bool]:
    """What the reader asked for, and whether in the version for the customer."""
    return narrowing_of(form.chosen), form.chosen.get("version") == "customer"


def _record_tab(actor: Actor, device: Device, query: QueryDict) -> RecordTab:
    form = record_form(actor, device, query)
    narrowing, for_customer = narrowed(form)
    page = record_page(actor, device, narrowing, query.get("cursor", ""), for_customer=for_customer)
    links = PageLinks(sheet_url(device), query)
    return RecordTab(
        page=page,
        form=form,
        address=links.address,
        previous=links.at(page.previous),
        next=links.at(page.next),
        print_url=PageLinks(reverse("office:device_record", args=[device.slug]), query).changed(tab=""),
        pdf_url=PageLinks(reverse("office:device_record_pdf", args=[device.slug]), query).changed(tab=""),
        for_customer=for_customer,
        marks_internal=actor.is_employee and not for_customer,
    )


def _reservations_tab(actor: Actor, device: Device, query: QueryDict) -> ReservationsTab:
    return reservations_tab(reservations_for(actor).filter(device=device), PageLinks(sheet_url(device), query))


def reservations_tab(reservations: ReservationQuerySet, links: PageLinks) -> ReservationsTab:
    found = keyset_page(reservations, key=NEWEST_RESERVATION_FIRST, cursor=links.cursor, size=RESERVATIONS)
    return ReservationsTab(found.rows, links.at(found.previous), links.at(found.next))


def _codes_tab(actor: Actor, device: Device, _query: QueryDict) -> CodesTab:
    create_url = f"{reverse('office:code_create')}?device={device.slug}" if may(actor, "fleet.pair_code") else ""
    return CodesTab(codes_for(actor, device), bool(may(actor, "fleet.list_codes")), create_url)


_TABS = (
    Tab("open", _("Open tickets"), "ticket", "ticketing/office/_sheet_tickets.html", _open_tab),
    Tab("tickets", _("All tickets"), "tickets", "ticketing/office/_sheet_tickets.html", _all_tab),
    Tab("record", _("Service record"), "history", "ticketing/office/_sheet_record.html", _record_tab),
    Tab(
        "reservations",
        _("Reservations"),
        "calendar",
        "ticketing/office/_sheet_reservations.html",
        _reservations_tab,
    ),
    Tab("codes", _("Codes"), "qr-code", "ticketing/office/_sheet_codes.html", _codes_tab),
)


def tabs_of(device: Device) -> dict[str, Tab]:
    """The parts that there are of the device: only vehicles are reserved."""
    hidden = set() if device.is_vehicle else {"reservations"}
    return {tab.name: tab for tab in _TABS if tab.name not in hidden}
