"""Updates, public and internal: D17, idempotency, and who is notified."""

import uuid

import pytest

from config.common.errors import InvalidInput, NotAllowed, NotVisible, WrongStatus
from tests.cast import Cast, make_cast
from tests.factories import AttachmentFactory, GroupFactory
from ticketing import access
from ticketing.models import JournalEntry, TicketStatus, Update, Visibility
from ticketing.services import updates

pytestmark = pytest.mark.django_db


def post(cast: Cast, role: str, *, internal: bool, text: str = "News.", key: uuid.UUID | None = None) -> Update:
    return updates.post_update(
        actor=cast.acting(role),
        ticket_id=cast.ticket.pk,
        client_key=key or uuid.uuid4(),
        is_internal=internal,
        text=text,
    )


@pytest.mark.parametrize("internal", [True, False])
def test_the_same_key_twice_is_one_update(internal: bool) -> None:
    cast, key = make_cast(TicketStatus.ASSIGNED), uuid.uuid4()

    first, second = (post(cast, "responsible", internal=internal, key=key) for _ in range(2))

    assert first == second
    assert Update.objects.count() == 1
    assert JournalEntry.objects.filter(kind__endswith="update_posted").count() == 1


def test_a_retry_never_turns_an_internal_update_into_a_public_one() -> None:
    cast, key = make_cast(TicketStatus.ASSIGNED), uuid.uuid4()

    post(cast, "responsible", internal=True, key=key)

    assert post(cast, "responsible", internal=False, key=key).is_internal
    assert access.updates_for(cast.reporter, cast.ticket).rows == []


def test_internal_updates_are_read_by_employees_only() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    inside, outside = post(cast, "responsible", internal=True), post(cast, "responsible", internal=False)

    assert access.updates_for(cast.uninvolved, cast.ticket, internal=True).rows == [inside]
    for role in ("uninvolved", "reporter", "holder", "subscriber", "manager"):
        assert access.updates_for(cast[role], cast.ticket).rows == [outside]
    for role in ("reporter", "holder", "subscriber", "manager"):
        with pytest.raises(NotVisible):
            access.updates_for(cast[role], cast.ticket, internal=True)


def test_internal_updates_are_posted_by_the_responsible_and_superiors_only() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)

    for role in ("holder", "reporter", "subscriber", "manager", "uninvolved", "offered", "rejecter"):
        with pytest.raises(NotAllowed):
            post(cast, role, internal=True)
    for role in ("responsible", "moderator", "administrator"):
        assert post(cast, role, internal=True).is_internal


def test_on_an_internal_ticket_nothing_new_becomes_public() -> None:
    cast = make_cast(TicketStatus.ASSIGNED, Visibility.INTERNAL)

    with pytest.raises(NotAllowed):
        post(cast, "responsible", internal=False)
    assert post(cast, "responsible", internal=True).public_sequence is None


def test_a_closed_ticket_takes_internal_updates_and_a_cancelled_one_none() -> None:
    closed = make_cast(TicketStatus.CLOSED)
    assert post(closed, "responsible", internal=True)
    with pytest.raises(WrongStatus):
        post(closed, "responsible", internal=False)

    cancelled = make_cast(TicketStatus.CANCELLED)
    for internal in (True, False):
        with pytest.raises(WrongStatus):
            post(cancelled, "responsible", internal=internal)


def test_an_empty_update_is_refused_unless_it_has_a_file() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    file = AttachmentFactory(uploader=cast.person("responsible"))
    with pytest.raises(InvalidInput):
        post(cast, "responsible", internal=False, text="  ")

    update = updates.post_update(
        actor=cast.responsible,
        ticket_id=cast.ticket.pk,
        client_key=uuid.uuid4(),
        is_internal=False,
        upload_ids=[file.pk],
    )

    assert list(update.attachments.all()) == [file]


def test_both_sides_are_notified_of_public_updates_and_the_responsible_of_internal_ones() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)

    post(cast, "reporter", internal=False)
    assert cast.notified("update_posted") == {"responsible", "subscriber", "manager"}

    post(cast, "moderator", internal=True)
    assert cast.notified("internal_update_posted") == {"responsible"}


def test_the_notification_group_is_notified_like_the_responsible_but_for_those_who_rejected() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    cast.flow.notification_group = GroupFactory(
        template=cast.device.template, employees=[cast.person("uninvolved"), cast.person("rejecter")], position=9
    )
    cast.flow.save()

    post(cast, "reporter", internal=False)
    assert cast.notified("update_posted") == {"responsible", "subscriber", "manager", "uninvolved"}

    post(cast, "moderator", internal=True)
    assert cast.notified("internal_update_posted") == {"responsible", "uninvolved"}
