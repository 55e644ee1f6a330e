"""The bell of the back office."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from messenger.models import Notification
from tests.cast import client_of, make_cast
from tests.factories import CodeUserFactory, ManagerFactory, MemberFactory, NotificationFactory, TicketFactory
from ticketing.models import TicketStatus, Visibility
from ticketing.services import properties

pytestmark = pytest.mark.django_db
MAX_QUERIES = 6


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

    with django_assert_max_num_queries(MAX_QUERIES):
        page = client.get(reverse("office:notification_list"))

    assert len(page.context["page"].entries) == rows


def test_several_of_a_kind_about_a_ticket_are_one_row() -> None:
    nadia = CodeUserFactory(first_name="Nadia", last_name="")
    ticket, person = TicketFactory(), MemberFactory()
    same = {"person": person, "ticket": ticket, "kind": "message_sent"}
    rows = [NotificationFactory(**same, actor=nadia, sequence=900 + number) for number in range(3)]
    NotificationFactory(person=person, ticket=ticket, kind="update_posted", actor=nadia, sequence=910)
    client, address = client_of(person), reverse("office:notification_list")

    page = client.get(address)

    assert [entry.sentence for entry in page.context["page"].entries] == [
        "Nadia posted an update.",
        "Nadia · 3 messages",
    ]

    NotificationFactory(**same, actor=MemberFactory(first_name="Tom", last_name="Whitfield"), sequence=911)
    assert client.get(address).context["page"].entries[0].sentence == "Tom Whitfield and others · 4 messages"

    newest = Notification.objects.get(sequence=911)
    client.post(reverse("office:notification_open", args=[newest.pk]))
    assert not Notification.objects.filter(pk__in=[row.pk for row in rows], read_at=None).exists()
    assert client.get(address).context["page"].entries[0].sentence == "Tom Whitfield wrote a message."
    assert Notification.objects.get(sequence=910).read_at is None


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


def bell(client: Client, after: int | str = "", *, page_url: str = "http://testserver/office/tickets/") -> str:
    """What the page gets that knows the notifications up to that id."""
    headers = {"HX-Request": "true", "HX-Current-URL": page_url}
    return client.get(reverse("office:notification_bell"), {"after": after}, headers=headers).content.decode()


def test_the_bell_announces_what_the_page_does_not_know_yet() -> None:
    known = NotificationFactory()
    newest = NotificationFactory(person=known.person, kind="message_sent")
    client = client_of(known.person)

    text = bell(client, known.pk)

    assert '<span hx-swap-oob="innerHTML:.bell__count">2</span>' in text
    assert f'name="after" value="{newest.pk}"' in text
    assert f"{newest.ticket.reference} {newest.ticket.title} ({newest.ticket.device.name}): " in text
    assert f'href="{newest.ticket.get_absolute_url()}"' in text
    for after in ("", newest.pk, "x", "9" * 30):
        assert "bell-toast" not in bell(client, after)


def test_the_bell_announces_nothing_on_the_page_of_its_ticket_nor_what_is_hidden() -> None:
    row = NotificationFactory()
    client = client_of(row.person)
    hidden = NotificationFactory(person=ManagerFactory())

    assert "bell-toast" in bell(client, 0)
    assert "bell-toast" not in bell(client, 0, page_url=f"http://testserver{row.ticket.get_absolute_url()}?tab=offers")
    assert hidden.ticket.reference not in bell(client_of(hidden.person), 0)


def test_the_bell_without_anything_unread_is_empty() -> None:
    text = bell(client_of(MemberFactory()), 5)

    assert '<span hx-swap-oob="innerHTML:.bell__count"></span>' in text
    assert 'name="after" value="0"' in text
