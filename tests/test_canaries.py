"""Canaries: what stays inside appears in nothing that is sent to customers or code users, nor in what failed of it."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse

from config.common import clock
from messenger.carriers import all_carriers
from messenger.models import Channel, Delivery, Notification, Preferences, PushDevice, TicketPush
from messenger.services.delivering import deliver_due
from messenger.web_push import Answer, Subscription, digest_of
from tests.cast import Cast, make_cast
from tests.factories import CategoryFactory, PushDeviceFactory
from tests.messenger.carriers import MemoryCarrier
from tests.messenger.samples import picture, upload
from ticketing.models import Priority, TicketStatus, Visibility
from ticketing.services import assignment, life_cycle, properties
from ticketing.services.desk import DeskFields, create_desk_ticket
from ticketing.services.messages import send_message
from ticketing.services.updates import post_update

pytestmark = pytest.mark.django_db
OUTSIDE = ("manager", "subscriber", "reporter")
# In internal updates and the names of their files, what was written while the ticket was INTERNAL, and comments.
UPDATE, FILE, HIDDEN, COMMENT = "canary of the update", "canary-of-the-file", "canary while hidden", "canary comment"
CANARIES = (UPDATE, FILE, HIDDEN, COMMENT)
PUBLIC = "said to everybody"


@pytest.fixture
def pushed(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What each push address was sent, before it was encrypted."""
    found: dict[str, list[str]] = {}

    def take(browser: Subscription, message: dict[str, object], **_more: object) -> Answer:
        found.setdefault(browser.endpoint, []).append(str(message))
        return Answer(201, "")

    monkeypatch.setattr("messenger.carriers.push.push", take)
    return found


@pytest.fixture
def cast() -> Cast:
    """Everybody takes everything by every channel, with texts."""
    cast = make_cast(TicketStatus.IN_PROGRESS)
    for role in (*OUTSIDE, "responsible"):
        person = cast.person(role)
        Preferences.objects.create(person=person, shows_text=True)
        endpoint = f"https://fcm.googleapis.com/{role}"
        device: PushDevice = PushDeviceFactory(person=person, endpoint=endpoint, endpoint_digest=digest_of(endpoint))
        if role == "reporter":
            TicketPush.objects.create(
                push_device=device, ticket=cast.ticket, code=cast.code, code_epoch=cast.code.epoch
            )
    Notification.objects.all().delete()
    Delivery.objects.all().delete()
    return cast


def everything_happens(cast: Cast, between: Callable[[], object] = bool) -> None:
    """`between` is done before the ticket is hidden for a while, which takes back what waits for customers."""
    by: dict[str, Any] = {"actor": cast.moderator, "ticket_id": cast.ticket.pk}
    post_update(**by, client_key=uuid.uuid4(), is_internal=True, text=UPDATE, files=[upload(picture(), f"{FILE}.jpg")])
    send_message(**by, client_key=uuid.uuid4(), text=PUBLIC, files=[upload(picture(), "public.jpg")])
    post_update(**by, client_key=uuid.uuid4(), is_internal=False, text=PUBLIC)
    properties.change_priority(**by, priority=Priority.HIGH)
    between()
    properties.change_visibility(**by, visibility=Visibility.INTERNAL)
    send_message(**by, client_key=uuid.uuid4(), text=HIDDEN)
    properties.change_visibility(**by, visibility=Visibility.PUBLIC)
    assignment.assign(**by, person=cast.person("uninvolved"))
    assignment.withdraw(**by, person=cast.person("uninvolved"))
    life_cycle.finish_ticket(**by)
    life_cycle.reopen_ticket(**by)
    create_desk_ticket(
        actor=cast.moderator,
        client_key=uuid.uuid4(),
        fields=DeskFields(
            category=CategoryFactory(), subject="Badge", person=cast.person("subscriber"), comment=COMMENT
        ),
        visibility=Visibility.PUBLIC,
        sends_to_managers=True,
    )


def deliver(carriers: Any) -> None:
    Delivery.objects.filter(finished_at=None).update(take_at=clock.now())
    deliver_due(carriers)


def test_what_stays_inside_is_sent_to_nobody_outside(cast: Cast, pushed: dict[str, list[str]]) -> None:
    everything_happens(cast, between=lambda: deliver(all_carriers()))
    deliver(all_carriers())

    letters = {message.to[0]: "" for message in mail.outbox}
    for message in mail.outbox:
        parts = [part.get_payload(decode=True) for part in message.message().walk() if not part.is_multipart()]
        letters[message.to[0]] += "".join(bytes(part or b"").decode(errors="replace") for part in parts)
        letters[message.to[0]] += str(message.message())
    for role in OUTSIDE:
        person = cast.person(role)
        sent = [*pushed.get(f"https://fcm.googleapis.com/{role}", ()), letters.get(person.email or "", "")]
        assert any(PUBLIC in text for text in sent), f"{role} was told nothing, so this test would not notice"
        for canary in CANARIES:
            assert not any(canary in text for text in sent), (role, canary)
    # Not even employees: what was sent can be forwarded.
    everything = " ".join([*letters.values(), *(text for texts in pushed.values() for text in texts)])
    assert UPDATE not in everything
    assert FILE not in everything
    assert COMMENT not in everything


def test_what_failed_says_nothing_of_it_either(cast: Cast) -> None:
    def refuse(letter: Any) -> None:
        raise RuntimeError(f"Cannot send to {letter.person}")

    everything_happens(cast)
    broken = MemoryCarrier(before=refuse)
    for _try in range(12):
        deliver({Channel.EMAIL: broken, Channel.PUSH: broken})

    dead = Delivery.objects.filter(state="dead")
    assert dead.filter(person=cast.person("manager")).exists()
    kept = " ".join(str(value) for row in dead.values() for value in row.values())
    assert not any(canary in kept for canary in CANARIES)
    page = cast.client("administrator").get("/admin/messenger/delivery/?state=dead").content.decode()
    assert not any(canary in page for canary in CANARIES)


@pytest.mark.parametrize("role", ["manager", "subscriber"])
def test_the_bell_of_customers_says_nothing_of_it(cast: Cast, role: str) -> None:
    everything_happens(cast)

    client = cast.client(role)
    pages = [
        client.get(reverse("office:notification_list")).content.decode(),
        client.get(reverse("office:notification_bell"), {"after": "0"}).content.decode(),
    ]
    assert str(cast.fresh().reference) in pages[0]
    assert not any(canary in page for page in pages for canary in CANARIES)
    kinds = set(Notification.objects.filter(person=cast.person(role)).values_list("kind", flat=True))
    assert not kinds & {"internal_update_posted", "mentioned", "visibility_changed", "priority_changed"}
