"""Finding words in the conversation of one ticket."""

import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from config.common.errors import NotAllowed
from tests.cast import Cast, make_cast
from ticketing.models import TicketStatus, Visibility
from ticketing.pages.message_search import message_search
from ticketing.services import messages, properties
from ticketing.services.message_changes import take_back_message
from ticketing.services.updates import post_update
from ticketing.surfaces import OFFICE, PORTAL

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def say(cast: Cast, role: str, text: str = "", **more: Any) -> int:
    sent = messages.send_message(
        actor=cast.acting(role), ticket_id=cast.ticket.pk, client_key=uuid.uuid4(), text=text, **more
    )
    return sent.sequence


def found(cast: Cast, role: str, words: str) -> list[str]:
    surface = OFFICE if cast[role].is_employee else PORTAL
    hits = message_search(cast[role], cast.fresh(), surface, words).hits
    return [hit.excerpt.found for hit in hits]


def test_words_are_found_in_any_spelling_the_newest_first() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    say(cast, "reporter", "Die Hydraulikschläuche lecken.")
    say(cast, "responsible", "Which one?")
    say(cast, "reporter", files=[SimpleUploadedFile("SCHLÄUCHE.txt", b"left and right")])

    assert found(cast, "responsible", "schlauche") == ["SCHLÄUCHE.txt", "Hydraulikschläuche"]
    assert found(cast, "reporter", "lecken schläuche") == ["lecken."]
    assert not found(cast, "reporter", "schläuche pumpe")
    assert not found(cast, "reporter", " ")


def test_customers_find_nothing_that_is_internal_nor_taken_back() -> None:
    cast = make_cast(TicketStatus.ASSIGNED, Visibility.INTERNAL)
    say(cast, "responsible", "The key among us.")
    given: dict[str, Any] = {"actor": cast.acting("responsible"), "ticket_id": cast.ticket.pk}
    properties.change_visibility(**given, visibility=Visibility.PUBLIC)
    post_update(**given, client_key=uuid.uuid4(), text="The key of the update.", is_internal=True)
    say(cast, "responsible", "The key for all.")
    take_back_message(**given, number=say(cast, "responsible", "The key of the safe."))

    assert len(found(cast, "responsible", "key")) == 3
    assert len(found(cast, "reporter", "key")) == 1
    with pytest.raises(NotAllowed):
        found(cast, "uninvolved", "key")


def test_hits_lead_into_the_conversation(django_assert_max_num_queries: Any) -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    number = say(cast, "responsible", "The pump & its <seal>.")
    ticket = cast.fresh()

    page = cast.client("responsible").get(f"/office/tickets/{cast.ticket.pk}/messages/search/?q=pump+seal")

    assert f"&amp;message={number}&amp;q=pump+seal#message-{number}" in page.content.decode()
    assert "<seal>" not in page.content.decode()
    with django_assert_max_num_queries(6):
        message_search(cast.responsible, ticket, OFFICE, "pump")
