"""Files that wait between the check of an import and its confirmation: each belongs to the person who chose it."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import IO

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from config.common import clock
from config.common.errors import InvalidInput, NotVisible
from config.common.rules import require
from fleet.actors import Actor, KnownActor

FOLDER = "imports"
MAX_MEGABYTES = 10
MAX_WAITING = 5  # Of one person.
MAX_AGE = timedelta(days=1)
_MEGABYTE = 1024 * 1024


def keep_import_file(*, actor: KnownActor, file: "File[bytes]") -> uuid.UUID:
    """Stores a file for a day; the oldest of too many go. Returns its key.

    Raises the refusal of ``fleet.exchange_records``, `InvalidInput` for an empty or too large file.
    """
    require(actor, "fleet.exchange_records")
    if not file.size:
        raise InvalidInput(_("There is nothing in this file."), code="unusable_file", field="file")
    if file.size > MAX_MEGABYTES * _MEGABYTE:
        message = _("This file is too large. It may have up to %(n)s MB.") % {"n": MAX_MEGABYTES}
        raise InvalidInput(message, code="file_size", field="file")
    remove_expired_import_files()
    waiting = sorted(_names(f"{actor.person.pk}-"), key=default_storage.get_modified_time)
    for name in waiting[: max(0, len(waiting) - MAX_WAITING + 1)]:
        default_storage.delete(name)
    key = uuid.uuid4()
    default_storage.save(_name(actor, key), file)
    return key


@contextmanager
def open_import_file(actor: Actor, key: uuid.UUID) -> Iterator[IO[bytes]]:
    """An own file that waits. Raises the refusal of ``fleet.exchange_records``, `NotVisible` for any other."""
    require(actor, "fleet.exchange_records")
    name = _name(actor, key)
    try:
        stored = default_storage.open(name)
    except FileNotFoundError as error:  # Another request has imported and deleted it, perhaps just now.
        raise NotVisible from error
    with stored:
        if _is_expired(name):
            raise NotVisible
        assert stored.file is not None
        yield stored.file


def is_waiting(actor: Actor, key: uuid.UUID) -> bool:
    """Whether an own file is still there. Raises the refusal of ``fleet.exchange_records``."""
    require(actor, "fleet.exchange_records")
    return default_storage.exists(_name(actor, key))


def delete_import_file(*, actor: Actor, key: uuid.UUID) -> None:
    """Deletes an own file; one that is not there is no error. Raises the refusal of ``fleet.exchange_records``."""
    require(actor, "fleet.exchange_records")
    default_storage.delete(_name(actor, key))


def remove_expired_import_files() -> int:
    """Deletes the files of all people that have waited for more than a day; returns how many."""
    expired = [name for name in _names() if _is_expired(name)]
    for name in expired:
        default_storage.delete(name)
    return len(expired)


def _name(actor: Actor, key: uuid.UUID) -> str:
    # With the person in it, so that the key of another's opens nothing.
    return f"{FOLDER}/{actor.person_id}-{key.hex}"


def _names(start: str = "") -> list[str]:
    try:
        stored = default_storage.listdir(FOLDER)[1]
    except FileNotFoundError:
        return []
    return [f"{FOLDER}/{name}" for name in stored if name.startswith(start)]


def _is_expired(name: str) -> bool:
    try:
        return default_storage.get_modified_time(name) < clock.now() - MAX_AGE
    except FileNotFoundError:  # Deleted meanwhile.
        return False
