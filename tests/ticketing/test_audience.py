"""Who is told of what, by which channel: the audience table, and that each circle and each later refusal counts."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from config.common import clock
from config.common.live import silence
from fleet.actors import KnownActor
from fleet.models import Group, MetaTeam, Person, Role
from fleet.services.codes import log_out_code_users
from messenger.composed import IN_DANGER
from messenger.models import Channel, Delivery, Notification, PushDevice, TicketPush
from messenger.services.delivering import deliver_due
from messenger.services.outbox import PermanentError
from ratings.models import Score
from ratings.services import rate_ticket
from tests.cast import Cast, make_cast, open_for
from tests.factories import CategoryFactory, GroupFactory, MemberFactory, MetaTeamFactory
from tests.messenger.carriers import MemoryCarrier
from ticketing import audiences
from ticketing.audiences import Circle
from ticketing.entry_kinds import AUDIENCES
from ticketing.models import Affected, CreationFlow, Priority, Ticket, TicketStatus, Visibility
from ticketing.services import (
    affected,
    assignment,
    desk,
    journal,
    life_cycle,
    messages,
    properties,
    ready,
    updates,
    video,
)
from ticketing.services.desk import DeskFields

pytestmark = pytest.mark.django_db
PUBLIC, INTERNAL = Visibility.PUBLIC, Visibility.INTERNAL
OPEN, ASSIGNED, IN_PROGRESS, DONE = (
    TicketStatus.OPEN,
    TicketStatus.ASSIGNED,
    TicketStatus.IN_PROGRESS,
    TicketStatus.DONE,
)
INFORMED = "informed"


def by(cast: Cast, role: str) -> dict[str, Any]:
    return {"actor": cast.acting(role), "ticket_id": cast.ticket.pk}


def person(cast: Cast, role: str) -> dict[str, Any]:
    return {"person": cast.person(role)}


def say(cast: Cast, role: str, text: str = "It leaks") -> None:
    messages.send_message(**by(cast, role), client_key=uuid.uuid4(), text=text)


def invite_to_video(cast: Cast) -> None:
    video.create_video_session(**by(cast, "moderator"), client_key=uuid.uuid4())


def post(cast: Cast, role: str, text: str = "Pump exchanged", *, is_internal: bool = False) -> None:
    updates.post_update(**by(cast, role), client_key=uuid.uuid4(), text=text, is_internal=is_internal)


def send_to_managers(cast: Cast) -> Ticket:
    fields = DeskFields(category=CategoryFactory(), subject="Badge", person=cast.person("subscriber"))
    return desk.create_desk_ticket(
        actor=cast.moderator, client_key=uuid.uuid4(), fields=fields, visibility=PUBLIC, sends_to_managers=True
    )


def open_again(cast: Cast, **changed: Any) -> Ticket:
    Group.objects.filter(pk=cast.group.pk).update(**changed)
    flow = CreationFlow.objects.get(pk=cast.flow.pk)
    return open_for(cast.reporter, cast.device, flow)


def open_with_a_hole(cast: Cast) -> Ticket:
    hole: MetaTeam = MetaTeamFactory(default_team=None)
    cast.group.meta_teams.add(hole)
    return open_again(cast)


def reject_all(cast: Cast) -> None:
    for role in ("offered", "responsible"):
        assignment.reject_offer(actor=KnownActor(person=cast.person(role)), ticket_id=cast.ticket.pk)


def say_when_all_rejected(cast: Cast) -> None:
    reject_all(cast)
    say(cast, "reporter")


def withdraw_all(cast: Cast) -> None:
    for role in ("offered", "responsible"):
        assignment.withdraw(**by(cast, "moderator"), **person(cast, role))


def fail_to_deliver(cast: Cast) -> None:
    def refuse(_letter: object) -> None:
        raise PermanentError

    assignment.assign(**by(cast, "moderator"), **person(cast, "uninvolved"))
    deliver_due({Channel.EMAIL: MemoryCarrier(before=refuse)})


def join(cast: Cast, role: str) -> Ticket:
    return affected.join_ticket(**by(cast, role), client_key=uuid.uuid4())


def join_when_all_rejected(cast: Cast) -> Ticket:
    reject_all(cast)
    return join(cast, "manager")


def start_after_the_manager_joined(cast: Cast) -> Ticket:
    join(cast, "manager")
    return life_cycle.start_work(**by(cast, "moderator"))


def report_danger(cast: Cast) -> Ticket:
    question = ready.send_ready_message(**by(cast, "responsible"), client_key=uuid.uuid4(), ready=IN_DANGER, values={})
    Notification.objects.all().delete()
    Delivery.objects.all().delete()
    assert question.public_sequence is not None
    ready.answer_question(**by(cast, "reporter"), number=question.public_sequence, choice=0)
    return cast.fresh()


def cancel_after_others_joined(cast: Cast) -> Ticket:
    for role in ("manager", "holder"):
        join(cast, role)
    cast.people["holder"] = cast.acting("holder").person
    register(cast, "holder")
    return life_cycle.cancel_ticket(**by(cast, "reporter"))


@dataclass(frozen=True)
class Row:
    """One kind of notification: in which status what is done, and who is told then: b bell, e e-mail, p push.

    `inside` is who is told where the ticket is INTERNAL; None where it cannot happen there.
    """

    kind: str
    status: TicketStatus
    act: Callable[[Cast], Ticket | None]
    told: dict[str, str]
    inside: dict[str, str] | None = None
    what: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.what}".strip()


ALL, QUIET, BELL, PHONE = "bep", "bp", "b", "p"
BOTH_SIDES = {"responsible": ALL, "manager": ALL, "subscriber": ALL, INFORMED: ALL}
TABLE = [
    Row("ticket_opened", OPEN, open_again, {INFORMED: ALL, "manager": ALL}),
    Row("ticket_offered", OPEN, open_again, {"offered": ALL, "responsible": ALL, "rejecter": ALL}),
    Row("sent_to_managers", OPEN, send_to_managers, {"manager": ALL}),
    Row(
        "ticket_assigned",
        ASSIGNED,
        lambda cast: assignment.assign(**by(cast, "moderator"), **person(cast, "uninvolved")),
        {"uninvolved": ALL},
        {"uninvolved": ALL},
    ),
    Row(
        "responsible_automatically",
        OPEN,
        lambda cast: open_again(cast, assigns_automatically=True),
        {"offered": ALL},
    ),
    Row(
        "responsibility_withdrawn",
        IN_PROGRESS,
        lambda cast: assignment.withdraw(**by(cast, "moderator"), **person(cast, "offered")),
        {"offered": ALL},
        {"offered": ALL},
    ),
    Row(
        "danger_reported",
        IN_PROGRESS,
        report_danger,
        {**BOTH_SIDES, "moderator": ALL, "administrator": ALL},
    ),
    Row(
        "ticket_started",
        ASSIGNED,
        lambda cast: life_cycle.start_work(**by(cast, "moderator")),
        {"responsible": QUIET, "subscriber": ALL, "reporter": PHONE},
        {"responsible": QUIET},
    ),
    Row(
        "ticket_finished",
        IN_PROGRESS,
        lambda cast: life_cycle.finish_ticket(**by(cast, "moderator")),
        {"responsible": QUIET, "manager": ALL, "subscriber": ALL, "reporter": PHONE, INFORMED: QUIET},
        {},
    ),
    Row(
        "ticket_reopened",
        DONE,
        lambda cast: life_cycle.reopen_ticket(**by(cast, "moderator")),
        {"responsible": QUIET, "manager": ALL, "subscriber": ALL, "reporter": PHONE, INFORMED: QUIET},
        {"responsible": QUIET, INFORMED: QUIET},
    ),
    Row(
        "ticket_cancelled",
        ASSIGNED,
        lambda cast: life_cycle.cancel_ticket(**by(cast, "moderator")),
        {"responsible": QUIET, "offered": QUIET, "manager": ALL, "subscriber": ALL, "reporter": PHONE},
        {"responsible": QUIET, "offered": QUIET},
        "by the service",
    ),
    Row(
        "ticket_cancelled",
        OPEN,
        lambda cast: life_cycle.cancel_ticket(**by(cast, "reporter")),
        {"responsible": QUIET, "offered": QUIET},
        what="by its reporter",
    ),
    Row(
        "ticket_cancelled",
        OPEN,
        cancel_after_others_joined,
        {"responsible": QUIET, "offered": QUIET, "manager": ALL, "holder": PHONE},
        what="by its reporter after others joined",
    ),
    Row(
        "priority_changed",
        IN_PROGRESS,
        lambda cast: properties.change_priority(**by(cast, "moderator"), priority=Priority.HIGH),
        {"responsible": BELL},
        {"responsible": BELL},
    ),
    Row(
        "visibility_changed",
        IN_PROGRESS,
        lambda cast: properties.change_visibility(**by(cast, "moderator"), visibility=INTERNAL),
        {"responsible": BELL},
    ),
    Row("message_sent", IN_PROGRESS, lambda cast: say(cast, "reporter"), BOTH_SIDES, what="by its reporter"),
    Row(
        "message_sent",
        IN_PROGRESS,
        lambda cast: say(cast, "moderator"),
        {**BOTH_SIDES, "reporter": PHONE},
        {"responsible": ALL, INFORMED: ALL},
        "by the service",
    ),
    Row(
        "message_sent",
        OPEN,
        lambda cast: say(cast, "reporter"),
        {**BOTH_SIDES, "offered": ALL},
        what="while it is offered",
    ),
    Row(
        "message_sent",
        OPEN,
        say_when_all_rejected,
        {"moderator": ALL, "administrator": ALL, "manager": ALL, "subscriber": ALL, INFORMED: ALL},
        what="while no one is asked",
    ),
    Row(
        "video_invited",
        IN_PROGRESS,
        invite_to_video,
        {**BOTH_SIDES, "reporter": PHONE},
        {"responsible": ALL, INFORMED: ALL},
    ),
    Row(
        "update_posted",
        IN_PROGRESS,
        lambda cast: post(cast, "moderator"),
        {**BOTH_SIDES, "reporter": PHONE},
    ),
    Row(
        "internal_update_posted",
        IN_PROGRESS,
        lambda cast: post(cast, "moderator", is_internal=True),
        {"responsible": QUIET, INFORMED: QUIET},
        {"responsible": QUIET, INFORMED: QUIET},
    ),
    Row(
        "mentioned",
        IN_PROGRESS,
        lambda cast: post(cast, "moderator", "@una uninvolved, have a look", is_internal=True),
        {"uninvolved": ALL},
        {"uninvolved": ALL},
    ),
    Row(
        "not_fixed",
        DONE,
        lambda cast: messages.report_not_fixed(**by(cast, "reporter")),
        {"responsible": ALL, "moderator": ALL, "administrator": ALL},
    ),
    Row(
        "ticket_started",
        ASSIGNED,
        start_after_the_manager_joined,
        {"responsible": QUIET, "subscriber": ALL, "manager": ALL, "reporter": PHONE},
        what="after the manager joined",
    ),
    Row("ticket_joined", IN_PROGRESS, lambda cast: join(cast, "manager"), {"responsible": QUIET}),
    Row(
        "ticket_joined", OPEN, lambda cast: join(cast, "holder"), {"responsible": QUIET, "offered": QUIET}, what="early"
    ),
    Row(
        "ticket_joined",
        OPEN,
        join_when_all_rejected,
        {"moderator": QUIET, "administrator": QUIET},
        what="while no one is asked",
    ),
    Row(
        "works_again",
        IN_PROGRESS,
        lambda cast: affected.say_works_again(**by(cast, "reporter")),
        {"responsible": QUIET},
    ),
    Row(
        "works_again",
        ASSIGNED,
        lambda cast: (join(cast, "manager"), affected.say_works_again(**by(cast, "manager")))[1],
        {"responsible": QUIET},
        what="by who joined",
    ),
    Row(
        "ticket_rated",
        DONE,
        lambda cast: (rate_ticket(**by(cast, "reporter"), score=Score.GOOD), None)[1],
        {"responsible": BELL},
    ),
    Row("nobody_responsible", OPEN, withdraw_all, {"administrator": ALL}, {"administrator": ALL}),
    Row(
        "everybody_rejected",
        OPEN,
        reject_all,
        {"moderator": ALL, "administrator": ALL},
        {"moderator": ALL, "administrator": ALL},
    ),
    Row("team_missing", OPEN, open_with_a_hole, {"moderator": ALL, "administrator": ALL}),
    Row("delivery_failed", IN_PROGRESS, fail_to_deliver, {"administrator": QUIET}, {"administrator": QUIET}),
]


def prepare(status: TicketStatus, visibility: Visibility = PUBLIC) -> Cast:
    """A cast with somebody in the notification group, and a reporter whose browser takes push notifications."""
    with silence():
        cast = make_cast(status, visibility, template={"ratings_enabled": True})
        informed = MemberFactory(first_name="Ines", last_name="Informed")
        cast.people[INFORMED] = informed
        group = GroupFactory(template=cast.device.template, employees=[informed], position=9)
        CreationFlow.objects.filter(pk=cast.flow.pk).update(notification_group=group)
        register(cast)
    Notification.objects.all().delete()
    return cast


def register(cast: Cast, role: str = "reporter") -> TicketPush:
    person = cast.person(role)
    device = PushDevice.objects.create(
        person=person, name="Phone", endpoint=f"https://push.example/{person.pk}", endpoint_digest=f"{person.pk:064}"
    )
    return TicketPush.objects.create(push_device=device, ticket=cast.ticket, code=cast.code, code_epoch=cast.code.epoch)


def told(cast: Cast, kind: str, ticket: Ticket | None = None, between: Callable[[], object] = bool) -> dict[str, str]:
    """By which channels each role was told of the ticket in that way, when all that waits was sent."""
    between()
    mail, push = MemoryCarrier(), MemoryCarrier()
    Delivery.objects.update(take_at=clock.now())
    deliver_due({Channel.EMAIL: mail, Channel.PUSH: push})
    ticket_id = (ticket or cast.ticket).pk
    found: dict[int, str] = {}
    for key in Notification.objects.filter(ticket=ticket_id, kind=kind).values_list("person", flat=True):
        found[key] = BELL
    for letter, channel in (("e", Channel.EMAIL), ("p", Channel.PUSH)):
        sent = Delivery.objects.filter(ticket=ticket_id, kind=kind, channel=channel, state="sent")
        for key in sent.values_list("person", flat=True):
            found[key] = found.get(key, "") + letter
    roles = {each.pk: role for role, each in cast.people.items()}
    return {roles[key]: channels for key, channels in found.items()}


@pytest.mark.parametrize("row", TABLE, ids=str)
def test_of_a_public_ticket_are_told(row: Row) -> None:
    cast = prepare(row.status)
    assert told(cast, row.kind, row.act(cast)) == row.told


@pytest.mark.any_database
@pytest.mark.parametrize("row", [row for row in TABLE if row.inside is not None], ids=str)
def test_of_an_internal_ticket_are_told(row: Row) -> None:
    cast = prepare(row.status, INTERNAL)
    assert told(cast, row.kind, row.act(cast)) == row.inside
    outside = Person.objects.exclude(role__in=(Role.ADMINISTRATOR, Role.MODERATOR, Role.MEMBER))
    assert not Delivery.objects.filter(person__in=outside).exists()


def test_the_table_names_every_kind() -> None:
    assert {row.kind for row in TABLE} == AUDIENCES.keys()


# What becomes of it between the fact and the letter ------------------------------------------------------------------


def change(person: Person, **fields: Any) -> None:
    Person.objects.filter(pk=person.pk).update(**fields)


def decide(cast: Cast) -> None:
    assignment.withdraw(**by(cast, "moderator"), **person(cast, "responsible"))


def hide(cast: Cast) -> None:
    # Not by the service, which takes the bell back as well: the rule alone must hold.
    Ticket.objects.filter(pk=cast.ticket.pk).update(visibility=INTERNAL)


LATER = [
    ("message_sent", "responsible", decide),
    ("message_sent", "responsible", lambda cast: change(cast.person("responsible"), is_active=False)),
    ("message_sent", "manager", lambda cast: change(cast.person("manager"), customer=make_cast().device.customer)),
    ("message_sent", "manager", hide),
    ("message_sent", "subscriber", lambda cast: Ticket.objects.filter(pk=cast.ticket.pk).update(person=None)),
    ("message_sent", "subscriber", hide),
    ("message_sent", "reporter", hide),
    ("ticket_started", "manager", lambda cast: Affected.objects.all().delete()),
    ("ticket_joined", "moderator", lambda cast: change(cast.person("moderator"), role=Role.MEMBER)),
    ("message_sent", "reporter", lambda cast: log_out_code_users(actor=cast.administrator, code=cast.code)),
    ("message_sent", "reporter", lambda cast: type(cast.code).objects.update(is_enabled=False)),
    ("message_sent", INFORMED, lambda cast: CreationFlow.objects.update(notification_group=None)),
    ("internal_update_posted", "responsible", decide),
    ("mentioned", "uninvolved", lambda cast: change(cast.person("uninvolved"), is_active=False)),
    ("not_fixed", "moderator", lambda cast: change(cast.person("moderator"), role=Role.MEMBER)),
    ("danger_reported", "moderator", lambda cast: change(cast.person("moderator"), role=Role.MEMBER)),
    ("delivery_failed", "administrator", lambda cast: change(cast.person("administrator"), role=Role.MODERATOR)),
    ("ticket_assigned", "uninvolved", lambda cast: cast.person("uninvolved").assignments.all().delete()),
    (
        "ticket_offered",
        "offered",
        lambda cast: cast.person("offered").offers.update(decision="withdrawn", decided_at="2026-01-01T00:00Z"),
    ),
    (
        "nobody_responsible",
        "administrator",
        lambda cast: assignment.assign(**by(cast, "moderator"), **person(cast, "uninvolved")),
    ),
]


@pytest.mark.any_database
@pytest.mark.parametrize(("kind", "role", "change"), LATER)
def test_who_is_no_longer_concerned_is_sent_nothing(kind: str, role: str, change: Callable[[Cast], object]) -> None:
    row = [row for row in TABLE if row.kind == kind and role in row.told][-1]
    cast = prepare(row.status)
    ticket = row.act(cast)
    assert Delivery.objects.filter(kind=kind, person=cast.person(role)).exists()

    assert told(cast, kind, ticket, between=lambda: change(cast)).get(role, "") in ("", BELL)


# That each circle counts ---------------------------------------------------------------------------------------------

# Administrators hear of letters that failed, which is no entry of a journal.
CIRCLES = sorted({circle.name for audience in AUDIENCES.values() for circle in audience} - {"administrators"})


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Leaves a circle out of all audiences."""
    people_of = audiences.people_of

    def leave_out(name: str) -> None:
        def rest(audience: tuple[Circle, ...], *arguments: Any) -> list[Person]:
            return people_of([circle for circle in audience if circle.name != name], *arguments)

        monkeypatch.setattr(journal, "people_of", rest)

    return leave_out


@pytest.mark.any_database
@pytest.mark.parametrize("name", CIRCLES)
def test_without_a_circle_the_table_is_wrong(name: str, without: Callable[[str], None]) -> None:
    rows = [row for row in TABLE if any(circle.name == name for circle in AUDIENCES[row.kind])]
    without(name)

    for row in rows:
        cast = prepare(row.status)
        if told(cast, row.kind, row.act(cast)) != row.told:
            return
    pytest.fail(f"No row notices that {name} is gone.")
