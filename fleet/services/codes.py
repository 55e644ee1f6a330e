"""Codes: what they open, their history, and the sessions that scanned them."""

import re
import uuid
from collections.abc import Collection, MutableMapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from config.common import clock
from config.common.errors import DomainError, InvalidInput, NotVisible, WrongStatus
from config.common.rows import get_or_none
from config.common.rules import require
from config.common.visible import clean_line
from fleet.actors import (
    CODE_USER_KEY,
    CODES_KEY,
    Actor,
    Holding,
    KnownActor,
    code_user_of,
    holding_of,
    stored_holding,
)
from fleet.models import Code, CodeEventKind, Counted, Device, FormerToken, Person, PrivateLink, Role
from fleet.revocation import revoke_access
from fleet.services.code_scans import count_scan, count_shut, count_wrong_pin
from fleet.services.code_tokens import (
    hash_short_id,
    hash_token,
    shared_code_of,
    shared_token_of,
    short_id_of,
    token_of,
    url_of_token,
)
from fleet.services.editing import ChangedMeanwhile
from fleet.services.limits import count
from fleet.services.links import end_links

PIN = re.compile(r"\A[0-9]{4,12}\Z")
SHARED_FOR = timedelta(minutes=30)


class PinNeeded(DomainError):
    """The code opens only with its PIN."""

    code = "pin_needed"
    http_status = 403
    default_message = _("Please enter the PIN of this code.")


class WrongPin(PinNeeded):
    """The code has another PIN."""

    code = "wrong_pin"
    default_message = _("This PIN is not right. Please try again.")


@transaction.atomic
def create_code(
    *, actor: Actor, device: Device | None = None, label: str = "", client_key: uuid.UUID | None = None
) -> Code:
    """Create an enabled code, paired if a device is given; once for a key."""
    require(actor, "fleet.pair_code", device)
    new = Code(device=device, label=clean_line(label))
    _give_tokens(new)
    given = {"pk": new.pk, "generation": new.generation, "token_hash": new.token_hash, "short_hash": new.short_hash}
    code, is_new = Code.objects.get_or_create(
        client_key=client_key or uuid.uuid4(), defaults={"device": device, "label": new.label, **given}
    )
    if not is_new:
        return code
    note(code, CodeEventKind.CREATED, actor)
    if device is not None:
        note(code, CodeEventKind.PAIRED, actor, device)
    return code


@transaction.atomic
def rotate_code(*, actor: Actor, code: Code) -> Code:
    """Renew the code's link: the printed one stops working, and all who scanned it are logged out."""
    require(actor, "fleet.manage_code", code)
    code = Code.objects.select_for_update().get(pk=code.pk)
    renew(code, actor)
    return code


def renew(code: Code, actor: Actor) -> None:
    """Give the locked code another link. A building block without a rule."""
    code.former_tokens.create(token_hash=code.token_hash, short_hash=code.short_hash)
    code.generation += 1
    code.epoch += 1
    _give_tokens(code)
    code.save(update_fields=["generation", "epoch", "token_hash", "short_hash"])
    note(code, CodeEventKind.RENEWED, actor)
    revoke_access(code=code.pk)


def _give_tokens(code: Code) -> None:
    """Of its generation, or of the next one whose short id no other code has or had."""
    while is_short_id_taken(short_hash := hash_short_id(short_id_of(code))):
        code.generation += 1
    code.token_hash, code.short_hash = hash_token(token_of(code)), short_hash


def is_short_id_taken(short_hash: str) -> bool:
    """Whether a code has it, or had it before it was renewed."""
    return bool(taken_short_ids([short_hash]))


def taken_short_ids(short_hashes: Collection[str]) -> set[str]:
    """Those of the hashes that a code has, or had before it was renewed."""
    held = (rows.filter(short_hash__in=short_hashes) for rows in (Code.objects, FormerToken.objects))
    return {each for rows in held for each in rows.values_list("short_hash", flat=True) if each}


def note(code: Code, kind: CodeEventKind, actor: Actor, device: Device | None = None) -> None:
    """Add a line to the history of the code. A building block without a rule."""
    code.events.create(kind=kind, person=actor.person, device=device, at=clock.now())


@transaction.atomic
def log_out_code_users(*, actor: Actor, code: Code) -> Code:
    """Log out all who scanned the code, and revoke the private links of its device; the printed link keeps working."""
    require(actor, "fleet.manage_code", code)
    code = Code.objects.select_for_update().get(pk=code.pk)
    code.epoch += 1
    code.save(update_fields=["epoch"])
    note(code, CodeEventKind.LOGGED_OUT, actor)
    revoke_access(code=code.pk)
    if code.device_id is not None:
        end_links(PrivateLink.objects.filter(ticket__device=code.device_id))
    return code


@transaction.atomic
def change_pin(*, actor: Actor, code: Code, pin: str) -> Code:
    """Protect the code by a PIN, or remove the protection with an empty one; earlier scans end.

    Raises `InvalidInput` for a PIN that is not 4 to 12 digits.
    """
    if pin and not PIN.match(pin):
        raise InvalidInput(_("A PIN has 4 to 12 digits."), field="pin")
    # Under the lock: a manager must not change it when the code has just moved to another customer's device.
    code = Code.objects.select_for_update(of=("self",)).select_related("device").get(pk=code.pk)
    require(actor, "fleet.change_pin", code)
    code.set_pin(pin)
    code.epoch += 1
    code.save(update_fields=["pin_hash", "epoch"])
    note(code, CodeEventKind.PIN_SET if pin else CodeEventKind.PIN_REMOVED, actor)
    revoke_access(code=code.pk)
    return code


@dataclass(frozen=True)
class SeenCode:
    """What a form showed: the key of the device, and the label."""

    device_id: int | None
    label: str = ""


@transaction.atomic
def pair_code(
    *, actor: Actor, code: Code, device: Device | None, label: str | None = None, seen: SeenCode | None = None
) -> Code:
    """Set the device that the code opens, or none, and its label, unless that is None; scans for another device end.

    What is as it was `seen` is not set: others may have changed it meanwhile. Raises `ChangedMeanwhile` where both did.
    """
    require(actor, "fleet.pair_code", code)
    code = Code.objects.select_for_update().get(pk=code.pk)
    label = code.label if label is None else clean_line(label)
    if seen is not None:
        is_kept = _is_kept("device", code.device_id, device.pk if device else None, seen.device_id)
        device = code.device if is_kept else device
        label = code.label if _is_kept("label", code.label, label, seen.label) else label
    if code.device_id != (device.pk if device else None):
        code.epoch += 1
        revoke_access(code=code.pk)
        if code.device is not None:
            note(code, CodeEventKind.UNPAIRED, actor, code.device)
        if device is not None:
            note(code, CodeEventKind.PAIRED, actor, device)
    code.device, code.label = device, label
    code.save(update_fields=["device", "label", "epoch"])
    return code


def _is_kept(field: str, stored: object, wanted: object, seen: object) -> bool:
    if wanted not in (seen, stored) and stored != seen:
        raise ChangedMeanwhile(field=field)
    return wanted == seen


@transaction.atomic
def enable_code(*, actor: Actor, code: Code, enabled: bool) -> Code:
    """Let the code open its device, or disable it for all but employees, which ends earlier scans for good."""
    require(actor, "fleet.manage_code", code)
    code = Code.objects.select_for_update().get(pk=code.pk)
    code.is_enabled = enabled
    code.epoch += not enabled
    code.save(update_fields=["is_enabled", "epoch"])
    note(code, CodeEventKind.ENABLED if enabled else CodeEventKind.DISABLED, actor)
    revoke_access(code=code.pk)
    return code


@dataclass(frozen=True)
class SharedLink:
    """An address that opens a code for a time."""

    url: str
    until: datetime


@transaction.atomic
def share_code(*, actor: Actor, code: Code) -> SharedLink:
    """A link that opens the code for `SHARED_FOR`; a PIN is asked for all the same.

    Access through it ends with that time, and at once with whatever logs out those who scanned the code. Raises
    `WrongStatus` for a code that opens nothing.
    """
    require(actor, "fleet.manage_code", code)
    code = Code.objects.select_for_update().get(pk=code.pk)
    if not code.is_enabled or code.device_id is None:
        raise WrongStatus(_("Only a code that is enabled and paired can be shared."))
    until = (clock.now() + SHARED_FOR).replace(microsecond=0)
    note(code, CodeEventKind.SHARED, actor)
    return SharedLink(url_of_token(shared_token_of(code, until)), until)


@transaction.atomic
def delete_code(*, actor: Actor, code: Code) -> None:
    """Delete the code for good, with its history. Raises `WrongStatus` for one that is paired: no one holds others."""
    require(actor, "fleet.manage_code", code)
    code = Code.objects.select_for_update().get(pk=code.pk)
    if code.device_id is not None:
        raise WrongStatus(_("Unpair the code before you delete it."))
    code.delete()


def enter_code(*, actor: Actor, token: str, session: MutableMapping[str, Any], pin: str | None = None) -> Device:
    """Remember in the session that this browser holds the code, and count the scan; returns the device.

    A link for a time is remembered with its end. Raises `NotVisible` for an unknown, disabled or unpaired code,
    `PinNeeded` or `WrongPin` where a PIN protects it. Neither an enabled code nor a PIN is needed by employees, and by
    managers and subscribers of the device's customer. Scans of employees are not counted.
    """
    shared = shared_code_of(token)
    named = Q(pk=shared.code_id, epoch=shared.epoch) if shared else Q(token_hash=hash_token(token))
    code = get_or_none(_codes_opening(actor).filter(named))
    if code is None or code.device is None:
        if not actor.is_employee:
            count_shut(hash_token(token))
        raise NotVisible
    if actor.is_employee:
        return code.device
    held = holding_of(session, code.pk)
    if held is not None and held[0] != code.epoch:
        held = None
    if code.is_enabled:
        if held is None and code.has_pin and not _is_theirs(actor, code.device):
            _check_pin(code, pin)
        _hold(session, code, held, until=shared.until if shared else None)
    # Nobody holds a code that is disabled, so its customer's own people would be new each time.
    count_scan(code.pk, is_new=held is None and code.is_enabled)
    return code.device


def _is_theirs(actor: Actor, device: Device) -> bool:
    return actor.customer_id is not None and actor.customer_id == device.customer_id


def _check_pin(code: Code, pin: str | None) -> None:
    if pin is None:
        raise PinNeeded
    if not code.check_pin(pin):
        count_wrong_pin(code.pk)
        raise WrongPin


def _hold(session: MutableMapping[str, Any], code: Code, held: Holding | None, until: datetime | None) -> None:
    # What ends later stays: a link for a time takes nothing from who scanned the code itself.
    if held is None or (held[1] is not None and (until is None or until > held[1])):
        session[CODES_KEY] = {**(session.get(CODES_KEY) or {}), str(code.pk): stored_holding(code.epoch, until)}


def _codes_opening(actor: Actor) -> QuerySet[Code]:
    # Codes that open nothing for the actor are never fetched: trying one must take the time of trying an unknown one.
    paired = Code.objects.select_related("device").filter(device__isnull=False)
    if actor.is_employee:
        return paired
    theirs = Q(device__customer=actor.customer_id) if actor.customer_id is not None else Q(pk__in=())
    return paired.filter(Q(is_enabled=True) | theirs)


def make_known(*, actor: Actor, session: SessionBase, language: str) -> KnownActor:
    """The actor with a person: a code user gets a row the first time they act, all others have one.

    Raises `NotVisible` for an actor who neither signed in nor holds a code, and where the session has just ended, and
    `TooMuch` where too many people began with the code or from the address.
    """
    if isinstance(actor, KnownActor):
        return actor
    if not actor.device_ids or session.session_key is None:
        raise NotVisible
    return _become_known(actor, session, language)


@transaction.atomic
def _become_known(actor: Actor, session: SessionBase, language: str) -> KnownActor:
    # Locked and read again, so that a double click makes one person.
    stored = Session.objects.select_for_update().filter(session_key=session.session_key).first()
    if stored is None:
        raise NotVisible
    person = code_user_of(session.decode(stored.session_data))
    if person is None:
        count(actor=actor, what=Counted.PEOPLE)
        person = Person(role=Role.CODE_USER, email=None, language=language)
        person.set_unusable_password()
        person.save()
    session[CODE_USER_KEY] = person.pk
    session.save()
    return actor.with_person(person)
