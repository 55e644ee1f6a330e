"""Editing what a ticket says: each changed field is an entry of the journal."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from config.common.errors import DomainError, InvalidInput
from config.common.rules import may, require
from fleet.actors import Actor, KnownActor
from fleet.models import Customer, Reservation
from fleet.revocation import revoke_access
from messenger.models.conversations import make_salt
from ticketing.entry_kinds import COMMENT_EDITED, EDITED_KINDS, FIELD_EDITED
from ticketing.models import JournalEntry, TextChange, Ticket, TicketStatus
from ticketing.models.tickets import TYPED_FIELDS, customer_of, related_model
from ticketing.services.desk import check_field, clean_field
from ticketing.services.journal import digest_text, lock_ticket, record
from ticketing.services.search import refill_search

DESK_FIELDS = ("category", "subject", "person", "device", "reservation", "description", "comment")
# The answers of a flow stay what they were.
FLOW_FIELDS = ("category", "subject", "person", "device")


class EditConflict(DomainError):
    """Somebody else changed a field meanwhile that is to be changed here, too; nothing is saved.

    `theirs` are the present values of those fields, `others` those of fields that only somebody else changed; `version`
    is the ticket's now.
    """

    code = "conflict"
    http_status = 409
    default_message = _("Somebody else changed this meanwhile. Choose what is to stay.")

    def __init__(self, theirs: Mapping[str, Any], others: Mapping[str, Any], version: int) -> None:
        super().__init__()
        self.theirs, self.others = theirs, others
        self.version = version


@dataclass(frozen=True)
class Edited:
    """The ticket after an edit: what changed of it, and the customer who got it by that.

    `fields` are those that changed, `has_moved` says whether its stage did, `has_files` whether files were added.
    """

    ticket: Ticket
    fields: tuple[str, ...] = ()
    has_moved: bool = False
    has_files: bool = False
    new_customer: Customer | None = None


def editable_fields(actor: Actor, ticket: Ticket) -> tuple[str, ...]:
    """The fields of the ticket that its form has, in the order of the form."""
    hidden = set()
    if not may(actor, "ticketing.read_comment", ticket):
        hidden.add("comment")
    if not (actor.is_employee or actor.is_manager):
        # A subscriber writes about nobody else.
        hidden.add("person")
    return tuple(name for name in (DESK_FIELDS if ticket.is_from_desk else FLOW_FIELDS) if name not in hidden)


@transaction.atomic
def edit_fields(*, actor: KnownActor, ticket_id: int, version: int, values: Mapping[str, Any]) -> Edited:
    """Store the values of those fields that the writer changed since `version`, the sequence that the form was made of.

    What others changed meanwhile in other fields stays. Raises `EditConflict` where both changed the same field,
    `InvalidInput` for what cannot be chosen, `NotAllowed`, `WrongStatus`.
    """
    ticket = lock_ticket(ticket_id, actor, "category__parent", "customer", "device__customer", "reservation")
    require(actor, "ticketing.edit_fields", ticket)
    allowed = editable_fields(actor, ticket)
    seen = _values_at(ticket, version)
    present = {name: getattr(ticket, name) for name in allowed}
    given = {name: clean_field(name, value) for name, value in values.items()}
    wanted = {
        name: value for name, value in given.items() if name in allowed and value != seen.get(name, present[name])
    }
    theirs = {name: present[name] for name, value in wanted.items() if name in seen and present[name] != value}
    if theirs:
        others = {name: value for name, value in present.items() if name in seen and name not in wanted}
        raise EditConflict(theirs, others, ticket.sequence)
    changed = tuple(name for name in allowed if name in wanted and wanted[name] != present[name])
    if not changed:
        return Edited(ticket)
    reservation = wanted.get("reservation", ticket.reservation)
    for name in changed:
        _check(actor, ticket, name, wanted[name], reservation)
    for name in changed:
        _change(ticket, actor, name, wanted[name])
    before = ticket.customer
    _move_customer(ticket, changed)
    ticket.save(update_fields=[*changed, "customer"])
    refill_search(ticket)
    if {"device", "person"} & set(changed):
        # Other people see it now, and some no more.
        revoke_access(ticket=ticket.pk)
    return Edited(ticket, changed, new_customer=ticket.customer if ticket.customer != before else None)


def _values_at(ticket: Ticket, version: int) -> dict[str, Any]:
    """What the fields were at that sequence that changed since."""
    since = JournalEntry.objects.filter(ticket=ticket, sequence__gt=version, kind__in=EDITED_KINDS)
    first: dict[str, JournalEntry] = {}
    for entry in since.order_by("-sequence"):
        first[entry.data["field"]] = entry
    texts = dict(
        TextChange.objects.filter(ticket=ticket, sequence__in=[e.sequence for e in first.values()]).values_list(
            "sequence", "before"
        )
    )
    return {
        name: texts.get(entry.sequence, "") if name in TYPED_FIELDS else _row(name, entry.data["before"])
        for name, entry in first.items()
    }


def _row(name: str, key: int | None) -> models.Model | None:
    # What no ticket names any more may have been deleted meanwhile.
    return related_model(name)._default_manager.filter(pk=key).first() if key is not None else None


def _check(actor: KnownActor, ticket: Ticket, name: str, value: Any, reservation: Reservation | None) -> None:
    if value is None and not ticket.is_from_desk and name in ("category", "person"):
        return
    if value is None and name == "device" and not ticket.is_from_desk:
        raise InvalidInput(_("Choose a device of the list."), field="device")
    check_field(actor, name, value, reservation)


def _change(ticket: Ticket, actor: KnownActor, name: str, after: Any) -> None:
    before = getattr(ticket, name)
    setattr(ticket, name, after)
    kind = COMMENT_EDITED if name == "comment" else FIELD_EDITED
    if name not in TYPED_FIELDS:
        keys = {"before": before.pk if before else None, "after": after.pk if after else None}
        record(ticket, kind, actor.person, field=name, **keys)
        return
    if not ticket.salt:
        # Of a ticket that was opened before its texts were recorded.
        ticket.salt = make_salt()
        ticket.save(update_fields=["salt"])
    digests = {"before": digest_text(ticket.salt, before), "after": digest_text(ticket.salt, after)}
    entry = record(ticket, kind, actor.person, field=name, **digests)
    TextChange.objects.create(ticket=ticket, sequence=entry.sequence, before=before, after=after)


def _move_customer(ticket: Ticket, changed: tuple[str, ...]) -> None:
    """A ticket that nobody works on yet goes to the customer of its new device or person."""
    if ticket.status == TicketStatus.OPEN and {"device", "person"} & set(changed):
        ticket.customer = customer_of(ticket.device, ticket.person)
