"""Every cell of the authorization table, asked of every rule, queryset and access function that answers it."""

import uuid
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass

import pytest
from django.db import transaction

from config.common.errors import DomainError
from config.common.rules import may, rule_names
from fleet.actors import Actor, KnownActor
from messenger.models import Attachment, Message
from messenger.topics import may_follow
from tests import authorization
from tests.cast import Cast, CastRole, make_cast
from tests.factories import AttachmentFactory, MessageFactory, UpdateFactory
from ticketing import access
from ticketing.models import Source, Ticket, TicketStatus, Visibility
from ticketing.search import search_tickets
from ticketing.services import assignment, drafts, properties

pytestmark = pytest.mark.django_db
FAR_SEQUENCE = 900  # Far behind the sequences that services gave.


@dataclass
class Scene:
    """A cast with a file of every kind and the ticket as access functions fetch it."""

    cast: Cast
    ticket: Ticket
    files: dict[str, Attachment]


Ask = Callable[[Scene, Actor], bool]


def make_scene(status: TicketStatus, visibility: Visibility, creator: str = "") -> Scene:
    cast = make_cast(status, visibility, creator=creator)
    public = FAR_SEQUENCE if visibility == Visibility.PUBLIC else None
    message = MessageFactory(ticket=cast.ticket, sequence=FAR_SEQUENCE, public_sequence=public)
    updates = {
        internal: UpdateFactory(ticket=cast.ticket, is_internal=internal, sequence=FAR_SEQUENCE + internal)
        for internal in (False, True)
    }
    files: dict[str, Attachment] = {
        "answer": AttachmentFactory(answer=cast.ticket.answers.first()),
        "public update": AttachmentFactory(update=updates[False]),
        "internal update": AttachmentFactory(update=updates[True]),
        "message": AttachmentFactory(message=message),
    }
    return Scene(cast, cast.fresh(), files)


# Ways to ask ---------------------------------------------------------------------------------------------------------


def rule(name: str) -> Ask:
    return lambda scene, actor: bool(may(actor, name, scene.ticket))


def of_own_message(name: str) -> Ask:
    """As if the actor had just written it; others may never, which test_message_changes asks."""

    def ask(scene: Scene, actor: Actor) -> bool:
        number = FAR_SEQUENCE if scene.ticket.is_public else None
        conversation = scene.ticket.conversation
        own = Message(conversation=conversation, sequence=1, public_sequence=number)
        own.author_id = actor.person_id  # type: ignore[assignment]  # Holders of a code become people by writing.
        return bool(may(actor, name, own))

    return ask


def transition(rule_name: str, method: str) -> Ask:
    """The rule says who, the state machine says when."""

    def ask(scene: Scene, actor: Actor) -> bool:
        moves = [t for t in scene.ticket.get_all_status_transitions() if t.name == method]  # type: ignore[attr-defined]
        assert moves
        legal = any(move.source == scene.ticket.status for move in moves)
        return legal and bool(may(actor, rule_name, scene.ticket))

    return ask


def succeeds(read: Callable[[Scene, Actor], object]) -> Ask:
    def ask(scene: Scene, actor: Actor) -> bool:
        try:
            read(scene, actor)
        except DomainError:
            return False
        return True

    return ask


def downloads(what: str) -> Ask:
    return succeeds(lambda scene, actor: access.attachment_for(actor, scene.files[what].pk))


def listed(scene: Scene, actor: Actor) -> bool:
    return Ticket.objects.visible_to(actor).filter(pk=scene.ticket.pk).exists()


def found_by_search(scene: Scene, actor: Actor) -> bool:
    """A draft has no words to find it by yet; there its list counts."""
    if scene.ticket.is_draft:
        return listed(scene, actor)
    return (
        search_tickets(access.tickets_for(actor), actor, str(scene.ticket.number)).filter(pk=scene.ticket.pk).exists()
    )


def found_by(column: str, rule_name: str) -> Ask:
    """Whoever may read something finds the ticket by it, and no one else. A draft has no words to find it by."""

    def ask(scene: Scene, actor: Actor) -> bool:
        if scene.ticket.is_draft:
            return bool(may(actor, rule_name, scene.ticket))
        ticket = Ticket.objects.filter(pk=scene.ticket.pk)
        before = ticket.values(column).get()
        ticket.update(**{column: "telltale"})
        found = search_tickets(access.tickets_for(actor), actor, "telltale").exists()
        ticket.update(**before)
        return found

    return ask


def reads_internal_rows(scene: Scene, actor: Actor) -> bool:
    try:
        window = access.journal_for(actor, scene.ticket)
    except DomainError:
        return False
    return any(row.public_sequence is None for row in window.rows)


def follows(topic: str) -> Ask:
    return lambda scene, actor: may_follow(actor, topic.format(scene.ticket.pk))


def follows_messages(scene: Scene, actor: Actor) -> bool:
    """Customers hear of messages over the public topic and fetch them by the rule."""
    if actor.is_employee:
        return may_follow(actor, f"ticket.{scene.ticket.pk}.messages")
    return may_follow(actor, f"ticket.{scene.ticket.pk}.follow") and bool(
        may(actor, "ticketing.read_messages", scene.ticket)
    )


def edits_fields(scene: Scene, actor: Actor) -> bool:
    """Customers edit what they wrote at the desk; what they answered in a flow stays."""
    ticket = copy(scene.ticket)
    if actor.is_customer_person:
        assert not may(actor, "ticketing.edit_fields", ticket)
        ticket.source = Source.DESK
    return bool(may(actor, "ticketing.edit_fields", ticket))


ASKS: dict[str, list[Ask]] = {
    "01": [rule("ticketing.view_ticket"), listed, found_by_search],
    "02": [
        rule("ticketing.view_ticket"),
        succeeds(lambda scene, actor: access.ticket_for(actor, scene.ticket.pk)),
        succeeds(lambda scene, actor: access.answers_for(actor, scene.ticket)),
    ],
    "03": [
        rule("ticketing.see_reporter_contact"),
        found_by("search_contact", "ticketing.see_reporter_contact"),
    ],
    "04": [
        rule("ticketing.read_public_updates"),
        succeeds(lambda scene, actor: access.updates_for(actor, scene.ticket)),
        found_by("search_public", "ticketing.read_public_updates"),
    ],
    "05": [
        rule("ticketing.read_internal_updates"),
        succeeds(lambda scene, actor: access.updates_for(actor, scene.ticket, internal=True)),
        found_by("search_internal", "ticketing.read_internal_updates"),
    ],
    "06": [
        rule("ticketing.read_messages"),
        succeeds(lambda scene, actor: access.messages_for(actor, scene.ticket)),
        found_by("search_messages", "ticketing.read_messages"),
    ],
    "07": [downloads("answer")],
    "08": [downloads("public update")],
    "09": [downloads("internal update")],
    "10": [downloads("message")],
    "11": [rule("ticketing.continue_draft"), transition("ticketing.continue_draft", "send")],
    "12": [rule("ticketing.write_message")],
    "13": [rule("ticketing.write_message")],
    "14": [rule("ticketing.post_public_update")],
    "15": [rule("ticketing.post_internal_update")],
    "16": [rule("ticketing.accept_offer")],
    "17": [rule("ticketing.reject_offer")],
    "18": [rule("ticketing.assign")],
    "19": [rule("ticketing.start"), transition("ticketing.start", "start")],
    "20": [rule("ticketing.set_back"), transition("ticketing.set_back", "set_back")],
    "21": [rule("ticketing.finish"), transition("ticketing.finish", "finish")],
    "22": [rule("ratings.rate_ticket"), transition("ratings.rate_ticket", "close")],
    "23": [rule("ticketing.close"), transition("ticketing.close", "close")],
    "24": [rule("ticketing.reopen"), transition("ticketing.reopen", "reopen")],
    "25": [rule("ticketing.cancel"), transition("ticketing.cancel", "cancel")],
    "26": [rule("ticketing.delete_draft")],
    "27": [rule("ticketing.change_priority")],
    "28": [rule("ticketing.change_visibility")],
    "31": [rule("ticketing.follow_ticket"), follows("ticket.{}.follow")],
    "32": [follows_messages],
    "33": [rule("ticketing.read_internal_journal"), follows("ticket.{}.inside")],
    "34": [rule("ticketing.be_notified_of_offer")],
    "35": [rule("ticketing.be_notified_of_messages")],
    "36": [rule("ticketing.be_notified_of_internal_updates")],
    "38": [rule("ticketing.read_internal_journal"), reads_internal_rows],
    "39": [rule("ticketing.delete_ticket")],
    "40": [edits_fields],
    "41": [rule("ticketing.archive")],
    "42": [
        rule("ticketing.read_journal"),
        succeeds(lambda scene, actor: access.journal_for(actor, scene.ticket)),
    ],
    "43": [rule("ticketing.report_not_fixed")],
    "44": [rule("ticketing.make_private_link")],
    "45": [rule("ticketing.revoke_private_links")],
    "46": [rule("ticketing.mute_ticket")],
    "47": [rule("ticketing.join_ticket")],
    "48": [rule("ticketing.say_works_again")],
    "49": [
        rule("ticketing.see_affected"),
        succeeds(lambda scene, actor: access.affected_for(actor, scene.ticket)),
    ],
    "50": [of_own_message("ticketing.edit_message")],
    "51": [of_own_message("ticketing.take_back_message")],
    "52": [rule("ticketing.send_ready_message")],
    "53": [rule("ticketing.answer_question")],
}

# Not built: the reason, and words that the name of its rule would hold.
NOT_BUILT: dict[str, tuple[str, tuple[str, ...]]] = {
    "29": ("Video sessions are a later version.", ("video", "session")),
    "30": ("Video sessions are a later version.", ("video", "session")),
    "37": ("Nothing is exported yet.", ("export",)),
}


def test_every_action_of_the_table_is_asked_or_explained() -> None:
    numbers = [action.split()[0] for action in authorization.actions()]
    assert sorted([*ASKS, *NOT_BUILT]) == numbers


@pytest.mark.parametrize("number", NOT_BUILT)
def test_what_is_not_built_has_no_rule_yet(number: str) -> None:
    reason, words = NOT_BUILT[number]
    tail = [name.split(".")[1] for name in rule_names()]
    assert not [name for name in tail if any(word in name for word in words)], f"Ask row {number} now: {reason}"


def test_every_rule_about_tickets_is_asked() -> None:
    asked = {name for name in rule_names() if name.startswith(("ticketing.", "ratings."))}
    source = set()
    for ask in (ask for asks in ASKS.values() for ask in asks):
        source |= {cell.cell_contents for cell in ask.__closure__ or () if isinstance(cell.cell_contents, str)}
    elsewhere = {
        "ticketing.start_flow",  # test_drafts
        "ticketing.edit_fields",  # asked by edits_fields
        "ticketing.create_desk_ticket",  # test_desk, with the next three
        "ticketing.choose_category",
        "ticketing.choose_visibility",
        "ticketing.send_to_managers",
        "ticketing.read_comment",  # below
        "ticketing.download_attachment",  # asked by access.attachment_for
        "ticketing.follow_tickets",  # below
        "ticketing.follow_own_notifications",  # below
        "ticketing.see_start_page",  # test_start_page
        "ticketing.edit_assistant",  # assistant_editor/test_rights
        "ticketing.use_replies",  # test_canned_replies, with the next one
        "ticketing.change_reply",
        "ticketing.leave_ticket",  # test_affected: of nobody here who joined
    }

    assert asked - source - elsewhere == set()


def scenes_for(status: TicketStatus, visibility: Visibility) -> dict[str, Scene]:
    """The scene for each role that can exist; the subscriber's is one where they wrote the ticket, if they can."""
    usual = make_scene(status, visibility)
    scenes = dict.fromkeys(usual.cast.actors, usual)
    if (status, visibility) != (TicketStatus.DRAFT, Visibility.INTERNAL):
        scenes["subscriber"] = make_scene(status, visibility, creator="subscriber")
    return scenes


@pytest.mark.parametrize("visibility", Visibility)
@pytest.mark.parametrize("status", TicketStatus)
def test_every_cell_is_answered_as_the_table_says(status: TicketStatus, visibility: Visibility) -> None:
    scenes = scenes_for(status, visibility)
    assert set(scenes) == {role for role in CastRole if authorization.exists(role, status, visibility)}
    wrong = []

    for role, scene in scenes.items():
        actor = scene.cast[role]
        for number, asks in ASKS.items():
            expected = authorization.is_allowed(number, role, status, visibility)
            answers = [ask(scene, actor) for ask in asks]
            if answers != [expected] * len(asks):
                wrong.append(f"{number} {role}: table {expected}, answers {answers}")

    assert wrong == []


@pytest.mark.parametrize("status", [s for s in TicketStatus if s != TicketStatus.DRAFT])
@pytest.mark.parametrize("visibility", Visibility)
def test_a_person_named_by_others_reads_like_the_creator_and_cancels_nothing(
    status: TicketStatus, visibility: Visibility
) -> None:
    scene = make_scene(status, visibility)
    wrong = []

    for number, asks in ASKS.items():
        expected = number not in ("25", "40") and authorization.is_allowed(number, "subscriber", status, visibility)
        if [ask(scene, scene.cast.subscriber) for ask in asks] != [expected] * len(asks):
            wrong.append(number)

    assert wrong == []


def test_the_manager_who_created_it_has_the_row_of_the_creator() -> None:
    scene = make_scene(TicketStatus.OPEN, Visibility.PUBLIC, creator="manager")
    assert rule("ticketing.cancel")(scene, scene.cast.manager)
    assert not rule("ticketing.cancel")(make_scene(TicketStatus.OPEN, Visibility.PUBLIC), scene.cast.manager)


@pytest.mark.parametrize("visibility", Visibility)
def test_the_comment_of_the_desk_form_is_not_for_the_person_it_is_about(visibility: Visibility) -> None:
    cast = make_cast(TicketStatus.ASSIGNED, visibility)
    readers = {role for role in cast.actors if may(cast[role], "ticketing.read_comment", cast.ticket)}
    employees = {"uninvolved", "offered", "responsible", "rejecter", "moderator", "administrator"}
    outside = {"reporter", "manager"} if visibility == Visibility.PUBLIC else set()
    assert readers == employees | outside


def test_a_manager_archives_what_they_wrote_until_the_work_is_done() -> None:
    allowed = [
        status
        for status in TicketStatus
        if may((cast := make_cast(status, creator="manager")).manager, "ticketing.archive", cast.ticket)
    ]
    assert allowed == [TicketStatus.OPEN, TicketStatus.ASSIGNED, TicketStatus.IN_PROGRESS]


# Relations that add up -----------------------------------------------------------------------------------------------


def test_a_moderator_with_an_offer_accepts_it() -> None:
    cast = make_cast()
    assert not may(cast.moderator, "ticketing.accept_offer", cast.ticket)

    cast.ticket.offers.create(person=cast.person("moderator"))
    assert may(cast.moderator, "ticketing.accept_offer", cast.ticket)
    assert assignment.accept_offer(actor=cast.moderator, ticket_id=cast.ticket.pk).status == TicketStatus.ASSIGNED


def test_a_signed_in_employee_with_a_code_has_only_the_rows_of_an_employee() -> None:
    cast = make_cast(TicketStatus.DONE)
    holding_a_code = KnownActor(person=cast.person("uninvolved"), device_ids=frozenset({cast.device.pk}))

    assert may(cast.holder, "ticketing.write_message", cast.ticket)
    for name in ("ticketing.write_message", "ticketing.read_messages", "ratings.rate_ticket"):
        assert not may(holding_a_code, name, cast.ticket)


def test_a_customer_person_with_a_code_has_both_rows() -> None:
    cast = make_cast()
    stranger = cast.other_customers_manager
    with_code = KnownActor(person=cast.person("other_customers_manager"), device_ids=frozenset({cast.device.pk}))

    assert not may(stranger, "ticketing.view_ticket", cast.ticket)
    assert may(with_code, "ticketing.view_ticket", cast.ticket)
    assert may(with_code, "ticketing.write_message", cast.ticket)


@pytest.mark.parametrize("status", TicketStatus)
def test_with_own_tickets_only_a_holder_of_the_code_is_a_stranger_and_the_creator_is_not(status: TicketStatus) -> None:
    cast = make_cast(status, template={"portal_scope": "own"})
    scene = Scene(cast, cast.ticket, {})

    for number in ("01", "02", "04", "06", "12", "14", "31", "42"):
        for ask in ASKS[number]:
            assert not ask(scene, cast.holder)
            assert ask(scene, cast.reporter) == authorization.is_allowed(number, "reporter", status, Visibility.PUBLIC)


def test_desk_form_tickets_never_show_to_holders_of_a_code() -> None:
    cast = make_cast()
    Ticket.objects.filter(pk=cast.ticket.pk).update(source="desk")
    scene = Scene(cast, cast.fresh(), {})
    expected = {
        "holder": False,
        "reporter": False,
        "other_holder": False,
        "subscriber": True,
        "manager": True,
        "uninvolved": True,
    }

    for role, seen in expected.items():
        assert [ask(scene, cast[role]) for ask in ASKS["01"]] == [seen] * 3


# What cannot exist ---------------------------------------------------------------------------------------------------


def test_a_draft_gets_no_responsible_person_and_an_open_ticket_keeps_none() -> None:
    draft = make_cast(TicketStatus.DRAFT, Visibility.INTERNAL)
    with pytest.raises(DomainError), transaction.atomic():
        assignment.assign(actor=draft.administrator, ticket_id=draft.ticket.pk, person=draft.person("responsible"))

    cast = make_cast()
    ticket = assignment.assign(actor=cast.administrator, ticket_id=cast.ticket.pk, person=cast.person("responsible"))
    assert ticket.status == TicketStatus.ASSIGNED
    ticket = assignment.withdraw(actor=cast.administrator, ticket_id=cast.ticket.pk, person=cast.person("responsible"))
    assert ticket.status == TicketStatus.OPEN
    assert not ticket.assignments.filter(ended_at=None).exists()


@pytest.mark.parametrize("role", ["reporter", "drafting_employee"])
def test_a_draft_has_no_offers(role: str) -> None:
    visibility = Visibility.PUBLIC if role == "reporter" else Visibility.INTERNAL
    cast = make_cast(TicketStatus.DRAFT, visibility)

    assert not cast.ticket.offers.exists()
    for verb in (assignment.accept_offer, assignment.reject_offer):
        with pytest.raises(DomainError), transaction.atomic():
            verb(actor=KnownActor(person=cast.person("offered")), ticket_id=cast.ticket.pk)


def test_the_draft_of_an_employee_is_internal_and_that_of_a_code_user_public() -> None:
    expected = {
        "drafting_employee": Visibility.INTERNAL,
        "reporter": Visibility.PUBLIC,
        "subscriber": Visibility.PUBLIC,
    }

    for creator, visibility in expected.items():
        cast = make_cast(TicketStatus.DRAFT, visibility, creator=creator)
        assert cast.ticket.visibility == visibility
        for other in Visibility:
            with pytest.raises(DomainError), transaction.atomic():
                properties.change_visibility(actor=cast.administrator, ticket_id=cast.ticket.pk, visibility=other)


def test_customers_cannot_choose_who_sees_their_ticket() -> None:
    cast = make_cast(TicketStatus.DRAFT)
    ticket = drafts.open_ticket(actor=cast.reporter, ticket_id=cast.ticket.pk, visibility=Visibility.INTERNAL)
    assert ticket.visibility == Visibility.PUBLIC


def test_the_creator_of_a_sent_ticket_continues_no_draft() -> None:
    cast = make_cast(TicketStatus.DRAFT, Visibility.INTERNAL)
    assert may(cast.drafting_employee, "ticketing.continue_draft", cast.ticket)

    ticket = drafts.open_ticket(actor=cast.drafting_employee, ticket_id=cast.ticket.pk, visibility=Visibility.INTERNAL)

    for name in ("continue_draft", "delete_draft", "cancel", "write_message"):
        assert not may(cast.drafting_employee, f"ticketing.{name}", ticket)


# Not bound to a ticket -----------------------------------------------------------------------------------------------


def test_the_live_list_is_for_employees_and_the_bell_for_its_owner() -> None:
    cast = make_cast()
    employees = {"uninvolved", "offered", "rejecter", "moderator", "administrator"}

    for role, actor in cast.actors.items():
        assert may_follow(actor, "tickets") == (role in employees)
        assert not may_follow(actor, f"person.{cast.person('drafting_employee').pk}")
        if actor.person_id:
            assert may_follow(actor, f"person.{actor.person_id}") == (role != "reporter")


def test_unknown_topics_and_tickets_are_refused() -> None:
    administrator = make_cast().administrator

    assert may_follow(administrator, "tickets")
    for topic in (
        "ticket.0.follow",
        "ticket.999999999.inside",
        "ticket.1",
        "tickets.",
        "person.x",
        "",
        "ticket.5.other",
    ):
        assert not may_follow(administrator, topic)


def test_a_file_without_parent_belongs_to_its_uploader() -> None:
    cast = make_cast()
    file = AttachmentFactory(uploader=cast.person("uninvolved"))

    assert access.attachment_for(cast.uninvolved, file.pk) == file
    for role in ("administrator", "offered", "reporter", "stranger"):
        with pytest.raises(DomainError):
            access.attachment_for(cast[role], file.pk)
    with pytest.raises(DomainError):
        access.attachment_for(cast.administrator, uuid.uuid4())
