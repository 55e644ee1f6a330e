"""The bell of the back office."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from config.common import clock
from fleet.models import Person
from messenger.models import Notification, Occasion
from tests.cast import client_of, make_cast
from tests.factories import (
    CodeUserFactory,
    ManagerFactory,
    MemberFactory,
    MessageFactory,
    NotificationFactory,
    TicketFactory,
)
from ticketing.entry_kinds import NOTIFICATIONS
from ticketing.models import TicketStatus, Visibility
from ticketing.office.pages.notifications import NotificationLine, NotificationListPage
from ticketing.services import properties
from ticketing.summaries import BRIEFS

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
MAX_QUERIES = 10
# Why each line came is asked of the rules.
MAX_QUERIES_OF_LIST = 16


def test_an_offer_rings_the_bell() -> None:
    cast = make_cast()

    page = cast.client("offered").get(reverse("office:notification_list"))

    text = page.content.decode()
    assert 'id="bell-count">1<' in text
    assert "This ticket is offered to you." in text
    assert cast.ticket.reference in text
    assert 'id="bell-count"><' in cast.client("uninvolved").get(reverse("office:notification_list")).content.decode()


def test_sentences_are_in_the_readers_language() -> None:
    actor = MemberFactory(first_name="Mara", last_name="Vogt")
    row = NotificationFactory(kind="ticket_assigned", actor=actor)

    with translation.override("en"):
        page = client_of(row.person).get(reverse("office:notification_list"))

    assert "Mara Vogt assigned this ticket to you." in page.content.decode()


def test_opening_marks_as_read_and_leads_to_the_ticket() -> None:
    row = NotificationFactory(kind="message_sent")

    response = client_of(row.person).post(reverse("office:notification_open", args=[row.pk]))

    assert response.status_code == 303
    assert response["Location"] == f"/office/tickets/{row.ticket_id}/?tab=messenger"
    row.refresh_from_db()
    assert row.read_at is not None


def test_looking_marks_nothing() -> None:
    row = NotificationFactory()
    client = client_of(row.person)

    client.get(reverse("office:notification_list"))
    client.get(row.ticket.get_absolute_url())
    refused = client.get(reverse("office:notification_open", args=[row.pk]))

    assert refused.status_code == 405
    row.refresh_from_db()
    assert row.read_at is None


def test_notifications_of_others_cannot_be_opened() -> None:
    row = NotificationFactory()
    stranger = client_of(MemberFactory())

    assert stranger.post(reverse("office:notification_open", args=[row.pk])).status_code == 404
    assert stranger.post(reverse("office:notification_open", args=[10**9])).status_code == 404
    row.refresh_from_db()
    assert row.read_at is None


def test_reading_a_ticket_marks_its_notifications_as_read() -> None:
    person = MemberFactory()
    row, other = NotificationFactory(person=person), NotificationFactory(person=person)

    response = client_of(person).post(reverse("office:ticket_read", args=[row.ticket_id]))

    assert response.status_code == 204
    assert list(Notification.objects.filter(read_at=None)) == [other]


def test_all_are_marked_as_read_at_once() -> None:
    person = MemberFactory()
    rows = [NotificationFactory(person=person) for _ in range(3)]
    other = NotificationFactory()
    client = client_of(person)

    assert "Mark all as read" in client.get(reverse("office:notification_list")).content.decode()
    assert client.post(reverse("office:notification_read_all")).status_code == 303
    assert set(Notification.objects.filter(read_at=None)) == {other}
    assert Notification.objects.filter(pk__in=[row.pk for row in rows]).exclude(read_at=None).count() == 3


def test_hidden_tickets_show_neither_title_nor_link() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    row = NotificationFactory(
        person=cast.person("manager"), ticket=cast.ticket, kind="message_sent", actor=cast.person("responsible")
    )
    client = cast.client("manager")

    assert cast.ticket.subject in client.get(reverse("office:notification_list")).content.decode()

    type(cast.ticket).objects.filter(pk=cast.ticket.pk).update(visibility=Visibility.INTERNAL)
    page = client.get(reverse("office:notification_list")).content.decode()
    assert cast.ticket.subject not in page
    assert cast.ticket.reference not in page
    assert "You can no longer see this ticket." in page

    response = client.post(reverse("office:notification_open", args=[row.pk]))
    assert response["Location"] == reverse("office:notification_list")


def test_a_ticket_made_internal_leaves_no_trace_on_the_bells_of_customers() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    for role in ("manager", "responsible"):
        NotificationFactory(person=cast.person(role), ticket=cast.ticket, kind="message_sent")

    properties.change_visibility(actor=cast.moderator, ticket_id=cast.ticket.pk, visibility=Visibility.INTERNAL)

    address = reverse("office:notification_list")
    assert "No notifications yet" in cast.client("manager").get(address).content.decode()
    assert cast.ticket.reference in cast.client("responsible").get(address).content.decode()


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_queries_do_not_grow_with_the_rows(django_assert_max_num_queries: DjangoAssertNumQueries, rows: int) -> None:
    person = MemberFactory()
    for _ in range(rows):
        NotificationFactory(person=person, actor=MemberFactory(), ticket=TicketFactory(subject=""))
    client = client_of(person)

    with django_assert_max_num_queries(MAX_QUERIES_OF_LIST):
        page = client.get(reverse("office:notification_list"))

    assert len(page.context["page"].entries) == rows


class Told:
    """A person and a ticket about which they are told more and more."""

    def __init__(self) -> None:
        self.person, self.ticket = MemberFactory(), TicketFactory(status=TicketStatus.IN_PROGRESS)
        self.nadia = CodeUserFactory(first_name="Nadia", last_name="")
        self.client = client_of(self.person)

    def add(self, kind: str, actor: Person | None) -> Notification:
        return NotificationFactory(person=self.person, ticket=self.ticket, kind=kind, actor=actor)

    def lines(self) -> list[NotificationLine]:
        page: NotificationListPage = self.client.get(reverse("office:notification_list")).context["page"]
        return page.entries

    def open_newest(self) -> None:
        self.client.post(reverse("office:notification_open", args=[self.lines()[0].notification.pk]))


def test_all_that_is_unread_of_a_ticket_is_one_line_that_grows() -> None:
    told, tom = Told(), MemberFactory(first_name="Tom", last_name="Whitfield")

    told.add("ticket_offered", None)
    assert [line.sentence for line in told.lines()] == ["This ticket is offered to you."]
    told.add("message_sent", told.nadia)
    assert [line.sentence for line in told.lines()] == ["Nadia · 1\u00a0message, offered to you"]
    told.add("message_sent", told.nadia)
    told.add("ticket_started", tom)
    newest = told.add("message_sent", tom)
    other = NotificationFactory(person=told.person)

    ours, theirs = told.lines()[1], told.lines()[0]
    assert ours.sentence == "Tom Whitfield and others · 3\u00a0messages, status: IN PROGRESS, offered to you"
    assert (ours.unread, ours.notification, ours.person, ours.icon) == (5, newest, tom, "message-circle")
    assert ours.is_urgent
    assert theirs.notification == other


def test_several_of_a_kind_are_counted_and_what_was_read_shows_what_came_last() -> None:
    told = Told()
    for _ in range(3):
        told.add("message_sent", told.nadia)

    assert [line.sentence for line in told.lines()] == ["Nadia · 3\u00a0messages"]

    told.open_newest()
    assert [(line.sentence, line.unread) for line in told.lines()] == [("Nadia wrote a message.", 0)]

    told.add("update_posted", told.nadia)
    assert [(line.sentence, line.unread) for line in told.lines()] == [("Nadia posted an update.", 1)]


def test_opening_a_line_reads_all_of_it_but_not_what_came_meanwhile() -> None:
    told = Told()
    told.add("ticket_offered", None)
    drawn = told.add("message_sent", told.nadia)
    later, other = told.add("update_posted", told.nadia), NotificationFactory(person=told.person)

    response = told.client.post(reverse("office:notification_open", args=[drawn.pk]))

    assert response["Location"] == f"/office/tickets/{told.ticket.pk}/?tab=messenger"
    assert set(Notification.objects.filter(read_at=None)) == {later, other}


def test_a_line_is_read_without_going_there() -> None:
    told = Told()
    told.add("ticket_offered", None)
    newest, other = told.add("message_sent", told.nadia), NotificationFactory(person=told.person)
    address = reverse("office:notification_read", args=[newest.pk])

    assert client_of(MemberFactory()).post(address).status_code == 404
    assert told.client.get(address).status_code == 405
    assert told.client.post(address, {"cursor": "abc"})["Location"] == "/office/notifications/?cursor=abc"
    assert list(Notification.objects.filter(read_at=None)) == [other]


def test_the_address_of_a_notification_leads_to_its_message_and_reads_nothing() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    message = MessageFactory(conversation=cast.ticket.conversation)
    row = NotificationFactory(
        person=cast.person("responsible"), ticket=cast.ticket, kind="message_sent", sequence=message.sequence
    )
    address = reverse("office:notification_place", args=[row.pk])

    response = cast.client("responsible").get(address)

    number = message.sequence
    assert response.status_code == 303
    assert response["Location"] == f"/office/tickets/{cast.ticket.pk}/?tab=messenger&message={number}#message-{number}"
    assert cast.client("moderator").get(address).status_code == 404
    row.refresh_from_db()
    assert row.read_at is None


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("de", "Tom und andere · 2\u00a0Nachrichten, Status: IN ARBEIT, Ihnen angeboten"),
        ("fr", "Tom et d’autres · 2\u00a0messages, statut\u00a0: En cours de traitement, vous est proposé"),
    ],
)
def test_a_line_is_in_the_readers_language(language: str, sentence: str) -> None:
    told, tom = Told(), MemberFactory(first_name="Tom", last_name="")
    told.add("ticket_offered", None)
    told.add("ticket_started", tom)
    told.add("message_sent", told.nadia)
    told.add("message_sent", tom)

    Person.objects.filter(pk=told.person.pk).update(language=language)
    told.client.cookies[settings.LANGUAGE_COOKIE_NAME] = language

    assert told.lines()[0].sentence == sentence


def test_every_occasion_has_words_for_a_line() -> None:
    several = {kind.occasion for kind in NOTIFICATIONS.values() if kind.several}

    assert set(BRIEFS) == set(Occasion) - several


def test_customers_read_the_stage_in_a_line() -> None:
    cast = make_cast(TicketStatus.IN_PROGRESS)
    for kind in ("ticket_started", "message_sent"):
        NotificationFactory(
            person=cast.person("manager"), ticket=cast.ticket, kind=kind, actor=cast.person("responsible")
        )

    page = cast.client("manager").get(reverse("office:notification_list"))

    assert "1\u00a0message, status: Ongoing" in page.context["page"].entries[0].sentence


def test_older_ones_are_on_the_next_page() -> None:
    person = MemberFactory()
    for _ in range(32):
        NotificationFactory(person=person)

    page = client_of(person).get(reverse("office:notification_list"))

    assert len(page.context["page"].entries) == 30
    assert len(client_of(person).get(page.context["page"].next).context["page"].entries) == 2


def test_a_bell_without_news_shows_no_number() -> None:
    page = client_of(ManagerFactory()).get(reverse("office:notification_list")).content.decode()
    assert "No notifications yet" in page
    assert "Mark all as read" not in page


# The bell of an open page --------------------------------------------------------------------------------------------


def bell(
    client: Client, after: int | str = "", *, page_url: str = "http://testserver/office/tickets/", shown: Any = ()
) -> str:
    """What the page gets that knows the notifications up to that id, and has toasts about those tickets."""
    headers = {"HX-Request": "true", "HX-Current-URL": page_url}
    query = {"after": after, "shown": shown}
    return client.get(reverse("office:notification_bell"), query, headers=headers).content.decode()


def test_the_bell_announces_what_the_page_does_not_know_yet() -> None:
    known = NotificationFactory()
    newest = NotificationFactory(person=known.person, kind="message_sent")
    client = client_of(known.person)

    text = bell(client, known.pk)

    assert '<span hx-swap-oob="innerHTML:.bell__count">2</span>' in text
    assert f'name="after" value="{newest.pk}"' in text
    assert f"{newest.ticket.reference} {newest.ticket.title} ({newest.ticket.device.name}): " in text
    assert f'href="{reverse("office:notification_place", args=[newest.pk])}"' in text
    for after in ("", newest.pk, "x", "9" * 30):
        assert 'class="toast' not in bell(client, after)


def test_the_bell_announces_nothing_on_the_page_of_its_ticket_nor_what_is_hidden() -> None:
    row = NotificationFactory()
    client = client_of(row.person)
    hidden = NotificationFactory(person=ManagerFactory())

    assert 'class="toast' in bell(client, 0)
    assert 'class="toast' not in bell(
        client, 0, page_url=f"http://testserver{row.ticket.get_absolute_url()}?tab=offers"
    )
    assert hidden.ticket.reference not in bell(client_of(hidden.person), 0)


def test_each_ticket_has_one_toast_and_urgent_ones_stay() -> None:
    told = Told()
    told.add("message_sent", told.nadia)
    told.add("update_posted", told.nadia)
    urgent = NotificationFactory(person=told.person, kind="ticket_offered")

    text = bell(told.client, 0)

    assert text.count('class="toast toast--') == 2
    toast, other = (text.index(f'id="toast-ticket-{key}"') for key in (told.ticket.pk, urgent.ticket_id))
    assert toast < other
    assert "data-stays" not in text[toast:other]
    assert "data-stays" in text[other:]
    assert "Nadia · 1\u00a0update, 1\u00a0message" in text[toast:other]
    assert "<strong>Urgent</strong> · " in text[other:]
    for _ in range(5):
        NotificationFactory(person=told.person)
    assert bell(told.client, 0).count('class="toast toast--') == 3


def test_toasts_go_when_their_ticket_was_read_and_grow_when_more_comes() -> None:
    told = Told()
    first, second = told.add("message_sent", told.nadia), NotificationFactory(person=told.person)
    tickets = [told.ticket.pk, second.ticket_id]

    assert 'hx-swap-oob="delete"' not in bell(told.client, second.pk, shown=tickets)

    Notification.objects.filter(pk=first.pk).update(read_at=clock.now())
    text = bell(told.client, second.pk, shown=[*tickets, "x"])
    assert text.count('hx-swap-oob="delete"') == 1
    assert f'<div id="toast-ticket-{told.ticket.pk}" hx-swap-oob="delete">' in text

    told.add("message_sent", told.nadia)
    text = bell(told.client, second.pk, shown=tickets)
    assert text.count('hx-swap-oob="delete"') == 1
    assert text.count('class="toast toast--') == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_the_bell_do_not_grow(django_assert_max_num_queries: DjangoAssertNumQueries, rows: int) -> None:
    person = MemberFactory()
    tickets = [NotificationFactory(person=person, actor=MemberFactory()).ticket_id for _ in range(rows)]
    client = client_of(person)

    with django_assert_max_num_queries(MAX_QUERIES):
        text = bell(client, 0, shown=tickets)

    assert text.count('class="toast toast--') == rows


def test_the_bell_without_anything_unread_is_empty() -> None:
    text = bell(client_of(MemberFactory()), 5)

    assert '<span hx-swap-oob="innerHTML:.bell__count"></span>' in text
    assert 'name="after" value="0"' in text
