"""What is found never shows more than may be read."""

import uuid
from typing import Any

import pytest
from django.db import connection

from fleet.actors import Actor, KnownActor
from fleet.models import Customer
from tests.cast import Cast, make_cast, open_for
from tests.factories import AttachmentFactory, MemberFactory
from ticketing.models import Ticket, TicketStatus, Visibility
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
    cast.ticket = open_for(cast.reporter, cast.device, cast.flow)
    assignment.accept_offer(actor=KnownActor(person=cast.person("responsible")), ticket_id=cast.ticket.pk)
    write: dict[str, Any] = {"ticket_id": cast.ticket.pk}
    messages.send_message(actor=cast.reporter, client_key=uuid.uuid4(), text="Violett flimmert es", **write)
    updates.post_update(
        actor=cast.moderator, client_key=uuid.uuid4(), is_internal=True, text="Lieferant säumig", **write
    )
    file = AttachmentFactory(uploader=cast.person("moderator"), name="Rechnung.pdf")
    updates.post_update(
        actor=cast.moderator,
        client_key=uuid.uuid4(),
        is_internal=False,
        upload_ids=[file.pk],
        text="Ventil bestellt",
        **write,
    )
    return cast


def test_words_of_messages_are_found_by_those_who_read_them(cast: Cast) -> None:
    expected = {
        "responsible": True,
        "offered": True,
        "moderator": True,
        "administrator": True,
        "uninvolved": False,
        "reporter": False,
        "manager": False,
    }

    for role, found in expected.items():
        actor = cast.reporter if role == "reporter" else KnownActor(person=cast.person(role))
        assert finds(actor, "violett") == found, role
    # Allowed and refused by the same question: the uninvolved find the ticket by what they may read.
    assert finds(cast.uninvolved, "ventil")


def test_the_offer_that_was_rejected_finds_no_messages_any_more(cast: Cast) -> None:
    assert finds(cast.offered, "violett")

    assignment.reject_offer(actor=cast.offered, ticket_id=cast.ticket.pk)

    assert not finds(cast.offered, "violett")


def test_words_of_internal_updates_are_found_by_employees_only(cast: Cast) -> None:
    expected = {
        "uninvolved": True,
        "administrator": True,
        "holder": False,
        "reporter": False,
        "subscriber": False,
        "manager": False,
    }

    for role, found in expected.items():
        assert finds(cast[role], "lieferant") == found, role
        assert finds(cast[role], "flimmert") == (role == "administrator")


def test_all_who_see_the_ticket_find_it_by_what_is_public(cast: Cast) -> None:
    for role in ("holder", "reporter", "manager", "uninvolved", "administrator"):
        for words in ("ventil", "rechnung.pdf", "washer", str(cast.ticket.number), f"#{cast.ticket.number}", "start"):
            assert finds(cast[role], words), (role, words)

    assert not finds(cast.stranger, "ventil")
    assert not finds(cast.other_holder, "ventil")


@pytest.mark.parametrize("words", ["laundry", "cellar", "SN-77"])
def test_holders_of_a_code_cannot_try_out_whose_device_it_is_and_where(cast: Cast, words: str) -> None:
    assert finds(cast.uninvolved, words)
    assert finds(cast.holder, "4711")
    assert not finds(cast.holder, words)


def test_all_words_must_be_found_however_they_are_typed(cast: Cast) -> None:
    employee = cast.uninvolved

    for words in ("SÄUMIG", "saeumig", "saumig", "lieferant saumig", "  ventil   start ", ""):
        assert finds(employee, words), words
    for words in ("saumig violett", "ventile", "100%", "_", "%", "sau_ig"):
        assert not finds(employee, words), words


def test_an_internal_ticket_is_found_by_employees_only() -> None:
    cast = make_cast(TicketStatus.OPEN, Visibility.INTERNAL)

    assert finds(cast.uninvolved, "start")
    for role in ("holder", "reporter", "subscriber", "manager"):
        assert not finds(cast[role], "start")


@pytest.mark.postgres
def test_search_has_indexes_that_fit_its_queries() -> None:
    member = KnownActor(person=MemberFactory())
    found = search_tickets(Ticket.objects.all(), member, "pump")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

    plan = found.order_by().explain()

    for index in ("ticket_search_public", "ticket_search_internal", "ticket_search_messages"):
        assert index in plan, plan
