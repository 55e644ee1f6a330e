"""Uploaded files: they are checked, cleaned and stored, and belong to their uploader until they have a parent."""

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.common import clock
from config.common.connections import give_back_connection
from config.common.errors import InvalidInput, NotVisible
from fleet.actors import Actor, KnownActor
from fleet.models import Person
from messenger.content import FileType, clean_name, file_type_of, likely_kind, name_for
from messenger.images import Picture, make_picture
from messenger.metadata import blank_metadata
from messenger.models import Attachment, AttachmentKind, Piece, Remark, Upload
from messenger.models.attachments import UNATTACHED
from messenger.selectors import WaitingFile, files_waiting, unsent_uploads
from messenger.services.preparations import order_preparation

MEGABYTE = 1024 * 1024
MAX_POSITION = 32_767  # Of the column.
MAX_FILES = 10  # What one message shows without becoming an album.
MAX_WAITING = 30  # Uploads of one person in one place that were not sent yet: three full messages.
# A photo of a good phone has up to 15 MB, one of 200 megapixels up to 60, a minute of its film about 80 MB; documents
# beyond 25 MB fit no mail either.
# Films are never in memory: they arrive in pieces and are read in chunks.
MAX_MEGABYTES = {
    AttachmentKind.IMAGE: 60,
    AttachmentKind.VIDEO: 300,
    AttachmentKind.AUDIO: 25,
    AttachmentKind.FILE: 25,
}


@dataclass(frozen=True)
class Place:
    """Where files wait to be sent: the lists of a form for a purpose, below a ticket or below none."""

    ticket_id: int | None
    purpose: str
    slot: str = ""


class TooLarge(InvalidInput):
    """A file or piece with more bytes than are accepted."""

    code = "file_size"
    http_status = 413


@dataclass(frozen=True)
class CheckedFile:
    """What is stored of a file that passed the checks."""

    name: str
    file_type: FileType
    content: "File[bytes]"
    preview: bytes = b""
    width: int | None = None
    height: int | None = None
    remark: Remark = Remark.NONE
    original: "CheckedFile | None" = None

    def digest(self) -> str:
        """That of its content, which is at its start afterwards."""
        self.content.seek(0)
        found = hashlib.file_digest(self.content, "sha256").hexdigest()
        self.content.seek(0)
        return found


def check_files(files: Sequence["UploadedFile[bytes]"]) -> list[CheckedFile]:
    """The files as they are stored. Takes seconds for large pictures, so the caller must hold no lock.

    Raises `InvalidInput` for too many or unusable files.
    """
    check_count(len(files))
    if files:
        give_back_connection()
    return [_check_file(file) for file in files]


def collect_attachments(
    *,
    person: Person,
    files: Sequence[CheckedFile] = (),
    upload_ids: Sequence[uuid.UUID] = (),
    already: Sequence[Attachment] = (),
) -> list[Attachment]:
    """The new files of a parent that has some `already`: the person's earlier uploads, then `files`, which are stored.

    They keep this order, behind those that are there. A building block: the caller holds the transaction and sets the
    parent. Raises `InvalidInput` for too many files, and for ids that are no uploads of this person without a parent.
    """
    wanted = list(dict.fromkeys(upload_ids))
    check_count(len(already) + len(wanted) + len(files))
    waiting = Attachment.objects.select_for_update().filter(UNATTACHED, uploader=person, pk__in=wanted)
    found = {attachment.pk: attachment for attachment in waiting}
    if len(found) != len(wanted):
        raise gone()
    first = max((attachment.position for attachment in already), default=-1) + 1
    attachments = []
    for position, pk in enumerate(wanted, first):
        attachments.append(attachment := found[pk])
        if attachment.position != position:
            attachment.position = position
            attachment.save(update_fields=["position"])
    for position, file in enumerate(files, first + len(wanted)):
        attachments.append(attachment := put_file(person, file, position=position))
        # Should the transaction not commit, the daily `remove_orphans` finds the files.
        attachment.save(force_insert=True)
        order_preparation(attachment)
    return attachments


def keep_files(
    *, actor: KnownActor, place: Place, files: Sequence["UploadedFile[bytes]"], already: int = 0
) -> tuple[list[WaitingFile], list[InvalidInput]]:
    """Store files that came with a form that cannot be saved yet; they wait for its next try, as uploads do.

    Each by itself: returns the stored ones, and why others are not, which are unusable or too many beside those that
    the form has `already`.
    """
    kept: list[uuid.UUID] = []
    refusals: list[InvalidInput] = []
    for file in files:
        try:
            kept.append(_keep_file(actor, place, file, already + len(kept)))
        except InvalidInput as refusal:
            refusals.append(refusal)
    return files_waiting(actor, kept), refusals


def _keep_file(actor: KnownActor, place: Place, file: "UploadedFile[bytes]", already: int) -> uuid.UUID:
    try:
        check_count(already + 1)
    except InvalidInput as refusal:
        message = _("“%(name)s” was not added.") % {"name": clean_name(file.name or "")}
        raise InvalidInput(f"{message} {refusal}", code=refusal.code, field="files") from refusal
    [checked] = check_files([file])
    with transaction.atomic():
        check_waiting(actor, place)
        [attachment] = collect_attachments(person=actor.person, files=[checked])
        # As if it had come by itself, so that every page that shows uploads shows it.
        Upload.objects.create(
            id=attachment.pk,
            uploader=actor.person,
            client_key=uuid.uuid4(),
            position=next_position(actor, place),
            name=attachment.name,
            length=attachment.size,
            offset=attachment.size,
            created_at=attachment.created_at,
            changed_at=attachment.created_at,
            attachment=attachment,
            **vars(place),
        )
    return attachment.pk


def uploads_waiting_in(actor: KnownActor, place: Place) -> QuerySet[Upload]:
    """Without a ticket those of every slot: one page offers them all."""
    slot = {} if place.ticket_id is None else {"slot": place.slot}
    return unsent_uploads(actor.person.pk).filter(ticket=place.ticket_id, purpose=place.purpose, **slot)


def next_position(actor: KnownActor, place: Place) -> int:
    """That behind all files that wait there."""
    last = uploads_waiting_in(actor, place).aggregate(last=Max("position"))["last"]
    return 0 if last is None else min(last + 1, MAX_POSITION)


def check_waiting(actor: KnownActor, place: Place) -> None:
    """Raises `InvalidInput` where as many files wait as may; its form shows all of them."""
    if uploads_waiting_in(actor, place).count() < MAX_WAITING:
        return
    message = ngettext(
        "%(n)s file waits in this form and was not sent. Send or remove some first.",
        "%(n)s files wait in this form and were not sent. Send or remove some first.",
        MAX_WAITING,
    )
    raise InvalidInput(message % {"n": MAX_WAITING}, code="too_many_waiting", field="files")


def move_uploads(*, actor: KnownActor, ticket_id: int, purposes: Sequence[str], place: Place) -> None:
    """Have the actor's files that were not sent below the ticket wait in another place. The caller asks the rules."""
    mine = unsent_uploads(actor.person.pk).filter(ticket=ticket_id, purpose__in=purposes)
    mine.update(ticket_id=place.ticket_id, purpose=place.purpose, slot=place.slot)


@transaction.atomic
def delete_upload(*, actor: Actor, upload_id: uuid.UUID) -> None:
    """Delete an own upload that has no parent yet, whole or not. Raises `NotVisible` for any other."""
    mine = {"pk": upload_id, "uploader": actor.person_id}
    unfinished = delete_unfinished(Upload.objects.filter(**mine))
    if not unfinished + delete_attachments(Attachment.objects.select_for_update().filter(UNATTACHED, **mine)):
        raise NotVisible


def delete_attachments(queryset: QuerySet[Attachment]) -> int:
    """Delete the rows now and the stored files on commit; returns how many rows. A building block."""
    found = list(queryset)
    Attachment.objects.filter(pk__in=[attachment.pk for attachment in found]).delete()
    names = [name for attachment in found for name in stored_names(attachment)]
    transaction.on_commit(lambda: delete_files(names), robust=True)
    return len(found)


def delete_unfinished(queryset: QuerySet[Upload]) -> int:
    """Delete the uploads that are no attachments yet, and their stored pieces on commit; returns how many uploads.

    A building block: the caller holds the transaction.
    """
    found = list(queryset.select_for_update().filter(attachment=None))
    delete_pieces(Piece.objects.filter(upload__in=found))
    Upload.objects.filter(pk__in=[upload.pk for upload in found]).delete()
    return len(found)


def delete_pieces(queryset: QuerySet[Piece]) -> None:
    """Delete the rows now and the stored pieces on commit. A building block."""
    names = list(queryset.values_list("file", flat=True))
    queryset.delete()
    transaction.on_commit(lambda: delete_files(names), robust=True)


def check_count(count: int) -> None:
    """Raises `InvalidInput` for more than `MAX_FILES`."""
    if count > MAX_FILES:
        message = ngettext("At most %(n)s file can be added.", "At most %(n)s files can be added.", MAX_FILES)
        raise InvalidInput(message % {"n": MAX_FILES}, code="too_many_files", field="files")


def gone() -> InvalidInput:
    """The error for an upload that was deleted, or has a parent already."""
    return InvalidInput(_("A file is no longer there. Please add it again."), code="upload_gone", field="files")


def _check_file(file: "UploadedFile[bytes]") -> CheckedFile:
    name = clean_name(file.name or "")
    if not file.size:
        raise empty(name)
    assert file.file is not None
    # By the likely kind first: finding out the type of a large document takes memory.
    check_size(file.size, name, MAX_MEGABYTES[likely_kind(file.file)])
    file_type = file_type_of(file.file, name)
    check_size(file.size, name, MAX_MEGABYTES[file_type.kind])
    if file_type.kind in (AttachmentKind.VIDEO, AttachmentKind.AUDIO):
        blank_metadata(file.file, file_type, name)
    if file_type.kind != AttachmentKind.IMAGE:
        return CheckedFile(name_for(name, file_type), file_type, file)
    return _checked_picture(make_picture(file.file, file_type, name), file_type, name)


def _checked_picture(picture: Picture, sent_as: FileType, name: str) -> CheckedFile:
    sent_name, shown_as = name_for(name, sent_as), picture.file_type
    if not picture.preview:
        # Nothing shows it, so that it is a file like others.
        shown_as = replace(shown_as, kind=AttachmentKind.FILE)
    return CheckedFile(
        name_for(name, shown_as),
        shown_as,
        picture.content,
        picture.preview,
        picture.width,
        picture.height,
        picture.remark,
        CheckedFile(sent_name, sent_as, picture.original) if picture.original else None,
    )


def empty(name: str) -> InvalidInput:
    """The error for a file without content."""
    return InvalidInput(_("“%(name)s” is empty.") % {"name": name}, code="file_empty", field="files")


def check_size(size: int, name: str, megabytes: int) -> None:
    """Raises `TooLarge` if `size`, in bytes, is more than `megabytes`."""
    if size > megabytes * MEGABYTE:
        message = _("“%(name)s” is too large. Files of this kind may have up to %(limit)s MB.")
        raise TooLarge(message % {"name": name, "limit": megabytes}, field="files")


def put_file(person: Person, checked: CheckedFile, **fields: object) -> Attachment:
    """Store the files of a new attachment, whose row the caller adds with `insert`."""
    digest = checked.digest()
    attachment = Attachment(
        uploader=person,
        name=checked.name,
        content_type=checked.file_type.content_type,
        kind=checked.file_type.kind,
        size=checked.content.size,
        digest=digest,
        width=checked.width,
        height=checked.height,
        remark=checked.remark,
        created_at=clock.now(),
        **fields,
    )
    attachment.file.save(checked.name, checked.content, save=False)
    if checked.preview:
        attachment.preview.save(checked.name, ContentFile(checked.preview), save=False)
    if sent := checked.original:
        attachment.original_name, attachment.original_type = sent.name, sent.file_type.content_type
        attachment.original_size, attachment.original_digest = sent.content.size, sent.digest()
        attachment.original.save(sent.name, sent.content, save=False)
    return attachment


def delete_files(names: Iterable[str]) -> None:
    """Delete files from the storage at once, without a check whether they are needed. Absent ones are no error."""
    for name in names:
        default_storage.delete(name)


def stored_names(attachment: Attachment) -> list[str]:
    """The names of the file, the original, and what was made of it in the storage."""
    fields = (attachment.file, attachment.preview, attachment.original, attachment.other)
    return [field.name for field in fields if field.name]
