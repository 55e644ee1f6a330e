"""Long conversations and records are shown in parts: the newest rows, and links to those before and after."""

import re
import uuid
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.common.windows import NEWEST, WINDOW_SIZE, Place, window_in, window_of
from messenger.models import Message
from messenger.services.markup import mark_up
from tests.cast import Cast, make_cast
from tests.factories import (
    AssignmentFactory,
    AttachmentFactory,
    NotificationFactory,
    OfferFactory,
    UpdateFactory,
)
from ticketing.models import JournalEntry, TicketStatus
from ticketing.surfaces import OFFICE, PORTAL

pytestmark = pytest.mark.django_db
FIRST = 1_000  # Behind the sequences that services gave.
EARLIER, LATER = "Earlier messages", "Later messages"


def write(cast: Cast, count: int) -> list[Message]:
    """So many messages with rising numbers; every third is internal, so that the sides count differently."""
    public = 0
    messages = []
    for number in range(count):
        is_internal = number % 3 == 2
        public += not is_internal
        message = Message(
            conversation=cast.ticket.conversation,
            author=cast.person("responsible"),
            text=f"Text {number}.",
            sequence=FIRST + number,
            public_sequence=None if is_internal else FIRST + public,
            client_key=uuid.uuid4(),
        )
        mark_up(message)
        messages.append(message)
    return list(Message.objects.bulk_create(messages))


def page_of(client: Client, url: str, **query: int) -> str:
    response = client.get(url, query) if query else client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def texts_in(page: str) -> list[int]:
    return [int(number) for number in re.findall(r"<p>Text (\d+)\.</p>", page)]


def link_in(page: str, label: str) -> str:
    found = re.search(r'href="([^"]+)">(?:(?!</a>).)*?' + label, page, re.DOTALL)
    return found[1].replace("&amp;", "&") if found else ""


def office(cast: Cast) -> tuple[Client, str]:
    return cast.client("responsible"), f"{OFFICE.ticket_url('ticket_detail', cast.ticket)}?tab=messenger"


def portal(cast: Cast) -> tuple[Client, str]:
    return cast.client("reporter"), f"{PORTAL.ticket_url('ticket_detail', cast.ticket)}?view=messages"


SIDES = [(office, list(range(170))), (portal, [number for number in range(170) if number % 3 != 2])]


@pytest.mark.parametrize(("side", "readable"), SIDES, ids=["office", "portal"])
def test_all_messages_are_reached_by_links_and_each_is_shown_once(
    side: Callable[[Cast], tuple[Client, str]], readable: list[int]
) -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    write(cast, 170)
    client, url = side(cast)

    back: list[int] = []
    windows = 0
    while url:
        page = page_of(client, url)
        back = texts_in(page) + back
        windows, last, url = windows + 1, page, link_in(page, EARLIER)
    forth = texts_in(last)
    while url := link_in(last, LATER):
        last = page_of(client, url)
        forth += texts_in(last)

    assert back == forth == readable
    assert windows == -(-len(readable) // WINDOW_SIZE)


@pytest.mark.parametrize("sparse", [1, 7, 60])
def test_internal_updates_stand_between_the_messages_and_none_is_passed_over(sparse: int) -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    write(cast, 170)
    Message.objects.filter(sequence__in=[FIRST + number for number in range(0, 170, sparse + 1)]).delete()
    notes = [number for number in range(170) if number % (sparse + 1) == 0]
    for number in notes:
        UpdateFactory(ticket=cast.ticket, is_internal=True, sequence=FIRST + number, text=f"Text {number}.")
    client, url = office(cast)

    back: list[int] = []
    while url:
        page = page_of(client, url)
        assert len(texts_in(page)) <= WINDOW_SIZE
        back, last, url = texts_in(page) + back, page, link_in(page, EARLIER)
    forth = texts_in(last)
    while url := link_in(last, LATER):
        last = page_of(client, url)
        forth += texts_in(last)

    assert back == forth == list(range(170))
    around = texts_in(page_of(client, f"{office(cast)[1]}&message={FIRST + 61}"))
    assert 61 in around
    assert around == list(range(around[0], around[-1] + 1))
    outside, url = portal(cast)
    assert not set(texts_in(page_of(outside, url))) & set(notes)


def test_conversation_that_fits_has_no_links() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    write(cast, WINDOW_SIZE)
    client, url = office(cast)

    page = page_of(client, url)

    assert len(texts_in(page)) == WINDOW_SIZE
    assert EARLIER not in page
    assert LATER not in page


def test_hidden_messages_leave_no_hole_in_what_customers_count() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    write(cast, 170)
    client, url = portal(cast)

    page = page_of(client, link_in(page_of(client, url), EARLIER))

    numbers = [int(number) for number in re.findall(r'data-number="(\d+)"', page)]
    assert numbers == list(range(numbers[0], numbers[0] + WINDOW_SIZE))
    assert f"before={numbers[0]}" in link_in(page, EARLIER)


def test_script_gets_what_is_new_in_parts() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    write(cast, 120)
    client, address = cast.client("responsible"), OFFICE.ticket_url("message_list", cast.ticket)

    got: list[int] = []
    parts, after = 0, 0
    more = True
    while more:
        page = page_of(client, address, after=after)
        got += texts_in(page)
        parts, after, more = parts + 1, FIRST + got[-1], LATER in page

    assert got == list(range(120))
    assert parts == 3
    assert texts_in(page_of(client, address, after=after)) == []
    assert texts_in(page_of(client, address, before=FIRST + 60)) == list(range(10, 60))


@pytest.mark.parametrize("wanted", [5, 60, 119])
def test_link_to_a_message_opens_the_part_with_it(wanted: int) -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    write(cast, 120)
    row = NotificationFactory(
        person=cast.person("responsible"), ticket=cast.ticket, kind="message_sent", sequence=FIRST + wanted
    )
    client, _url = office(cast)

    response = client.post(reverse("office:notification_open", args=[row.pk]))
    url, _, anchor = response["Location"].partition("#")
    page = page_of(client, url)

    assert anchor == f"message-{FIRST + wanted}"
    assert f'id="{anchor}"' in page
    assert wanted in texts_in(page)
    assert bool(link_in(page, LATER)) == (wanted < 70)


def test_link_to_a_message_has_the_number_that_its_reader_knows() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    messages = write(cast, 6)
    client = cast.client("manager")

    def target(message: Message) -> str:
        row = NotificationFactory(
            person=cast.person("manager"), ticket=cast.ticket, kind="message_sent", sequence=message.sequence
        )
        return str(client.post(reverse("office:notification_open", args=[row.pk]))["Location"])

    assert target(messages[4]).endswith(f"#message-{messages[4].public_sequence}")
    assert "message=" not in target(messages[5])


def test_new_messages_are_not_marked_as_read_by_a_page_that_does_not_show_them() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    write(cast, 120)
    client, url = office(cast)
    topic = f'data-topic="person.{cast.person("responsible").pk}"'

    newest = page_of(client, url)

    assert topic in newest
    assert topic not in page_of(client, link_in(newest, EARLIER))


@pytest.mark.parametrize("query", ["before=0", "before=1", "after=999999999", "before=" + "9" * 30, "message=x"])
def test_made_up_places_show_the_newest_messages(query: str) -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    write(cast, 60)
    client, url = office(cast)

    assert texts_in(page_of(client, f"{url}&{query}")) == list(range(10, 60))


# The other lists -----------------------------------------------------------------------------------------------------


def fill_history(cast: Cast, count: int) -> None:
    JournalEntry.objects.bulk_create(
        JournalEntry(
            ticket=cast.ticket,
            sequence=FIRST + number,
            public_sequence=FIRST + number,
            kind="offer_accepted",
            at=cast.ticket.changed_at,
            person=cast.person("responsible"),
        )
        for number in range(count)
    )


def fill_updates(cast: Cast, count: int) -> None:
    for number in range(count):
        for internal in (False, True):
            sequence = FIRST + 2 * number + internal
            UpdateFactory(ticket=cast.ticket, text=f"Text {number}.", sequence=sequence, is_internal=internal)


def fill_offers(cast: Cast, count: int) -> None:
    OfferFactory.create_batch(count, ticket=cast.ticket)
    AssignmentFactory.create_batch(count, ticket=cast.ticket, ended_at=cast.ticket.changed_at)


FILLS = {"updates": fill_updates, "internal": fill_updates, "history": fill_history, "offers": fill_offers}
ENTRIES = {"offers": "person-row__actions", "history": r'<li class="(?:history__line|timeline__entry)'}


def walk(client: Client, url: str, entry: str) -> list[int]:
    """How many entries each part shows, from the newest to the oldest."""
    shown = []
    while url:
        page = page_of(client, url)
        shown.append(len(re.findall(entry, page)))
        url = link_in(page, "Earlier entries")
    return shown


@pytest.mark.parametrize("tab", ["updates", "internal", "history"])
def test_records_are_shown_in_parts(tab: str) -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    FILLS[tab](cast, 110)
    entry = ENTRIES.get(tab, r'<li class="timeline__entry')

    of_employee = walk(
        cast.client("responsible"), f"{OFFICE.ticket_url('ticket_detail', cast.ticket)}?tab={tab}", entry
    )
    address = PORTAL.ticket_url("ticket_detail", cast.ticket)
    of_customer = [] if tab == "internal" else walk(cast.client("reporter"), f"{address}?view={tab}", entry)

    # The acceptance and the status that follows from it are one line.
    before = cast.ticket.sequence - 1 if tab == "history" else 0
    assert (of_employee[:2], sum(of_employee)) == ([50, 50], 110 + before)
    before = cast.ticket.public_sequence - 1 if tab == "history" else 0
    assert tab == "internal" or (of_customer[:2], sum(of_customer)) == ([50, 50], 110 + before)


def test_people_who_were_asked_are_shown_in_parts() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    before = cast.ticket.offers.exclude(person=cast.person("responsible")).count()
    fill_offers(cast, 110)
    client, url = cast.client("moderator"), f"{OFFICE.ticket_url('ticket_detail', cast.ticket)}?tab=offers"

    shown = walk(client, url, ENTRIES["offers"])

    # With each part the one who is responsible.
    assert [count - 1 for count in shown] == [50, 50, 10 + before]
    assert "The history shows who was responsible earlier." in page_of(client, url)


def test_live_parts_stay_at_their_place() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    fill_updates(cast, 60)
    url = f"{OFFICE.ticket_url('ticket_detail', cast.ticket)}?tab=updates"
    client = cast.client("responsible")

    earlier = page_of(client, link_in(page_of(client, url), "Earlier entries"))

    part = re.search(r'hx-get="([^"]+/parts/body/[^"]+)"', earlier)
    assert part
    assert texts_in(page_of(client, part[1].replace("&amp;", "&"))) == texts_in(earlier)


# What it costs -------------------------------------------------------------------------------------------------------


def asked(client: Client, url: str) -> list[str]:
    # The first request of a browser writes its session.
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return [query["sql"] for query in queries]


@pytest.mark.parametrize("side", [office, portal])
def test_page_with_500_messages_asks_as_often_as_one_with_50(side: Callable[[Cast], tuple[Client, str]]) -> None:
    short, long = make_cast(TicketStatus.ASSIGNED), make_cast(TicketStatus.ASSIGNED)
    for cast, count in ((short, 50), (long, 500)):
        for message in write(cast, count)[-3:]:
            AttachmentFactory(message=message)

    few, many = (asked(*side(cast)) for cast in (short, long))

    assert len(few) == len(many)


@pytest.mark.parametrize("tab", FILLS)
def test_tabs_ask_as_often_for_many_rows_as_for_few(tab: str) -> None:
    counts = set()

    for rows in (1, 3, 40):
        cast = make_cast(TicketStatus.ASSIGNED)
        FILLS[tab](cast, rows)
        url = f"{OFFICE.ticket_url('ticket_detail', cast.ticket)}?tab={tab}"
        counts.add(len(asked(cast.client("responsible"), url)))

    assert len(counts) == 1


def test_messages_select_what_they_show_and_no_text_twice() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    AttachmentFactory(message=write(cast, 3)[0])

    statements = asked(*office(cast))

    (messages,) = [sql for sql in statements if 'FROM "messenger_message"' in sql]
    (files,) = [sql for sql in statements if 'FROM "messenger_attachment"' in sql and '"message_id" IN' in sql]
    columns = set(re.findall(r'"(\w+)"\."(\w+)"', messages.partition(" FROM ")[0]))
    assert columns == {
        *(("messenger_message", name) for name in ("id", "conversation_id", "author_id", "markup", "markup_version")),
        *(("messenger_message", name) for name in ("sequence", "public_sequence", "client_key", "created_at", "text")),
        *(("messenger_message", name) for name in ("kind", "reply_to_id", "edited_at", "taken_back_at")),
        *(("messenger_message", name) for name in ("change_sequence", "public_change_sequence")),
        *(("messenger_message", name) for name in ("composed", "answered_by")),
        *(("fleet_person", name) for name in ("id", "role", "first_name", "last_name")),
    }
    # Only inside the expression that leaves it out where the markup is up to date.
    assert messages.count('"messenger_message"."text"') == 1
    assert "THEN '' ELSE" in messages or "THEN %s ELSE" in messages
    assert '"digest"' not in files
    assert not [sql for sql in statements if '"search_messages"' in sql]


# The windows themselves ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "first", "last", "has_earlier", "has_later"),
    [
        (NEWEST, 70, 119, True, False),
        (Place(before=FIRST + 70), 20, 69, True, True),
        (Place(before=FIRST + 20), 0, 19, False, True),
        (Place(after=FIRST + 19), 20, 69, True, True),
        (Place(after=FIRST + 69), 70, 119, True, False),
        (Place(after=0), 0, 49, False, True),
        (Place(around=FIRST + 60), 35, 84, True, True),
        (Place(around=FIRST + 3), 0, 27, False, True),
        (Place(around=FIRST + 90), 70, 119, True, False),
    ],
)
def test_window_at_a_place(place: Place, first: int, last: int, has_earlier: bool, has_later: bool) -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    write(cast, 120)
    rows = Message.objects.filter(conversation=cast.ticket.conversation)

    found = [window_of(rows, number="sequence", place=place)]
    if place.around is None:
        found.append(window_in(rows, number=lambda message: message.sequence, place=place))

    for window in found:
        numbers = [message.sequence - FIRST for message in window.rows]
        assert numbers == list(range(first, last + 1))
        assert (window.has_earlier, window.has_later) == (has_earlier, has_later)
