"""With twenty thousand tickets no page reads a large table whole, or sorts more than a few pages of it."""

import re
import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection, reset_queries
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from fleet.models import Assignment, Decision
from messenger.models import Channel, Delivery, DeliveryState, Message
from messenger.services.outbox import finish
from tests.cast import Cast, make_cast
from tests.factories import AttachmentFactory, CustomerFactory, DeviceFactory, NotificationFactory
from tests.many_rows import analyze, faults_of, multiply
from ticketing.models import JournalEntry, Ticket, TicketStatus, Update
from ticketing.office.filters import CUSTOMER_FILTERS
from ticketing.office.listing import SORTS
from ticketing.office.pages.list_filters import MORE, OFTEN
from ticketing.office.pages.ticket_tabs import TABS
from ticketing.services.messages import send_message
from ticketing.services.updates import post_update

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
TICKETS, DEVICES, CUSTOMERS = 20_000, 20_000, 50
LARGE = {
    "fleet_assignment",
    "fleet_device",
    "fleet_offer",
    "messenger_attachment",
    "messenger_delivery",
    "messenger_message",
    "messenger_notification",
    "ticketing_answer",
    "ticketing_journalentry",
    "ticketing_ticket",
    "ticketing_update",
}
MOST_SORTED, MOST_PASSED = 500, 600  # Rows.
# One at a time, with each sort.
EMPLOYEES = ("moderator", "responsible")
MENUS_OF_EMPLOYEES = {*OFTEN, MORE} - {*CUSTOMER_FILTERS}
# The values of the others are read from their own tables, whole.
MENUS_OF_CUSTOMERS = ("stage", "priority")
NARROWINGS = (
    *("status=cancelled", "status=done", "priority=3", "visibility=internal"),
    *("responsible=me", "since={day}", "until={day}"),
    # Together with what next to nothing of it has.
    *("status=cancelled&priority=3", "status=done&status=cancelled&priority=2&priority=3"),
)
ONE_OF_THE_NEW = f"(SELECT max(id) FROM ticketing_ticket) - n % {TICKETS}"


@pytest.fixture
def cast() -> Iterator[Cast]:
    cast = make_cast(TicketStatus.IN_PROGRESS)
    ticket = cast.ticket
    multiply(CustomerFactory(), CUSTOMERS, name="'Crowd ' || n")
    multiply(
        DeviceFactory(),
        DEVICES,
        slug="substr(md5(n::text), 1, 10)",
        name="'Device ' || n",
        customer_id=f"(SELECT max(id) FROM fleet_customer) - n % {CUSTOMERS}",
        search_public="'device' || n || ' crane ' || md5((n % 700)::text)",
        search_internal="'crowd' || n % 50 || ' cellar' || md5((n + 7)::text)",
    )
    multiply(ticket.conversation, TICKETS)
    # One in thirty is worked on, as in a house that keeps up; times, words, people and customers are spread.
    multiply(
        ticket,
        TICKETS,
        number="5000 + n",
        conversation_id="(SELECT max(id) FROM messenger_conversation) - n + 1",
        client_key="gen_random_uuid()",
        status="CASE WHEN n % 30 = 0 THEN 'open' WHEN n % 400 = 3 THEN 'done' "
        "WHEN n % 20 = 1 THEN 'cancelled' ELSE 'closed' END",
        visibility="CASE WHEN n % 20 = 0 THEN 'internal' ELSE 'public' END",
        # What stands behind all else in an order: nothing that was cancelled is High, or before its status.
        priority="CASE WHEN n % 20 = 1 THEN 1 ELSE 1 + n % 3 END",
        score="n % 6",
        is_not_fixed="n % 4000 = 0",
        subject="CASE WHEN n % 20 = 1 THEN 'Zone ' ELSE 'Subject ' END || md5(n::text)",
        device_id=f"(SELECT max(id) FROM fleet_device) - n % {DEVICES}",
        customer_id=f"(SELECT max(id) FROM fleet_customer) - n % {CUSTOMERS}",
        opened_at="now() - n * interval '1 hour'",
        created_at="now() - n * interval '1 hour'",
        changed_at="now() - n * interval '59 minutes'",
        search_public="md5(n::text) || ' pump leaks ' || md5((n % 700)::text)",
        search_internal="'cellar ' || md5((n + 7)::text)",
        search_messages="'thanks ' || md5((n + 9)::text)",
        search_internal_messages="md5((n + 11)::text)",
        search_contact="'fay no' || n || ' 49' || 30000000 + n",
    )
    staff = [cast.person(role).pk for role in ("uninvolved", "offered", "responsible", "rejecter", "moderator")]
    anyone = f"(ARRAY{staff})[1 + n % {len(staff)}]"
    accepted = ticket.offers.get(decision=Decision.ACCEPTED)
    multiply(accepted, TICKETS, ticket_id=ONE_OF_THE_NEW, person_id=anyone)
    multiply(ticket.assignments.get(), TICKETS, ticket_id=ONE_OF_THE_NEW, person_id=anyone)
    analyze()
    # No one took what was cancelled, or what is open.
    Assignment.objects.filter(ticket__status__in=(TicketStatus.CANCELLED, TicketStatus.OPEN)).delete()
    multiply(_message(cast), TICKETS, conversation_id=f"(SELECT max(id) FROM messenger_conversation) - n % {TICKETS}")
    multiply(_update(cast), TICKETS, ticket_id=ONE_OF_THE_NEW)
    multiply(ticket.answers.all()[0], TICKETS, ticket_id=ONE_OF_THE_NEW, question_id="NULL")
    multiply(AttachmentFactory(), TICKETS, id="gen_random_uuid()")
    last = JournalEntry.objects.filter(ticket=ticket).latest("sequence")
    multiply(last, 3 * TICKETS, ticket_id=ONE_OF_THE_NEW, sequence="n", public_sequence="NULL")
    notified = NotificationFactory(ticket=ticket, person=cast.person("responsible"))
    unread = "CASE WHEN n % 100 > 0 THEN now() END"
    multiply(notified, TICKETS, ticket_id=ONE_OF_THE_NEW, person_id=anyone, read_at=unread, sequence="n")
    # One in a hundred is about the same ticket: one that was talked about for long.
    sent = Delivery.objects.create(
        ticket=ticket, person=cast.person("responsible"), kind="message_sent", sequence=0, channel=Channel.PUSH
    )
    finish([sent], DeliveryState.SENT)
    about = f"CASE WHEN n % 100 > 0 THEN {ONE_OF_THE_NEW} ELSE {ticket.pk} END"
    for channel in Channel:
        multiply(sent, TICKETS, ticket_id=about, person_id=anyone, sequence="n", channel=f"'{channel.value}'")
    analyze()
    yield cast
    cache.clear()


def _message(cast: Cast) -> Message:
    return send_message(actor=cast.responsible, ticket_id=cast.ticket.pk, client_key=uuid.uuid4(), text="On my way.")


def _update(cast: Cast) -> Update:
    return post_update(
        actor=cast.responsible, ticket_id=cast.ticket.pk, client_key=uuid.uuid4(), text="Done.", is_internal=False
    )


def pages_of_the_list(ticket: Ticket) -> Iterator[str]:
    names = {"customer": ticket.customer_id, "device": ticket.device_id, "category": ticket.category_id}
    address = reverse("office:ticket_list")
    for view in ("open", "unassigned", "not_fixed", "all", "waiting", "done", "mine", "offered", "drafts"):
        yield f"{address}?view={view}"
    for sort in SORTS:
        for sign in ("", "-"):
            yield from (f"{address}?view={view}&sort={sign}{sort}" for view in ("open", "all"))
    for narrowed in (
        "status=cancelled",
        "status=open&status=closed&sort=subject",
        "priority=3&sort=opened",
        "visibility=internal",
        "responsible=me",
        "responsible=nobody",
        "responsible=nobody&sort=subject",
        "responsible=nobody&status=closed",
        "rating=5",
        "rating=1&rating=2&since=2026-01-01",
        "customer={customer}",
        "customer={customer}&sort=subject",
        "device={device}",
        "category={category}",
        "q=pump",
        "q=cfcd208495d565ef66e7dff9f98764da",
        "q=unheard",
        "q=%2B49 30 000 123",
        "q=fay pump",
        "q=device-crane-12",
        "q=thanks",
    ):
        yield f"{address}?view=all&{narrowed.format(**names)}"
    yield f"{address}?view=done&status=open"
    address = reverse("office:ticket_create")
    for words in (
        "",
        "crane",
        "crane device",
        "crowd7",
        "cfcd208495d565ef66e7dff9f98764da",
        "unheard",
        "device12345",
        "7",
    ):
        yield f"{address}?q={words}"
    yield reverse("office:view_count_list")
    for view in ("open", "all", "done"):
        for name in (*OFTEN, MORE):
            yield f"{reverse('office:filter_options', args=[name])}?view={view}"
    yield f"{reverse('office:filter_options', args=[MORE])}?view=all&q=pump&customer={ticket.customer_id}"
    yield f"{reverse('office:filter_options', args=['device'])}?device-name=crane"
    yield reverse("office:notification_list")
    yield f"{reverse('office:notification_bell')}?after=0&shown={ticket.pk}"


def faults_at(cast: Cast, role: str, address: str) -> list[str]:
    """What is wrong with the statements of a page and of the page after it."""
    client = cast.client(role)
    # Django keeps the last 9,000 only.
    reset_queries()
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
        assert response.status_code == 200, address
        page = (response.context or {}).get("page")
        if following := getattr(page, "next", ""):
            client.get(following)
    selects = [query["sql"] for query in captured if query["sql"].startswith("SELECT")]
    # Words are found by their letters, which leave some that only look like them.
    most_passed = MOST_PASSED if "tickets/?" in address and "q=" not in address else None
    return [
        f"{role} {address} {fault}: {sql[:60]} … {sql[-600:]}"
        for sql in selects
        for fault in faults_of(sql, large_tables=LARGE, most_sorted=MOST_SORTED, most_passed=most_passed)
    ]


def sorted_pages_of_the_list() -> Iterator[str]:
    address = reverse("office:ticket_list")
    day = timezone.localdate() - timedelta(days=400)
    for sort in (f"{sign}{name}" for name in SORTS for sign in ("", "-")):
        yield from (f"{address}?view={view}&sort={sort}" for view in ("done", "mine", "waiting"))
        yield from (f"{address}?view=all&sort={sort}&{each.format(day=day)}" for each in NARROWINGS)


def test_no_page_grows_with_what_has_been_dealt_with(cast: Cast) -> None:
    ticket, device, faults = cast.ticket, cast.device, list[str]()
    for role in (*EMPLOYEES, "manager", "subscriber"):
        for address in pages_of_the_list(ticket):
            menu = re.search(r"filters/(\w+)/", address)
            if not menu or menu[1] in (MENUS_OF_EMPLOYEES if role in EMPLOYEES else MENUS_OF_CUSTOMERS):
                faults += faults_at(cast, role, address)
    for address in sorted_pages_of_the_list():
        faults += faults_at(cast, "responsible", address)
    for tab in TABS:
        faults += faults_at(cast, "responsible", f"{reverse('office:ticket_detail', args=[ticket.pk])}?tab={tab}")
    for name, key in (("device", None), ("device_tickets", None), ("ticket_list", None), ("ticket_detail", ticket.pk)):
        address = reverse(f"portal:{name}", args=[device.slug, *([key] if key else [])])
        faults += faults_at(cast, "reporter", address)

    assert not faults, "\n".join(faults)
