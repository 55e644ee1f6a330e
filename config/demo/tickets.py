"""Two months of tickets: all their actions in the order of time, so that numbers, notifications and loads are right."""

from datetime import datetime, timedelta
from random import Random

from django.db.models import F

from config.common import clock
from config.demo.actions import TicketActions
from config.demo.desk import desk_tickets
from config.demo.fleet import DEVICES
from config.demo.flows import DemoFlows
from config.demo.people import CodeUsers
from config.demo.plans import Plan, make_plans
from config.demo.schedule import WorkingTime
from config.demo.timelines import Action, timeline_of
from fleet.actors import KnownActor
from fleet.models import Device, Person
from messenger.models import Notification
from ticketing.models import Category

SEED = 1001
UNREAD = 4  # Notifications of each person that are still new.
READ_AFTER = timedelta(minutes=12)
Event = tuple[datetime, int, int, Action]


def make_tickets(
    count: int,
    *,
    devices: list[Device],
    flows: DemoFlows,
    categories: dict[str, Category],
    people: dict[str, Person],
    code_users: CodeUsers,
) -> None:
    """Hold as many conversations as wanted, each service called at the moment at which it happened.

    With any, also those of the desk form.
    """
    random = Random(SEED)  # noqa: S311  the same demo each time, nothing secret
    plans = make_plans(count, devices, random)
    employees = [person for person in people.values() if person.is_employee]
    events: list[Event] = []
    schedule = WorkingTime(clock.now())
    for plan in plans:
        author = _author(plan, people, code_users, employees, random)
        flow = flows[plan.conversation.template, plan.conversation.flow]
        timeline = timeline_of(TicketActions(plan, flow, author, employees, random))
        left = plan.idle + sum(gap for gap, _action in timeline)
        for place, (gap, action) in enumerate(timeline):
            left -= gap
            events.append((schedule.before(left), plan.number, place, action))
    for number, ticket in enumerate(desk_tickets(categories, people, random) if count else (), start=count):
        for place, (left, act) in enumerate(ticket.timeline()):
            events.append((schedule.before(left), number, place, act))
    for moment, _number, _place, action in sorted(events, key=lambda event: event[:3]):
        with clock.freeze(moment):
            action()
    # People have read all but the newest few.
    for person in people.values():
        unread = Notification.objects.filter(person=person).order_by("-id").values_list("pk", flat=True)[:UNREAD]
        old = Notification.objects.filter(person=person).exclude(pk__in=list(unread))
        old.update(read_at=F("created_at") + READ_AFTER)


def _author(
    plan: Plan, people: dict[str, Person], code_users: CodeUsers, employees: list[Person], random: Random
) -> KnownActor:
    if isinstance(plan.author, str):
        return KnownActor(person=people[plan.author])
    if plan.author is None:
        return KnownActor(person=random.choice([p for p in employees if p.language == plan.language]))
    customer = DEVICES[plan.device.serial_number]["customer"]
    person = code_users[customer, plan.language][plan.author]
    return KnownActor(person=person, device_ids=frozenset({plan.device.pk}))
