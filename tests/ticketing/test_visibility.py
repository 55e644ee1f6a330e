"""Who sees which tickets: the queryset and the rule agree for every actor and ticket; D8, D9, D12 and D18."""

import itertools
import uuid
from collections.abc import Iterator

import pytest

from config.common import clock
from config.common.errors import NotVisible
from config.common.rules import may
from fleet.actors import Actor, KnownActor
from fleet.models import EMPLOYEE_ROLES, Device, Person
from fleet.models.devices import PortalScope
from messenger.models import Conversation, Message
from tests.cast import make_cast
from tests.factories import (
    AdministratorFactory,
    AttachmentFactory,
    CodeUserFactory,
    CustomerFactory,
    DeviceFactory,
    FlowFactory,
    ManagerFactory,
    MemberFactory,
    MessageFactory,
    ModeratorFactory,
    SubscriberFactory,
    TemplateFactory,
    UpdateFactory,
)
from ticketing import access
from ticketing.models import Source, Ticket, TicketStatus, Visibility
from ticketing.services import life_cycle, messages, properties
from ticketing.services.verification import verify_ticket

pytestmark = pytest.mark.django_db


# The queryset against the rule ---------------------------------------------------------------------------------------


def make_people() -> list[Person]:
    """One person of each role, those of customers twice."""
    people: list[Person] = [MemberFactory(), ModeratorFactory(), AdministratorFactory(), CodeUserFactory()]
    for customer in (CustomerFactory(), CustomerFactory()):
        people += [SubscriberFactory(customer=customer), ManagerFactory(customer=customer)]
    return people


def make_devices(people: list[Person]) -> list[Device]:
    """Devices of each portal scope, of each customer and of none."""
    owners = [people[4].customer, people[6].customer, None]
    templates = [TemplateFactory(portal_scope=scope) for scope in PortalScope]
    return [DeviceFactory(template=template, customer=owner) for template in templates for owner in owners]


def make_actors(people: list[Person], devices: list[Device]) -> Iterator[Actor]:
    """Every person and a stranger, with no code, one of them, or several; employees act without codes."""
    held: list[set[int]] = [set(), {devices[0].pk}, {devices[4].pk}, {devices[0].pk, devices[4].pk}]
    for person, ids in itertools.product([None, *people], held):
        if person is None or not person.is_employee or not ids:
            actor = Actor(device_ids=frozenset(ids))
            yield actor if person is None else actor.with_person(person)


def make_tickets(people: list[Person], devices: list[Device]) -> None:
    """Every status, visibility and source, for every device, by every person, naming no one or a customer's person."""
    places: list[tuple[Source, Device | None]] = [(Source.FLOW, device) for device in devices]
    places += [(Source.DESK, None), (Source.DESK, devices[0])]
    flows = {device.template_id: FlowFactory(template=device.template) for device in devices}
    everything = itertools.product(TicketStatus, Visibility, places, people, [None, people[4], people[7]])
    tickets = []
    for number, (status, visibility, (source, device), creator, person) in enumerate(everything, start=1):
        posted = status != TicketStatus.DRAFT
        owner = (device.customer if device else None) or (person or creator).customer
        tickets.append(
            Ticket(
                status=status,
                visibility=visibility,
                source=source,
                device=device,
                flow=flows[device.template_id] if device and source == Source.FLOW else None,
                creator=creator,
                person=person,
                customer=owner,
                number=number if posted else None,
                opened_at=clock.now() if posted else None,
            )
        )
    conversations = Conversation.objects.bulk_create([Conversation() for _ in tickets])
    for ticket, conversation in zip(tickets, conversations, strict=True):
        ticket.conversation = conversation
    Ticket.objects.bulk_create(tickets)


def test_queryset_and_rule_agree_about_every_ticket_for_every_actor() -> None:
    people = make_people()
    devices = make_devices(people)
    make_tickets(people, devices)
    tickets = list(Ticket.objects.select_related("device__template"))
    seen_by: dict[Actor, int] = {}

    for actor in make_actors(people, devices):
        listed = list(Ticket.objects.visible_to(actor).values_list("pk", flat=True))
        allowed = {ticket.pk for ticket in tickets if may(actor, "ticketing.view_ticket", ticket)}
        assert len(listed) == len(set(listed)), "a ticket is listed twice"
        assert set(listed) == allowed, actor
        seen_by[actor] = len(listed)
    # The walk says something only if it holds those who see all, some and nothing.
    assert {0, len(tickets)} < set(seen_by.values())


def test_queryset_and_rule_agree_about_every_device_for_every_actor() -> None:
    people = make_people()
    devices = make_devices(people)

    for actor in make_actors(people, devices):
        allowed = {device.pk for device in devices if may(actor, "fleet.open_device", device)}
        assert set(Device.objects.visible_to(actor).values_list("pk", flat=True)) == allowed
        assert actor.is_employee == (len(allowed) == len(devices))


@pytest.mark.parametrize(
    "role", ["holder", "subscriber", "manager", "uninvolved", "offered", "responsible", "moderator"]
)
def test_asking_the_rules_of_a_fetched_ticket_costs_no_query(django_assert_num_queries, role: str) -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    ticket = access.ticket_for(cast[role], cast.ticket.pk)

    with django_assert_num_queries(0):
        assert may(cast[role], "ticketing.view_ticket", ticket)
        may(cast[role], "ticketing.read_messages", ticket)
        may(cast[role], "ticketing.start", ticket)


@pytest.mark.parametrize(
    "role", ["holder", "subscriber", "manager", "stranger", "other_holder", "other_customers_manager"]
)
def test_a_file_costs_customers_one_query_at_most_whether_they_may_read_it_or_not(
    django_assert_max_num_queries, role: str
) -> None:
    cast = make_cast(TicketStatus.IN_PROGRESS)
    message = MessageFactory(ticket=cast.ticket, sequence=900, public_sequence=900)
    update = UpdateFactory(ticket=cast.ticket, sequence=900, public_sequence=900)
    parents = {"message": message, "update": update, "answer": cast.ticket.answers.first()}
    files = [AttachmentFactory(**{name: parent}).pk for name, parent in parents.items()]

    for file in files:
        with django_assert_max_num_queries(1):
            try:
                access.attachment_for(cast[role], file)
            except NotVisible:
                assert role in ("stranger", "other_holder", "other_customers_manager")
            else:
                assert role in ("holder", "subscriber", "manager")


# Fetch and check in one call -----------------------------------------------------------------------------------------


def test_absent_and_hidden_tickets_are_refused_alike() -> None:
    cast = make_cast(visibility=Visibility.INTERNAL)
    refusals = []

    for ticket_id in (cast.ticket.pk, 987_654_321):
        with pytest.raises(NotVisible) as caught:
            access.ticket_for(cast.reporter, ticket_id)
        refusals.append((str(caught.value), caught.value.code, caught.value.http_status))

    assert refusals[0] == refusals[1]
    assert access.ticket_for(cast.uninvolved, cast.ticket.pk) == cast.ticket


def test_the_lists_of_a_device_hold_posted_tickets_and_own_drafts_apart() -> None:
    cast, posted = make_cast(TicketStatus.DRAFT), make_cast()

    assert list(access.drafts_for(cast.reporter, cast.device)) == [cast.ticket]
    assert list(access.device_tickets_for(cast.reporter, cast.device)) == []
    for role in ("holder", "stranger", "uninvolved", "moderator"):
        assert list(access.drafts_for(cast[role], cast.device)) == []

    assert list(access.device_tickets_for(posted.holder, posted.device)) == [posted.ticket]
    assert list(access.drafts_for(posted.reporter, posted.device)) == []


def test_a_draft_is_seen_by_its_creator_and_superiors_only() -> None:
    cast = make_cast(TicketStatus.DRAFT)

    seen = {role for role in cast.actors if Ticket.objects.visible_to(cast[role]).exists()}

    assert seen == {"reporter", "moderator", "administrator"}


def test_a_code_user_who_holds_the_code_no_more_sees_nothing_of_the_own_ticket() -> None:
    cast = make_cast()
    without = KnownActor(person=cast.person("reporter"), device_ids=frozenset())

    assert Ticket.objects.visible_to(cast.reporter).exists()
    assert not Ticket.objects.visible_to(without).exists()
    assert not may(without, "ticketing.view_ticket", cast.ticket)


# D18: changing it ----------------------------------------------------------------------------------------------------


def test_making_a_ticket_internal_hides_it_from_customers_at_once_and_notifies_no_one() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    for role in ("holder", "reporter", "subscriber", "manager"):
        assert may(cast[role], "ticketing.view_ticket", cast.ticket)
    public_before = cast.ticket.public_sequence
    notifications_before = set(cast.ticket.notifications.filter(person__role__in=EMPLOYEE_ROLES))
    assert cast.notified("ticket_opened") == {"manager"}

    ticket = properties.change_visibility(
        actor=cast.responsible, ticket_id=cast.ticket.pk, visibility=Visibility.INTERNAL
    )

    for role in ("holder", "reporter", "subscriber", "manager"):
        assert not may(cast[role], "ticketing.view_ticket", ticket)
    assert ticket.public_sequence == public_before
    # What customers were told before is taken back.
    assert set(ticket.notifications.all()) == notifications_before


def test_what_was_written_while_internal_stays_with_employees_for_ever() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)

    def write(role: str, text: str) -> Message:
        return messages.send_message(
            actor=cast.acting(role), ticket_id=cast.ticket.pk, client_key=uuid.uuid4(), text=text
        )

    write("reporter", "Before.")
    properties.change_visibility(actor=cast.responsible, ticket_id=cast.ticket.pk, visibility=Visibility.INTERNAL)
    inside = write("responsible", "Between us.")
    file = AttachmentFactory(message=inside)
    ticket = properties.change_visibility(
        actor=cast.responsible, ticket_id=cast.ticket.pk, visibility=Visibility.PUBLIC
    )
    write("responsible", "After.")

    assert [m.text for m in access.messages_for(cast.reporter, ticket).rows] == ["Before.", "After."]
    assert [m.text for m in access.messages_for(cast.responsible, ticket).rows] == ["Before.", "Between us.", "After."]
    assert access.attachment_for(cast.responsible, file.pk) == file
    with pytest.raises(NotVisible):
        access.attachment_for(cast.reporter, file.pk)


def test_customers_count_on_without_a_gap_after_an_internal_time() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    properties.change_visibility(actor=cast.responsible, ticket_id=cast.ticket.pk, visibility=Visibility.INTERNAL)
    life_cycle.start_work(actor=cast.responsible, ticket_id=cast.ticket.pk)
    properties.change_visibility(actor=cast.responsible, ticket_id=cast.ticket.pk, visibility=Visibility.PUBLIC)
    ticket = life_cycle.set_back(actor=cast.responsible, ticket_id=cast.ticket.pk)

    shown = [row.public_sequence for row in access.journal_for(cast.reporter, ticket).rows]
    assert shown == list(range(1, len(shown) + 1))
    assert not list(verify_ticket(ticket))


def test_hiding_a_done_ticket_closes_it_because_it_can_no_longer_be_rated() -> None:
    cast = make_cast(TicketStatus.DONE)

    ticket = properties.change_visibility(
        actor=cast.moderator, ticket_id=cast.ticket.pk, visibility=Visibility.INTERNAL
    )
    assert ticket.status == TicketStatus.CLOSED

    again = properties.change_visibility(actor=cast.moderator, ticket_id=cast.ticket.pk, visibility=Visibility.INTERNAL)
    assert again.sequence == ticket.sequence
