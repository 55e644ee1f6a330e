"""The list of customers, and the sheet of one: its facts, devices, people and teams."""

from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from config.common import keyset
from config.common.errors import NotVisible
from config.common.keyset import Key, keyset_page
from config.common.rules import may
from fleet.access import customers_for, listed_devices, people_for, team_mappings_for
from fleet.actors import Actor
from fleet.models import Customer, CustomerTeam, Device, Person
from fleet.models.devices import SEARCH_COLUMNS
from fleet.selectors import find_customers
from ticketing.access import tickets_for
from ticketing.office.list_forms import CustomerListForm
from ticketing.office.pages.devices import TicketsTab, open_ticket_counts, tickets_page
from ticketing.office.pages.lists import ListPage, PageLinks, list_page
from ticketing.office.pages.tabs import SheetTab, TabLink
from ticketing.transitions import OPEN_WORK

BY_NAME = Key("name", keyset.text)
BY_LAST_NAME = Key("last_name", keyset.text)
ROWS = 15  # Of a tab.


def customer_list_page(actor: Actor, query: QueryDict) -> ListPage[Customer]:
    customers, form = customers_for(actor), CustomerListForm(query)
    chosen = form.chosen
    if "kind" in chosen:
        customers = customers.filter(kind=chosen["kind"])
    return list_page(
        find_customers(customers, chosen.get("q", "")),
        key=BY_NAME,
        form=form,
        links=PageLinks(reverse("office:customer_list"), query),
        chips=[],
        create_url=reverse("office:customer_create") if may(actor, "fleet.change_records") else "",
    )


@dataclass(frozen=True)
class DevicesTab:
    """`open_tickets` counts by device those that the reader may know of."""

    rows: list[Device]
    open_tickets: dict[int, int]
    previous: str
    next: str
    list_url: str


@dataclass(frozen=True)
class PeopleTab:
    rows: list[Person]
    previous: str
    next: str
    create_url: str


@dataclass(frozen=True)
class TeamsTab:
    mappings: list[CustomerTeam]
    # Empty where the reader may not enter the administration.
    admin_url: str


Body = DevicesTab | PeopleTab | TicketsTab | TeamsTab
Tab = SheetTab[[Actor, Customer, PageLinks], Body]


@dataclass(frozen=True)
class CustomerSheet:
    """`edit_url` is empty where the reader may not edit."""

    customer: Customer
    links: list[TabLink]
    tab: Tab
    body: Body
    edit_url: str


def customer_sheet(actor: Actor, customer: Customer, query: QueryDict) -> CustomerSheet:
    """Raises `NotVisible` for a tab that there is not."""
    address = reverse("office:customer_detail", args=[customer.pk])
    tabs = {tab.name: tab for tab in _TABS if tab.name != "teams" or actor.is_employee}
    tab = tabs.get(query.get("tab", "devices"))
    if tab is None:
        raise NotVisible
    return CustomerSheet(
        customer=customer,
        links=[TabLink(each, f"{address}?tab={each.name}", each == tab) for each in tabs.values()],
        tab=tab,
        body=tab.body(actor, customer, PageLinks(address, query)),
        edit_url=reverse("office:customer_edit", args=[customer.pk]) if may(actor, "fleet.change_records") else "",
    )


def _devices_tab(actor: Actor, customer: Customer, links: PageLinks) -> DevicesTab:
    devices = listed_devices(actor).filter(customer=customer).select_related("template").defer(*SEARCH_COLUMNS)
    found = keyset_page(devices, key=BY_NAME, cursor=links.cursor, size=ROWS)
    return DevicesTab(
        rows=found.rows,
        open_tickets=open_ticket_counts(actor, [device.pk for device in found.rows]),
        previous=links.at(found.previous),
        next=links.at(found.next),
        list_url=f"{reverse('office:device_list')}?customer={customer.pk}",
    )


def _people_tab(actor: Actor, customer: Customer, links: PageLinks) -> PeopleTab:
    found = keyset_page(people_for(actor).filter(customer=customer), key=BY_LAST_NAME, cursor=links.cursor, size=ROWS)
    create_url = f"{reverse('office:person_create')}?customer={customer.pk}"
    return PeopleTab(
        rows=found.rows,
        previous=links.at(found.previous),
        next=links.at(found.next),
        create_url=create_url if may(actor, "fleet.change_records") else "",
    )


def _tickets_tab(actor: Actor, customer: Customer, links: PageLinks) -> TicketsTab:
    """Open ones; the list has all."""
    found = tickets_page(tickets_for(actor).filter(customer=customer, status__in=OPEN_WORK), links.cursor)
    # Managers have no filter by customer, because all of their tickets are of one.
    narrowed = f"&customer={customer.pk}" if actor.is_employee else ""
    list_url = f"{reverse('office:ticket_list')}?view=all{narrowed}"
    return TicketsTab(found.rows, links.at(found.previous), links.at(found.next), list_url, is_open=True)


def _teams_tab(actor: Actor, customer: Customer, _links: PageLinks) -> TeamsTab:
    admin_url = reverse("admin:fleet_customer_change", args=[customer.pk]) if actor.is_administrator else ""
    return TeamsTab(team_mappings_for(actor, customer), admin_url)


_TABS = (
    Tab("devices", _("Devices"), "car", "ticketing/office/_sheet_devices.html", _devices_tab),
    Tab("people", _("People"), "users", "ticketing/office/_sheet_people.html", _people_tab),
    Tab("tickets", _("Open tickets"), "ticket", "ticketing/office/_sheet_tickets.html", _tickets_tab),
    Tab("teams", _("Teams"), "users-round", "ticketing/office/_sheet_teams.html", _teams_tab),
)
