"""The tab of a ticket that says who is notified, why and how, and what became of each notification."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from config.common import clock
from fleet.models import Person
from messenger.models import Channel, Delivery, DeliveryState, Mute, Notification, PushDevice, Reason
from messenger.services.outbox import finish
from tests.cast import Cast, make_cast
from tests.factories import CodeUserFactory, MemberFactory
from ticketing.audiences import Circle
from ticketing.models import TicketStatus
from ticketing.office.pages.notifications_tab import REASONS, SUBJECTS, Delivered, Listener, NotificationsTab, Outcome
from ticketing.services import messages

pytestmark = pytest.mark.django_db
MAX_QUERIES = 33
FINISHED = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)


def tab_of(cast: Cast, role: str = "moderator", place: str = "") -> NotificationsTab:
    page = cast.client(role).get(f"{address_of(cast)}{place}")
    body: NotificationsTab = page.context["page"].body
    return body


def address_of(cast: Cast) -> str:
    return f"{reverse('office:ticket_detail', args=[cast.ticket.pk])}?tab=notifications"


def write(cast: Cast) -> None:
    messages.send_message(actor=cast.reporter, ticket_id=cast.ticket.pk, client_key=uuid.uuid4(), text="It leaks.")


def listeners(tab: NotificationsTab) -> dict[str, tuple[str, Listener]]:
    """The reason and the listener, by the person's first name."""
    return {each.person.first_name: (str(group.reason), each) for group in tab.listeners for each in group.people}


def ways_of(listener: Listener) -> dict[str, str]:
    """By subject the initials of the ways: bell, e-mail, push."""
    return {
        str(each.subject.label): "".join(
            letter for letter, is_on in zip("bep", (each.has_bell, each.has_email, each.has_push), strict=True) if is_on
        )
        for each in listener.ways
    }


def only(tab: NotificationsTab, person: Person) -> Delivered:
    (found,) = [each for each in tab.delivered if each.person == person]
    return found


def outcome(found: Outcome | None) -> Outcome:
    assert found is not None
    return found


def labels_of(row: Delivered) -> dict[str, str]:
    """What became of it, by way."""
    ways = {"bell": row.bell, "email": row.email, "push": row.push}
    return {name: str(found.label) for name, found in ways.items() if found}


def add_device(person: Person) -> None:
    PushDevice.objects.create(
        person=person, name="Phone", endpoint="https://push.example/1", endpoint_digest=f"{person.pk:064}"
    )


def test_who_is_notified_now_is_named_with_reason_and_ways() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    add_device(cast.person("responsible"))

    found = listeners(tab_of(cast))

    reason, responsible = found[cast.person("responsible").first_name]
    assert reason == "Responsible"
    assert ways_of(responsible) == {"Messages": "bep", "Updates": "bep", "Internal updates": "bp", "Offers": ""}
    reason, manager = found[cast.person("manager").first_name]
    assert reason == "Managers of the customer"
    assert ways_of(manager) == {"Messages": "be", "Updates": "be", "Internal updates": "", "Offers": ""}
    reason, offered = found[cast.person("offered").first_name]
    assert reason == "The ticket is offered to them"
    assert ways_of(offered)["Offers"] == "be"
    assert cast.person("rejecter").first_name not in found


def test_who_muted_the_ticket_has_the_bell_alone() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    responsible = cast.person("responsible")
    Mute.objects.create(person=responsible, ticket=cast.ticket, until=clock.now() + timedelta(days=1))

    _reason, listener = listeners(tab_of(cast))[responsible.first_name]

    assert listener.is_muted
    assert ways_of(listener)["Messages"] == "b"


def test_no_one_is_notified_of_a_cancelled_ticket() -> None:
    cast = make_cast(TicketStatus.CANCELLED)

    page = cast.client("moderator").get(address_of(cast)).content.decode()

    assert "No one is notified of what happens to this ticket now." in page


def test_each_fact_and_person_has_a_row_with_every_result() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    Delivery.objects.all().delete()
    write(cast)
    responsible = cast.person("responsible")
    sent, dead = (Delivery.objects.filter(person=responsible, channel=channel) for channel in Channel)
    finish(sent, DeliveryState.SENT)
    dead.update(
        state=DeliveryState.DEAD, reason=Reason.REFUSED, finished_at=FINISHED, error="<jonas@example.org> is unknown"
    )

    row = only(tab_of(cast), responsible)

    assert row.sentence == "Wrote a message."
    assert row.actor == cast.person("reporter")
    assert [labels_of(row)[way] for way in ("bell", "email", "push")] == ["Unread", "Sent", "Failed"]
    assert (outcome(row.push).reason, outcome(row.push).at) == ("Refused by the receiving server", FINISHED)
    page = cast.client("moderator").get(address_of(cast)).content.decode()
    assert "is unknown" not in page
    assert "It leaks." not in page

    Notification.objects.filter(person=responsible).update(read_at=clock.now())
    assert labels_of(only(tab_of(cast), responsible))["bell"] == "Read"
    Notification.objects.filter(person=responsible).delete()
    assert labels_of(only(tab_of(cast), responsible))["bell"] == "Taken back"


def test_what_waits_on_purpose_says_until_when() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    Delivery.objects.all().delete()
    write(cast)

    row = only(tab_of(cast), cast.person("responsible"))

    assert outcome(row.email).is_planned
    assert outcome(row.email).at == Delivery.objects.get(person=row.person, channel=Channel.EMAIL).due_at
    assert (outcome(row.push).is_planned, outcome(row.push).at) == (False, None)


def test_a_code_user_has_push_alone() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    guest = CodeUserFactory()
    Delivery.objects.create(
        person=guest, ticket=cast.ticket, kind="message_sent", sequence=cast.ticket.sequence, channel=Channel.PUSH
    )

    row = only(tab_of(cast), guest)

    assert labels_of(row) == {"push": "Waiting"}


def test_what_followed_by_itself_names_no_person() -> None:
    cast = make_cast(TicketStatus.OPEN)

    rows = [each for each in tab_of(cast).delivered if each.person == cast.person("offered")]

    assert [(each.actor, each.sentence.split()[0]) for each in rows] == [(None, "Offered")]


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_do_not_grow(django_assert_max_num_queries: DjangoAssertNumQueries, rows: int) -> None:
    cast = make_cast(TicketStatus.OPEN)
    for _ in range(rows):
        member = MemberFactory()
        cast.ticket.offers.create(person=member)
        add_device(member)
        for channel in Channel:
            fact: dict[str, Any] = {"kind": "message_sent", "sequence": 1, "channel": channel}
            Delivery.objects.create(person=member, ticket=cast.ticket, actor=MemberFactory(), **fact)
    client = cast.client("moderator")

    with django_assert_max_num_queries(MAX_QUERIES):
        page = client.get(address_of(cast))

    assert len(page.context["page"].body.delivered) > rows


def test_long_lists_are_shown_in_windows() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    Delivery.objects.all().delete()
    person = cast.person("responsible")
    same: dict[str, Any] = {"ticket": cast.ticket, "person": person, "kind": "message_sent", "channel": Channel.PUSH}
    Delivery.objects.bulk_create([Delivery(sequence=number, **same) for number in range(1, 61)])

    newest = tab_of(cast)
    earlier = tab_of(cast, place=f"&{newest.links.earlier.partition('&')[2]}")

    assert len(newest.delivered) == 50
    assert newest.links.later == ""
    assert len(earlier.delivered) == 10
    assert earlier.links.earlier == ""
    assert len(tab_of(cast, place=f"&{earlier.links.later.partition('&')[2]}").delivered) == 50


def test_only_employees_know_of_the_tab() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    address, link = address_of(cast), "tab=notifications"

    for role in ("moderator", "uninvolved", "responsible"):
        assert cast.client(role).get(address).status_code == 200
        assert link in cast.client(role).get(cast.ticket.get_absolute_url()).content.decode()
    for role in ("manager", "subscriber"):
        client = cast.client(role)
        for path in (address, f"{reverse('office:ticket_part', args=[cast.ticket.pk, 'body'])}?{link}"):
            assert client.get(path).status_code == 404
        page = client.get(cast.ticket.get_absolute_url())
        assert page.status_code == (404 if role == "subscriber" and not cast.ticket.person_id else 200)
        assert link not in page.content.decode()
    assert cast.client("reporter").get(address).status_code in (302, 303, 404)


def test_every_circle_has_words_for_others() -> None:
    circles: set[Circle] = {circle for subject in SUBJECTS for circle in subject.audience}

    assert {circle.name for circle in circles} == set(REASONS)
