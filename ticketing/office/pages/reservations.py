"""The list of reservations, and the sheet of one with its tickets."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from config.common import keyset
from config.common.keyset import Key
from config.common.rows import get_or_none
from config.common.rules import may
from fleet.access import listed_devices, people_for, reservations_for
from fleet.actors import Actor
from fleet.models import Reservation
from fleet.models.reservations import ReservationQuerySet
from fleet.selectors import find_reservations
from ticketing.access import tickets_for
from ticketing.office.list_forms import ReservationListForm
from ticketing.office.pages.devices import TicketsTab, tickets_page
from ticketing.office.pages.lists import Chip, ListPage, PageLinks, list_page
from ticketing.office.pages.sheet_links import device_url, person_url

NEWEST_FIRST = Key("starts_at", keyset.moment, descending=True)


def reservation_list_page(actor: Actor, query: QueryDict) -> ListPage[Reservation]:
    links, form = PageLinks(reverse("office:reservation_list"), query), ReservationListForm(query)
    chosen, chips = form.chosen, list[Chip]()
    reservations = _between(reservations_for(actor), chosen.get("since"), chosen.get("until"))
    if "status" in chosen:
        reservations = reservations.filter(status=chosen["status"])
    if "device" in chosen:
        reservations = reservations.filter(device=chosen["device"])
        chips.append(_chip_of_device(actor, chosen["device"], links))
    if "person" in chosen:
        reservations = reservations.filter(person=chosen["person"])
        chips.append(_chip_of_person(actor, chosen["person"], links))
    return list_page(
        find_reservations(reservations, chosen.get("q", ""), actor),
        key=NEWEST_FIRST,
        form=form,
        links=links,
        chips=chips,
        create_url=reverse("office:reservation_create") if may(actor, "fleet.change_records") else "",
    )


def _between(reservations: ReservationQuerySet, since: date | None, until: date | None) -> ReservationQuerySet:
    if since is not None:
        reservations = reservations.filter(starts_at__gte=_begin_of(since))
    if until is not None:
        reservations = reservations.filter(starts_at__lt=_begin_of(until) + timedelta(days=1))
    return reservations


def _begin_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _chip_of_device(actor: Actor, device_id: int, links: PageLinks) -> Chip:
    may_list = may(actor, "fleet.list_records")
    device = get_or_none(listed_devices(actor).filter(pk=device_id)) if may_list else None
    return Chip(device.name if device else "?", "car", links.changed(device=""))


def _chip_of_person(actor: Actor, person_id: int, links: PageLinks) -> Chip:
    may_list = may(actor, "fleet.list_records")
    person = get_or_none(people_for(actor).filter(pk=person_id)) if may_list else None
    return Chip(person.name if person else "?", "user", links.changed(person=""))


@dataclass(frozen=True)
class ReservationSheet:
    """Addresses are empty where the reader may not open what they lead to."""

    reservation: Reservation
    tickets: TicketsTab
    edit_url: str
    device_url: str
    person_url: str
    create_url: str


def reservation_sheet(actor: Actor, reservation: Reservation, query: QueryDict) -> ReservationSheet:
    device, person = reservation.device, reservation.person
    links = PageLinks(reverse("office:reservation_detail", args=[reservation.pk]), query)
    found = tickets_page(tickets_for(actor).posted().filter(reservation=reservation), links.cursor)
    tickets = TicketsTab(found.rows, links.at(found.previous), links.at(found.next), list_url="", is_open=False)
    may_open = may(actor, "fleet.open_device", device)
    return ReservationSheet(
        reservation=reservation,
        tickets=tickets,
        edit_url=reverse("office:reservation_edit", args=[reservation.pk])
        if may(actor, "fleet.change_records")
        else "",
        device_url=device_url(actor, device),
        person_url=person_url(actor, person),
        create_url=reverse("office:ticket_create_flow", args=[device.slug]) if may_open else "",
    )
