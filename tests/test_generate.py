"""Tickets in bulk: copies of the demo's, as true as those that the services write."""

import uuid
from io import StringIO
from random import Random
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, F, Max
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from config.demo.answers import photo_file
from config.demo.bulk import tables
from config.demo.bulk.branches import TICKETS_PER_DEVICE
from config.demo.fleet import DEVICES
from fleet.actors import KnownActor
from fleet.models import Assignment, Customer, Device, Person, PrivateLink, Role
from messenger.models import (
    Attachment,
    Conversation,
    Delivery,
    Message,
    MessageVersion,
    Mute,
    Notification,
    SeenMark,
    TicketPush,
    UnsentText,
    Upload,
    VideoSession,
)
from messenger.text import render_text
from tests.cast import client_of
from ticketing.models import Affected, Answer, HelpPath, JournalEntry, Source, TextChange, Ticket, TicketStatus, Update
from ticketing.models.tickets import TicketQuerySet
from ticketing.office.pages.ticket_tabs import TABS
from ticketing.services import drafts
from ticketing.services.assignment import withdraw
from ticketing.services.drafts import AnswerInput
from ticketing.services.life_cycle import close_ticket, finish_ticket
from ticketing.services.messages import send_message
from ticketing.services.search import refill_all

# Batches are written by a thread with a connection of its own, which sees only what is committed.
pytestmark = pytest.mark.django_db(transaction=True)


def run(command: str, *arguments: str) -> str:
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def generate(tickets: int) -> str:
    return run("generate", "--tickets", str(tickets))


def load_demo() -> list[int]:
    """Loads a small demo; returns the ids of its tickets."""
    run("demo", "--tickets", "12")
    return list(Ticket.objects.values_list("pk", flat=True))


def stored() -> dict[str, list[dict[str, Any]]]:
    """Everything that tickets consist of."""
    return {table.name: list(table.model._default_manager.order_by("pk").values()) for table in tables.ALL}


def open_like(ticket: Ticket) -> Ticket:
    """Has the services open another ticket of the same person, with the same answers."""
    assert ticket.device is not None
    assert ticket.flow is not None
    actor = KnownActor(person=ticket.creator, device_ids=frozenset({ticket.device.pk}))
    given = ticket.answers.select_related("question")
    answers = {answer.question: AnswerInput(answer.value) for answer in given if answer.question is not None}
    draft = drafts.start_draft(actor=actor, device=ticket.device, flow=ticket.flow, client_key=uuid.uuid4())
    drafts.save_answers(actor=actor, ticket_id=draft.pk, answers=answers)
    return drafts.open_ticket(actor=actor, ticket_id=draft.pk)


def test_copies_are_true_and_change_nothing_that_is_there() -> None:
    """One story, because loading the demo takes longest: erase and send files, copy, copy again, and go on."""
    with pytest.raises(CommandError, match="demo first"):
        generate(10)
    demo = load_demo()
    with pytest.raises(CommandError, match="1 or more"):
        generate(0)
    withdraw_someone()
    file = erase_texts_and_send_a_file()
    customers, people, files = set(Customer.objects.all()), set(Person.objects.all()), Attachment.objects.count()

    printed = generate(300)

    made = Ticket.objects.exclude(pk__in=demo)
    assert "300 of 300" in printed
    assert str(300 + len(demo)) in run("verify_journal")
    assert made.count() == 300
    assert_numbered_findable_and_spread_over_years(made)
    assert Attachment.objects.count() == files
    assert_nothing_erased_came_back(demo, file)

    before = stored()
    generate(40)

    after = stored()
    assert all(row in after[table] for table, rows in before.items() for row in rows)
    assert made.count() == 340
    assert_customers_of_its_own(made, customers, people)

    assert_pages_and_services_go_on(demo)
    assert str(341 + len(demo)) in run("verify_journal")


def withdraw_someone() -> None:
    of_demo = Assignment.objects.filter(ended_at=None, ticket__source=Source.FLOW)
    assigned = of_demo.filter(ticket__status=TicketStatus.ASSIGNED).select_related("person")[0]
    superior = KnownActor(person=Person.objects.filter(role=Role.MODERATOR)[0])
    withdraw(actor=superior, ticket_id=assigned.ticket_id, person=assigned.person)


def erase_texts_and_send_a_file() -> str:
    """Returns the name of the file, which is all that a message consists of."""
    assignment = Assignment.objects.filter(
        ended_at=None, ticket__status=TicketStatus.IN_PROGRESS, ticket__source=Source.FLOW
    ).first()
    assert assignment is not None
    erased = Message.objects.filter(pk__in=Message.objects.order_by("pk").values("pk")[:5])
    erased.update(text="", salt="", markup="")
    Answer.objects.filter(ticket__status=TicketStatus.CLOSED).update(value={}, salt="")
    actor, file = KnownActor(person=assignment.person), photo_file(Random(), ["hose"])
    send_message(actor=actor, ticket_id=assignment.ticket_id, client_key=uuid.uuid4(), files=[file])
    # Of what has been dealt with there are many copies.
    finish_ticket(actor=actor, ticket_id=assignment.ticket_id)
    close_ticket(actor=actor, ticket_id=assignment.ticket_id)
    return str(file.name)


def assert_numbered_findable_and_spread_over_years(made: TicketQuerySet) -> None:
    numbers = list(Ticket.objects.posted().order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1001, 1001 + len(numbers)))
    in_order = list(made.posted().order_by("opened_at").values_list("pk", flat=True))
    assert in_order == list(made.posted().order_by("number").values_list("pk", flat=True))
    assert len(made.posted().dates("opened_at", "month")) >= 35
    over = made.filter(status__in=(TicketStatus.CLOSED, TicketStatus.CANCELLED)).count()
    assert 0.9 < over / 300 < 1
    assert not JournalEntry.objects.filter(at__gt=timezone.now()).exists()
    assert not Notification.objects.filter(ticket__in=made, read_at=None).exists()
    messages = Message.objects.filter(conversation__ticket__in=made)
    assert all(message.markup == render_text(message.text) for message in messages)
    assert len({message.salt for message in messages.exclude(salt="")}) == messages.exclude(salt="").count()
    assert sum(changed for _read, changed in refill_all(made)) == 0


def assert_nothing_erased_came_back(demo: list[int], file: str) -> None:
    made = Message.objects.exclude(conversation__ticket__in=demo)
    assert file in {message.text for message in made}
    assert not made.filter(salt="").exclude(text="").exists()
    assert not made.filter(text="", composed=None).exclude(salt="").exists()
    assert Answer.objects.filter(salt="").exclude(ticket__in=demo).exists()


def assert_customers_of_its_own(made: TicketQuerySet, customers: set[Customer], people: set[Person]) -> None:
    assert not made.filter(customer__in=customers).exists()
    assert not made.exclude(device__customer=F("customer")).exists()
    assert not made.filter(device__serial_number__in=DEVICES).exists()
    assert not made.filter(creator__in=[person for person in people if not person.is_employee]).exists()
    busiest = Device.objects.annotate(count=Count("tickets")).aggregate(Max("count"))["count__max"]
    assert busiest <= 3 * TICKETS_PER_DEVICE
    added = Person.objects.exclude(pk__in=[person.pk for person in people])
    assert {person.role for person in added} <= {Role.MANAGER, Role.SUBSCRIBER, Role.CODE_USER}
    assert not any(person.has_usable_password() for person in added)


def assert_pages_and_services_go_on(demo: list[int]) -> None:
    message = Message.objects.exclude(conversation__ticket__in=demo).exclude(text="").latest("pk")
    ticket = message.conversation.ticket
    assert ticket.device is not None
    office = client_of(Person.objects.filter(role=Role.MODERATOR).first())
    address, tickets = reverse("office:ticket_detail", args=[ticket.pk]), reverse("office:ticket_list")
    last = Ticket.objects.aggregate(last=Max("number"))["last"]

    pages = {name: office.get(address, {"tab": name}).content.decode() for name in TABS}
    found = office.get(tickets, {"q": f"{ticket.subject} {ticket.device.serial_number}"}).context["page"].tickets
    by_number = office.get(tickets, {"q": str(ticket.number)})
    opened = open_like(Ticket.objects.filter(pk__in=demo, status=TicketStatus.CANCELLED, source=Source.FLOW)[0])

    assert all(escape(ticket.subject) in page for page in pages.values())
    assert escape(message.text) in pages["messenger"]
    assert found == [ticket]
    assert by_number["Location"] == address
    assert opened.number == last + 1


def test_everything_that_hangs_on_a_ticket_is_copied_or_left_out_on_purpose() -> None:
    # Files, what is on its way to be one, and later tickets that continue it. Edits: only tickets of flows are copied.
    # Links: no one holds them. Nobody looked for help before, and nobody joined.
    # What people have set for a ticket, and what is sent: no one is told of made-up tickets. Nobody is writing in them
    # or looks at them, and nobody calls. Tickets with edited messages are no patterns.
    left_out = {
        Upload,
        UnsentText,
        SeenMark,
        MessageVersion,
        VideoSession,
        Ticket,
        Attachment,
        TextChange,
        PrivateLink,
        HelpPath,
        Affected,
        Mute,
        TicketPush,
        Delivery,
    }
    related = {
        relation.related_model
        for model in (Ticket, Conversation, Message, Answer, Update)
        for relation in model._meta.related_objects
    }

    assert related - left_out == {table.model for table in tables.ALL} - {Ticket, Conversation}
