"""What is typed into flows, the desk form and the messenger: read as it was meant, clean, and seen by someone."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from config.common import clock
from config.common.errors import InvalidInput
from fleet.actors import KnownActor
from fleet.models import Person
from messenger.models import Message
from ratings.models import Rating, Score
from ratings.services import rate_ticket
from tests.cast import make_cast
from tests.factories import CategoryFactory, SubscriberFactory, TicketFactory
from tests.ticketing.portal_browser import LongFlow, PortalBrowser, answered_draft, value_of
from ticketing.models import Answer, Question, Ticket, TicketStatus, Visibility
from ticketing.services.desk import DeskFields, create_desk_ticket
from ticketing.services.drafts import AnswerInput, save_answers
from ticketing.services.editing import edit_fields
from ticketing.services.life_cycle import finish_ticket
from ticketing.services.messages import send_message
from ticketing.services.updates import post_update
from ticketing.services.verification import verify_ticket

# What any database does with them is the same.
pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
INVISIBLE = ["\u200b", "\u00ad", "\u2800", "\u3164", "\ufe0f", "\U000e0020", "\u115f \u1160", "\u2062", "\u202e\u202c"]


@pytest.mark.parametrize(
    ("language", "typed", "stored", "shown"),
    [
        ("de", "12.345", "12345", "12\u00a0345"),
        ("en", "12,345", "12345", "12\u00a0345"),
        ("fr", "12\u202f345,5", "12345.5", "12\u00a0345,5"),
        ("de", "12,345", "12.345", "12,345"),
        ("de", "\u22125", "-5", "-5"),
    ],
)
def test_a_number_is_read_in_the_language_and_shown_back_before_it_is_sent(
    phone: PortalBrowser, asked: LongFlow, language: str, typed: str, stored: str, shown: str
) -> None:
    draft = phone.start(asked.flow)
    phone.client.cookies["django_language"] = language

    phone.answer(draft, 1, **{**asked.first, f"q{asked.number.pk}": typed})
    phone.answer(draft, 2)

    assert value_of(draft, asked.number) == {"number": stored}
    assert shown in phone.get("flow_summary", ticket_id=draft.pk).content.decode()
    step = phone.get("flow_step", ticket_id=draft.pk, number=1).content.decode()
    assert f'value="{shown}"' in step
    assert 'data-behaviour="read-number"' in step


def test_the_unit_of_the_question_is_dropped_and_another_one_refused(phone: PortalBrowser, asked: LongFlow) -> None:
    Question.objects.filter(pk=asked.number.pk).update(text_en="Pressure (bar)")
    draft = phone.start(asked.flow)

    refused = phone.answer(draft, 1, **{**asked.first, f"q{asked.number.pk}": "12.5 psi"})

    assert refused.status_code == 400
    assert "Enter the number without “psi”." in refused.content.decode()
    assert 'value="12.5 psi"' in refused.content.decode()
    phone.answer(draft, 1, **{f"q{asked.number.pk}": "12.5 BAR"})
    assert value_of(draft, asked.number) == {"number": "12.5"}


def test_a_number_that_is_shown_again_stays_as_it_was_typed(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = phone.start(asked.flow)
    phone.client.cookies["django_language"] = "de"

    page = phone.answer(draft, 1, **{**asked.first, f"q{asked.text.pk}": "", f"q{asked.number.pk}": "12.345"})

    assert page.status_code == 400
    assert 'value="12.345"' in page.content.decode()


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("0026-11-20", "Nov. 20, 0026"),
        ("0001-01-01", "Jan. 1, 0001"),
        ("9999-12-31", "Dec. 31, 9999"),
        ("1899-12-31", "Dec. 31, 1899"),
    ],
)
def test_a_day_that_no_one_means_is_refused_and_says_how_it_was_read(
    phone: PortalBrowser, asked: LongFlow, typed: str, understood: str
) -> None:
    draft = phone.start(asked.flow)

    page = phone.answer(draft, 2, **{f"q{asked.day.pk}": typed})

    assert page.status_code == 400
    assert f"This was read as {understood}. Enter a day between Jan. 1, 1900 and" in page.content.decode()
    assert not Answer.objects.filter(ticket=draft, question=asked.day).exclude(value={"date": ""}).exists()


def test_what_began_in_the_past_never_lies_in_the_future(phone: PortalBrowser, asked: LongFlow) -> None:
    asked.day.is_past = True
    asked.day.save()
    draft, today = phone.start(asked.flow), timezone.localdate()

    tomorrow = phone.answer(draft, 2, **{f"q{asked.day.pk}": (today + timedelta(days=1)).isoformat()})

    assert tomorrow.status_code == 400
    assert "which is still to come. Enter today or an earlier day." in tomorrow.content.decode()
    assert f'max="{today.isoformat()}"' in phone.get("flow_step", ticket_id=draft.pk, number=2).content.decode()
    phone.answer(draft, 2, **{f"q{asked.day.pk}": today.isoformat()})
    assert value_of(draft, asked.day) == {"date": today.isoformat()}


def test_years_of_two_digits_are_understood(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = phone.start(asked.flow)
    phone.client.cookies["django_language"] = "de"

    phone.answer(draft, 2, **{f"q{asked.day.pk}": "20.11.26"})

    assert value_of(draft, asked.day) == {"date": "2026-11-20"}


def test_contacts_are_kept_clean(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = answered_draft(phone, asked)
    contact = {
        "name": "\u202eLena\u202c Kurz\u200b",
        "phone": "\u202atel:+49\u00a030\u00a0901820\u202c, Durchwahl 12",
        "contact_email": "Lena <mailto:LENA@example.org>\u200b",
    }

    phone.post("flow_send", contact, ticket_id=draft.pk)

    creator = Ticket.objects.get(pk=draft.pk).creator
    assert (creator.first_name, creator.last_name) == ("Lena", "Kurz")
    assert (creator.phone, creator.contact_email) == ("+49 30 901820 ext. 12", "lena@example.org")


@pytest.mark.parametrize("text", INVISIBLE)
def test_an_answer_that_no_one_sees_is_none(phone: PortalBrowser, asked: LongFlow, text: str) -> None:
    draft = phone.start(asked.flow)

    page = phone.answer(draft, 1, **{**asked.first, f"q{asked.text.pk}": text, f"q{asked.long_text.pk}": text})

    assert page.status_code == 400
    assert page.content.decode().count("Please answer this question.") == 2
    # Nor by the service.
    actor = KnownActor(person=draft.creator, device_ids=frozenset({phone.device.pk}))
    progress = save_answers(actor=actor, ticket_id=draft.pk, answers={asked.text: AnswerInput({"text": text})})
    assert progress.by_question[asked.text.pk].value == {"text": ""}
    assert progress.first_unanswered is not None


@pytest.mark.parametrize("text", INVISIBLE)
def test_no_message_update_or_comment_is_invisible(text: str) -> None:
    cast = make_cast(TicketStatus.IN_PROGRESS)
    worker = cast.acting("responsible")

    for write in (send_message, post_update):
        more: dict[str, Any] = {"is_internal": False} if write is post_update else {}
        with pytest.raises(InvalidInput):
            write(actor=worker, ticket_id=cast.ticket.pk, client_key=uuid.uuid4(), text=text, **more)
    finish_ticket(actor=worker, ticket_id=cast.ticket.pk)
    rate_ticket(actor=cast.acting("reporter"), ticket_id=cast.ticket.pk, score=Score.GOOD, comment=text)
    assert Rating.objects.get().comment == ""
    assert not list(verify_ticket(cast.fresh()))


@pytest.mark.parametrize("text", INVISIBLE)
def test_a_subject_is_seen(moderator: Person, text: str) -> None:
    fields = DeskFields(category=CategoryFactory(), subject=text, person=SubscriberFactory())

    with pytest.raises(InvalidInput, match="subject"):
        create_desk_ticket(
            actor=KnownActor(person=moderator), client_key=uuid.uuid4(), fields=fields, visibility=Visibility.PUBLIC
        )


def test_what_a_ticket_says_is_stored_as_its_journal_knows_it(moderator: Person) -> None:
    actor = KnownActor(person=moderator)
    typed: dict[str, Any] = {
        "subject": "\u202eB\u200badge\t1",
        "description": "one\r\ntwo\u202e",
        "comment": "\u200b",
    }
    fields = DeskFields(category=CategoryFactory(), person=SubscriberFactory(), **typed)

    ticket = create_desk_ticket(actor=actor, client_key=uuid.uuid4(), fields=fields, visibility=Visibility.PUBLIC)

    assert (ticket.subject, ticket.description, ticket.comment) == ("Badge 1", "one\ntwo", "")
    edited = edit_fields(
        actor=actor,
        ticket_id=ticket.pk,
        version=ticket.sequence,
        values={"subject": "\u2066B\u2069", "comment": "\u200b"},
    )
    assert (edited.ticket.subject, edited.fields) == ("B", ("subject",))
    assert not list(verify_ticket(Ticket.objects.get(pk=ticket.pk)))


@pytest.mark.parametrize(
    ("text", "is_right"),
    [
        ("\n".join(["x" * 48] * 102)[:4997], True),
        ("\r\n".join(["x" * 49] * 100), True),
        ("é" * 5000, True),
        ("👍" * 2500, True),
        (" " * 50 + "x" * 5000 + "\n" * 50, True),
        ("x\u0301" * 2500, True),
        ("👍" * 2501, False),
        ("x" * 5001, False),
        ("\n".join(["x" * 49] * 100) + "xxx", False),
    ],
)
def test_a_text_is_as_long_as_the_page_counts(phone: PortalBrowser, asked: LongFlow, text: str, is_right: bool) -> None:
    draft = phone.start(asked.flow)
    # As browsers send it.
    sent = text.replace("\r\n", "\n").replace("\n", "\r\n")

    page = phone.answer(draft, 1, **{**asked.first, f"q{asked.long_text.pk}": sent})

    assert (page.status_code != 400) == is_right
    kept = Answer.objects.filter(ticket=draft, question=asked.long_text)
    assert [each.value["text"] for each in kept] == ([text.replace("\r\n", "\n").strip()] if is_right else [])


@pytest.mark.parametrize(
    ("text", "is_right"),
    [("x\n" * 5000, True), ("👍" * 5000, True), ("👍" * 5001, False), ("x" * 10_001, False)],
)
def test_messages_are_as_long_as_the_page_counts(text: str, is_right: bool) -> None:
    cast = make_cast(TicketStatus.IN_PROGRESS)
    url = reverse("office:message_send", args=[cast.ticket.pk])

    answer = cast.client("responsible").post(url, {"client_key": uuid.uuid4(), "text": text.replace("\n", "\r\n")})

    assert (answer.status_code < 400) == is_right
    assert Message.objects.exists() == is_right


def test_filters_take_days_as_people_write_them(office: Client) -> None:
    ticket, today = TicketFactory(status=TicketStatus.OPEN, subject="Squeals"), timezone.localdate()

    def is_listed(**query: str) -> bool:
        return ticket.subject in office.get(reverse("office:ticket_list"), {"view": "all", **query}).content.decode()

    assert is_listed(since=today.strftime("%d.%m.%y"), until="today")
    assert not is_listed(since=(today + timedelta(days=1)).strftime("%d.%m.%y"))
    # Not on the list of what can be meant, so ignored.
    assert is_listed(until="0026-11-20")


@pytest.mark.parametrize("text", INVISIBLE)
def test_texts_of_administrators_are_seen(text: str) -> None:
    cast = make_cast(TicketStatus.OPEN)
    client = cast.client("administrator")

    page = client.post(
        reverse("admin:ticketing_category_add"), {"name_en": text, "audience": "everybody", "position": 0}
    )

    assert page.status_code == 200
    assert escape("This field is required.") in page.content.decode()


def test_the_range_moves_with_the_year(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = phone.start(asked.flow)

    with clock.freeze(datetime(2030, 1, 1, tzinfo=UTC)):
        phone.answer(draft, 2, **{f"q{asked.day.pk}": "2040-12-31"})

    assert value_of(draft, asked.day) == {"date": "2040-12-31"}
