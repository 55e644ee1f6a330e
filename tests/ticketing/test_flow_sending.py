"""From the summary of a flow to the open ticket, over HTTP."""

import uuid
from typing import Any

import pytest
from django.urls import reverse

from fleet.models import Person
from tests.cast import client_of, make_cast
from tests.factories import GroupFactory, MemberFactory, make_flow
from tests.ticketing.portal_browser import LongFlow, PortalBrowser, answered_draft
from ticketing.models import Ticket, TicketStatus, Visibility

pytestmark = pytest.mark.django_db


# The summary ----------------------------------------------------------------------------------------------------------


def test_the_summary_waits_for_required_answers(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = phone.start(asked.flow)
    first = phone.url("flow_step", ticket_id=draft.pk, number=1)

    assert phone.get("flow_summary", ticket_id=draft.pk).url == first
    assert phone.post("flow_send", ticket_id=draft.pk).url == first
    draft.refresh_from_db()
    assert draft.status == TicketStatus.DRAFT


def test_a_correction_leads_back_to_the_summary(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = answered_draft(phone, asked)

    left = phone.post("flow_summary", {"edit": "1", "name": "Lena"}, ticket_id=draft.pk)
    assert left.url == phone.url("flow_step", ticket_id=draft.pk, number=1) + "?then=summary"
    draft.creator.refresh_from_db()
    assert draft.creator.first_name == "Lena"

    corrected = phone.answer(draft, 1, **asked.without_photo, then="summary")
    assert corrected.url == phone.url("flow_summary", ticket_id=draft.pk)


@pytest.mark.parametrize("wanted", ["x", "", "-1", "9" * 5000])
def test_a_correction_of_no_step_leads_to_a_step_that_is_there(
    phone: PortalBrowser, asked: LongFlow, wanted: str
) -> None:
    draft = phone.start(asked.flow)

    answer = phone.post("flow_summary", {"edit": wanted}, ticket_id=draft.pk)

    assert phone.client.get(answer.url, follow=True).status_code == 200


def test_a_wrong_address_on_the_summary_is_named_and_stays_typed(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = answered_draft(phone, asked)

    answer = phone.post("flow_send", {"name": "Lena", "contact_email": "lena@"}, ticket_id=draft.pk)

    assert answer.status_code == 400
    assert 'value="lena@"' in answer.content.decode()
    assert 'value="Lena"' in answer.content.decode()
    draft.refresh_from_db()
    assert draft.status == TicketStatus.DRAFT


# Sending --------------------------------------------------------------------------------------------------------------


def test_sending_opens_the_ticket_once_and_says_what_happens_next(phone: PortalBrowser, asked: LongFlow) -> None:
    member = MemberFactory()
    GroupFactory(template=phone.device.template, employees=[member])
    contact = {"name": "Lena Kurz", "phone": "+49 30 1", "contact_email": "lena@example.org"}
    draft = answered_draft(phone, asked)
    assert not member.offers.exists()

    answers = [phone.post("flow_send", contact, ticket_id=draft.pk) for _ in range(2)]

    assert [answer.url for answer in answers] == [phone.url("flow_confirmation", ticket_id=draft.pk)] * 2
    draft.refresh_from_db()
    assert (draft.status, draft.subject, draft.visibility) == ("open", "Drum squeals", "public")
    assert member.offers.count() == 1
    assert draft.journal.filter(kind="opened").count() == 1
    creator = draft.creator
    assert (creator.name, creator.contact_email, creator.email) == ("Lena Kurz", "lena@example.org", None)
    assert draft.reference in phone.get("flow_confirmation", ticket_id=draft.pk).content.decode()


def test_a_form_without_a_field_leaves_what_is_known(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = answered_draft(phone, asked)
    Person.objects.filter(pk=draft.creator_id).update(first_name="Lena Maria", last_name="Kurz", phone="+49 30 1")

    phone.post("flow_send", {"first_name": "Of a former version", "phone": ""}, ticket_id=draft.pk)

    creator = Person.objects.get(pk=draft.creator_id)
    assert (creator.first_name, creator.last_name, creator.phone) == ("Lena Maria", "Kurz", "")


def test_after_sending_the_old_pages_lead_to_the_confirmation(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = answered_draft(phone, asked)

    phone.post("flow_send", ticket_id=draft.pk)

    confirmation = phone.url("flow_confirmation", ticket_id=draft.pk)
    assert phone.get("flow_step", ticket_id=draft.pk, number=1).url == confirmation
    assert phone.answer(draft, 1, **asked.first).url == confirmation
    assert phone.get("flow_summary", ticket_id=draft.pk).url == confirmation


def test_a_new_ticket_remembers_the_one_it_follows(phone: PortalBrowser, asked: LongFlow) -> None:
    old = answered_draft(phone, asked)
    phone.post("flow_send", ticket_id=old.pk)

    assert phone.start(asked.flow, follows=old.pk).follows == old


def test_a_subscriber_who_is_asked_nothing_more_sends_the_ticket() -> None:
    cast = make_cast(TicketStatus.DRAFT, creator="subscriber")
    place = {"slug": cast.device.slug, "ticket_id": cast.ticket.pk}

    answer = cast.client("subscriber").post(reverse("portal:flow_send", kwargs=place))

    assert answer["Location"] == reverse("portal:flow_confirmation", kwargs=place)
    assert cast.fresh().status == TicketStatus.OPEN


# Employees ------------------------------------------------------------------------------------------------------------


def test_employees_behind_a_code_must_choose_who_may_see_the_ticket(phone: PortalBrowser) -> None:
    client = client_of(MemberFactory())
    flow = make_flow(phone.device.template)
    question = flow.steps.get().questions.get()

    def url(name: str, **kwargs: Any) -> str:
        return reverse(f"portal:{name}", kwargs={"slug": phone.device.slug, **kwargs})

    client.post(url("flow_start", flow_id=flow.pk), {"client_key": str(uuid.uuid4())})
    draft = Ticket.objects.get()
    assert draft.visibility == Visibility.INTERNAL

    client.post(url("flow_step", ticket_id=draft.pk, number=1), {"action": "next", f"q{question.pk}": "Leaks"})
    page = client.get(url("flow_summary", ticket_id=draft.pk)).content.decode()
    assert "Who may see this ticket?" in page
    assert "checked" not in page
    assert "How can we reach you?" not in page

    missing = client.post(url("flow_send", ticket_id=draft.pk))
    assert missing.status_code == 400
    assert "Choose who may see this ticket." in missing.content.decode()

    assert client.post(url("flow_send", ticket_id=draft.pk), {"visibility": "public"}).status_code == 303
    draft.refresh_from_db()
    assert (draft.status, draft.visibility) == (TicketStatus.OPEN, Visibility.PUBLIC)
    assert client.get(url("flow_confirmation", ticket_id=draft.pk)).status_code == 200
