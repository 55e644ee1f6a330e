"""A new ticket at a desk: all steps of the flow on one page, who reported it, and who may see it."""

import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fleet.models import Device, Person, Role
from tests.cast import client_of, make_cast
from tests.factories import (
    ChoiceFactory,
    CustomerFactory,
    DeviceFactory,
    FlowFactory,
    ManagerFactory,
    MemberFactory,
    ModeratorFactory,
    QuestionFactory,
    StepFactory,
    SubscriberFactory,
)
from tests.ticketing.portal_browser import make_long_flow, photo
from ticketing.models import (
    Answer,
    CreationFlow,
    JournalEntry,
    Priority,
    QuestionKind,
    Ticket,
    TicketStatus,
    Visibility,
)
from ticketing.services.verification import verify_ticket

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@dataclass
class Desk:
    """A member's browser at a form of a draft with two steps of one question each."""

    member: Person
    client: Client
    device: Device
    flow: CreationFlow
    draft: Ticket
    names: list[str]

    @property
    def url(self) -> str:
        return reverse("office:ticket_form", args=[self.device.slug, self.draft.pk])

    @property
    def complete(self) -> dict[str, str]:
        return {**dict.fromkeys(self.names, "Leaks"), "visibility": "public", "action": "send"}

    def send(self, **changed: Any) -> Any:
        return self.client.post(self.url, {**self.complete, **changed})

    @property
    def ticket(self) -> Ticket:
        return Ticket.objects.get(pk=self.draft.pk)


def begin(client: Client, device: Device, flow: CreationFlow) -> Ticket:
    key = uuid.uuid4()
    client.post(reverse("office:flow_start", args=[device.slug, flow.pk]), {"client_key": str(key)})
    return Ticket.objects.get(client_key=key)


@pytest.fixture
def desk() -> Desk:
    device = DeviceFactory(name="Kran 7", customer=CustomerFactory(name="Werk"))
    flow: CreationFlow = FlowFactory(template=device.template)
    questions = [QuestionFactory(step=StepFactory(flow=flow), text=f"Question {n}") for n in range(2)]
    member = MemberFactory(first_name="Tom", last_name="Whitfield")
    client = client_of(member)
    return Desk(member, client, device, flow, begin(client, device, flow), [f"q{each.pk}" for each in questions])


def chosen(person: Person) -> dict[str, str]:
    return {"person": str(person.pk), "person_text": person.name}


# The way there -------------------------------------------------------------------------------------------------------


def test_a_device_is_chosen_by_typing_and_one_flow_is_begun_at_once(desk: Desk) -> None:
    address, key = reverse("office:ticket_create"), str(uuid.uuid4())
    typed = {"client_key": key, "device": str(desk.device.pk), "device_text": "Kran 7"}

    for _click in range(2):
        started = desk.client.post(address, typed)
        draft = Ticket.objects.get(client_key=key)
        assert started["Location"] == reverse("office:ticket_form", args=[desk.device.slug, draft.pk])

    FlowFactory(template=desk.device.template)
    several = desk.client.post(address, {**typed, "client_key": str(uuid.uuid4())})
    assert several["Location"] == reverse("office:ticket_create_flow", args=[desk.device.slug])


def test_a_device_that_was_only_typed_is_an_error_that_keeps_the_text(desk: Desk) -> None:
    page = desk.client.post(reverse("office:ticket_create"), {"client_key": uuid.uuid4(), "device_text": "Kran"})

    assert page.status_code == 400
    assert 'value="Kran"' in page.content.decode()
    assert "Choose one of the suggestions" in page.content.decode()


def test_managers_choose_from_the_list_as_before_and_go_step_by_step() -> None:
    cast = make_cast()
    manager = cast.client("manager")

    assert manager.get(reverse("office:ticket_create")).context["page"].choice is None
    draft = begin(manager, cast.device, cast.flow)
    place = [cast.device.slug, draft.pk]
    assert manager.get(reverse("office:ticket_form", args=place))["Location"] == reverse(
        "office:flow_resume", args=place
    )
    assert manager.get(reverse("office:flow_step", args=[*place, 1])).status_code == 200


@pytest.mark.parametrize("name", ["flow_resume", "flow_step", "flow_summary"])
def test_old_addresses_lead_employees_to_the_one_page(desk: Desk, name: str) -> None:
    number = [1] if name == "flow_step" else []

    answer = desk.client.get(reverse(f"office:{name}", args=[desk.device.slug, desk.draft.pk, *number]))

    assert answer["Location"] == desk.url


def test_a_draft_is_its_creators(desk: Desk) -> None:
    assert desk.client.get(desk.url).status_code == 200
    assert client_of(ModeratorFactory()).get(desk.url).status_code == 403
    for person in (MemberFactory(), ManagerFactory(customer=desk.device.customer)):
        assert client_of(person).get(desk.url).status_code == 404
        assert client_of(person).post(desk.url, desk.complete).status_code == 404
    assert desk.ticket.is_draft


# Sending -------------------------------------------------------------------------------------------------------------


def test_a_ticket_made_on_one_page_equals_one_made_step_by_step(desk: Desk) -> None:
    assert desk.ticket.visibility == Visibility.INTERNAL
    stepwise = begin(desk.client, desk.device, desk.flow)
    for number, name in enumerate(desk.names, 1):
        step = reverse("office:flow_step", args=[desk.device.slug, stepwise.pk, number])
        desk.client.post(step, {"action": "next", name: "Leaks"})
    place = [desk.device.slug, stepwise.pk]
    assert desk.client.post(reverse("office:flow_send", args=place), {"visibility": "public"}).status_code == 303

    assert desk.send()["Location"] == reverse("office:ticket_detail", args=[desk.draft.pk])

    def facts(pk: int) -> Any:
        ticket = Ticket.objects.get(pk=pk)
        journal = [(e.kind, e.person_id, e.sequence, e.public_sequence, sorted(e.data)) for e in journal_of(ticket)]
        answers = [(a.question_id, a.kind, a.value, a.position, a.question_texts) for a in ticket.answers.all()]
        same = (
            ticket.status,
            ticket.visibility,
            ticket.priority,
            ticket.subject,
            ticket.category_id,
            ticket.customer_id,
        )
        return journal, answers, same, sorted(ticket.offers.values_list("person", "decision"))

    assert facts(desk.draft.pk) == facts(stepwise.pk)
    assert list(verify_ticket(desk.ticket)) == []


def journal_of(ticket: Ticket) -> list[JournalEntry]:
    return list(JournalEntry.objects.filter(ticket=ticket).order_by("sequence"))


def test_what_is_wrong_is_named_and_linked_and_nothing_typed_is_lost(desk: Desk) -> None:
    typed = {desk.names[0]: "Leaks", "visibility": "", "person_text": "Nobody here", "action": "send"}

    page = desk.client.post(desk.url, typed)

    html = page.content.decode()
    assert page.status_code == 400
    assert "Please check 3 fields." in html
    for name, label in (("person", "Reported by"), (desk.names[1], "Question 1"), ("visibility", "Who may see")):
        assert f'href="#id_{name}"' in html, label
        assert f'id="id_{name}"' in html, label
    assert 'value="Leaks"' in html
    assert 'value="Nobody here"' in html
    assert desk.ticket.is_draft
    assert Answer.objects.get(ticket=desk.draft).value == {"text": "Leaks"}


def test_a_double_click_makes_one_ticket_and_one_new_person(desk: Desk) -> None:
    new = {"new-name": "Zoe Thal", "new-phone": "030 1", **customer_of(desk)}

    answers = [desk.send(**new) for _click in range(2)]

    assert [answer.url for answer in answers] == [reverse("office:ticket_detail", args=[desk.draft.pk])] * 2
    assert Ticket.objects.posted().count() == 1
    assert desk.ticket.reporter == Person.objects.get(last_name="Thal")


def customer_of(desk: Desk) -> dict[str, str]:
    """As the page fills it in."""
    customer = desk.device.customer
    assert customer is not None
    return {"new-customer": str(customer.pk), "new-customer_text": customer.name}


def test_internal_or_public_must_be_chosen(desk: Desk) -> None:
    assert desk.send(visibility="").status_code == 400
    assert desk.send(visibility="nonsense").status_code == 400
    assert desk.send(visibility="internal").status_code == 303
    assert desk.ticket.visibility == Visibility.INTERNAL


def test_an_urgent_answer_says_what_to_do_and_raises_the_priority(desk: Desk) -> None:
    question = QuestionFactory(step=desk.flow.steps.all()[0], kind=QuestionKind.SINGLE_CHOICE)
    danger = ChoiceFactory(question=question, raises_priority=True, instruction="Stop the engine.")
    assert "Stop the engine." in desk.client.get(desk.url).content.decode()

    desk.send(**{f"q{question.pk}": str(danger.pk)})

    assert desk.ticket.priority == Priority.HIGH
    assert [entry.kind for entry in journal_of(desk.ticket)][:2] == ["opened", "priority_changed"]


# Who reported it -----------------------------------------------------------------------------------------------------


def test_the_person_who_reported_it_is_named(desk: Desk) -> None:
    anna = SubscriberFactory(first_name="Anna", last_name="Berg", customer=desk.device.customer)

    assert desk.send(**chosen(anna)).status_code == 303

    page = desk.client.get(reverse("office:ticket_detail", args=[desk.draft.pk])).content.decode()
    assert "Anna Berg" in page
    assert "Recorded by Tom Whitfield" in page


def test_someone_new_is_added_as_a_subscriber_of_the_devices_customer(desk: Desk) -> None:
    html = desk.client.get(desk.url).content.decode()
    assert 'value="Werk"' in html

    desk.send(**{"new-name": "Zoe von Thal", "new-contact_email": "zoe@werk.example", **customer_of(desk)})

    zoe = desk.ticket.person
    assert zoe is not None
    assert (zoe.first_name, zoe.last_name, zoe.role, zoe.email) == ("Zoe von", "Thal", Role.SUBSCRIBER, None)
    assert (zoe.contact_email, zoe.customer) == ("zoe@werk.example", desk.device.customer)


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"new-name": "Zoe"}, ["new-phone"]),
        ({"new-phone": "030 1"}, ["new-name"]),
        ({"new-name": "Zoe", "new-phone": "x"}, ["new-phone"]),
        ({"new-name": "Zoe", "new-phone": "030 1", "new-customer": "", "new-customer_text": ""}, ["new-customer"]),
        ({"new-name": "Zoe", "new-phone": "030 1", "new-customer_text": "Elsewhere"}, ["new-customer"]),
        ({"new-name": "Zoe", "new-contact_email": "anna@werk.example"}, ["new-contact_email"]),
    ],
)
def test_someone_new_needs_a_name_a_way_to_reach_them_and_a_customer(
    desk: Desk, given: dict[str, str], wrong: list[str]
) -> None:
    SubscriberFactory(email="anna@werk.example")

    page = desk.send(**{**customer_of(desk), **given})

    html = page.content.decode()
    assert page.status_code == 400
    assert [name for name in ("name", "phone", "contact_email", "customer") if f'href="#id_new-{name}"' in html] == [
        each.removeprefix("new-") for each in wrong
    ]
    assert desk.ticket.is_draft
    assert not Person.objects.filter(first_name="Zoe").exists()


def test_who_was_looked_for_in_vain_is_added_instead_and_never_two_at_once(desk: Desk) -> None:
    anna = SubscriberFactory(first_name="Anna", last_name="Berg")
    new = {"new-name": "Zoe Thal", "new-phone": "030 1", **customer_of(desk)}

    both = desk.send(**new, **chosen(anna))
    assert both.status_code == 400
    assert "not both" in both.content.decode()

    assert desk.send(**new, person_text="Zoe").status_code == 303


def test_the_search_without_a_script_keeps_everything_that_was_typed(desk: Desk) -> None:
    anna = SubscriberFactory(first_name="Anna", last_name="Berg")
    typed = {**desk.complete, "action": "", "person_text": "ann", "new-phone": "030 1", "suggest": "person"}

    page = desk.client.post(desk.url, typed)

    html = " ".join(page.content.decode().split())
    assert page.status_code == 200
    assert f'type="radio" name="person" value="{anna.pk}"' in html
    assert html.count('value="Leaks"') == 2
    assert 'value="030 1"' in html
    assert html.count("checked") == 1
    assert "notice--error" not in html
    assert desk.send(person=str(anna.pk), person_text="ann", person_listed="ann").status_code == 303
    assert desk.ticket.person == anna


# The draft -----------------------------------------------------------------------------------------------------------


def test_what_is_typed_is_kept_while_it_is_typed_and_summed_up(desk: Desk) -> None:
    anna = SubscriberFactory(first_name="Anna", last_name="Berg")

    kept = desk.client.post(f"{desk.url}?keep", {desk.names[0]: "Leaks", "visibility": "public", **chosen(anna)})

    html = kept.content.decode()
    assert kept.status_code == 200
    assert 'id="form-summary"' in html
    assert "Leaks" in html
    assert "Anna Berg" in html
    assert "Not answered: Question 1" in html
    again = desk.client.get(desk.url).content.decode()
    assert 'value="Leaks"' in again
    assert 'value="Anna Berg"' in again
    assert (desk.ticket.is_draft, desk.ticket.visibility) == (True, Visibility.INTERNAL)


def test_a_draft_can_be_left_and_an_empty_one_is_not_kept(desk: Desk) -> None:
    later = desk.client.post(desk.url, {desk.names[0]: "Leaks", "action": "later"})
    assert later["Location"] == reverse("office:ticket_list")
    assert Answer.objects.get(ticket=desk.draft).value == {"text": "Leaks"}
    assert desk.client.post(desk.url, {"action": "back"})["Location"] == leave(desk)
    assert desk.ticket.is_draft

    empty = begin(desk.client, desk.device, desk.flow)
    url = reverse("office:ticket_form", args=[desk.device.slug, empty.pk])
    assert desk.client.post(url, {"action": "back"})["Location"] == leave(desk)
    assert not Ticket.objects.filter(pk=empty.pk).exists()


def leave(desk: Desk) -> str:
    return reverse("office:ticket_create_flow", args=[desk.device.slug])


def test_the_named_person_can_be_taken_away_again(desk: Desk) -> None:
    anna = SubscriberFactory(first_name="Anna", last_name="Berg")
    desk.client.post(f"{desk.url}?keep", chosen(anna))
    assert desk.ticket.person == anna

    desk.send(person="", person_text="")

    assert desk.ticket.person is None


def test_files_are_kept_shown_and_taken_away_with_everything_else_in_its_place() -> None:
    device = DeviceFactory()
    client, long = client_of(MemberFactory()), make_long_flow(device)
    draft = begin(client, device, long.flow)
    url = reverse("office:ticket_form", args=[device.slug, draft.pk])
    field = f"q{long.photo.pk}"

    page = client.post(url, {f"q{long.text.pk}": "Squeals", field: photo(), "action": "send"})
    assert page.status_code == 400
    kept = Answer.objects.get(ticket=draft, question=long.photo).attachments.get()
    assert str(kept.pk) in page.content.decode()

    removed = client.post(url, {f"q{long.text.pk}": "Squeals", "visibility": "internal", "remove": str(kept.pk)})
    html = removed.content.decode()
    assert removed.status_code == 200
    assert str(kept.pk) not in html
    assert 'value="Squeals"' in html
    assert html.count("checked") == 1


def test_more_questions_and_steps_cost_no_more_statements(desk: Desk) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert desk.client.get(desk.url).status_code == 200
        return len(queries)

    kinds = (QuestionKind.SINGLE_CHOICE, QuestionKind.TEXT, QuestionKind.FILES)
    for kind in kinds:
        QuestionFactory(step=StepFactory(flow=desk.flow), kind=kind)
    few = cost()
    for _number in range(3):
        step = StepFactory(flow=desk.flow)
        for kind in kinds:
            QuestionFactory(step=step, kind=kind)

    assert cost() == few


def test_a_ticket_that_was_sent_meanwhile_is_shown(desk: Desk) -> None:
    desk.send()

    for answer in (desk.client.get(desk.url), desk.client.post(f"{desk.url}?keep", desk.complete)):
        assert answer["Location"] == reverse("office:ticket_detail", args=[desk.draft.pk])
    assert desk.ticket.status == TicketStatus.OPEN
