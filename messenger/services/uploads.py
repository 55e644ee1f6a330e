"""Uploads in pieces: they are started, received, put together and checked."""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.common import clock
from config.common.errors import DomainError, InvalidInput, NotVisible
from config.common.rows import get_or_none
from fleet.actors import Actor, KnownActor
from fleet.services.limits import count_uploads
from messenger.content import clean_name
from messenger.models import Attachment, Piece, Upload
from messenger.services.attachments import (
    MAX_MEGABYTES,
    MAX_POSITION,
    MEGABYTE,
    Place,
    TooLarge,
    check_files,
    check_size,
    check_waiting,
    delete_files,
    delete_pieces,
    delete_unfinished,
    empty,
    gone,
    next_position,
    put_file,
    stored_names,
)
from messenger.services.captions import check_caption
from messenger.services.preparations import order_preparation

MAX_BYTES = max(MAX_MEGABYTES.values()) * MEGABYTE
MAX_PIECE_BYTES = 4 * MEGABYTE
# Each piece costs a row and a file. The smallest that the page sends have 64 KB.
MIN_PIECE_BYTES = 16 * 1024
CHUNK_BYTES = 64 * 1024
CHECK_LEASE = timedelta(minutes=2)  # A film of 300 MB is checked in seconds; a process that died does not go on.
UNKNOWN_TYPE = "application/octet-stream"


class WrongOffset(DomainError):
    """The piece does not begin at `offset`, where the upload ends."""

    code = "wrong_offset"
    http_status = 409

    def __init__(self, offset: int) -> None:
        super().__init__(_("This part of the file is here already. Please go on behind it."))
        self.offset = offset


class BeingChecked(DomainError):
    """The file is whole, and another request is checking it."""

    code = "being_checked"
    http_status = 423
    default_message = gettext_lazy("This file is being checked. Please try again in a moment.")


def start_upload(
    *,
    actor: KnownActor,
    place: Place,
    device_id: int | None,
    client_key: uuid.UUID,
    name: str,
    length: int,
    position: int | None = None,
    caption: str = "",
) -> Upload:
    """Announce a file of `length` bytes; the same key again returns the same upload. The caller asks the rule.

    Without a ticket it is a file of a form that makes one when it is saved. `position` is that in its list, else it is
    the last one; with a known key list and position are those of now. The `caption` is that of the first time.
    The upload counts for the code of the device, its bytes do when they arrive. Raises `TooLarge` for more bytes than
    any kind of file may have, `InvalidInput` for an empty file, a key that was used for another one, a caption
    that is too long, or too many unattached uploads, `TooMuch` for too many in this hour.
    """
    name, caption = clean_name(name), check_caption(caption)
    wanted = {"ticket_id": place.ticket_id, "purpose": place.purpose, "name": name, "length": length}
    begun = get_or_none(Upload.objects.filter(uploader=actor.person, client_key=client_key))
    if begun is None:
        if length == 0:
            raise empty(name)
        check_size(length, name, max(MAX_MEGABYTES.values()))
        check_waiting(actor, place)
        if position is None:
            position = next_position(actor, place)
        count_uploads(actor=actor, device_id=device_id, number=1, size=0)
        # Another request with the same key may have stored it meanwhile.
        times = {"created_at": clock.now(), "changed_at": clock.now()}
        at = {"slot": place.slot, "position": min(position, MAX_POSITION)}
        begun, _made = Upload.objects.get_or_create(
            uploader=actor.person, client_key=client_key, defaults={**wanted, **at, **times, "caption": caption}
        )
    if any(getattr(begun, field) != value for field, value in wanted.items()):
        raise InvalidInput(_("Please load the page again before you add files."), code="used_key", field="files")
    _move(begun, place.slot, begun.position if position is None else min(position, MAX_POSITION))
    return begun


def _move(upload: Upload, slot: str, position: int) -> None:
    """A file that goes on in another form, or was sorted, is where it is shown now."""
    if (upload.slot, upload.position) != (slot, position):
        upload.slot, upload.position = slot, position
        upload.save(update_fields=["slot", "position"])


def receive_piece(*, actor: Actor, device_id: int | None, upload: Upload, offset: int, chunks: Iterable[bytes]) -> int:
    """Store the next bytes of an own upload; returns how many have arrived. The caller asks the rule.

    Never holds more than a chunk in memory. After the last byte the file is put together, checked and stored; an empty
    piece at the end repeats that where it was interrupted. The bytes count for the code of the device.

    Raises `WrongOffset`, `TooLarge`, `BeingChecked`, `NotVisible`, `TooMuch` for too many bytes in this hour, and
    `InvalidInput` for bytes beyond the length, a short piece in the middle, and a file whose content is refused, which
    is deleted.
    """
    if upload.uploader_id != actor.person_id:
        raise NotVisible
    if offset != upload.offset:
        raise WrongOffset(upload.offset)
    with _spooled(chunks) as content:
        size, rest = content.size or 0, upload.length - upload.offset
        if size > rest:
            message = _("More arrived than the file has. Please add it again.")
            raise InvalidInput(message, code="too_long", field="files")
        if 0 < size < min(rest, MIN_PIECE_BYTES):
            raise InvalidInput(_("This part of the file is too small."), code="piece_size", field="files")
        if size:
            count_uploads(actor=actor, device_id=device_id, number=0, size=size)
            _add_piece(upload, content, size)
    if upload.offset == upload.length:
        _finish(upload)
    return upload.offset


@contextmanager
def _spooled(chunks: Iterable[bytes]) -> Iterator[TemporaryUploadedFile]:
    # On disk, because storages ask for the size and read the piece twice.
    with TemporaryUploadedFile("piece", UNKNOWN_TYPE, 0, None) as file:
        size = 0
        for chunk in chunks:
            size += len(chunk)
            if size > MAX_PIECE_BYTES:
                raise TooLarge(_("This part of the file is too large."), code="piece_size", field="files")
            file.write(chunk)
        file.seek(0)
        file.size = size
        yield file


def _add_piece(upload: Upload, content: TemporaryUploadedFile, size: int) -> None:
    """Store the piece and move the offset, or delete the piece if another request has moved the offset meanwhile."""
    piece = Piece(upload=upload, offset=upload.offset)
    end = upload.offset + size
    piece.file.save("piece", content, save=False)
    with transaction.atomic():
        present = Upload.objects.filter(pk=upload.pk)
        if not present.filter(offset=upload.offset).update(offset=end, changed_at=clock.now()):
            delete_files([str(piece.file.name)])
            overtaken = get_or_none(present)
            raise NotVisible if overtaken is None else WrongOffset(overtaken.offset)
        piece.save(force_insert=True)
    upload.offset = end


def _finish(upload: Upload) -> None:
    """Make the attachment, exactly once."""
    if not _claim(upload):
        return
    # Without a transaction, because putting the file together, checking and storing it takes seconds.
    try:
        with _whole(upload) as file:
            [checked] = check_files([file])
            attachment = put_file(upload.uploader, checked, id=upload.pk, caption=upload.caption)
        _attach(upload, attachment)
    except (FileNotFoundError, InvalidInput) as error:
        _give_up(upload, error)
    except Exception:
        # A full disk, or a fault of the check. The own claim ends, so that the browser learns of the failure and not,
        # until the lease ends, of a check that no request does. A later claim of another request stays.
        own = Upload.objects.filter(pk=upload.pk, check_began_at=upload.check_began_at)
        own.update(check_began_at=None)
        raise


def _claim(upload: Upload) -> bool:
    """Claim the check of the file for this request; returns False if the attachment is there already.

    Raises `BeingChecked` while another request has the claim, `NotVisible` for an upload that was deleted.
    """
    now = clock.now()
    unclaimed = Q(check_began_at=None) | Q(check_began_at__lt=now - CHECK_LEASE)
    present = Upload.objects.filter(pk=upload.pk)
    if present.filter(unclaimed, attachment=None).update(check_began_at=now):
        upload.check_began_at = now
        return True
    found = get_or_none(present)
    if found is None:
        raise NotVisible
    if found.attachment_id is None:
        raise BeingChecked
    return False


@transaction.atomic
def _attach(upload: Upload, attachment: Attachment) -> None:
    """Store the attachment, or delete its files if the upload was deleted or finished meanwhile."""
    waiting = Upload.objects.select_for_update().filter(pk=upload.pk, attachment=None)
    if not waiting:
        delete_files(stored_names(attachment))
        return
    attachment.save(force_insert=True)
    order_preparation(attachment)
    waiting.update(attachment=attachment)
    delete_pieces(upload.pieces.all())


@contextmanager
def _whole(upload: Upload) -> Iterator[TemporaryUploadedFile]:
    """All pieces in one file on disk. Raises `FileNotFoundError` if one is missing."""
    with TemporaryUploadedFile(upload.name, UNKNOWN_TYPE, upload.length, None) as file:
        for piece in upload.pieces.all():
            with piece.file.open("rb") as part:
                for chunk in part.chunks(CHUNK_BYTES):
                    file.write(chunk)
        if file.tell() != upload.length:
            raise FileNotFoundError
        file.seek(0)
        yield file


def _give_up(upload: Upload, error: Exception) -> None:
    """Delete an upload that cannot become an attachment and raise the reason, unless another request finished it."""
    with transaction.atomic():
        was_there = delete_unfinished(Upload.objects.filter(pk=upload.pk))
    if was_there:
        raise error if isinstance(error, InvalidInput) else gone()
