"""Answers to the steps of a flow over HTTP: kept in one form, and never lost."""

from typing import Any

import pytest

from tests.ticketing.portal_browser import LongFlow, PortalBrowser, files_of, value_of
from ticketing.models import Answer

pytestmark = pytest.mark.django_db


def test_every_kind_of_answer_is_kept(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = phone.start(asked.flow)
    more: dict[str, Any] = {
        f"q{asked.multiple.pk}": [str(asked.options[0].pk), str(asked.options[2].pk)],
        f"q{asked.day.pk}": "2026-01-31",
        f"q{asked.yes_no.pk}": "no",
    }

    assert phone.answer(draft, 1, **asked.first).url == phone.url("flow_step", ticket_id=draft.pk, number=2)
    assert phone.answer(draft, 2, **more).url == phone.url("flow_summary", ticket_id=draft.pk)

    assert value_of(draft, asked.text) == {"text": "Drum squeals"}
    assert value_of(draft, asked.long_text) == {"text": "Since this morning.\nOnly when it is warm."}
    assert [c["en"] for c in value_of(draft, asked.single)["choices"]] == ["Leak"]
    assert value_of(draft, asked.number) == {"number": "12.5"}
    assert [c["en"] for c in value_of(draft, asked.multiple)["choices"]] == ["Warm", "Wet"]
    assert value_of(draft, asked.day) == {"date": "2026-01-31"}
    assert value_of(draft, asked.yes_no) == {"yes": False}
    assert files_of(draft) == ["drum.png"]


def test_optional_questions_may_stay_empty(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = phone.start(asked.flow)
    phone.answer(draft, 1, **asked.first)

    assert phone.answer(draft, 2).url == phone.url("flow_summary", ticket_id=draft.pk)
    assert b"Not answered" in phone.get("flow_summary", ticket_id=draft.pk).content


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("12,5", "12.5"), ("12.5", "12.5"), ("1 234,50", "1234.5"), ("1.234,5", "1234.5"), ("-007", "-7"), ("-0", "0")],
)
def test_numbers_are_stored_the_same_however_they_were_typed(
    phone: PortalBrowser, asked: LongFlow, typed: str, stored: str
) -> None:
    draft = phone.start(asked.flow)

    phone.answer(draft, 1, **{f"q{asked.number.pk}": typed})

    assert value_of(draft, asked.number) == {"number": stored}


@pytest.mark.parametrize("typed", ["twelve", "NaN", "1e5", "1,2,3", "½", "9" * 30])
def test_what_is_no_number_is_refused_and_stays_typed(phone: PortalBrowser, asked: LongFlow, typed: str) -> None:
    draft = phone.start(asked.flow)

    answer = phone.answer(draft, 1, **{**asked.first, f"q{asked.number.pk}": typed})

    assert answer.status_code == 400
    assert typed in answer.content.decode()
    assert not Answer.objects.filter(ticket=draft, question=asked.number).exists()


def test_a_day_may_be_typed_as_the_language_writes_it(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = phone.start(asked.flow)
    phone.client.cookies["django_language"] = "de"

    phone.answer(draft, 2, **{f"q{asked.day.pk}": "31.01.2026"})

    assert value_of(draft, asked.day) == {"date": "2026-01-31"}


def test_bad_input_is_named_and_nothing_typed_is_lost(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = phone.start(asked.flow)

    answer = phone.answer(draft, 1, **{**asked.first, f"q{asked.text.pk}": "", f"q{asked.single.pk}": "99999"})

    page = answer.content.decode()
    assert answer.status_code == 400
    assert "Please answer this question." in page
    assert "Since this morning." in page
    assert 'value="12,50"' in page
    assert files_of(draft) == ["drum.png"]
    assert "drum.png" in page


def test_going_back_keeps_what_is_there_and_asks_nothing(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = phone.start(asked.flow)

    answer = phone.answer(draft, 1, action="back", **{f"q{asked.text.pk}": "Half a sent"})

    assert answer.url == phone.url("device")
    assert value_of(draft, asked.text) == {"text": "Half a sent"}
    assert not Answer.objects.filter(ticket=draft, question=asked.long_text).exists()


def test_going_back_leads_to_the_step_before_with_its_answers(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = phone.start(asked.flow)
    phone.answer(draft, 1, **asked.first)

    answer = phone.answer(draft, 2, action="back")

    page = phone.client.get(answer.url).content.decode()
    assert answer.url == phone.url("flow_step", ticket_id=draft.pk, number=1)
    assert "Drum squeals" in page
    assert 'value="12.5"' in page
