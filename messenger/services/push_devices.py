"""Browsers that take push notifications: whose they are, and their end."""

import uuid
from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from config.common import clock
from config.common.errors import InvalidInput, NotVisible
from config.common.rows import get_or_none
from config.common.visible import clean_line, cut_to_length
from fleet.actors import KnownActor
from fleet.models import Person
from messenger.models import PushDevice
from messenger.models.push import DEVICE_KEY
from messenger.web_push import Subscription, are_keys, digest_of, is_known, is_on

MAX_DEVICES = 20  # Of one person; a letter goes to all of them.
MAX_ENDPOINT = 1000
MAX_NAME = 80


@transaction.atomic
def store_device(
    *, actor: KnownActor, subscription: Subscription, name: str, session: MutableMapping[str, Any]
) -> PushDevice:
    """Lets the browser with this session take what the actor is told; one that belonged to somebody else is moved.

    Harmless however often it happens. Raises `InvalidInput` for a subscription that nothing can be sent to, and where
    the person has too many devices.
    """
    _check(subscription)
    # One after the other, so that two at once are not one too many.
    Person.objects.select_for_update(no_key=True).get(pk=actor.person.pk)
    digest = digest_of(subscription.endpoint)
    found = PushDevice.objects.filter(endpoint_digest=digest).first()
    if found is None or found.person_id != actor.person.pk:
        if PushDevice.objects.filter(person=actor.person).count() >= MAX_DEVICES:
            raise InvalidInput(
                _("You get notifications in %(number)s browsers already. Remove one of them first.")
                % {"number": MAX_DEVICES}
            )
        if found is not None:
            # With all that the other one wanted to hear.
            found.delete()
        found = PushDevice(person=actor.person, name=name[:MAX_NAME], created_at=clock.now())
    found.endpoint, found.endpoint_digest = subscription.endpoint, digest
    found.p256dh, found.auth = subscription.p256dh, subscription.auth
    _save(found)
    session[DEVICE_KEY] = found.pk
    return found


@transaction.atomic
def renew_device(*, old_endpoint: str, subscription: Subscription) -> PushDevice:
    """Puts the new subscription of a browser in place of its old one, which may be the same.

    Knowing the old address is the right to do so: only the browser and its push service do. Raises `InvalidInput` as
    `store_device`, `NotVisible` for an unknown one.
    """
    _check(subscription)
    device = get_or_none(PushDevice.objects.select_for_update().filter(endpoint_digest=digest_of(old_endpoint)))
    if device is None:
        raise NotVisible
    digest = digest_of(subscription.endpoint)
    PushDevice.objects.filter(endpoint_digest=digest).exclude(pk=device.pk).delete()
    device.endpoint, device.endpoint_digest = subscription.endpoint, digest
    device.p256dh, device.auth = subscription.p256dh, subscription.auth
    _save(device)
    return device


def _save(device: PushDevice) -> None:
    """In place of any that others store for the same browser just now: the last one to come has it."""
    while True:
        try:
            with transaction.atomic():
                device.save()
        except IntegrityError:
            PushDevice.objects.filter(endpoint_digest=device.endpoint_digest).exclude(pk=device.pk).delete()
        else:
            return


@transaction.atomic
def rename_device(*, actor: KnownActor, device_id: int, name: str) -> PushDevice:
    """Raises `NotVisible` for devices of others, `InvalidInput` for no name."""
    device = get_or_none(PushDevice.objects.filter(person=actor.person, pk=device_id))
    if device is None:
        raise NotVisible
    name = clean_line(name)
    if not name:
        raise InvalidInput(_("Enter a name for this browser."), field="name")
    device.name = cut_to_length(name, MAX_NAME)
    device.save(update_fields=["name"])
    return device


@transaction.atomic
def remove_device(*, actor: KnownActor, device_id: int) -> None:
    """Tells one of the actor's own browsers nothing more. Raises `NotVisible` for those of others."""
    deleted, _rows = PushDevice.objects.filter(person=actor.person, pk=device_id).delete()
    if not deleted:
        raise NotVisible


@transaction.atomic
def remove_endpoint(*, endpoint: str) -> None:
    """The browser at this address takes no notifications any more, whoever it belongs to.

    Knowing the address is the right to do so, as in `renew_device`.
    """
    PushDevice.objects.filter(endpoint_digest=digest_of(endpoint)).delete()


def remove_device_of_session(session: Mapping[str, Any]) -> None:
    """When somebody signs out of a browser, it is told nothing more. A building block."""
    if session.get(DEVICE_KEY) is not None:
        PushDevice.objects.filter(pk=session[DEVICE_KEY]).delete()


def remove_other_devices(person: Person, session: Mapping[str, Any]) -> None:
    """A new password ends the person's other sessions: only the browser with this one goes on to be told.

    A building block: the caller holds the transaction.
    """
    PushDevice.objects.filter(person=person).exclude(pk=session.get(DEVICE_KEY) or 0).delete()


def remove_devices(*, person: Person) -> None:
    """All of a person who left. A building block: the caller holds the transaction."""
    PushDevice.objects.filter(person=person).delete()


def forget_gone(devices: Iterable[int]) -> None:
    """Deletes browsers that do not exist any more, as their push services say. A building block."""
    PushDevice.objects.filter(pk__in=[*devices]).delete()


def note_sent(devices: Iterable[int], letter: uuid.UUID) -> None:
    """Remembers which browsers took the letter. A building block."""
    PushDevice.objects.filter(pk__in=[*devices]).update(last_sent_at=clock.now(), last_letter=letter)


def _check(subscription: Subscription) -> None:
    if not is_on():
        raise InvalidInput(_("There are no push notifications here."))
    if len(subscription.endpoint) > MAX_ENDPOINT or not is_known(subscription.endpoint):
        raise InvalidInput(
            _("The push service of this browser is not known here. Use another browser, or ask your administrator."),
            code="unknown_push_service",
        )
    if not are_keys(subscription.p256dh, subscription.auth):
        raise InvalidInput(_("This browser sent keys that cannot be used. Load the page again and try once more."))
