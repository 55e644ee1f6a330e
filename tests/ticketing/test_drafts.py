"""Creation flows: starting, answering, resuming and sending a draft; D4, D9, D12, D18, D20 and D24."""

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from config.common.errors import InvalidInput, NotAllowed, NotVisible, WrongStatus
from config.common.rules import may
from fleet.actors import KnownActor
from fleet.models import Device, Person
from messenger.models import Attachment, Conversation, Notification
from tests.cast import Cast, answer_everything, make_cast, open_for, start
from tests.factories import (
    AttachmentFactory,
    ChoiceFactory,
    CodeUserFactory,
    DeviceFactory,
    GroupFactory,
    ManagerFactory,
    MemberFactory,
    QuestionFactory,
    StepFactory,
    make_flow,
)
from ticketing import access
from ticketing.models import Answer, JournalEntry, Question, QuestionKind, Ticket, TicketStatus, Visibility
from ticketing.selectors import flow_progress
from ticketing.services import drafts
from ticketing.services.drafts import AnswerInput

pytestmark = pytest.mark.django_db
ANY = AnswerInput({"text": "An answer."})


@pytest.fixture
def cast() -> Cast:
    return make_cast(TicketStatus.DRAFT)


def begin(actor: KnownActor, cast: Cast, key: uuid.UUID | None = None, **options: Any) -> Ticket:
    return drafts.start_draft(
        actor=actor, device=cast.device, flow=cast.flow, client_key=key or uuid.uuid4(), **options
    )


# Starting ------------------------------------------------------------------------------------------------------------


def test_a_draft_has_no_number_notifies_no_one_and_records_nothing(cast: Cast) -> None:
    ticket = cast.ticket

    assert (ticket.status, ticket.number, ticket.sequence) == (TicketStatus.DRAFT, None, 0)
    assert not ticket.offers.exists()
    assert not JournalEntry.objects.exists()
    assert not Notification.objects.exists()


def test_the_same_key_twice_is_the_same_draft(cast: Cast) -> None:
    key = uuid.uuid4()

    first, second, other = begin(cast.reporter, cast, key), begin(cast.reporter, cast, key), begin(cast.reporter, cast)

    assert first == second
    assert first != other


def test_the_key_of_another_person_opens_no_draft_of_theirs(cast: Cast) -> None:
    key = uuid.uuid4()
    begin(cast.reporter, cast, key)

    with pytest.raises(InvalidInput):
        begin(cast.acting("holder"), cast, key)


def test_the_draft_of_an_employee_is_internal_until_the_last_step_asks(cast: Cast) -> None:
    assert begin(cast.uninvolved, cast).visibility == Visibility.INTERNAL
    assert begin(cast.reporter, cast).visibility == Visibility.PUBLIC


def test_the_flow_carries_the_category_and_the_device_the_customer(cast: Cast) -> None:
    assert cast.ticket.category == cast.flow.category
    assert cast.ticket.customer == cast.device.customer


def test_without_a_customer_of_the_device_the_ticket_has_that_of_its_person() -> None:
    cast = make_cast()
    manager: Person = ManagerFactory()
    device: Device = DeviceFactory(template=cast.device.template, customer=None)
    actor = KnownActor(person=manager, device_ids=frozenset({device.pk}))

    ticket = drafts.start_draft(actor=actor, device=device, flow=cast.flow, client_key=uuid.uuid4())

    assert (ticket.customer, ticket.person) == (manager.customer, manager)


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("stranger", False),
        ("holder", True),
        ("other_holder", False),
        ("other_customers_manager", False),
        ("manager", True),
    ],
)
def test_flows_start_where_the_device_may_be_opened(cast: Cast, role: str, allowed: bool) -> None:
    assert bool(may(cast[role], "ticketing.start_flow", (cast.flow, cast.device))) == allowed
    assert (cast.flow in access.flows_for(cast[role], cast.device)) == allowed


def test_a_flow_that_is_closed_to_code_users_is_for_employees(cast: Cast) -> None:
    inside = make_flow(cast.device.template, open_to_code_users=False)

    for role in ("holder", "reporter", "manager"):
        assert access.flows_for(cast[role], cast.device) == [cast.flow]
        with pytest.raises(NotVisible):
            access.flow_for(cast[role], cast.device, inside.pk)
    assert access.flows_for(cast.uninvolved, cast.device) == [cast.flow, inside]


def test_inactive_flows_and_flows_of_other_templates_cannot_be_started(cast: Cast) -> None:
    for flow in (make_flow(cast.device.template, is_active=False), make_flow()):
        with pytest.raises(NotVisible):
            drafts.start_draft(actor=cast.administrator, device=cast.device, flow=flow, client_key=uuid.uuid4())


def test_a_ticket_follows_only_one_that_its_creator_sees(cast: Cast) -> None:
    old = make_cast(TicketStatus.CLOSED)

    new = drafts.start_draft(
        actor=old.reporter, device=old.device, flow=old.flow, client_key=uuid.uuid4(), follows=old.ticket.pk
    )

    assert new.follows == old.ticket
    with pytest.raises(NotVisible):
        begin(cast.reporter, cast, follows=old.ticket.pk)


def test_a_stranger_starts_nothing(cast: Cast) -> None:
    with pytest.raises(NotVisible):
        begin(KnownActor(person=CodeUserFactory()), cast)


# Answering -----------------------------------------------------------------------------------------------------------


def test_answers_keep_the_question_of_the_moment_in_all_languages(cast: Cast) -> None:
    question = Question.objects.get(step__flow=cast.flow)
    question.text_de = "Was ist defekt?"  # type: ignore[attr-defined]
    question.save()

    with translation.override("fr"):
        drafts.save_answers(actor=cast.reporter, ticket_id=cast.ticket.pk, answers={question: ANY})
    question.text_en = question.text_de = "Edited."  # type: ignore[attr-defined]
    question.save()

    texts = Answer.objects.get(ticket=cast.ticket).question_texts
    # A missing translation falls back to English.
    assert texts == {"en": "What is wrong?", "de": "Was ist defekt?", "fr": "What is wrong?"}


def test_answering_again_replaces_the_answer(cast: Cast) -> None:
    answer_everything(cast.reporter, cast.ticket, "First.")
    answer_everything(cast.reporter, cast.ticket, "Second.")
    assert [a.value for a in cast.ticket.answers.all()] == [{"text": "Second."}]


def test_only_who_began_a_draft_continues_it(cast: Cast) -> None:
    question = Question.objects.get(step__flow=cast.flow)
    expected = {
        "moderator": NotAllowed,
        "administrator": NotAllowed,
        "uninvolved": NotVisible,
        "holder": NotVisible,
    }

    for role, refusal in expected.items():
        with pytest.raises(refusal):
            drafts.save_answers(actor=cast.acting(role), ticket_id=cast.ticket.pk, answers={question: ANY})

    drafts.save_answers(actor=cast.reporter, ticket_id=cast.ticket.pk, answers={question: ANY})


def test_a_question_of_another_flow_is_refused(cast: Cast) -> None:
    with pytest.raises(InvalidInput):
        drafts.save_answers(actor=cast.reporter, ticket_id=cast.ticket.pk, answers={QuestionFactory(): ANY})


def test_a_sent_ticket_takes_no_more_answers() -> None:
    cast = make_cast()
    question = Question.objects.get(step__flow=cast.flow)

    with pytest.raises(WrongStatus):
        drafts.save_answers(actor=cast.reporter, ticket_id=cast.ticket.pk, answers={question: ANY})


def test_what_was_saved_since_it_was_read_is_read_again(cast: Cast) -> None:
    ticket = begin(cast.reporter, cast)
    question = Question.objects.get(step__flow=cast.flow)
    read = flow_progress(ticket)
    drafts.save_answers(actor=cast.reporter, ticket_id=ticket.pk, answers={question: ANY})

    later = AnswerInput({"text": "Another answer."})
    progress = drafts.save_answers(actor=cast.reporter, ticket_id=ticket.pk, answers={question: later}, read=read)

    assert read.answers == []
    assert progress.answers == list(ticket.answers.all())
    assert [answer.value for answer in ticket.answers.all()] == [{"text": "Another answer."}]


def test_what_was_read_before_it_was_sent_opens_nothing(cast: Cast) -> None:
    question = Question.objects.get(step__flow=cast.flow)
    read = flow_progress(Ticket.objects.get(pk=cast.ticket.pk))
    drafts.save_answers(actor=cast.reporter, ticket_id=cast.ticket.pk, answers={question: ANY}, read=read)
    stranger = KnownActor(person=CodeUserFactory())
    with pytest.raises(NotVisible):
        drafts.save_answers(actor=stranger, ticket_id=cast.ticket.pk, answers={question: ANY}, read=read)

    drafts.open_ticket(actor=cast.reporter, ticket_id=cast.ticket.pk)

    with pytest.raises(WrongStatus):
        drafts.save_answers(actor=cast.reporter, ticket_id=cast.ticket.pk, answers={question: ANY}, read=read)


def test_files_of_an_answer_are_taken_away_by_its_creator_only_where_they_are(cast: Cast) -> None:
    question = Question.objects.get(step__flow=cast.flow)
    mine = AttachmentFactory(answer=cast.ticket.answers.get(), uploader=cast.person("reporter"))
    foreign = AttachmentFactory(
        answer=Answer.objects.create(ticket=make_cast().ticket, kind=QuestionKind.TEXT, question_texts={})
    )
    removal = AnswerInput({"text": "An answer."}, removed_ids=[mine.pk, foreign.pk])

    drafts.save_answers(actor=cast.reporter, ticket_id=cast.ticket.pk, answers={question: removal})

    assert list(Attachment.objects.all()) == [foreign]


def test_a_draft_is_resumed_at_the_first_step_that_is_not_answered(cast: Cast) -> None:
    flow = make_flow(cast.device.template)
    second = QuestionFactory(step=StepFactory(flow=flow))
    optional = QuestionFactory(step=StepFactory(flow=flow), is_required=False)
    StepFactory(flow=flow, title="Asks nothing")
    ticket = drafts.start_draft(actor=cast.reporter, device=cast.device, flow=flow, client_key=uuid.uuid4())

    def resumed_at() -> int | None:
        step = flow_progress(ticket).first_unanswered
        return step.number if step else None

    assert [step.number for step in flow_progress(ticket).steps] == [1, 2, 3]
    passing: list[tuple[Question, str, int | None]] = [
        (flow_progress(ticket).questions[0], "It smokes.", 2),
        (second, "", 2),
        (second, "Since today.", 3),
        (optional, "", None),
    ]
    for question, value, then in passing:
        drafts.save_answers(actor=cast.reporter, ticket_id=ticket.pk, answers={question: AnswerInput({"text": value})})
        assert resumed_at() == then


# Sending -------------------------------------------------------------------------------------------------------------


def test_sending_twice_gives_one_number_one_set_of_offers_and_one_set_of_notifications(cast: Cast) -> None:
    first = drafts.open_ticket(actor=cast.reporter, ticket_id=cast.ticket.pk)
    stored = (JournalEntry.objects.count(), Notification.objects.count(), first.offers.count())

    second = drafts.open_ticket(actor=cast.reporter, ticket_id=cast.ticket.pk)

    assert (first.number, first.sequence) == (second.number, second.sequence)
    assert stored == (JournalEntry.objects.count(), Notification.objects.count(), 3)
    assert {offer.person for offer in first.offers.all()} == set(cast.group.employees.all())
    assert Notification.objects.filter(kind="ticket_offered").count() == 3


def test_numbers_count_up_without_a_gap_whatever_happens_to_drafts(cast: Cast) -> None:
    start(cast.reporter, cast.device, cast.flow)
    numbers = [open_for(cast.reporter, cast.device, cast.flow).number for _ in range(3)]
    assert numbers == [1001, 1002, 1003]


@pytest.mark.parametrize("assigns_automatically", [False, True])
def test_the_number_is_taken_at_the_very_end(cast: Cast, assigns_automatically: bool) -> None:
    """The next ticket to be sent waits for the counter's row until this transaction ends."""
    cast.group.assigns_automatically = assigns_automatically
    cast.group.save()
    answer_everything(cast.reporter, cast.ticket)

    with CaptureQueriesContext(connection) as asked:
        sent = drafts.open_ticket(actor=cast.reporter, ticket_id=cast.ticket.pk)

    writes = [query["sql"] for query in asked if query["sql"].startswith(("UPDATE", "INSERT"))]
    counter = max(number for number, sql in enumerate(writes) if "ticketcounter" in sql)
    assert len(writes) - counter - 1 <= (6 if assigns_automatically else 1)
    assert str(sent.number) in sent.search_public
    assert Ticket.objects.get(pk=sent.pk).search_public == sent.search_public


def test_an_unanswered_question_keeps_the_draft_a_draft(cast: Cast) -> None:
    ticket = begin(cast.reporter, cast)

    with pytest.raises(InvalidInput) as caught:
        drafts.open_ticket(actor=cast.reporter, ticket_id=ticket.pk)

    assert caught.value.code == "incomplete"
    ticket.refresh_from_db()
    assert (ticket.status, ticket.number, ticket.sequence) == (TicketStatus.DRAFT, None, 0)


def test_an_employee_must_choose_who_sees_the_ticket_and_gets_what_was_chosen(cast: Cast) -> None:
    for visibility in Visibility:
        ticket = start(cast.uninvolved, cast.device, cast.flow)

        with pytest.raises(InvalidInput) as caught:
            drafts.open_ticket(actor=cast.uninvolved, ticket_id=ticket.pk)
        assert caught.value.field == "visibility"

        opened = drafts.open_ticket(actor=cast.uninvolved, ticket_id=ticket.pk, visibility=visibility)
        assert opened.visibility == visibility
        assert bool(may(cast.holder, "ticketing.view_ticket", opened)) == (visibility == Visibility.PUBLIC)


def test_an_internal_ticket_leaves_no_public_row(cast: Cast) -> None:
    ticket = open_for(cast.uninvolved, cast.device, cast.flow, Visibility.INTERNAL)
    assert ticket.public_sequence == 0
    assert ticket.sequence > 0


def test_the_subject_is_the_answer_that_names_the_ticket_else_the_first_text_else_nothing(cast: Cast) -> None:
    flow = make_flow(cast.device.template, QuestionKind.LONG_TEXT, QuestionKind.TEXT, QuestionKind.TEXT)
    long, first, second = Question.objects.filter(step__flow=flow)
    texts = {q: AnswerInput({"text": f" {name}.\nMore. "}) for q, name in [(long, "L"), (first, "1"), (second, "2")]}
    choice_flow = make_flow(cast.device.template, QuestionKind.YES_NO)
    yes_no = Question.objects.get(step__flow=choice_flow)

    def subject_with(flow_, answers: dict[Question, AnswerInput]) -> str:
        ticket = drafts.start_draft(actor=cast.reporter, device=cast.device, flow=flow_, client_key=uuid.uuid4())
        drafts.save_answers(actor=cast.reporter, ticket_id=ticket.pk, answers=answers)
        return drafts.open_ticket(actor=cast.reporter, ticket_id=ticket.pk).subject

    assert subject_with(flow, texts) == "1. More."

    Question.objects.filter(pk=second.pk).update(names_ticket=True)
    assert subject_with(flow, texts) == "2. More."

    texts[second] = AnswerInput({"text": "x" * 500})
    assert len(subject_with(flow, texts)) <= 120

    assert subject_with(choice_flow, {yes_no: AnswerInput({"yes": True})}) == ""


def test_the_notification_group_is_notified_without_an_offer(cast: Cast) -> None:
    informed = MemberFactory()
    cast.flow.notification_group = GroupFactory(template=cast.device.template, employees=[informed], position=9)
    cast.flow.save()

    ticket = open_for(cast.reporter, cast.device, cast.flow)

    assert [n.kind for n in informed.notifications.all()] == ["ticket_opened"]
    assert not ticket.offers.filter(person=informed).exists()


def test_the_person_who_sends_the_ticket_is_not_notified_of_it(cast: Cast) -> None:
    ticket = open_for(KnownActor(person=cast.person("offered")), cast.device, cast.flow, Visibility.INTERNAL)

    assert ticket.offers.filter(person=cast.person("offered")).exists()
    assert not cast.person("offered").notifications.exists()
    assert cast.person("responsible").notifications.exists()


# Deleting ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["reporter", "moderator", "administrator"])
def test_a_draft_is_deleted_with_everything_that_belongs_to_it(cast: Cast, role: str) -> None:
    AttachmentFactory(answer=cast.ticket.answers.get())
    conversations = Conversation.objects.count()

    drafts.delete_draft(actor=cast.acting(role), ticket_id=cast.ticket.pk)

    assert not Ticket.objects.exists()
    assert not Answer.objects.exists()
    assert not Attachment.objects.exists()
    assert Conversation.objects.count() == conversations - 1


def test_choices_are_found_in_every_language(cast: Cast) -> None:
    flow = make_flow(cast.device.template, QuestionKind.SINGLE_CHOICE)
    question = Question.objects.get(step__flow=flow)
    choice = ChoiceFactory(question=question, label="Motor")
    value = {"choices": [{"id": choice.pk, "en": "Engine", "de": "Motor", "fr": "Moteur"}]}
    ticket = drafts.start_draft(actor=cast.reporter, device=cast.device, flow=flow, client_key=uuid.uuid4())
    drafts.save_answers(actor=cast.reporter, ticket_id=ticket.pk, answers={question: AnswerInput(value)})

    words = drafts.open_ticket(actor=cast.reporter, ticket_id=ticket.pk).search_public.split()

    assert {"engine", "motor", "moteur"} <= set(words)


def test_a_code_user_of_another_browser_does_not_see_the_draft(cast: Cast) -> None:
    neighbour = KnownActor(person=CodeUserFactory(), device_ids=frozenset({cast.device.pk}))
    with pytest.raises(NotVisible):
        drafts.delete_draft(actor=neighbour, ticket_id=cast.ticket.pk)
