"""“Still not right”: said by the customer's side about a ticket that is done."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from messenger.models import Message, Notification
from tests.cast import Cast, make_cast
from ticketing.entry_kinds import ENTRY_KINDS
from ticketing.models import TicketStatus, Visibility
from ticketing.services.life_cycle import close_ticket, reopen_ticket
from ticketing.services.verification import verify_ticket

pytestmark = pytest.mark.django_db


def say(cast: Cast, role: str, text: str = "") -> Any:
    address = reverse("portal:ticket_not_fixed", args=[cast.device.slug, cast.ticket.pk])
    return cast.client(role).post(address, {"text": text})


def page_of(cast: Cast, role: str = "reporter") -> str:
    address = reverse("portal:ticket_detail", args=[cast.device.slug, cast.ticket.pk])
    return str(cast.client(role).get(address).content.decode())


def test_who_waits_is_asked_first_and_says_that_it_is_not_fixed() -> None:
    cast = make_cast(TicketStatus.DONE)
    assert "Does everything work again?" in page_of(cast)

    answer = say(cast, "reporter", "It leaks again.")

    ticket, message = cast.fresh(), Message.objects.get()
    assert (answer.status_code, ticket.status, ticket.is_not_fixed) == (303, TicketStatus.DONE, True)
    assert (message.kind, message.text, message.author) == ("not_fixed", "It leaks again.", cast.person("reporter"))
    assert list(verify_ticket(ticket)) == []
    page = page_of(cast)
    assert "It is still not right." in page
    assert "Still not right" not in page
    assert "Now it works" in page
    assert "The work is done." not in page


def test_on_the_page_of_the_device_it_is_open_again() -> None:
    cast = make_cast(TicketStatus.DONE)
    device = reverse("portal:device", args=[cast.device.slug])
    before = cast.client("reporter").get(device).content.decode()

    say(cast, "reporter")

    after = cast.client("reporter").get(device).content.decode()
    assert ("Does everything work again?" in before, "No open tickets." in before) == (True, True)
    assert ("Does everything work again?" in after, "Reported as still not right." in after) == (False, True)


def test_each_reader_reads_it_in_their_language() -> None:
    cast = make_cast(TicketStatus.DONE)
    say(cast, "reporter")

    with translation.override("de"):
        sentence = ENTRY_KINDS["not_fixed"].sentence(cast.ticket.journal.get(kind="not_fixed"), {})
    assert sentence != ENTRY_KINDS["not_fixed"].sentence(cast.ticket.journal.get(kind="not_fixed"), {})


def test_responsible_people_and_superiors_are_notified_once() -> None:
    cast = make_cast(TicketStatus.DONE)

    answers = [say(cast, "reporter"), say(cast, "reporter"), say(cast, "holder", "Me too")]

    assert [answer.status_code for answer in answers] == [303] * 3
    notified = list(Notification.objects.filter(kind="not_fixed").values_list("person", flat=True))
    assert sorted(notified) == sorted(cast.person(role).pk for role in ("responsible", "moderator", "administrator"))


def test_what_others_write_who_were_not_the_first_is_kept_once() -> None:
    cast = make_cast(TicketStatus.DONE)
    said = [("reporter", "It leaks."), ("reporter", "It leaks."), ("manager", "Me too"), ("manager", "Me too")]

    # As two open pages and double clicks do.
    assert [say(cast, role, text).status_code for role, text in (*said, ("holder", ""))] == [303] * 5

    written = list(Message.objects.order_by("sequence").values_list("kind", "text"))
    assert written == [("not_fixed", "It leaks."), ("", "Me too")]
    assert list(verify_ticket(cast.fresh())) == []


@pytest.mark.parametrize("role", ["responsible", "moderator", "uninvolved"])
def test_employees_do_not_say_it(role: str) -> None:
    cast = make_cast(TicketStatus.DONE)
    assert say(cast, role).status_code == 403
    assert say(cast, "reporter").status_code == 303


@pytest.mark.parametrize("role", ["stranger", "other_holder", "other_customers_manager"])
def test_strangers_learn_nothing(role: str) -> None:
    cast = make_cast(TicketStatus.DONE)
    assert say(cast, role).status_code == 404
    assert not cast.fresh().is_not_fixed


@pytest.mark.parametrize("status", [TicketStatus.OPEN, TicketStatus.IN_PROGRESS, TicketStatus.CLOSED])
def test_no_one_is_asked_before_and_after(status: TicketStatus) -> None:
    cast = make_cast(status)
    assert "Does everything work again?" not in page_of(cast)
    assert say(cast, "reporter").status_code == 409


def test_an_internal_ticket_is_hidden() -> None:
    cast = make_cast(TicketStatus.DONE, Visibility.INTERNAL)
    assert say(cast, "reporter").status_code == 404


def test_a_text_that_is_too_long_says_so_and_nothing_is_sent() -> None:
    cast = make_cast(TicketStatus.DONE)
    assert say(cast, "reporter", "x" * 10_001).status_code == 400
    assert not cast.fresh().is_not_fixed


def test_employees_reopen_it_in_one_click_without_being_asked() -> None:
    cast = make_cast(TicketStatus.DONE)
    office = reverse("office:ticket_detail", args=[cast.ticket.pk])
    assert "Reopen this ticket?" in cast.client("responsible").get(office).content.decode()

    say(cast, "reporter")

    page = cast.client("responsible").get(office).content.decode()
    assert "Reopen this ticket?" not in page
    assert f'action="{reverse("office:ticket_reopen", args=[cast.ticket.pk])}"' in page


@pytest.mark.parametrize("end", [reopen_ticket, close_ticket])
def test_it_is_forgotten_when_it_is_worked_on_again_or_closed(end: Any) -> None:
    cast = make_cast(TicketStatus.DONE)
    say(cast, "reporter")

    end(actor=cast.responsible, ticket_id=cast.ticket.pk)

    assert not cast.fresh().is_not_fixed
