"""Updates, public and internal: D17, idempotency, and who is told."""

import uuid

import pytest

from config.common.errors import InvalidInput, NotAllowed, NotVisible, WrongStatus
from messenger.models import Notification
from tests.cast import Cast, make_cast
from tests.factories import AttachmentFactory, GroupFactory
from ticketing import access
from ticketing.models import JournalEntry, TicketStatus, Update, Visibility
from ticketing.services import updates

pytestmark = pytest.mark.django_db


def post(cast: Cast, letter: str, *, internal: bool, text: str = "News.", key: uuid.UUID | None = None) -> Update:
    return updates.post_update(
        actor=cast.acting(letter),
        ticket_id=cast.ticket.pk,
        client_key=key or uuid.uuid4(),
        is_internal=internal,
        text=text,
    )


def told(kind: str) -> set[str]:
    return {row.person.first_name for row in Notification.objects.filter(kind=kind).select_related("person")}


@pytest.mark.parametrize("internal", [True, False])
def test_the_same_key_twice_is_one_update(internal: bool) -> None:
    cast, key = make_cast(TicketStatus.ASSIGNED), uuid.uuid4()
    assert post(cast, "M", internal=internal, key=key) == post(cast, "M", internal=internal, key=key)
    assert Update.objects.count() == 1
    assert JournalEntry.objects.filter(kind__endswith="update_posted").count() == 1


def test_a_retry_never_turns_an_internal_update_into_a_public_one() -> None:
    cast, key = make_cast(TicketStatus.ASSIGNED), uuid.uuid4()
    post(cast, "M", internal=True, key=key)
    assert post(cast, "M", internal=False, key=key).is_internal
    assert access.updates_for(cast["C"], cast.ticket) == []


def test_internal_updates_are_read_by_employees_only() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    inside, outside = post(cast, "M", internal=True), post(cast, "M", internal=False)
    assert access.updates_for(cast["N"], cast.ticket, internal=True) == [inside]
    for letter in ("N", "C", "H", "P", "G"):
        assert access.updates_for(cast[letter], cast.ticket) == [outside]
    for letter in ("C", "H", "P", "G"):
        with pytest.raises(NotVisible):
            access.updates_for(cast[letter], cast.ticket, internal=True)


def test_nobody_outside_posts_internal_updates_and_members_only_where_they_are_responsible() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    for letter in ("H", "C", "P", "G", "N", "O", "F"):
        with pytest.raises(NotAllowed):
            post(cast, letter, internal=True)
    for letter in ("M", "Mo", "Ad"):
        assert post(cast, letter, internal=True).is_internal


def test_on_an_internal_ticket_nothing_new_becomes_public() -> None:
    cast = make_cast(TicketStatus.ASSIGNED, Visibility.INTERNAL)
    with pytest.raises(NotAllowed):
        post(cast, "M", internal=False)
    assert post(cast, "M", internal=True).public_sequence is None


def test_a_closed_ticket_takes_internal_updates_and_a_cancelled_one_none() -> None:
    closed = make_cast(TicketStatus.CLOSED)
    assert post(closed, "M", internal=True)
    with pytest.raises(WrongStatus):
        post(closed, "M", internal=False)
    cancelled = make_cast(TicketStatus.CANCELLED)
    for internal in (True, False):
        with pytest.raises(WrongStatus):
            post(cancelled, "M", internal=internal)


def test_an_empty_update_is_refused_unless_it_has_a_file() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    with pytest.raises(InvalidInput):
        post(cast, "M", internal=False, text="  ")
    file = AttachmentFactory(uploader=cast.person("M"))
    update = updates.post_update(
        actor=cast["M"], ticket_id=cast.ticket.pk, client_key=uuid.uuid4(), is_internal=False, upload_ids=[file.pk]
    )
    assert list(update.attachments.all()) == [file]


def test_public_updates_are_told_to_both_sides_and_internal_ones_to_the_responsible() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    post(cast, "C", internal=False)
    assert told("update_posted") == {"M", "P", "G"}
    post(cast, "Mo", internal=True)
    assert told("internal_update_posted") == {"M"}


def test_the_notification_group_is_told_like_the_responsible_unless_somebody_rejected() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    cast.flow.notification_group = GroupFactory(
        template=cast.device.template, employees=[cast.person("N"), cast.person("F")], position=9
    )
    cast.flow.save()
    post(cast, "C", internal=False)
    assert told("update_posted") == {"M", "P", "G", "N"}
    post(cast, "Mo", internal=True)
    assert told("internal_update_posted") == {"M", "N"}
