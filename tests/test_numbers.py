"""Numbers that come from outside are written with the digits 0 to 9."""

from typing import Any

import pytest
from django.urls import reverse

from config.common.numbers import whole_number
from messenger.topics import may_follow
from tests.cast import client_of, make_cast
from tests.factories import ModeratorFactory, TicketFactory
from tests.ticketing.portal_browser import PortalBrowser
from ticketing.forms.start import StartForm
from ticketing.models import Priority

ARABIC, WIDE = (str.maketrans("0123456789", digits) for digits in ("٠١٢٣٤٥٦٧٨٩", "０１２３４５６７８９"))


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("7", 7), ("007", 7), ("9" * 18, 10**18 - 1)])
def test_digits_are_a_number(text: str, number: int) -> None:
    assert whole_number(text) == number


@pytest.mark.parametrize("text", [None, "", " 7", "+7", "-7", "7.0", "1_0", "9" * 19, "٧", "７", "1٧", "²", "x"])
def test_everything_else_is_none(text: str | None) -> None:
    assert whole_number(text) is None


@pytest.mark.django_db
@pytest.mark.parametrize("script", [ARABIC, WIDE])
def test_topics_are_named_by_plain_digits_only(script: dict[int, int]) -> None:
    cast = make_cast()
    ticket, person = cast.ticket.pk, cast.person("moderator").pk

    for topic in (
        f"ticket.{ticket}.follow",
        f"ticket.{ticket}.inside",
        f"ticket.{ticket}.messages",
        f"person.{person}",
    ):
        assert may_follow(cast.moderator, topic)
        assert not may_follow(cast.moderator, topic.translate(script))


@pytest.mark.django_db
def test_follows_and_forms_take_plain_digits_only() -> None:
    office, ticket = client_of(ModeratorFactory()), TicketFactory()
    phone = PortalBrowser()
    older = TicketFactory(device=phone.device)

    def opens(number: str) -> bool:
        return office.get(reverse("office:ticket_list"), {"q": number}).status_code == 302

    def continues(number: str) -> Any:
        return phone.client.get(phone.url("ticket_new"), {"follows": number}).context["page"].follows

    def change_priority(number: str) -> int:
        return office.post(reverse("office:ticket_priority", args=[ticket.pk]), {"priority": number}).status_code

    assert opens(str(ticket.number))
    # Who searches types as their keyboard writes.
    assert opens(str(ticket.number).translate(ARABIC))
    assert continues(str(older.pk)) == older
    assert continues(str(older.pk).translate(ARABIC)) is None
    assert change_priority("٣") == 400
    assert change_priority(str(Priority.HIGH.value)) == 303


def test_the_ticket_that_a_new_one_continues_is_named_by_plain_digits_only() -> None:
    key = "5f0c0b0e-5b0b-4b0e-8b0e-5f0c0b0e5b0b"

    assert StartForm({"client_key": key, "follows": "12"}).is_valid()
    assert StartForm({"client_key": key, "follows": ""}).is_valid()
    for wrong in ("١٢", "0", "-1", "9" * 19, "x"):
        assert not StartForm({"client_key": key, "follows": wrong}).is_valid()
