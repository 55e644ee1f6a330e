"""Muting a ticket: for whom, how long, and what it leaves."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from config.common import clock
from config.common.errors import NotVisible
from messenger.models import Channel, Delivery, Mute, Notification, Preferences, Reason
from messenger.services.delivering import deliver_due
from tests.cast import Cast, make_cast
from tests.factories import TicketFactory
from tests.ticketing.test_notification_settings import Postbox
from ticketing.models import TicketStatus, Visibility
from ticketing.services import messages, properties
from ticketing.services.muting import mute_ticket

pytestmark = pytest.mark.django_db
SETTINGS = "/office/settings/notifications/"
# A Saturday in Berlin, half past nine in the evening.
NOW = datetime(2026, 11, 28, 20, 30, tzinfo=UTC)
TERMS: list[tuple[dict[str, str], datetime | None]] = [
    ({"term": "today"}, datetime(2026, 11, 28, 23, 0, tzinfo=UTC)),
    ({"term": "tomorrow"}, datetime(2026, 11, 29, 7, 0, tzinfo=UTC)),
    ({"term": "week"}, datetime(2026, 12, 5, 20, 30, tzinfo=UTC)),
    ({"term": "good"}, None),
    ({"term": "day", "day": "2026-12-24"}, datetime(2026, 12, 23, 23, 0, tzinfo=UTC)),
]


def address(cast: Cast, what: str) -> str:
    return reverse(f"office:ticket_{what}", args=[cast.ticket.pk])


def page_of(cast: Cast, role: str) -> str:
    return cast.client(role).get(address(cast, "detail")).content.decode()


@pytest.mark.parametrize(("typed", "until"), TERMS)
def test_a_ticket_is_muted_for_as_long_as_was_chosen(typed: dict[str, str], until: datetime | None) -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    Preferences.objects.create(person=cast.person("responsible"), time_zone="Europe/Berlin")

    with clock.freeze(NOW):
        response = cast.client("responsible").post(address(cast, "mute"), {**typed, "tab": "updates"})

    assert (response.status_code, response["Location"]) == (303, f"{address(cast, 'detail')}?tab=updates")
    assert Mute.objects.get(person=cast.person("responsible"), ticket=cast.ticket).until == until


def test_the_day_ends_by_the_clock_of_the_person() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    Preferences.objects.create(person=cast.person("responsible"), time_zone="America/New_York")

    with clock.freeze(NOW):
        cast.client("responsible").post(address(cast, "mute"), {"term": "today"})

    assert Mute.objects.get().until == datetime(2026, 11, 29, 5, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"term": "never"},
        {"term": "day"},
        {"term": "day", "day": "yesterday"},
        {"term": "day", "day": "2020-01-01"},
        {"term": "day", "day": "9999-12-31"},
    ],
)
def test_nonsense_opens_the_dialog_again(typed: dict[str, str]) -> None:
    cast = make_cast(TicketStatus.ASSIGNED)

    response = cast.client("responsible").post(address(cast, "mute"), typed)

    assert response.status_code == 400
    assert response.context["page"].header.mute_form.errors
    assert not Mute.objects.exists()


def test_what_is_muted_says_so_to_who_muted_it_until_it_is_over() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    client = cast.client("responsible")
    assert address(cast, "unmute") not in page_of(cast, "responsible")

    client.post(address(cast, "mute"), {"term": "good"})
    client.post(address(cast, "mute"), {"term": "week"})

    assert "Muted until" in page_of(cast, "responsible")
    assert address(cast, "unmute") in page_of(cast, "responsible")
    assert address(cast, "unmute") not in page_of(cast, "moderator")
    with clock.freeze(clock.now() + timedelta(days=8)):
        assert address(cast, "unmute") not in page_of(cast, "responsible")

    assert client.post(address(cast, "unmute")).status_code == 303
    assert not Mute.objects.exists()
    # Twice does no harm.
    assert client.post(address(cast, "unmute")).status_code == 303


def test_who_does_not_see_the_ticket_cannot_mute_it_and_learns_nothing() -> None:
    cast = make_cast(TicketStatus.ASSIGNED, Visibility.INTERNAL)
    absent = reverse("office:ticket_mute", args=[10**9])

    for role in ("manager", "subscriber", "other_customers_manager"):
        client = cast.client(role)
        assert client.post(address(cast, "mute"), {"term": "good"}).status_code == 404
        assert client.post(address(cast, "unmute")).status_code == 404
        assert client.post(absent, {"term": "good"}).status_code == 404
        with pytest.raises(NotVisible):
            mute_ticket(actor=cast.acting("manager"), ticket_id=cast.ticket.pk, until=None)
    assert not Mute.objects.exists()
    assert cast.client("responsible").post(address(cast, "mute"), {"term": "good"}).status_code == 303
    assert cast.client("responsible").get(address(cast, "mute")).status_code == 405


def test_customers_mute_what_they_see() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)

    for role in ("manager", "subscriber"):
        assert "mute-dialog" in page_of(cast, role)
        assert cast.client(role).post(address(cast, "mute"), {"term": "good"}).status_code == 303

    assert Mute.objects.count() == 2


def test_a_ticket_that_was_hidden_since_is_unmuted_from_the_settings_without_being_named() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    client = cast.client("manager")
    client.post(address(cast, "mute"), {"term": "good"})
    assert cast.ticket.title in client.get(SETTINGS).content.decode()

    properties.change_visibility(actor=cast.moderator, ticket_id=cast.ticket.pk, visibility=Visibility.INTERNAL)

    text = client.get(SETTINGS).content.decode()
    assert cast.ticket.title not in text
    assert cast.ticket.reference not in text
    response = client.post(address(cast, "unmute"), {"settings": "1"})
    assert (response.status_code, response["Location"]) == (303, f"{SETTINGS}#muted")
    assert not Mute.objects.exists()


def test_the_settings_list_own_tickets_that_are_muted_now() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    person, over = cast.person("responsible"), TicketFactory()
    Mute.objects.create(person=person, ticket=over, until=clock.now() - timedelta(minutes=1))
    Mute.objects.create(person=cast.person("moderator"), ticket=over)
    cast.client("responsible").post(address(cast, "mute"), {"term": "good"})

    page: Any = cast.client("responsible").get(SETTINGS).context["page"]

    assert [each.ticket for each in page.muted] == [cast.ticket]


def test_nothing_is_sent_of_a_muted_ticket_but_the_bell_rings() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    Delivery.objects.all().delete()
    mute_ticket(actor=cast.responsible, ticket_id=cast.ticket.pk, until=None)
    postbox = Postbox()

    messages.send_message(actor=cast.reporter, ticket_id=cast.ticket.pk, client_key=uuid.uuid4(), text="Any news?")
    with clock.freeze(clock.now() + timedelta(minutes=5)):
        deliver_due(dict.fromkeys(Channel, postbox))

    names = {name for name, _news in postbox.letters}
    assert cast.person("responsible").name not in names
    assert cast.person("manager").name in names
    reasons = Delivery.objects.filter(person=cast.person("responsible")).values_list("reason", flat=True)
    assert set(reasons) == {Reason.MUTED}
    assert Notification.objects.filter(person=cast.person("responsible"), kind="message_sent", read_at=None).exists()
