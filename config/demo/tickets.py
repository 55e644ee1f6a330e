"""Two months of tickets: everybody's acts in the order of time, so that numbers, bells and loads are true."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from django.db.models import F

from config.common import clock
from config.demo.acts import Case
from config.demo.flows import MadeFlows
from config.demo.people import Passers
from config.demo.plans import Plan, make_plans
from config.demo.schedule import WorkingTime
from config.demo.scripts import Act, script_of
from fleet.actors import Actor
from fleet.models import Device, Person, Template
from messenger.models import Notification

SEED = 1001
UNREAD = 4  # Notifications that nobody has looked at yet, for each person.
READ_AFTER = timedelta(minutes=12)
Event = tuple[datetime, int, int, Act]


def make_tickets(
    count: int,
    *,
    devices: list[Device],
    templates: dict[str, Template],
    flows: MadeFlows,
    people: dict[str, Person],
    passers: Passers,
) -> None:
    """Play as many stories as wanted, each service called at the moment at which it happened."""
    random = Random(SEED)  # noqa: S311  the same demo for everybody, nothing secret
    plans = make_plans(count, devices, {template.pk: key for key, template in templates.items()}, random)
    employees = [person for person in people.values() if person.is_employee]
    events: list[Event] = []
    schedule = WorkingTime(clock.now())
    for plan in plans:
        author = _author(plan, people, passers, employees, random)
        made = flows[plan.story.template, plan.story.flow]
        events += _events(Case(plan, made, author, employees, random), schedule)
    for moment, _number, _place, act in sorted(events, key=lambda event: event[:3]):
        with clock.freeze(moment):
            act()
    _read_old_notifications(list(people.values()))


def _author(plan: Plan, people: dict[str, Person], passers: Passers, employees: list[Person], random: Random) -> Actor:
    if isinstance(plan.author, str):
        return Actor(person=people[plan.author])
    if plan.author is None:
        return Actor(person=random.choice([p for p in employees if p.language == plan.language]))
    assert plan.device.customer is not None
    person = passers[plan.device.customer.number, plan.language][plan.author]
    return Actor(person=person, device_ids=frozenset({plan.device.pk}))


def _events(case: Case, schedule: WorkingTime) -> Iterator[Event]:
    script = script_of(case)
    left = case.plan.idle + sum(gap for gap, _act in script)
    for place, (gap, act) in enumerate(script):
        left -= gap
        yield schedule.before(left), case.plan.number, place, act


def _read_old_notifications(people: list[Person]) -> None:
    """Everybody has seen all but the newest few."""
    for person in people:
        unread = Notification.objects.filter(person=person).order_by("-id").values_list("pk", flat=True)[:UNREAD]
        old = Notification.objects.filter(person=person).exclude(pk__in=list(unread))
        old.update(read_at=F("created_at") + READ_AFTER)
