"""Tickets of the desk form, which are open as soon as they are saved."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.common import clock
from config.common.errors import InvalidInput, UsedKey
from config.common.rows import get_or_none
from config.common.rules import may, require
from config.common.visible import clean_line, clean_text, has_visible
from fleet.access import customer_people_for, reservations_for
from fleet.actors import KnownActor
from fleet.models import Device, Person, Reservation
from fleet.services.people import NewSubscriber, add_subscriber
from messenger.models import Conversation
from messenger.services.attachments import check_files
from ticketing.audiences import MANAGERS_OF_PERSON, people_of
from ticketing.entry_kinds import OPENED, REPORTER, SENT_TO_MANAGERS
from ticketing.models import Answer, Category, Source, Ticket, Visibility
from ticketing.models.tickets import TYPED_FIELDS, customer_of
from ticketing.services.assignment import send_offers
from ticketing.services.desk_files import PHOTOS_AND_FILES, keep_answer
from ticketing.services.journal import answer_digests, record, text_digests
from ticketing.services.numbers import give_number
from ticketing.services.repetition import find_repetition
from ticketing.services.search import fill_search


@dataclass(frozen=True, kw_only=True)
class DeskFields:
    """What the desk form asks, apart from files and who may see the ticket."""

    category: Category
    subject: str
    # Employees can add whom it is about with the ticket.
    person: Person | NewSubscriber
    device: Device | None = None
    reservation: Reservation | None = None
    description: str = ""
    comment: str = ""


def create_desk_ticket(
    *,
    actor: KnownActor,
    client_key: uuid.UUID,
    fields: DeskFields,
    visibility: Visibility | None = None,
    sends_to_managers: bool = False,
    files: Sequence["UploadedFile[bytes]"] = (),
    upload_ids: Sequence[uuid.UUID] = (),
) -> Ticket:
    """Open a ticket with what was typed at a desk, and send the offers; the same key again returns the first one.

    Employees must choose the visibility; other people's tickets are PUBLIC. `sends_to_managers` tells the managers of
    the person's customer. Raises `InvalidInput` for what the actor cannot choose and unusable files, `NotAllowed`.
    """
    require(actor, "ticketing.create_desk_ticket")
    if opened := _opened_with(actor, client_key):
        return opened
    # Outside the transaction: on SQLite every other request that writes would wait while pictures are decoded.
    checked = check_files(files)
    with transaction.atomic():
        # There is no ticket to lock yet: the creator's row makes the second half of a double click wait for the first.
        Person.objects.select_for_update().only("pk").get(pk=actor.person.pk)
        if opened := find_repetition(actor, "ticketing.create_desk_ticket", None, _opened_with(actor, client_key)):
            return opened
        if Ticket.objects.filter(client_key=client_key).exists():
            raise UsedKey
        visibility = _chosen_visibility(actor, visibility)
        if sends_to_managers:
            _check_sending(actor, visibility)
        if isinstance(fields.person, NewSubscriber):
            fields = replace(fields, person=add_subscriber(actor=actor, details=fields.person))
        fields = replace(fields, **{name: clean_field(name, getattr(fields, name)) for name in TYPED_FIELDS})
        for name, value in vars(fields).items():
            check_field(actor, name, value, fields.reservation)
        ticket = _create_draft(actor, client_key, fields, visibility)
        _open(ticket, actor, keep_answer(ticket, actor, PHOTOS_AND_FILES, checked, upload_ids))
        if sends_to_managers:
            _send_to_managers(ticket, actor)
        send_offers(ticket, actor.person)
        give_number(ticket)
        return ticket


def clean_field(name: str, value: Any) -> Any:
    """A value as it is stored and told of in the journal: of what is typed, without what no one sees."""
    if name not in TYPED_FIELDS:
        return value
    return clean_line(value) if name == "subject" else clean_text(value)


def check_field(actor: KnownActor, name: str, value: Any, reservation: Reservation | None) -> None:
    """Raises `InvalidInput` for a value of a field of `DeskFields` that is missing or not for this actor to choose.

    Who may name the reservation may name its vehicle.
    """
    is_reserved = name == "device" and reservation is not None and reservation.device == value
    if not is_reserved and (check := _CHECKS.get(name)):
        check(actor, value)


def _check_category(actor: KnownActor, category: Category | None) -> None:
    if category is None or not may(actor, "ticketing.choose_category", category):
        raise InvalidInput(_("Choose a category of the list."), field="category")
    if any(may(actor, "ticketing.choose_category", each) for each in category.children.all()):
        raise InvalidInput(_("Choose a sub-category."), field="subcategory")


def _check_subject(_actor: KnownActor, subject: str) -> None:
    if not has_visible(subject):
        raise InvalidInput(_("Please enter a subject."), field="subject")


def _check_person(actor: KnownActor, person: Person | None) -> None:
    if person is None or not customer_people_for(actor).filter(pk=person.pk).exists():
        raise InvalidInput(_("Choose a person of the list."), field="person")


def _check_device(actor: KnownActor, device: Device | None) -> None:
    if device is not None and not may(actor, "fleet.open_device", device):
        raise InvalidInput(_("Choose a vehicle of the list."), field="device")


def _check_reservation(actor: KnownActor, reservation: Reservation | None) -> None:
    if reservation is not None and not reservations_for(actor).filter(pk=reservation.pk).exists():
        raise InvalidInput(_("Choose a reservation of the list."), field="reservation")


_CHECKS: dict[str, Callable[[KnownActor, Any], None]] = {
    "category": _check_category,
    "subject": _check_subject,
    "person": _check_person,
    "device": _check_device,
    "reservation": _check_reservation,
}


def _opened_with(actor: KnownActor, client_key: uuid.UUID) -> Ticket | None:
    return get_or_none(Ticket.objects.filter(client_key=client_key, creator=actor.person.pk, source=Source.DESK))


def _chosen_visibility(actor: KnownActor, visibility: Visibility | None) -> Visibility:
    if not may(actor, "ticketing.choose_visibility"):
        return Visibility.PUBLIC
    if visibility is None:
        raise InvalidInput(_("Choose who may see this ticket."), code="visibility", field="visibility")
    return visibility


def _create_draft(actor: KnownActor, client_key: uuid.UUID, fields: DeskFields, visibility: Visibility) -> Ticket:
    now = clock.now()
    assert isinstance(fields.person, Person)
    return Ticket.objects.create(
        source=Source.DESK,
        client_key=client_key,
        creator=actor.person,
        customer=customer_of(fields.device, fields.person),
        visibility=visibility,
        conversation=Conversation.objects.create(created_at=now),
        created_at=now,
        changed_at=now,
        **vars(fields),
    )


def _open(ticket: Ticket, actor: KnownActor, answers: list[Answer]) -> None:
    ticket.opened_at = ticket.created_at
    fill_search(ticket, answers)
    ticket.send()
    named = {} if ticket.person_id == actor.person.pk else {REPORTER: ticket.person_id}
    record(ticket, OPENED, actor.person, answers=answer_digests(answers), texts=text_digests(ticket), **named)


def _check_sending(actor: KnownActor, visibility: Visibility) -> None:
    require(actor, "ticketing.send_to_managers")
    if visibility != Visibility.PUBLIC:
        raise InvalidInput(_("Only a public ticket can be sent to the managers."), field="sends_to_managers")


def _send_to_managers(ticket: Ticket, actor: KnownActor) -> None:
    entry = record(ticket, SENT_TO_MANAGERS, actor.person)
    if not people_of((MANAGERS_OF_PERSON,), entry):
        sentence = _("There is no manager of this person who can see the ticket. Save it without sending it.")
        raise InvalidInput(sentence, field="sends_to_managers")
