"""The bell's rows: who gets one, who reads which, and what open pages hear of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.common import clock, live
from config.common.errors import NotVisible
from fleet.actors import ANONYMOUS, KnownActor
from messenger.models import Notification
from messenger.services.notifications import (
    notify,
    read_all_notifications,
    read_notification,
    read_notifications_of_ticket,
    take_back_from_customers,
)
from tests.factories import CodeUserFactory, ManagerFactory, MemberFactory, NotificationFactory, TicketFactory

pytestmark = pytest.mark.django_db
Heard = Callable[..., list[tuple[str, str]]]


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any) -> Heard:
    """What followers hear of an act when it is committed."""

    def of(act: Callable[..., object], **kwargs: Any) -> list[tuple[str, str]]:
        hints: list[tuple[str, str]] = []
        monkeypatch.setattr(live, "_send", lambda group, event: hints.append((event["topic"], event["kind"])))
        with django_capture_on_commit_callbacks(execute=True):
            act(**kwargs)
        return hints

    return of


def unread() -> set[Notification]:
    return set(Notification.objects.filter(read_at=None))


def test_active_people_who_sign_in_get_a_row_but_not_of_what_they_did(heard: Heard) -> None:
    ticket, member, manager, actor = TicketFactory(), MemberFactory(), ManagerFactory(), MemberFactory()
    people = [member, manager, manager, actor, CodeUserFactory(), MemberFactory(is_active=False)]

    hints = heard(notify, ticket_id=ticket.pk, kind="message_sent", people=people, sequence=1, actor=actor)

    assert sorted(hints) == sorted((f"person.{person.pk}", "notification") for person in (member, manager))
    assert set(ticket.notifications.values_list("person", flat=True)) == {member.pk, manager.pk}


def test_what_no_person_did_goes_to_all_and_unknown_kinds_are_refused() -> None:
    ticket, member = TicketFactory(), MemberFactory()
    fact: dict[str, Any] = {"ticket_id": ticket.pk, "people": [member], "sequence": 1, "actor": None}

    with pytest.raises(ImproperlyConfigured):
        notify(kind="nonsense", **fact)
    notify(kind="ticket_opened", **fact)

    assert [row.kind for row in member.notifications.all()] == ["ticket_opened"]


def test_only_the_notification_that_was_opened_is_read(heard: Heard) -> None:
    person = MemberFactory()
    first, second, foreign = (
        NotificationFactory(person=person),
        NotificationFactory(person=person),
        NotificationFactory(),
    )

    hints = heard(read_notification, actor=KnownActor(person=person), notification_id=second.pk)

    assert hints == [(f"person.{person.pk}", "read")]
    assert unread() == {first, foreign}
    assert heard(read_notification, actor=KnownActor(person=person), notification_id=second.pk) == []
    for actor in (KnownActor(person=person), ANONYMOUS):
        with pytest.raises(NotVisible):
            read_notification(actor=actor, notification_id=foreign.pk)


def test_reading_all_reads_the_own_ones_and_keeps_when_the_others_were_read(heard: Heard) -> None:
    person, long_ago = MemberFactory(), clock.now() - timedelta(days=9)
    old, foreign = NotificationFactory(person=person, read_at=long_ago), NotificationFactory()
    NotificationFactory(person=person)

    hints = heard(read_all_notifications, actor=KnownActor(person=person))

    assert hints == [(f"person.{person.pk}", "read")]
    assert unread() == {foreign}
    old.refresh_from_db()
    assert old.read_at == long_ago
    assert heard(read_all_notifications, actor=KnownActor(person=person)) == []


def test_reading_a_ticket_reads_the_own_ones_of_it_and_keeps_when_the_others_were_read(heard: Heard) -> None:
    person, ticket, long_ago = MemberFactory(), TicketFactory(), clock.now() - timedelta(days=9)
    old = NotificationFactory(person=person, ticket=ticket, read_at=long_ago)
    others = {NotificationFactory(ticket=ticket), NotificationFactory(person=person)}
    NotificationFactory(person=person, ticket=ticket)
    reading: dict[str, Any] = {"actor": KnownActor(person=person), "ticket_id": ticket.pk}

    hints = heard(read_notifications_of_ticket, **reading)

    assert hints == [(f"person.{person.pk}", "read")]
    assert unread() == others
    old.refresh_from_db()
    assert old.read_at == long_ago
    assert heard(read_notifications_of_ticket, **reading) == []


def test_only_rows_of_customers_about_that_ticket_are_taken_back(heard: Heard) -> None:
    ticket, manager = TicketFactory(), ManagerFactory()
    kept = {NotificationFactory(ticket=ticket), NotificationFactory(person=manager)}
    NotificationFactory(person=manager, ticket=ticket)

    hints = heard(take_back_from_customers, ticket_id=ticket.pk)

    assert hints == [(f"person.{manager.pk}", "read")]
    assert set(Notification.objects.all()) == kept
