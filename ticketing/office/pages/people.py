"""The list of people who sign in, and the sheet of one: contact, tickets and reservations."""

from dataclasses import dataclass

from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse

from config.common import keyset
from config.common.errors import NotVisible
from config.common.keyset import Key
from config.common.rows import get_or_none
from config.common.rules import may
from fleet.access import customers_for, people_for, reservations_for
from fleet.actors import Actor
from fleet.models import Person
from fleet.selectors import find_people
from ticketing.access import tickets_for
from ticketing.office.list_forms import PersonListForm
from ticketing.office.pages.devices import ReservationsTab, TicketsTab, reservations_tab, tickets_page
from ticketing.office.pages.lists import Chip, ListPage, PageLinks, list_page

BY_LAST_NAME = Key("last_name", keyset.text)
TABS = ("tickets", "reservations")


def person_list_page(actor: Actor, query: QueryDict) -> ListPage[Person]:
    people, links = people_for(actor), PageLinks(reverse("office:person_list"), query)
    form = PersonListForm(query, with_employees=actor.is_employee)
    chosen, chips = form.chosen, list[Chip]()
    if "role" in chosen:
        people = people.filter(role=chosen["role"])
    if "state" in chosen:
        people = people.filter(is_active=chosen["state"] == "active")
    if "customer" in chosen:
        people = people.filter(customer=chosen["customer"])
        customer = get_or_none(customers_for(actor).filter(pk=chosen["customer"]))
        chips = [Chip(customer.name if customer else "?", "building-2", links.changed(customer=""))]
    return list_page(
        find_people(people, chosen.get("q", "")),
        key=BY_LAST_NAME,
        form=form,
        links=links,
        chips=chips,
        create_url=reverse("office:person_create") if may(actor, "fleet.change_records") else "",
    )


@dataclass(frozen=True)
class PersonSheet:
    """Addresses are empty where the reader may not do what they lead to."""

    person: Person
    tab: str
    tabs: list[tuple[str, str]]
    body: TicketsTab | ReservationsTab
    edit_url: str
    admin_url: str
    customer_url: str


def person_sheet(actor: Actor, person: Person, query: QueryDict) -> PersonSheet:
    """Raises `NotVisible` for a tab that there is not."""
    links = PageLinks(reverse("office:person_detail", args=[person.pk]), query)
    # Only customers' people have reservations.
    names = TABS if person.is_customer_person else TABS[:1]
    tab = query.get("tab", "tickets")
    if tab not in names:
        raise NotVisible
    may_edit = person.is_customer_person and may(actor, "fleet.change_person", person.role)
    admin_url = reverse("admin:fleet_person_change", args=[person.pk]) if actor.is_administrator else ""
    return PersonSheet(
        person=person,
        tab=tab,
        tabs=[(name, f"{links.address}?tab={name}") for name in names],
        body=_tickets_tab(actor, person, links) if tab == "tickets" else _reservations_tab(actor, person, links),
        edit_url=reverse("office:person_edit", args=[person.pk]) if may_edit else "",
        admin_url=admin_url,
        customer_url=reverse("office:customer_detail", args=[person.customer_id]) if person.customer_id else "",
    )


def _tickets_tab(actor: Actor, person: Person, links: PageLinks) -> TicketsTab:
    """What the person wrote, or what names them."""
    tickets = tickets_for(actor).posted().filter(Q(creator=person) | Q(person=person))
    found = tickets_page(tickets, links.cursor)
    return TicketsTab(found.rows, links.at(found.previous), links.at(found.next), list_url="", is_open=False)


def _reservations_tab(actor: Actor, person: Person, links: PageLinks) -> ReservationsTab:
    return reservations_tab(reservations_for(actor).filter(person=person), links)
