"""A form that says that it can show the next page itself gets it at once; each page says its own address."""

import uuid
from typing import Any

import pytest

from tests.factories import FlowFactory
from tests.ticketing.portal_browser import LongFlow, PortalBrowser, answered_draft
from ticketing.models import Ticket, TicketStatus

pytestmark = pytest.mark.django_db


def post(phone: PortalBrowser, name: str, data: dict[str, Any], **kwargs: Any) -> Any:
    return phone.client.post(phone.url(name, **kwargs) + "?direct", data)


def shows(answer: Any, address: str) -> bool:
    return answer.status_code == 200 and f'data-url="{address}"' in answer.content.decode()


def test_a_start_shows_the_first_step(phone: PortalBrowser, asked: LongFlow) -> None:
    answer = post(phone, "flow_start", {"client_key": str(uuid.uuid4())}, flow_id=asked.flow.pk)

    assert shows(answer, phone.url("flow_step", ticket_id=Ticket.objects.get().pk, number=1))


def test_a_second_start_shows_what_is_still_to_be_answered(phone: PortalBrowser, asked: LongFlow) -> None:
    data = {"client_key": str(uuid.uuid4())}
    post(phone, "flow_start", data, flow_id=asked.flow.pk)
    draft = Ticket.objects.get()
    phone.answer(draft, 1, **asked.first)

    answer = post(phone, "flow_start", data, flow_id=asked.flow.pk)

    assert shows(answer, phone.url("flow_step", ticket_id=draft.pk, number=2))


def test_a_flow_that_asks_nothing_shows_its_summary(phone: PortalBrowser) -> None:
    silent = FlowFactory(template=phone.device.template)

    answer = post(phone, "flow_start", {"client_key": str(uuid.uuid4())}, flow_id=silent.pk)

    assert shows(answer, phone.url("flow_summary", ticket_id=Ticket.objects.get().pk))


def test_a_correction_shows_the_summary_with_it(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = answered_draft(phone, asked)
    given = {**asked.without_photo, f"q{asked.text.pk}": "Drum hums", "then": "summary", "action": "next"}

    answer = post(phone, "flow_step", given, ticket_id=draft.pk, number=1)

    assert shows(answer, phone.url("flow_summary", ticket_id=draft.pk))
    assert "Drum hums" in answer.content.decode()


def test_the_last_step_shows_an_earlier_one_that_was_passed_over(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = phone.start(asked.flow)

    answer = post(phone, "flow_step", {"action": "next"}, ticket_id=draft.pk, number=2)

    assert shows(answer, phone.url("flow_step", ticket_id=draft.pk, number=1))


def test_a_refused_correction_still_leads_back_to_the_summary(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = answered_draft(phone, asked)

    answer = post(phone, "flow_step", {"then": "summary", "action": "next"}, ticket_id=draft.pk, number=1)

    assert answer.status_code == 400
    assert phone.url("flow_step", ticket_id=draft.pk, number=1) + "?then=summary" in answer.content.decode()


def test_sending_shows_the_confirmation(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = answered_draft(phone, asked)

    answer = post(phone, "flow_send", {"first_name": "Lena"}, ticket_id=draft.pk)

    assert shows(answer, phone.url("flow_confirmation", ticket_id=draft.pk))
    draft.refresh_from_db()
    assert draft.status == TicketStatus.OPEN
    assert draft.reference in answer.content.decode()
