"""Who has seen what of a conversation, as each side learns it."""

import uuid
from typing import Any, Literal

import pytest
from django.test import Client

from fleet.models import Person
from messenger.models import Message, SeenMark
from tests.cast import Cast, make_cast
from ticketing.models import TicketStatus
from ticketing.services import messages, updates
from ticketing.surfaces import OFFICE, PORTAL, Surface

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def address(cast: Cast, surface: Surface = OFFICE) -> str:
    return surface.ticket_url("message_seen", cast.ticket)


def say(cast: Cast, role: Literal["reporter", "responsible"]) -> Message:
    return messages.send_message(
        actor=getattr(cast, role), ticket_id=cast.ticket.pk, client_key=uuid.uuid4(), text=f"From {role}"
    )


def note(cast: Cast) -> None:
    key = uuid.uuid4()
    updates.post_update(
        actor=cast.responsible, ticket_id=cast.ticket.pk, client_key=key, text="Inside", is_internal=True
    )


def see(client: Client, cast: Cast, surface: Surface, number: int | None) -> None:
    assert client.post(address(cast, surface), {"number": number}).status_code == 204


def state(client: Client, cast: Cast, surface: Surface) -> Any:
    return client.get(address(cast, surface)).json()


def test_employees_learn_who_saw_a_message_and_customers_that_the_team_did() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    worker, guest = cast.client("responsible"), cast.client("reporter")
    note(cast)
    from_guest, from_worker = say(cast, "reporter"), say(cast, "responsible")
    assert state(worker, cast, OFFICE) == {"mine": 0, "by": []}

    see(worker, cast, OFFICE, from_guest.sequence)
    see(guest, cast, PORTAL, from_worker.public_sequence)

    reporter = cast.person("reporter")
    own_name = f"{reporter.first_name} {reporter.last_name}".strip()
    assert state(worker, cast, OFFICE) == {
        "mine": from_guest.sequence, "by": [[reporter.pk, own_name, from_worker.sequence]],
    }  # fmt: skip
    # By the numbers of customers, which have no gap where the note is.
    assert (from_guest.public_sequence or 0) < from_guest.sequence
    assert state(guest, cast, PORTAL) == {
        "mine": from_worker.public_sequence, "by": [[0, "", from_guest.public_sequence]],
    }  # fmt: skip


def test_a_mark_only_moves_forward_and_never_beyond_what_there_is() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    message, client = say(cast, "reporter"), cast.client("responsible")

    for number, expected in ((message.sequence, message.sequence), (1, message.sequence), (10**9, message.sequence)):
        see(client, cast, OFFICE, number)
        mark = SeenMark.objects.get(person=cast.person("responsible"))
        assert mark.sequence == min(expected, cast.fresh().sequence)
    for odd in ("", "x", "-1", "9" * 40):
        assert client.post(address(cast), {"number": odd}).status_code == 204


def test_looking_makes_nobody_a_person() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    message = say(cast, "responsible")
    client, people = cast.client("holder"), Person.objects.count()

    see(client, cast, PORTAL, message.public_sequence)

    assert state(client, cast, PORTAL) == {"mine": None, "by": []}
    assert (Person.objects.count(), SeenMark.objects.count()) == (people, 0)


@pytest.mark.parametrize(("role", "surface"), [("uninvolved", OFFICE), ("other_holder", PORTAL)])
def test_who_may_not_read_learns_and_says_nothing(role: str, surface: Surface) -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    say(cast, "reporter")
    client = cast.client(role)

    assert client.get(address(cast, surface)).status_code in (403, 404)
    assert client.post(address(cast, surface), {"number": 1}).status_code in (403, 404)
    assert not SeenMark.objects.exists()


def test_a_poll_of_what_is_shown_reads_no_message(django_assert_max_num_queries: Any) -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    message, client = say(cast, "reporter"), cast.client("responsible")
    path = OFFICE.ticket_url("message_list", cast.ticket)
    first = client.get(path, {"after": 0})
    assert b"From reporter" in first.content

    with django_assert_max_num_queries(7) as captured:
        again = client.get(path, {"after": message.sequence}, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert not [query for query in captured.captured_queries if "messenger_message" in query["sql"]]
    say(cast, "reporter")
    third = client.get(path, {"after": message.sequence}, headers={"If-None-Match": first["ETag"]})
    assert (third.status_code, third.content.count(b"From reporter")) == (200, 1)
