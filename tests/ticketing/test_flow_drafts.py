"""Drafts of a flow over HTTP: started, resumed, edited meanwhile, hidden from others, deleted."""

import uuid

import pytest
from django.urls import reverse

from fleet.models import Person
from fleet.services.code_tokens import token_of
from messenger.models import Attachment
from tests.factories import CodeFactory, FlowFactory, QuestionFactory, StepFactory, make_flow
from tests.ticketing.portal_browser import LongFlow, PortalBrowser, answered_draft, files_of, make_device, value_of
from ticketing.models import QuestionKind, Ticket, TicketStatus

pytestmark = pytest.mark.django_db


# Starting -------------------------------------------------------------------------------------------------------------


def test_looking_makes_no_person_and_starting_makes_one(phone: PortalBrowser, asked: LongFlow) -> None:
    phone.get("device")
    assert not Person.objects.filter(role="code_user").exists()

    draft = phone.start(asked.flow)

    assert draft.status == TicketStatus.DRAFT
    assert draft.creator == Person.objects.get(role="code_user")


def test_starting_twice_with_one_key_leads_to_one_draft(phone: PortalBrowser, asked: LongFlow) -> None:
    data = {"client_key": str(uuid.uuid4())}

    first = phone.post("flow_start", data, flow_id=asked.flow.pk)
    second = phone.post("flow_start", data, flow_id=asked.flow.pk)

    assert first.url == second.url
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize("data", [{}, {"client_key": "1"}, {"client_key": str(uuid.uuid4()), "follows": "x"}])
def test_starting_without_a_good_key_is_refused_and_makes_nothing(
    phone: PortalBrowser, asked: LongFlow, data: dict[str, str]
) -> None:
    assert phone.post("flow_start", data, flow_id=asked.flow.pk).status_code == 400
    assert not Ticket.objects.exists()
    assert not Person.objects.filter(role="code_user").exists()


def test_a_flow_that_asks_nothing_leads_to_its_summary(phone: PortalBrowser) -> None:
    silent = FlowFactory(template=phone.device.template)

    page = phone.client.post(
        phone.url("flow_start", flow_id=silent.pk), {"client_key": str(uuid.uuid4())}, follow=True
    ).content.decode()

    assert "Check and send" in page
    assert "These questions were changed meanwhile" not in page


def test_flows_that_are_not_offered_cannot_be_started(phone: PortalBrowser) -> None:
    closed = make_flow(phone.device.template, open_to_code_users=False)
    retired = make_flow(phone.device.template, is_active=False)
    foreign = make_flow()

    for flow in (closed, retired, foreign):
        answer = phone.post("flow_start", {"client_key": str(uuid.uuid4())}, flow_id=flow.pk)
        assert answer.status_code == 404
    assert not Ticket.objects.exists()


# Resuming -------------------------------------------------------------------------------------------------------------


def test_a_draft_is_resumed_at_the_first_step_that_is_not_answered(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = phone.start(asked.flow)
    assert phone.get("flow_resume", ticket_id=draft.pk).url.endswith("/1/")

    phone.answer(draft, 1, **asked.first)
    assert phone.get("flow_resume", ticket_id=draft.pk).url.endswith("/2/")

    phone.answer(draft, 2)
    assert phone.get("flow_resume", ticket_id=draft.pk).url == phone.url("flow_summary", ticket_id=draft.pk)
    assert "Continue where you stopped" in phone.get("device").content.decode()


# The flow is edited meanwhile -----------------------------------------------------------------------------------------


def test_editing_a_flow_never_breaks_a_draft(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = answered_draft(phone, asked)
    asked.long_text.delete()
    asked.single.kind = QuestionKind.TEXT
    asked.single.save()
    asked.photo.kind = QuestionKind.DATE
    asked.photo.save()
    asked.choices[1].delete()

    assert phone.get("flow_resume", ticket_id=draft.pk).url.endswith("/1/")
    assert phone.get("flow_step", ticket_id=draft.pk, number=1).status_code == 200

    data = {
        f"q{asked.text.pk}": "x",
        f"q{asked.single.pk}": "y",
        f"q{asked.number.pk}": "1",
        f"q{asked.photo.pk}": "2026-01-01",
    }
    assert phone.answer(draft, 1, then="summary", **data).url == phone.url("flow_summary", ticket_id=draft.pk)
    page = phone.get("flow_summary", ticket_id=draft.pk).content.decode()
    assert "No longer asked" in page
    assert "Since this morning." in page
    assert files_of(draft) == []

    assert phone.post("flow_send", ticket_id=draft.pk).status_code == 303
    draft.refresh_from_db()
    assert draft.status == TicketStatus.OPEN


def test_a_form_of_a_step_that_moved_is_taken_where_it_belongs(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = phone.start(asked.flow)
    new = StepFactory(flow=asked.flow, title="New", position=-1)
    QuestionFactory(step=new, text="New?")

    answer = phone.answer(draft, 1, step=str(asked.text.step_id), **asked.first)

    assert answer.url == phone.url("flow_step", ticket_id=draft.pk, number=3)
    assert value_of(draft, asked.text) == {"text": "Drum squeals"}
    assert phone.get("flow_resume", ticket_id=draft.pk).url.endswith("/1/")


@pytest.mark.parametrize("number", [0, 3, 99999])
def test_a_step_that_is_not_there_leads_to_one_that_is(phone: PortalBrowser, asked: LongFlow, number: int) -> None:
    draft = phone.start(asked.flow)

    answer = phone.get("flow_step", ticket_id=draft.pk, number=number)

    assert answer.url == phone.url("flow_step", ticket_id=draft.pk, number=1)


def test_a_flow_that_lost_all_questions_can_still_be_sent(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = phone.start(asked.flow)
    asked.flow.steps.all().delete()

    assert phone.get("flow_summary", ticket_id=draft.pk).status_code == 200
    assert phone.post("flow_send", ticket_id=draft.pk).status_code == 303


# Other people's drafts ------------------------------------------------------------------------------------------------


def test_a_draft_is_hidden_from_others_with_the_code(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = phone.start(asked.flow)
    stranger = PortalBrowser(phone.code)
    stranger.start(asked.flow)
    pages = [("flow_resume", {}), ("flow_step", {"number": 1}), ("flow_summary", {}), ("draft_delete", {})]

    for name, more in pages:
        assert stranger.get(name, ticket_id=draft.pk, **more).status_code == 404
        assert phone.get(name, ticket_id=draft.pk, **more).status_code in (200, 303)

    assert stranger.answer(draft, 1, **asked.first).status_code == 404
    assert stranger.post("flow_send", ticket_id=draft.pk).status_code == 404
    assert stranger.post("draft_delete", ticket_id=draft.pk).status_code == 404
    assert Ticket.objects.filter(pk=draft.pk, status="draft").exists()


def test_a_draft_has_one_address_only(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = phone.start(asked.flow)
    other = CodeFactory(device=make_device(template=phone.device.template))
    phone.client.get(reverse("portal:scan", args=[token_of(other)]))

    wrong = reverse("portal:flow_step", kwargs={"slug": other.device.slug, "ticket_id": draft.pk, "number": 1})

    assert phone.client.get(wrong).status_code == 404


# Deleting -------------------------------------------------------------------------------------------------------------


def test_a_draft_is_deleted_after_asking(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = phone.start(asked.flow)
    phone.answer(draft, 1, **asked.first)

    assert "Delete this draft?" in phone.get("draft_delete", ticket_id=draft.pk).content.decode()
    assert Ticket.objects.exists()

    assert phone.post("draft_delete", ticket_id=draft.pk).url == phone.url("device")
    assert not Ticket.objects.exists()
    assert not Attachment.objects.exists()


def test_a_sent_ticket_is_not_deleted_as_a_draft(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = answered_draft(phone, asked)
    phone.post("flow_send", ticket_id=draft.pk)
    neighbour = PortalBrowser(phone.code)
    neighbour.start(asked.flow)

    refusals = [
        (phone.get("draft_delete", ticket_id=draft.pk), 409, "Its status is OPEN now."),
        (phone.post("draft_delete", ticket_id=draft.pk), 409, "Its status is OPEN now."),
        (
            neighbour.post("draft_delete", ticket_id=draft.pk),
            403,
            "Only the person who began this draft can delete it.",
        ),
        (PortalBrowser().post("draft_delete", ticket_id=draft.pk), 404, "This page does not exist"),
    ]

    for answer, status, sentence in refusals:
        assert answer.status_code == status
        assert sentence in answer.content.decode()
    assert Ticket.objects.filter(pk=draft.pk).exists()
