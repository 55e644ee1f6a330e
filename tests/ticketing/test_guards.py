"""Guards that no page reaches alone, and facts that no page shows: each is asked by itself."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from config.common.errors import NotAllowed, NotVisible
from config.common.rules import may
from fleet.actors import ANONYMOUS, Actor, KnownActor
from messenger.models import Message, Upload
from tests.cast import Cast, client_of, holding, make_cast, start
from tests.factories import (
    AttachmentFactory,
    CodeFactory,
    DeviceFactory,
    ManagerFactory,
    SubscriberFactory,
    TicketFactory,
)
from tests.messenger.tus import Sender
from ticketing.models import Source, Ticket, TicketStatus, Update, Visibility
from ticketing.permissions import belongs_by_login, is_creator, is_outside
from ticketing.search import search_tickets, sees_contact
from ticketing.services import drafts, messages, properties, updates
from ticketing.services.search import refill_all

pytestmark = pytest.mark.django_db


def test_a_draft_belongs_to_its_creator_alone_and_once_sent_to_its_customer() -> None:
    draft, sent = (
        make_cast(TicketStatus.DRAFT, creator="subscriber"),
        make_cast(TicketStatus.OPEN, creator="subscriber"),
    )

    for cast, is_sent in ((draft, False), (sent, True)):
        assert belongs_by_login(cast.subscriber, cast.ticket)
        assert belongs_by_login(cast.manager, cast.ticket) is is_sent
        assert is_outside(cast.manager, cast.ticket) is is_sent


def test_a_ticket_without_a_creator_is_created_by_no_person() -> None:
    cast = make_cast()

    assert is_creator(cast.reporter, cast.ticket)
    assert not is_creator(ANONYMOUS, Ticket())


@pytest.mark.parametrize("visibility", Visibility)
def test_the_employee_who_created_a_ticket_sees_the_contact_until_it_is_sent(visibility: Visibility) -> None:
    cast = make_cast(TicketStatus.DRAFT, Visibility.INTERNAL)
    creator = cast.drafting_employee
    assert may(creator, "ticketing.see_reporter_contact", cast.ticket)

    ticket = drafts.open_ticket(actor=creator, ticket_id=cast.ticket.pk, visibility=visibility)

    assert may(creator, "ticketing.view_ticket", ticket)
    assert not may(creator, "ticketing.see_reporter_contact", ticket)


def test_the_code_user_who_created_a_ticket_sees_the_own_contact_before_and_after() -> None:
    for status in (TicketStatus.DRAFT, TicketStatus.OPEN):
        cast = make_cast(status)

        assert may(cast.reporter, "ticketing.see_reporter_contact", cast.ticket)
        assert not may(Actor(device_ids=cast.reporter.device_ids), "ticketing.see_reporter_contact", cast.ticket)


@pytest.mark.parametrize("source", Source)
@pytest.mark.parametrize("is_of_customer", [True, False], ids=["own customer's ticket", "moved ticket"])
def test_who_wrote_a_ticket_does_not_see_the_contact_of_another_customers_person_who_is_named_later(
    source: Source, *, is_of_customer: bool
) -> None:
    manager = ManagerFactory()
    writer, colleague = (SubscriberFactory(customer=manager.customer) for _ in "ab")
    stranger = SubscriberFactory(phone="0151 2223334")
    customer = manager.customer if is_of_customer else stranger.customer
    cases = {(manager, stranger): False, (manager, colleague): True, (writer, stranger): False, (writer, writer): True}

    for (creator, named), is_seen in cases.items():
        ticket = TicketFactory(creator=creator, person=named, customer=customer, source=source)
        list(refill_all(Ticket.objects.filter(pk=ticket.pk)))
        actor = KnownActor(person=creator)
        assert may(actor, "ticketing.view_ticket", ticket)
        assert bool(may(actor, "ticketing.see_reporter_contact", ticket)) is is_seen
        assert Ticket.objects.filter(sees_contact(actor), pk=ticket.pk).exists() is is_seen
        # They are named, and see what is theirs.
        owner = KnownActor(person=named)
        assert may(owner, "ticketing.see_reporter_contact", ticket)
        if (creator, named) == (manager, stranger):
            assert not search_tickets(Ticket.objects.visible_to(actor), actor, "0151 2223334")
            assert search_tickets(
                Ticket.objects.visible_to(KnownActor(person=named)), KnownActor(person=named), "0151 2223334"
            )


def say(cast: Cast, key: uuid.UUID, role: str = "reporter") -> Message:
    return messages.send_message(actor=cast.acting(role), ticket_id=cast.ticket.pk, client_key=key, text="Hello.")


def post(cast: Cast, key: uuid.UUID, role: str = "reporter") -> Update:
    update: dict[str, Any] = {"actor": cast[role], "ticket_id": cast.ticket.pk, "client_key": key}
    return updates.post_update(**update, is_internal=False, text="Hello.")


@pytest.mark.parametrize("write", [say, post])
def test_a_key_finds_what_was_written_only_while_the_ticket_may_be_seen(write: Callable[..., object]) -> None:
    cast, key = make_cast(TicketStatus.ASSIGNED), uuid.uuid4()
    written = write(cast, key)
    assert write(cast, key) == written

    properties.change_visibility(actor=cast.responsible, ticket_id=cast.ticket.pk, visibility=Visibility.INTERNAL)

    with pytest.raises(NotVisible):
        write(cast, key)


@pytest.mark.parametrize("write", [say, post])
def test_a_key_finds_what_was_written_in_the_same_ticket_by_the_same_person_only(write: Callable[..., object]) -> None:
    first, second, key = make_cast(TicketStatus.ASSIGNED), make_cast(TicketStatus.ASSIGNED), uuid.uuid4()
    second.actors["moderator"] = first.moderator

    written = [write(first, key, "moderator"), write(first, key, "responsible"), write(second, key, "moderator")]

    assert len(set(written)) == 3
    assert write(second, key, "moderator") == written[2]


# Below the address of a device ---------------------------------------------------------------------------------------


def test_a_draft_is_found_below_its_own_device_only() -> None:
    cast = make_cast(TicketStatus.DRAFT)
    second = CodeFactory(device=DeviceFactory(template=cast.device.template))
    browser = client_of(None, holding(cast.code, second, person=cast.person("reporter")))
    pages = ("flow_resume", "flow_summary", "draft_delete")

    def answers(slug: str) -> set[int]:
        addresses = [reverse(f"portal:{name}", args=[slug, cast.ticket.pk]) for name in pages]
        return {browser.get(address).status_code for address in addresses}

    assert answers(second.device.slug) == {404}
    deletion = reverse("portal:draft_delete", args=[second.device.slug, cast.ticket.pk])
    assert browser.post(deletion).status_code == 404
    assert answers(cast.device.slug) == {200, 303}


@pytest.mark.parametrize("name", ["message_send", "update_post", "upload_add"])
def test_nothing_is_written_below_the_address_of_another_device(name: str) -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    second = CodeFactory(device=DeviceFactory(template=cast.device.template))
    browser = client_of(None, holding(cast.code, second, person=cast.person("reporter")))

    def send(slug: str) -> int:
        address = reverse(f"portal:{name}", args=[slug, cast.ticket.pk])
        if name == "upload_add":
            return int(Sender(browser, address).begin(8).status_code)
        return browser.post(address, {"client_key": str(uuid.uuid4()), "text": "Hello."}).status_code

    assert send(second.device.slug) == 404
    assert (Message.objects.count(), Update.objects.count(), Upload.objects.count()) == (0, 0, 0)
    assert send(cast.device.slug) in (201, 303)


# Drafts, updates, reasons --------------------------------------------------------------------------------------------


def test_only_people_of_customers_are_the_person_of_a_ticket_they_begin() -> None:
    for role, is_person in (("subscriber", True), ("manager", True), ("reporter", False), ("uninvolved", False)):
        cast = make_cast()
        draft = start(cast.acting(role), cast.device, cast.flow)

        assert draft.creator == cast.person(role)
        assert draft.person == (cast.person(role) if is_person else None)


def test_only_who_began_a_draft_sends_it() -> None:
    cast = make_cast(TicketStatus.DRAFT)

    for role, refusal in {"moderator": NotAllowed, "uninvolved": NotVisible, "holder": NotVisible}.items():
        with pytest.raises(refusal):
            drafts.open_ticket(actor=cast.acting(role), ticket_id=cast.ticket.pk, visibility=Visibility.PUBLIC)
    assert cast.fresh().is_draft
    assert drafts.open_ticket(actor=cast.reporter, ticket_id=cast.ticket.pk).status == TicketStatus.OPEN


def test_the_files_of_a_deleted_draft_leave_the_storage(django_capture_on_commit_callbacks: Any) -> None:
    cast = make_cast(TicketStatus.DRAFT)
    file = AttachmentFactory(answer=cast.ticket.answers.get()).file

    with django_capture_on_commit_callbacks(execute=True):
        drafts.delete_draft(actor=cast.reporter, ticket_id=cast.ticket.pk)

    assert not default_storage.exists(file.name)


def test_a_file_alone_is_an_update() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    noise = SimpleUploadedFile("noise.txt", b"It squeaks.")

    update = updates.post_update(
        actor=cast.responsible, ticket_id=cast.ticket.pk, client_key=uuid.uuid4(), is_internal=False, files=[noise]
    )

    assert [file.name for file in update.attachments.all()] == ["noise.txt"]


def test_a_refusal_gives_its_reader_the_reason_that_is_theirs() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    reasons = {
        ("reporter", "finish"): "This is done by our team.",
        ("uninvolved", "finish"): "Accept the offer or be assigned first",
        ("reporter", "assign"): "This is done by our team.",
        ("responsible", "assign"): "Only moderators and administrators may do this.",
        ("reporter", "accept_offer"): "This is done by our team.",
        ("uninvolved", "accept_offer"): "This ticket is not offered to you, or no longer.",
        ("uninvolved", "write_message"): "Accept the offer or be assigned first",
    }

    for (role, rule), reason in reasons.items():
        assert reason in str(may(cast[role], f"ticketing.{rule}", cast.ticket).reason)
