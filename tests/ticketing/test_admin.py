"""Tickets in the administration are looked at only; flows and categories speak of what cannot work."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from fleet.actors import KnownActor
from fleet.models import Person
from tests.cast import answer_everything, client_of
from tests.factories import (
    AdministratorFactory,
    CategoryFactory,
    ChoiceFactory,
    DraftFactory,
    FlowFactory,
    GroupFactory,
    MemberFactory,
    QuestionFactory,
    RatingFactory,
    StepFactory,
    TicketFactory,
    make_flow,
)
from ticketing.models import Category, CreationFlow, JournalEntry, QuestionKind, Ticket, TicketStatus, Visibility
from ticketing.services import drafts

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> Person:
    return AdministratorFactory()


@pytest.fixture
def signed_in(administrator: Person) -> Client:
    """A browser in which an administrator is signed in."""
    return client_of(administrator)


def url(model: Any, what: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}", args=args)


def content(signed_in: Client, obj: Any) -> str:
    return signed_in.get(url(type(obj), "change", obj.pk)).content.decode()


def errors(response: Any) -> dict[str, Any]:
    found: dict[str, Any] = response.context["adminform"].form.errors
    return found


@pytest.mark.parametrize("factory", [TicketFactory, DraftFactory])
def test_tickets_are_shown_and_nothing_of_them_changes(factory: Any, signed_in: Client) -> None:
    ticket = factory()
    sent = {
        "status": "closed",
        "subject": "Changed",
        "visibility": "internal",
        "priority": "3",
        "_fsm_transition_to": "finish",
    }

    assert ticket.title in content(signed_in, ticket)
    assert 'name="status"' not in content(signed_in, ticket)
    assert signed_in.post(url(Ticket, "change", ticket.pk), sent).status_code == 403
    assert signed_in.get(url(Ticket, "add")).status_code == 403
    assert signed_in.post(url(Ticket, "add"), sent).status_code == 403

    fresh = Ticket.objects.get(pk=ticket.pk)
    assert (fresh.status, fresh.subject, fresh.visibility) == (ticket.status, ticket.subject, ticket.visibility)


def test_a_ticket_a_journal_row_and_a_rating_cannot_be_deleted(signed_in: Client) -> None:
    rating = RatingFactory()
    entry = JournalEntry.objects.create(
        ticket=rating.ticket, sequence=1, kind="opened", at=rating.created_at, digest="x"
    )

    for obj in (rating.ticket, entry, rating):
        address = url(type(obj), "delete", obj.pk)
        assert signed_in.get(address).status_code == 403
        assert signed_in.post(address, {"post": "yes"}).status_code == 403
        bulk = {"action": "delete_selected", "_selected_action": [obj.pk], "post": "yes"}
        signed_in.post(url(type(obj), "changelist"), bulk)
        assert "delete_selected" not in signed_in.get(url(type(obj), "changelist")).content.decode()
        obj.refresh_from_db()


def test_a_ticket_shows_its_journal(signed_in: Client) -> None:
    flow = make_flow()
    GroupFactory(template=flow.template, employees=[MemberFactory()])
    ticket = DraftFactory(device__template=flow.template, flow=flow, creator=AdministratorFactory())
    actor = KnownActor(person=ticket.creator)
    answer_everything(actor, ticket)

    opened = drafts.open_ticket(actor=actor, ticket_id=ticket.pk, visibility=Visibility.PUBLIC)

    assert opened.status == TicketStatus.OPEN
    entry = JournalEntry.objects.order_by("pk").first()
    assert entry is not None
    assert url(JournalEntry, "change", entry.pk) in content(signed_in, ticket)
    assert entry.digest in content(signed_in, entry)


def test_tickets_are_found_by_number(signed_in: Client) -> None:
    ticket, other = TicketFactory(), TicketFactory()

    found = signed_in.get(url(Ticket, "changelist"), {"q": ticket.number}).content.decode()

    assert ticket.subject in found
    assert other.subject not in found


def flow_form(flow: CreationFlow, **fields: Any) -> dict[str, Any]:
    given = {
        "name_en": "Report",
        "button_label_en": "Report it",
        "icon": "wrench",
        "position": "1",
        "template": flow.template.pk,
    }
    return {**given, **fields}


def test_a_flow_takes_groups_of_its_own_template_only(signed_in: Client) -> None:
    flow = FlowFactory()
    own, foreign = GroupFactory(template=flow.template), GroupFactory(name="Foreign people")
    address = url(CreationFlow, "change", flow.pk)

    assert "Foreign people" not in content(signed_in, flow)
    for field in ("responsible_group", "notification_group"):
        assert field in errors(signed_in.post(address, flow_form(flow, **{field: foreign.pk})))
        assert field in errors(signed_in.post(url(CreationFlow, "add"), flow_form(flow, **{field: foreign.pk})))
        assert signed_in.post(address, flow_form(flow, **{field: own.pk})).status_code == 302
    new = signed_in.get(f"{url(CreationFlow, 'add')}?template={flow.template.pk}").content.decode()
    assert "Foreign people" not in new


def test_a_flow_stays_with_its_template(signed_in: Client) -> None:
    flow, other = FlowFactory(), FlowFactory()
    signed_in.post(url(CreationFlow, "change", flow.pk), flow_form(flow, template=other.template.pk))
    assert CreationFlow.objects.get(pk=flow.pk).template == flow.template


def test_categories_have_two_levels(signed_in: Client) -> None:
    below = CategoryFactory(parent=CategoryFactory())
    other = CategoryFactory()
    form = {"name_en": "Brakes", "audience": "everybody", "position": "0", "is_active": "on"}
    above = url(Category, "change", below.parent.pk)

    assert "parent" in errors(signed_in.post(url(Category, "add"), {**form, "parent": below.pk}))
    assert "parent" in errors(signed_in.post(above, {**form, "parent": other.pk}))
    assert "parent" in errors(signed_in.post(above, {**form, "parent": below.parent.pk}))
    assert signed_in.post(url(Category, "change", other.pk), {**form, "parent": below.parent.pk}).status_code == 302


def test_a_choice_question_without_choices_is_marked_on_every_level(signed_in: Client) -> None:
    question = QuestionFactory(kind=QuestionKind.SINGLE_CHOICE, text="Which light?")
    sentence = "“Which light?” has nothing to choose from"

    for obj in (question, question.step, question.step.flow):
        assert sentence in content(signed_in, obj)
    assert sentence in signed_in.get(url(CreationFlow, "changelist")).content.decode()

    ChoiceFactory(question=question)
    for obj in (question, question.step, question.step.flow):
        assert sentence not in content(signed_in, obj)


def test_a_flow_without_a_group_to_ask_is_marked(signed_in: Client) -> None:
    flow = FlowFactory()

    assert "no one is offered its tickets" in content(signed_in, flow)

    GroupFactory(template=flow.template)
    assert "no one is offered its tickets" not in content(signed_in, flow)


def test_a_flow_that_asks_nothing_is_marked(signed_in: Client) -> None:
    flow = FlowFactory()

    assert "has no steps yet" in content(signed_in, flow)

    StepFactory(flow=flow, title="Photos")
    assert "“Photos” asks nothing" in content(signed_in, flow)


def test_two_questions_that_name_the_ticket_are_marked(signed_in: Client) -> None:
    flow = FlowFactory()
    step = StepFactory(flow=flow)
    QuestionFactory(step=step, names_ticket=True)

    assert "More than one question" not in content(signed_in, flow)

    QuestionFactory(step=step, names_ticket=True, kind=QuestionKind.FILES, text="Show it")
    assert "More than one question becomes the subject" in content(signed_in, flow)
    assert "“Show it” cannot become the subject" in content(signed_in, flow)


def test_only_choice_questions_list_choices(signed_in: Client) -> None:
    choice = ChoiceFactory()
    assert "/choice/add/?question=" in content(signed_in, choice.question)
    assert "/choice/add/?question=" not in content(signed_in, QuestionFactory())
