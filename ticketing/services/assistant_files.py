"""Pictures and films of assistants: checked like all uploads, kept while a draft or a version shows them."""

import hashlib
import uuid
from collections.abc import Collection, Iterator
from datetime import timedelta
from functools import partial

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.common import clock
from config.common.errors import InvalidInput
from config.common.rules import require
from fleet.actors import KnownActor
from messenger.content import MP4, WEBM
from messenger.images import too_many_pixels
from messenger.models import AttachmentKind, Remark
from messenger.services.attachments import CheckedFile, check_files
from messenger.services.orphans import Store, Sweep, register_sweep
from ticketing.assistants.content import Content
from ticketing.models import Assistant, AssistantVersion, ElementFile, ElementFileKind

# All browsers play these; others are refused when they are added, not when somebody needs help.
FILMS = (MP4, WEBM)
# What came with a form that is not saved yet belongs to nothing.
UNUSED_AGE = timedelta(days=1)


def add_file(*, actor: KnownActor, assistant: Assistant, client_key: str, file: "UploadedFile[bytes]") -> ElementFile:
    """Store a picture or film that no element shows yet; the same one again with the same key is harmless.

    Decodes pictures, so the caller must hold no lock. Raises the refusal of the rule, `InvalidInput` for other files.
    """
    require(actor, "ticketing.edit_assistant")
    file_id = _id_of(assistant, client_key, file)
    known = ElementFile.objects.filter(pk=file_id).first()
    if known is not None:
        return known
    checked = check_files([file])[0]
    kind = _kind_of(checked)
    added = ElementFile(
        pk=file_id,
        assistant=assistant,
        kind=kind,
        content_type=checked.file_type.content_type,
        size=checked.content.size,
        width=checked.width,
        height=checked.height,
        created_at=clock.now(),
    )
    checked.content.seek(0)
    added.file.save(checked.name, checked.content, save=False)
    if checked.preview:
        added.poster.save(checked.name, ContentFile(checked.preview), save=False)
    return _insert(added, stored=(str(added.file.name), str(added.poster.name or "")))


def add_poster(
    *, actor: KnownActor, assistant: Assistant, film_id: str, client_key: str, picture: "UploadedFile[bytes]"
) -> ElementFile:
    """The same film under a new id with this poster, so that published versions keep theirs.

    Raises the refusal of the rule, `InvalidInput` for what is no picture, or where there is no such film.
    """
    require(actor, "ticketing.edit_assistant")
    file_id = _id_of(assistant, f"{client_key}:{film_id}", picture)
    known = ElementFile.objects.filter(pk=file_id).first()
    if known is not None:
        return known
    film = ElementFile.objects.filter(assistant=assistant, pk=film_id, kind=ElementFileKind.FILM).first()
    checked = check_files([picture])[0]
    if film is None or _kind_of(checked) != ElementFileKind.PICTURE:
        raise InvalidInput(_("A poster is a picture of a film."), field="files")
    film.pk, film.element, film.part, film.created_at = file_id, None, None, clock.now()
    film.poster = None
    film.width, film.height = checked.width, checked.height
    film.poster.save(checked.name, ContentFile(checked.preview), save=False)
    return _insert(film, stored=(str(film.poster.name),))


def copy_files(*, source: Assistant, target: Assistant, content: Content) -> dict[str, str]:
    """Rows of the target for all files that the content shows; returns their ids by those of the source.

    A building block. Both rows name the same stored files, which stay as long as one of them does.
    """
    ids: dict[str, str] = {}
    for row in ElementFile.objects.filter(assistant=source, pk__in=[*file_ids(content)]):
        before, row.pk = str(row.pk), uuid.uuid4()
        row.assistant, row.element, row.part, row.created_at = target, None, None, clock.now()
        row.save(force_insert=True)
        ids[before] = str(row.pk)
    return ids


def file_ids(content: Content) -> Iterator[str]:
    """Of all files that the content shows."""
    for element in content.elements:
        yield from (file.id for file in element.files)
        yield from (file.id for part in element.parts for file in part.files)


def unused_files() -> list[ElementFile]:
    """The files that no draft and no version shows, and that were added more than a day ago."""
    waiting = list(ElementFile.objects.filter(element=None, created_at__lt=clock.now() - UNUSED_AGE))
    versions = AssistantVersion.objects.filter(assistant__in={row.assistant_id for row in waiting})
    shown = {key for content in versions.values_list("content", flat=True) for key in file_ids(Content.read(content))}
    return [row for row in waiting if str(row.pk) not in shown]


@transaction.atomic
def remove_unused_files() -> int:
    """Delete the `unused_files`, what is stored of them on commit; returns how many. For the daily sweep."""
    # While nothing is published or edited: a file may be shown again by a version that is brought back.
    waiting = ElementFile.objects.filter(element=None).values("assistant")
    list(Assistant.objects.select_for_update().filter(pk__in=waiting).order_by("pk"))
    found = unused_files()
    ElementFile.objects.filter(pk__in=[row.pk for row in found]).delete()
    names = {str(field.name) for row in found for field in (row.file, row.poster) if field}
    for name in names:
        if not ElementFile.objects.filter(Q(file=name) | Q(poster=name)).exists():
            transaction.on_commit(partial(default_storage.delete, name), robust=True)
    return len(found)


def register_files() -> None:
    """Has `manage.py remove_orphans` look after the files of assistants."""
    store = Store("assistants", ElementFile, ("file", "poster"), few=1)
    register_sweep(store, Sweep(store.folder, _unused_names, remove_unused_files))


def _insert(row: ElementFile, stored: Collection[str]) -> ElementFile:
    """The row; what was `stored` goes where the same one came at the same moment and was faster, which is returned."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        for name in filter(None, stored):
            default_storage.delete(name)
        return ElementFile.objects.get(pk=row.pk)
    return row


def _unused_names() -> list[str]:
    return [str(row.file.name) for row in unused_files()]


def _id_of(assistant: Assistant, client_key: str, file: "UploadedFile[bytes]") -> uuid.UUID:
    """The same for a file that is sent twice with one form."""
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{assistant.pk}:{client_key}:{digest}")


def _kind_of(checked: CheckedFile) -> ElementFileKind:
    if checked.file_type.kind == AttachmentKind.IMAGE:
        return ElementFileKind.PICTURE
    if checked.file_type in FILMS:
        return ElementFileKind.FILM
    if checked.remark == Remark.PIXELS:
        raise too_many_pixels(checked.name)
    message = _("“%(name)s” is neither a picture nor a film that all phones play: films have to be MP4 or WebM.")
    raise InvalidInput(message % {"name": checked.name}, code="file_type", field="files")
