"""The whole demo, put into a database at once."""

from datetime import timedelta

from django.db import transaction

from config.common import clock
from config.common.live import silence
from config.demo.assistants import make_assistants
from config.demo.fleet import (
    date_codes,
    make_codes,
    make_desk_group,
    make_devices,
    make_groups,
    make_meta_teams,
    make_templates,
)
from config.demo.flows import make_categories, make_flows
from config.demo.people import SIGN_INS, make_code_users, make_customers, make_people
from config.demo.prepared import make_prepared, send_prepared
from config.demo.register import make_register
from config.demo.tickets import make_tickets
from fleet.actors import KnownActor
from fleet.models import Customer, Device, Person, Template
from messenger.models import Notification
from messenger.services.outbox import put
from ticketing.models import Category, Ticket

FOUNDED = timedelta(days=400)
TICKETS = 100
NEW = 40  # Notifications.


def is_empty() -> bool:
    """Whether the database holds nothing that people make."""
    return not any(model.objects.exists() for model in (Person, Customer, Template, Device, Category, Ticket))


@transaction.atomic
def fill_database(tickets: int = TICKETS) -> None:
    """Everything at once or nothing: company, customers, devices, flows, and as many tickets."""
    with silence():
        _make(tickets)
    _put_what_is_new()


def _put_what_is_new() -> None:
    """What came last and was not read yet is sent; the months before it would be thousands of letters."""
    unread = Notification.objects.filter(read_at=None).select_related("person", "actor").order_by("-pk")
    for each in unread[:NEW]:
        put(
            ticket_id=each.ticket_id,
            kind=each.kind,
            people=[each.person],
            sequence=each.sequence,
            actor=each.actor,
        )


def _make(tickets: int) -> None:
    since = clock.now() - FOUNDED
    customers = make_customers()
    people = make_people(customers, since)
    templates = make_templates()
    devices = make_devices(templates, customers)
    meta_teams = make_meta_teams(people, customers)
    groups = {key: make_groups(template, meta_teams, people) for key, template in templates.items()}
    categories = make_categories()
    flows = make_flows(templates, groups, categories)
    make_desk_group(people)
    founder = KnownActor(person=people[SIGN_INS[0].email])
    make_assistants(founder, templates, flows)
    make_prepared(people, founder)
    make_codes(founder, devices)
    make_register(founder, templates, customers, people)
    date_codes(since)
    make_tickets(
        tickets,
        devices=devices,
        flows=flows,
        categories=categories,
        people=people,
        code_users=make_code_users(since),
    )
    send_prepared()
