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
from fleet.actors import NOBODY, Actor
from fleet.models import Role
from fleet.services.people import PersonDetails, change_person
from messenger.models import Attachment, Message, Notification
from tests.cast import Cast, client_of, holding, make_cast, start
from tests.factories import (
    AssignmentFactory,
    AttachmentFactory,
    CodeFactory,
    CustomerFactory,
    DeviceFactory,
    NotificationFactory,
    OfferFactory,
)
from ticketing.models import JournalEntry, Ticket, TicketStatus, Update, Visibility
from ticketing.permissions import belongs_by_login, is_creator, is_outside
from ticketing.services import assignment, drafts, messages, progress, properties, updates

pytestmark = pytest.mark.django_db


def test_a_draft_belongs_to_its_creator_alone_and_once_sent_to_its_customer() -> None:
    draft, sent = make_cast(TicketStatus.DRAFT, creator="P"), make_cast(TicketStatus.OPEN, creator="P")

    for cast, is_sent in ((draft, False), (sent, True)):
        assert belongs_by_login(cast["P"], cast.ticket)
        assert belongs_by_login(cast["G"], cast.ticket) is is_sent
        assert is_outside(cast["G"], cast.ticket) is is_sent


def test_nobody_is_the_creator_of_a_ticket_that_has_none() -> None:
    cast = make_cast()

    assert is_creator(cast["C"], cast.ticket)
    assert not is_creator(NOBODY, Ticket())


@pytest.mark.parametrize("visibility", Visibility)
def test_the_employee_who_created_a_ticket_sees_the_contact_until_it_is_sent(visibility: Visibility) -> None:
    cast = make_cast(TicketStatus.DRAFT, Visibility.INTERNAL)
    creator = cast["Y"]
    assert may(creator, "ticketing.see_reporter_contact", cast.ticket)

    ticket = drafts.open_ticket(actor=creator, ticket_id=cast.ticket.pk, visibility=visibility)

    assert may(creator, "ticketing.view_ticket", ticket)
    assert not may(creator, "ticketing.see_reporter_contact", ticket)


def test_the_code_user_who_created_a_ticket_sees_the_own_contact_before_and_after() -> None:
    for status in (TicketStatus.DRAFT, TicketStatus.OPEN):
        cast = make_cast(status)

        assert may(cast["C"], "ticketing.see_reporter_contact", cast.ticket)
        assert not may(Actor(device_ids=cast["C"].device_ids), "ticketing.see_reporter_contact", cast.ticket)


def say(cast: Cast, key: uuid.UUID, letter: str = "C") -> Message:
    return messages.send_message(actor=cast[letter], ticket_id=cast.ticket.pk, client_key=key, text="Hello.")


def post(cast: Cast, key: uuid.UUID, letter: str = "C") -> Update:
    update: dict[str, Any] = {"actor": cast[letter], "ticket_id": cast.ticket.pk, "client_key": key}
    return updates.post_update(**update, is_internal=False, text="Hello.")


@pytest.mark.parametrize("write", [say, post])
def test_a_key_finds_what_was_written_only_while_the_ticket_may_be_seen(write: Callable[..., object]) -> None:
    cast, key = make_cast(TicketStatus.ASSIGNED), uuid.uuid4()
    written = write(cast, key)
    assert write(cast, key) == written

    properties.change_visibility(actor=cast["M"], ticket_id=cast.ticket.pk, visibility=Visibility.INTERNAL)

    with pytest.raises(NotVisible):
        write(cast, key)


@pytest.mark.parametrize("write", [say, post])
def test_a_key_finds_what_was_written_in_the_same_ticket_by_the_same_person_only(write: Callable[..., object]) -> None:
    first, second, key = make_cast(TicketStatus.ASSIGNED), make_cast(TicketStatus.ASSIGNED), uuid.uuid4()
    second.actors["Mo"] = first["Mo"]

    written = [write(first, key, "Mo"), write(first, key, "M"), write(second, key, "Mo")]

    assert len(set(written)) == 3
    assert write(second, key, "Mo") == written[2]


# Former employees ----------------------------------------------------------------------------------------------------


def leaves(cast: Cast, letter: str) -> Actor:
    """The employee becomes a manager of another customer."""
    details = PersonDetails(email=f"{letter}@example.org", role=Role.MANAGER, customer=CustomerFactory())
    return Actor(person=change_person(actor=cast["Ad"], person=cast.person(letter), details=details))


def test_a_former_employee_has_nothing_of_a_closed_ticket_though_its_record_names_them() -> None:
    cast = make_cast(TicketStatus.CLOSED)
    assert may(cast["M"], "ticketing.reopen", cast.ticket)

    former = leaves(cast, "M")

    assert cast.ticket.assignments.filter(person=former.person, ended_at=None).exists()
    for rule in ("reopen", "view_ticket", "read_messages", "see_reporter_contact", "be_told_of_internal_updates"):
        assert not may(former, f"ticketing.{rule}", cast.fresh())
    Ticket.objects.filter(pk=cast.ticket.pk).update(customer=former.customer_id)
    assert may(former, "ticketing.view_ticket", cast.fresh())
    for rule in ("reopen", "post_internal_update", "read_internal_updates", "be_told_of_internal_updates"):
        assert not may(former, f"ticketing.{rule}", cast.fresh())


def test_a_former_employee_neither_accepts_nor_rejects_again_what_was_decided() -> None:
    cast = make_cast(TicketStatus.CLOSED)
    for letter, verb in (("M", assignment.accept_offer), ("F", assignment.reject_offer)):
        assert verb(actor=Actor(person=cast.person(letter)), ticket_id=cast.ticket.pk) == cast.ticket

        former = leaves(cast, letter)

        with pytest.raises(NotVisible):
            verb(actor=former, ticket_id=cast.ticket.pk)


def test_an_offer_to_a_former_employee_is_withdrawn_without_telling_them() -> None:
    cast = make_cast()
    OfferFactory(ticket=cast.ticket, person=cast.person("G"))
    told = Notification.objects.filter(kind="responsibility_withdrawn")

    for letter in ("G", "O"):
        assignment.withdraw(actor=cast["Mo"], ticket_id=cast.ticket.pk, person=cast.person(letter))

    assert set(told.values_list("person", flat=True)) == {cast.person("O").pk}


def test_a_new_name_hands_over_no_work_and_empties_no_bell() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    NotificationFactory(person=cast.person("G"), ticket=cast.ticket)

    for letter in ("M", "O", "G"):
        person = cast.person(letter)
        email = person.email or ""
        details = PersonDetails(email=email, role=person.role, first_name="Mara", customer=person.customer)
        change_person(actor=cast["Ad"], person=person, details=details)

    ticket = cast.fresh()
    assert ticket.status == TicketStatus.ASSIGNED
    assert [a.person for a in ticket.assignments.filter(ended_at=None)] == [cast.person("M")]
    assert [o.person for o in ticket.offers.filter(decision="open")] == [cast.person("O")]
    assert cast.person("G").notifications.count() == 1


# Below the address of a device ---------------------------------------------------------------------------------------


def test_a_draft_is_found_below_its_own_device_only() -> None:
    cast = make_cast(TicketStatus.DRAFT)
    second = CodeFactory(device=DeviceFactory(template=cast.device.template))
    browser = client_of(None, holding(cast.code, second, person=cast.person("C")))
    pages = ("flow_resume", "flow_summary", "draft_delete")

    def answers(slug: str) -> set[int]:
        addresses = [reverse(f"portal:{name}", args=[slug, cast.ticket.pk]) for name in pages]
        return {browser.get(address).status_code for address in addresses}

    assert answers(second.device.slug) == {404}
    deletion = reverse("portal:draft_delete", args=[second.device.slug, cast.ticket.pk])
    assert browser.post(deletion).status_code == 404
    assert answers(cast.device.slug) == {200, 302}


@pytest.mark.parametrize("name", ["message_send", "update_post", "upload_add"])
def test_nothing_is_written_below_the_address_of_another_device(name: str) -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    second = CodeFactory(device=DeviceFactory(template=cast.device.template))
    browser = client_of(None, holding(cast.code, second, person=cast.person("C")))

    def send(slug: str) -> int:
        form = {"client_key": str(uuid.uuid4()), "text": "Hello.", "file": SimpleUploadedFile("a.txt", b"Hello.")}
        return browser.post(reverse(f"portal:{name}", args=[slug, cast.ticket.pk]), form).status_code

    assert send(second.device.slug) == 404
    assert (Message.objects.count(), Update.objects.count(), Attachment.objects.count()) == (0, 0, 0)
    assert send(cast.device.slug) in (201, 303)


# What is decided stays on record -------------------------------------------------------------------------------------


def test_each_decision_about_an_offer_is_kept_as_it_was_made() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    withdrawn, assigned = (OfferFactory(ticket=cast.ticket).person for _number in range(2))

    assignment.withdraw(actor=cast["Mo"], ticket_id=cast.ticket.pk, person=withdrawn)
    assignment.assign(actor=cast["Mo"], ticket_id=cast.ticket.pk, person=assigned)

    decisions = dict(cast.ticket.offers.values_list("person", "decision"))
    people = (cast.person("M"), cast.person("F"), cast.person("O"), withdrawn, assigned)
    assert [decisions[person.pk] for person in people] == ["accepted", "rejected", "open", "withdrawn", "withdrawn"]
    assert not cast.ticket.offers.exclude(decision="open").filter(decided_at=None).exists()


def test_assigning_and_withdrawing_again_changes_records_and_tells_nothing() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    assignment.accept_offer(actor=cast["O"], ticket_id=cast.ticket.pk)
    again: dict[str, Any] = {"actor": cast["Mo"], "ticket_id": cast.ticket.pk, "person": cast.person("O")}

    def facts() -> tuple[object, ...]:
        assignments = cast.ticket.assignments.values_list("person", "started_at", "ended_at").order_by("pk")
        return cast.fresh().sequence, Notification.objects.count(), list(assignments)

    for verb in (assignment.assign, assignment.withdraw):
        verb(**again)
        before = facts()
        verb(**again)
        assert facts() == before


def test_superiors_are_alarmed_by_a_withdrawal_only_when_nobody_is_left() -> None:
    alarms = Notification.objects.filter(kind="nobody_responsible")
    cast, taken = make_cast(), make_cast(TicketStatus.ASSIGNED)

    assignment.withdraw(actor=taken["Mo"], ticket_id=taken.ticket.pk, person=taken.person("O"))
    assignment.withdraw(actor=cast["Mo"], ticket_id=cast.ticket.pk, person=cast.person("O"))
    assert not alarms.exists()

    assignment.withdraw(actor=cast["Mo"], ticket_id=cast.ticket.pk, person=cast.person("M"))
    assert alarms.filter(ticket=cast.ticket, person=cast.person("Ad")).count() == 1


def test_who_had_left_is_on_record_as_withdrawn_when_the_ticket_is_reopened() -> None:
    cast = make_cast(TicketStatus.CLOSED)
    leaves(cast, "M")

    progress.reopen_ticket(actor=cast["Mo"], ticket_id=cast.ticket.pk)

    row = JournalEntry.objects.get(ticket=cast.ticket, kind="withdrawn")
    assert (row.data, row.public_sequence) == ({"withdrawn": cast.person("M").pk}, None)


def test_only_people_of_customers_are_the_person_of_a_ticket_they_begin() -> None:
    for letter, is_person in (("P", True), ("G", True), ("C", False), ("N", False)):
        cast = make_cast()
        draft = start(cast[letter], cast.device, cast.flow)

        assert draft.creator == cast.person(letter)
        assert draft.person == (cast.person(letter) if is_person else None)


def test_only_who_began_a_draft_sends_it() -> None:
    cast = make_cast(TicketStatus.DRAFT)

    for letter, refusal in {"Mo": NotAllowed, "N": NotVisible, "H": NotVisible}.items():
        with pytest.raises(refusal):
            drafts.open_ticket(actor=cast[letter], ticket_id=cast.ticket.pk, visibility=Visibility.PUBLIC)
    assert cast.fresh().is_draft
    assert drafts.open_ticket(actor=cast["C"], ticket_id=cast.ticket.pk).status == TicketStatus.OPEN


def test_the_files_of_a_deleted_draft_leave_the_storage(django_capture_on_commit_callbacks: Any) -> None:
    cast = make_cast(TicketStatus.DRAFT)
    file = AttachmentFactory(answer=cast.ticket.answers.get()).file

    with django_capture_on_commit_callbacks(execute=True):
        drafts.delete_draft(actor=cast["C"], ticket_id=cast.ticket.pk)

    assert not default_storage.exists(file.name)


def test_a_file_alone_is_an_update() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    noise = SimpleUploadedFile("noise.txt", b"It squeaks.")

    update = updates.post_update(
        actor=cast["M"], ticket_id=cast.ticket.pk, client_key=uuid.uuid4(), is_internal=False, files=[noise]
    )

    assert [file.name for file in update.attachments.all()] == ["noise.txt"]


def test_a_refusal_gives_its_reader_the_reason_that_is_theirs() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    reasons = {
        ("C", "finish"): "This is done by our team.",
        ("N", "finish"): "Accept the offer or be assigned first",
        ("C", "assign"): "This is done by our team.",
        ("M", "assign"): "Only moderators and administrators may do this.",
        ("C", "accept_offer"): "This is done by our team.",
        ("N", "accept_offer"): "This ticket is not offered to you, or no longer.",
        ("N", "write_message"): "Accept the offer or be assigned first",
    }

    for (letter, rule), reason in reasons.items():
        assert reason in str(may(cast[letter], f"ticketing.{rule}", cast.ticket).reason)


def test_an_open_ticket_is_started_by_superiors_only_even_if_it_had_somebody_responsible() -> None:
    cast = make_cast()
    AssignmentFactory(ticket=cast.ticket, person=cast.person("N"))

    assert not may(cast["N"], "ticketing.start", cast.fresh())
    assert may(cast["Mo"], "ticketing.start", cast.fresh())
