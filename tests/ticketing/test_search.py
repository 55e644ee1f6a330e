"""What is found never tells more than may be read."""

import uuid
from typing import Any

import pytest
from django.db import connection

from fleet.actors import Actor
from fleet.models import Customer
from tests.cast import Cast, make_cast, open_for
from tests.factories import AttachmentFactory, MemberFactory
from ticketing.models import Ticket, TicketStatus, Visibility
from ticketing.office.listing import SORTS
from ticketing.selectors import search_tickets
from ticketing.services import assignment, messages, updates

pytestmark = pytest.mark.django_db


def finds(actor: Actor, words: str) -> bool:
    """Whether the newest ticket is found."""
    newest = Ticket.objects.latest("pk")
    return search_tickets(Ticket.objects.visible_to(actor), actor, words).filter(pk=newest.pk).exists()


@pytest.fixture
def cast() -> Cast:
    cast = make_cast()
    cast.device.location = "Cellar"
    cast.device.licence_plate = "ZH 4711"
    cast.device.save()
    Customer.objects.filter(devices=cast.device).update(name="Hill Laundry")
    cast.ticket = open_for(cast["C"], cast.device, cast.flow)
    assignment.accept_offer(actor=Actor(person=cast.person("M")), ticket_id=cast.ticket.pk)
    write: dict[str, Any] = {"ticket_id": cast.ticket.pk}
    messages.send_message(actor=cast["C"], client_key=uuid.uuid4(), text="Violett flimmert es", **write)
    updates.post_update(actor=cast["Mo"], client_key=uuid.uuid4(), is_internal=True, text="Lieferant säumig", **write)
    file = AttachmentFactory(uploader=cast.person("Mo"), name="Rechnung.pdf")
    updates.post_update(
        actor=cast["Mo"],
        client_key=uuid.uuid4(),
        is_internal=False,
        upload_ids=[file.pk],
        text="Ventil bestellt",
        **write,
    )
    return cast


def test_words_of_messages_are_found_by_those_who_read_them(cast: Cast) -> None:
    for person, found in {"M": True, "O": True, "Mo": True, "Ad": True, "N": False, "C": False, "G": False}.items():
        actor = cast["C"] if person == "C" else Actor(person=cast.person(person))
        assert finds(actor, "violett") == found, person
    # Allowed and refused by the same question: N does find the ticket by what N may read.
    assert finds(cast["N"], "ventil")


def test_the_offer_that_was_rejected_finds_no_messages_any_more(cast: Cast) -> None:
    assert finds(cast["O"], "violett")
    assignment.reject_offer(actor=cast["O"], ticket_id=cast.ticket.pk)
    assert not finds(cast["O"], "violett")


def test_words_of_internal_updates_are_found_by_employees_only(cast: Cast) -> None:
    for letter, found in {"N": True, "Ad": True, "H": False, "C": False, "P": False, "G": False}.items():
        assert finds(cast[letter], "lieferant") == found, letter
        assert finds(cast[letter], "flimmert") == (letter == "Ad")


def test_everybody_who_sees_the_ticket_finds_it_by_what_is_public(cast: Cast) -> None:
    for letter in ("H", "C", "G", "N", "Ad"):
        for words in ("ventil", "rechnung.pdf", "washer", str(cast.ticket.number), f"#{cast.ticket.number}", "start"):
            assert finds(cast[letter], words), (letter, words)
    assert not finds(cast["S"], "ventil")
    assert not finds(cast["X"], "ventil")


@pytest.mark.parametrize("words", ["laundry", "cellar", "SN-77"])
def test_holders_of_a_code_cannot_try_out_whose_device_it_is_and_where(cast: Cast, words: str) -> None:
    assert finds(cast["N"], words)
    assert finds(cast["H"], "4711")
    assert not finds(cast["H"], words)


def test_all_words_must_be_found_however_they_are_typed(cast: Cast) -> None:
    employee = cast["N"]
    for words in ("SÄUMIG", "saeumig", "saumig", "lieferant saumig", "  ventil   start ", ""):
        assert finds(employee, words), words
    for words in ("saumig violett", "ventile", "100%", "_", "%", "sau_ig"):
        assert not finds(employee, words), words


def test_an_internal_ticket_is_found_by_employees_only() -> None:
    cast = make_cast(TicketStatus.OPEN, Visibility.INTERNAL)
    assert finds(cast["N"], "start")
    for letter in ("H", "C", "P", "G"):
        assert not finds(cast[letter], "start")


@pytest.mark.postgres
def test_search_and_list_have_indexes_that_fit_their_queries() -> None:
    """A list of a hundred thousand tickets was read whole for each page and each word."""
    member = Actor(person=MemberFactory())
    found = search_tickets(Ticket.objects.all(), member, "pump")
    newest = Ticket.objects.annotate(key=SORTS["opened"].expression).order_by("-key", "-pk")[:50]
    by_number = Ticket.objects.annotate(key=SORTS["number"].expression).order_by("-key", "-pk")[:50]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    for rows, indexes in (
        (found.order_by(), ("ticket_search_public", "ticket_search_internal", "ticket_search_messages")),
        (newest, ("ticket_newest_first",)),
        (by_number, ("ticket_by_number",)),
    ):
        plan = rows.explain()
        for index in indexes:
            assert index in plan, plan
