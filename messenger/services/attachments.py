"""Files: checked, cleaned and stored; they belong to their uploader until they are attached to a parent."""

import hashlib
import uuid
import weakref
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.common import clock
from config.common.errors import InvalidInput, NotVisible
from fleet.actors import Actor
from fleet.models import Person
from fleet.services.limits import count_uploads
from messenger.content import FileType, clean_name, file_type_of, name_for
from messenger.images import make_picture
from messenger.models import Attachment, AttachmentKind

MEGABYTE = 1024 * 1024
MAX_FILES = 10  # What one message shows without becoming an album.
MAX_WAITING = 30  # Uploads of one person that are attached to nothing yet: three full messages.
# A photo of a good phone has up to 15 MB, a minute of its film about 80 MB; documents beyond 25 MB fit no mail either.
MAX_MEGABYTES = {
    AttachmentKind.IMAGE: 20,
    AttachmentKind.VIDEO: 100,
    AttachmentKind.AUDIO: 25,
    AttachmentKind.FILE: 25,
}
ORPHAN_AGE = timedelta(days=1)
UNATTACHED = Q(message=None, update=None, answer=None)


@dataclass(frozen=True)
class CheckedFile:
    """A file that passed: what is stored of it."""

    name: str
    file_type: FileType
    content: "File[bytes]"
    preview: bytes = b""
    width: int | None = None
    height: int | None = None


def check_files(files: Sequence[UploadedFile]) -> list[CheckedFile]:
    """The files as they are stored. Takes seconds for large pictures: called before anything is locked.

    Raises `InvalidInput` for too many or unusable files.
    """
    _check_count(len(files))
    return [_check(file) for file in files]


def collect_attachments(
    *,
    person: Person,
    files: Sequence[CheckedFile] = (),
    upload_ids: Sequence[uuid.UUID] = (),
    already: int = 0,
) -> list[Attachment]:
    """The files of one parent, `already` of which it has: the person's earlier uploads, then the new files, stored.

    A building block: the caller holds the transaction and ties the files to their parent. Raises `InvalidInput` for too
    many files, and for ids that are not uploads of this person that still wait for a parent.
    """
    _check_count(already + len(set(upload_ids)) + len(files))
    taken = _take_uploads(person, upload_ids)
    return taken + [_store(person, file) for file in files]


def store_upload(*, actor: Actor, file: UploadedFile, device_id: int | None = None) -> Attachment:
    """Keep a file that will be attached later; until then only its uploader can read it. It counts for the device.

    Holds no transaction while the file is checked, which can take seconds. Raises `InvalidInput` for an unusable file
    or too many that wait, `TooMuch` for too many in this hour, `NotVisible` for nobody.
    """
    if actor.person is None:
        raise NotVisible
    if Attachment.objects.filter(UNATTACHED, uploader=actor.person).count() >= MAX_WAITING:
        message = _("You uploaded many files without sending them. Send them first, or try again tomorrow.")
        raise InvalidInput(message, code="too_many_waiting", field="files")
    count_uploads(actor=actor, device_id=device_id, number=1, size=file.size or 0)
    checked = _check(file)
    with transaction.atomic():
        return _store(actor.person, checked)


@transaction.atomic
def delete_upload(*, actor: Actor, attachment_id: uuid.UUID) -> None:
    """Take back an own upload that is attached to nothing; raises `NotVisible` for any other file."""
    mine = Attachment.objects.select_for_update().filter(UNATTACHED, pk=attachment_id, uploader=actor.person_id)
    if actor.person_id is None or not mine.exists():
        raise NotVisible
    delete_attachments(mine)


def delete_attachments(queryset: QuerySet[Attachment]) -> int:
    """Remove the rows now and the stored files on commit; answers with how many rows. A building block."""
    found = list(queryset)
    Attachment.objects.filter(pk__in=[attachment.pk for attachment in found]).delete()
    names = [name for attachment in found for name in _stored_names(attachment)]
    transaction.on_commit(lambda: _delete_files(names), robust=True)
    return len(found)


def remove_orphans() -> int:
    """Remove uploads that nobody attached within a day, and stored files that no row knows; answers with how many."""
    limit = clock.now() - ORPHAN_AGE
    with transaction.atomic():
        removed = delete_attachments(Attachment.objects.select_for_update().filter(UNATTACHED, created_at__lt=limit))
    unknown = [name for name in _files_in_storage() if default_storage.get_modified_time(name) < limit]
    for position in range(0, len(unknown), 500):
        removed += _delete_unknown(unknown[position : position + 500])
    return removed


def _check_count(count: int) -> None:
    if count > MAX_FILES:
        message = ngettext("At most %(n)s file can be added.", "At most %(n)s files can be added.", MAX_FILES)
        raise InvalidInput(message % {"n": MAX_FILES}, code="too_many_files", field="files")


def _take_uploads(person: Person, upload_ids: Sequence[uuid.UUID]) -> list[Attachment]:
    wanted = list(dict.fromkeys(upload_ids))
    waiting = Attachment.objects.select_for_update().filter(UNATTACHED, uploader=person, pk__in=wanted)
    found = {attachment.pk: attachment for attachment in waiting}
    if len(found) != len(wanted):
        raise InvalidInput(_("A file is no longer there. Please add it again."), code="upload_gone", field="files")
    return [found[pk] for pk in wanted]


def _check(file: UploadedFile) -> CheckedFile:
    name = clean_name(file.name or "")
    if not file.size:
        raise InvalidInput(_("“%(name)s” is empty.") % {"name": name}, code="file_empty", field="files")
    _check_size(file, name, max(MAX_MEGABYTES.values()))
    assert file.file is not None
    file_type = file_type_of(file.file, name)
    _check_size(file, name, MAX_MEGABYTES[file_type.kind])
    if file_type.kind != AttachmentKind.IMAGE:
        return CheckedFile(name_for(name, file_type), file_type, file)
    picture = make_picture(file.file, file_type, name)
    content = ContentFile(picture.content)
    name = name_for(name, picture.file_type)
    return CheckedFile(name, picture.file_type, content, picture.preview, picture.width, picture.height)


def _check_size(file: UploadedFile, name: str, megabytes: int) -> None:
    if (file.size or 0) > megabytes * MEGABYTE:
        message = _("“%(name)s” is too large. Files of this kind may have up to %(limit)s MB.")
        raise InvalidInput(message % {"name": name, "limit": megabytes}, code="file_size", field="files")


def _store(person: Person, checked: CheckedFile) -> Attachment:
    attachment = Attachment(
        uploader=person,
        name=checked.name,
        content_type=checked.file_type.content_type,
        kind=checked.file_type.kind,
        size=checked.content.size,
        digest=_digest_of(checked.content),
        width=checked.width,
        height=checked.height,
        created_at=clock.now(),
    )
    attachment.file.save(checked.name, checked.content, save=False)
    _delete_on_rollback(attachment.file)
    if checked.preview:
        attachment.preview.save(checked.name, ContentFile(checked.preview), save=False)
        _delete_on_rollback(attachment.preview)
    attachment.save(force_insert=True)
    return attachment


def _digest_of(content: "File[bytes]") -> str:
    digest = hashlib.sha256()
    for chunk in content.chunks():
        digest.update(chunk)
    content.seek(0)
    return digest.hexdigest()


class _Stay:
    """Lives as long as the transaction may still commit."""


def _delete_on_rollback(stored: FieldFile) -> None:
    """Delete a stored file if the transaction does not commit.

    Django tells nobody of a rollback, but it drops what waits for the commit: the file goes with it.
    """
    stay = _Stay()
    finalizer = weakref.finalize(stay, _delete_files, [str(stored.name)])
    transaction.on_commit(lambda: _keep(stay, finalizer))


def _keep(_stay: _Stay, finalizer: "weakref.finalize[[list[str]], _Stay]") -> None:
    finalizer.detach()


def _delete_files(names: Iterable[str]) -> None:
    for name in names:
        default_storage.delete(name)


def _stored_names(attachment: Attachment) -> list[str]:
    return [field.name for field in (attachment.file, attachment.preview) if field.name]


def _files_in_storage() -> list[str]:
    try:
        return [f"attachments/{name}" for name in default_storage.listdir("attachments")[1]]
    except FileNotFoundError:
        return []


def _delete_unknown(names: list[str]) -> int:
    known = Attachment.objects.filter(Q(file__in=names) | Q(preview__in=names)).values_list("file", "preview")
    unknown = set(names) - {name for pair in known for name in pair}
    _delete_files(unknown)
    return len(unknown)
