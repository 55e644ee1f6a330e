"""Codes: their printed tokens, and the sessions that scanned them."""

import base64
import hashlib
import hmac
import re
from collections.abc import MutableMapping
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from config.common.errors import DomainError, InvalidInput, NotVisible
from config.common.rows import get_or_none
from config.common.rules import require
from fleet.actors import CODE_USER_KEY, CODES_KEY, Actor, KnownActor, code_user_of
from fleet.models import Code, Counted, Device, Person, PrivateLink, Role
from fleet.revocation import revoke_access
from fleet.services.limits import count
from fleet.services.links import end_links

TOKEN_BYTES = 20  # 160 bits: too long to guess, and short enough for a small QR code.
PIN = re.compile(r"[0-9]{4,12}")


class PinNeeded(DomainError):
    """The code opens only with its PIN."""

    code = "pin_needed"
    http_status = 403
    default_message = _("Please enter the PIN of this code.")


class WrongPin(PinNeeded):
    """The code has another PIN."""

    code = "wrong_pin"
    default_message = _("This PIN is not right. Please try again.")


def token_of(code: Code) -> str:
    """The secret part of the printed link: an HMAC of the code and its generation, keyed by `CODE_SECRET`."""
    message = f"{code.pk.hex}:{code.generation}".encode()
    digest = hmac.new(settings.CODE_SECRET.encode(), message, hashlib.sha256).digest()[:TOKEN_BYTES]
    return base64.b32encode(digest).decode().lower()


def hash_token(token: str) -> str:
    """What is stored of a token: enough to find the code, not enough to make the link."""
    return hashlib.sha256(token.encode()).hexdigest()


def url_of(code: Code) -> str:
    """The full address to print, below `PUBLIC_URL`."""
    return settings.PUBLIC_URL.rstrip("/") + reverse(settings.SCAN_URL_NAME, args=[token_of(code)])


@transaction.atomic
def create_code(*, actor: Actor, device: Device | None = None, label: str = "") -> Code:
    """Create an enabled code, paired if a device is given."""
    require(actor, "fleet.pair_code", device)
    code = Code(device=device, label=label)
    code.token_hash = hash_token(token_of(code))
    code.save()
    return code


@transaction.atomic
def rotate_code(*, actor: Actor, code: Code) -> Code:
    """Renew the code's link: the printed one stops working, and all who scanned it are logged out."""
    require(actor, "fleet.manage_code", code)
    code = Code.objects.select_for_update().get(pk=code.pk)
    code.generation += 1
    code.epoch += 1
    code.token_hash = hash_token(token_of(code))
    code.save(update_fields=["generation", "epoch", "token_hash"])
    revoke_access(code=code.pk)
    return code


@transaction.atomic
def log_out_code_users(*, actor: Actor, code: Code) -> Code:
    """Log out all who scanned the code, and revoke the private links of its device; the printed link keeps working."""
    require(actor, "fleet.manage_code", code)
    code = Code.objects.select_for_update().get(pk=code.pk)
    code.epoch += 1
    code.save(update_fields=["epoch"])
    revoke_access(code=code.pk)
    if code.device_id is not None:
        end_links(PrivateLink.objects.filter(ticket__device=code.device_id))
    return code


@transaction.atomic
def change_pin(*, actor: Actor, code: Code, pin: str) -> Code:
    """Protect the code by a PIN, or remove the protection with an empty one; earlier scans end.

    Raises `InvalidInput` for a PIN that is not 4 to 12 digits.
    """
    require(actor, "fleet.pair_code", code)
    if pin and not PIN.fullmatch(pin):
        raise InvalidInput(_("A PIN has 4 to 12 digits."), field="pin")
    code = Code.objects.select_for_update().get(pk=code.pk)
    code.set_pin(pin)
    code.epoch += 1
    code.save(update_fields=["pin_hash", "epoch"])
    revoke_access(code=code.pk)
    return code


@transaction.atomic
def pair_code(*, actor: Actor, code: Code, device: Device | None, label: str) -> Code:
    """Set the device that the code opens, or none, and its label; scans for another device end."""
    require(actor, "fleet.pair_code", code)
    code = Code.objects.select_for_update().get(pk=code.pk)
    if code.device_id != (device.pk if device else None):
        code.epoch += 1
        revoke_access(code=code.pk)
    code.device, code.label = device, label
    code.save(update_fields=["device", "label", "epoch"])
    return code


@transaction.atomic
def enable_code(*, actor: Actor, code: Code, enabled: bool) -> Code:
    """Let the code open its device, or disable it for all but employees, which ends earlier scans for good."""
    require(actor, "fleet.manage_code", code)
    code = Code.objects.select_for_update().get(pk=code.pk)
    code.is_enabled = enabled
    code.epoch += not enabled
    code.save(update_fields=["is_enabled", "epoch"])
    revoke_access(code=code.pk)
    return code


@transaction.atomic
def delete_code(*, actor: Actor, code: Code) -> None:
    """Delete the code for good; all who scanned it lose access."""
    require(actor, "fleet.manage_code", code)
    # Before: a deleted row has no key.
    revoke_access(code=code.pk)
    code.delete()


def enter_code(*, actor: Actor, token: str, session: MutableMapping[str, Any], pin: str | None = None) -> Device:
    """Remember in the session that this browser holds the code; returns the device.

    Raises `NotVisible` for an unknown, disabled or unpaired code, `PinNeeded` or `WrongPin` where a PIN protects it.
    Neither an enabled code nor a PIN is needed by employees, and by managers and subscribers of the device's customer.
    """
    code = get_or_none(_codes_opening(actor).filter(token_hash=hash_token(token)))
    if code is None or code.device is None:
        raise NotVisible
    if actor.is_employee:
        return code.device
    is_theirs = actor.customer_id is not None and actor.customer_id == code.device.customer_id
    if not code.is_enabled:
        return code.device
    held = dict(session.get(CODES_KEY) or {})
    if held.get(str(code.pk)) != code.epoch:
        if code.has_pin and not is_theirs:
            if pin is None:
                raise PinNeeded
            if not code.check_pin(pin):
                raise WrongPin
        session[CODES_KEY] = {**held, str(code.pk): code.epoch}
    return code.device


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
