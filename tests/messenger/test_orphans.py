"""What nothing needs any more is removed after a day; a database that knows too few files removes none."""

import os
import uuid
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db.models import FileField

from config.common import clock
from fleet.models import Person
from messenger.models import Attachment, Piece, Upload
from messenger.services import orphans
from messenger.services.attachments import check_files, collect_attachments
from messenger.services.orphans import STORES
from tests.factories import (
    AttachmentFactory,
    DeviceFactory,
    MemberFactory,
    MessageFactory,
    TemplateFactory,
    TicketFactory,
)
from tests.messenger import samples
from tests.messenger.samples import upload

pytestmark = pytest.mark.django_db
TO_BE_REMOVED = (
    "To be removed: 1 uploads that were not attached, 2 files without a row, 1 pieces of uploads that did not go on."
)


@pytest.fixture(autouse=True)
def empty_storage(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def stored(name: str, days: float = 2) -> str:
    """A file that no row names, written so many days ago."""
    kept = default_storage.save(name, ContentFile(b"x"))
    written = (clock.now() - timedelta(days=days)).timestamp()
    os.utime(default_storage.path(kept), (written, written))
    return kept


def waiting_picture(person: Person) -> Attachment:
    """A picture that was uploaded and is attached to nothing yet."""
    [picture] = collect_attachments(person=person, files=check_files([upload(samples.picture())]))
    return picture


def attached(count: int = 1) -> list[str]:
    """The names of files that belong to messages, as old as those of `stored`."""
    message = MessageFactory()
    files = [AttachmentFactory(uploader=message.author, message=message).file for _number in range(count)]
    for file in files:
        os.utime(file.path, (0, 0))
    return [file.name for file in files]


def pictured(count: int) -> list[str]:
    """The names of pictures of devices, as old as those of `stored`."""
    devices = [DeviceFactory(picture=stored("devices/kept.jpg")) for _number in range(count)]
    return [device.picture.name for device in devices]


def piece(days: float = 2) -> str:
    """The stored piece of an upload that went on so many days ago for the last time."""
    then = clock.now() - timedelta(days=days)
    upload_ = Upload.objects.create(
        uploader=MemberFactory(),
        ticket=TicketFactory(),
        client_key=uuid.uuid4(),
        purpose="message",
        name="a.mp4",
        length=2,
        offset=1,
        created_at=then,
        changed_at=then,
    )
    return str(
        Piece.objects.create(upload=upload_, offset=0, file=stored(f"pieces/{upload_.pk.hex}.0", days)).file.name
    )


def remove_orphans(*options: str) -> str:
    out = StringIO()
    call_command("remove_orphans", *options, stdout=out)
    return out.getvalue()


def are_stored(*names: str | None) -> list[bool]:
    return [bool(name and default_storage.exists(name)) for name in names]


@pytest.mark.django_db(transaction=True)
def test_uploads_go_a_day_after_they_were_stored_unless_they_were_attached() -> None:
    person = MemberFactory()
    old, young, sent = (waiting_picture(person) for _number in "123")
    long_ago = clock.now() - timedelta(days=2)
    Attachment.objects.filter(pk=old.pk).update(created_at=long_ago)
    Attachment.objects.filter(pk=sent.pk).update(created_at=long_ago, message=MessageFactory(author=person))

    said = remove_orphans()

    assert said.startswith("Removed: 1 uploads that were not attached, 0 files that no row names, 0 pieces")
    assert set(Attachment.objects.values_list("pk", flat=True)) == {young.pk, sent.pk}
    assert are_stored(old.file.name, old.preview.name) == [False, False]
    assert are_stored(young.file.name, young.preview.name, sent.file.name, sent.preview.name) == [True] * 4


@pytest.mark.parametrize("folder", ["attachments", "devices", "templates"])
def test_a_file_that_no_row_names_goes_after_a_day_and_no_other(folder: str) -> None:
    named = {
        "attachments": attached()[0],
        "devices": DeviceFactory(picture=stored("devices/a.jpg")).picture.name,
        "templates": TemplateFactory(picture=stored("templates/a.jpg")).picture.name,
    }
    unknown, young = stored(f"{folder}/unknown"), stored(f"{folder}/young", days=0.9)
    elsewhere = [stored("notes.txt"), stored(f"{folder}/below/notes.txt")]

    said = remove_orphans()

    assert said.startswith("Removed: 0 uploads that were not attached, 1 files that no row names, 0 pieces")
    assert are_stored(unknown, young) == [False, True]
    assert are_stored(*named.values(), *elsewhere) == [True] * 5


def test_tables_that_were_not_imported_go_after_a_day() -> None:
    old, young = stored("imports/7-old"), stored("imports/7-young", days=0.9)

    remove_orphans()

    assert are_stored(old, young) == [False, True]


def test_the_preview_of_a_picture_is_named_by_its_row() -> None:
    person = MemberFactory()
    picture = waiting_picture(person)
    picture.message = MessageFactory(author=person)
    picture.save()
    for file in (picture.file, picture.preview):
        os.utime(file.path, (0, 0))

    remove_orphans("--even-many")

    assert are_stored(picture.file.name, picture.preview.name) == [True, True]


@pytest.mark.django_db(transaction=True)
def test_a_restored_folder_with_an_emptied_table_is_refused_and_nothing_is_removed() -> None:
    [kept], restored = attached(), [stored(f"devices/{number}.jpg") for number in range(3)]
    waiting = AttachmentFactory(created_at=clock.now() - timedelta(days=2))

    with pytest.raises(CommandError) as refusal:
        remove_orphans()
    assert "3 files are stored in devices/, and no row names any file there." in str(refusal.value)
    assert "--even-many" in str(refusal.value)
    assert are_stored(kept, *restored) == [True] * 4

    remove_orphans("--even-many")
    assert are_stored(kept, waiting.file.name, *restored) == [True, False, False, False, False]


@pytest.mark.django_db(transaction=True)
def test_a_doubt_about_one_folder_leaves_the_rows_of_others_to_go() -> None:
    attached()
    waiting = AttachmentFactory(created_at=clock.now() - timedelta(days=2))
    idle, unknown = piece(), stored("attachments/unknown")
    restored = [stored(f"devices/{number}.jpg") for number in range(3)]

    with pytest.raises(CommandError, match=r"no row names any file there\."):
        remove_orphans()

    assert are_stored(waiting.file.name, idle) == [False, False]
    assert are_stored(unknown, *restored) == [True] * 4


@pytest.mark.django_db(transaction=True)
def test_a_doubt_about_attachments_leaves_all_uploads_alone() -> None:
    attached()
    waiting = AttachmentFactory(created_at=clock.now() - timedelta(days=2))
    idle, unknown = piece(), stored("pieces/unknown")
    restored = [stored(f"attachments/{number}.jpg") for number in range(3)]

    with pytest.raises(CommandError, match="are named by no row"):
        remove_orphans()
    assert are_stored(waiting.file.name, idle, unknown, *restored) == [True] * 6

    remove_orphans("--even-many")
    assert are_stored(waiting.file.name, idle, unknown, *restored) == [False] * 6


@pytest.mark.django_db(transaction=True)
def test_many_pieces_beside_an_empty_table_of_uploads_are_refused() -> None:
    attached()
    unknown = [stored(f"pieces/{number}") for number in range(101)]

    with pytest.raises(CommandError, match="101 files are stored in pieces/"):
        remove_orphans()
    assert are_stored(*unknown) == [True] * 101

    default_storage.delete(unknown.pop())
    remove_orphans()
    assert are_stored(*unknown) == [False] * 100


@pytest.mark.django_db(transaction=True)
def test_unknown_pieces_go_beside_the_few_that_have_a_row() -> None:
    unknown = [stored(f"pieces/{number}") for number in range(101)]
    young = piece(days=0.5)

    remove_orphans()

    assert are_stored(young, *unknown) == [True] + [False] * 101


def test_even_one_young_file_without_any_row_is_refused() -> None:
    restored = stored("attachments/restored", days=0)

    with pytest.raises(CommandError, match="1 files are stored in attachments/, and no row"):
        remove_orphans()
    assert are_stored(restored) == [True]


def test_more_than_a_tenth_of_a_folder_is_refused_however_much_else_is_stored() -> None:
    attached(30)
    pictures = pictured(18)
    unknown = [stored("devices/unknown.jpg") for _number in range(3)]

    with pytest.raises(CommandError, match=r"3 of 21 files in devices/ are named by no row\."):
        remove_orphans()
    assert are_stored(*unknown, *pictures) == [True] * 21

    default_storage.delete(unknown.pop())
    remove_orphans()
    assert are_stored(*unknown) == [False, False]
    assert are_stored(*pictures) == [True] * 18


def test_every_name_is_looked_up_however_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orphans, "NAMES_PER_QUERY", 4)
    kept, unknown = attached(20), [stored(f"attachments/{number}") for number in (0, 9)]

    remove_orphans()

    assert are_stored(*unknown) == [False, False]
    assert are_stored(*kept) == [True] * 20


@pytest.mark.parametrize("where", ["attachments", "pieces"])
def test_a_file_that_goes_meanwhile_is_no_error(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    attached()
    monkeypatch.setattr(default_storage, "listdir", lambda folder: ([], ["gone"] if folder == where else []))

    assert "0 files that no row names" in remove_orphans()


def test_a_picture_that_was_replaced_goes_also_where_there_are_few() -> None:
    [kept] = pictured(1)
    replaced, another = stored("devices/replaced.jpg"), stored("devices/another.jpg")

    with pytest.raises(CommandError):
        remove_orphans()
    default_storage.delete(another)
    remove_orphans()

    assert are_stored(kept, replaced) == [True, False]


@pytest.mark.django_db(transaction=True)
def test_many_uploads_that_were_never_attached_are_not_too_many() -> None:
    attached()
    waiting = [AttachmentFactory(created_at=clock.now() - timedelta(days=2)) for _number in range(5)]
    for upload_ in waiting:
        os.utime(upload_.file.path, (0, 0))

    assert "Removed: 5 uploads" in remove_orphans()
    assert are_stored(*(upload_.file.name for upload_ in waiting)) == [False] * 5


@pytest.mark.django_db(transaction=True)
def test_a_dry_run_names_what_would_go_and_removes_nothing() -> None:
    attached(20)
    waiting = AttachmentFactory(created_at=clock.now() - timedelta(days=2))
    unknown, lost, idle = stored("attachments/unknown"), stored("pieces/lost"), piece()

    said = remove_orphans("--dry-run").splitlines()

    assert said == [
        f"{waiting.file.name}  (not attached)",
        f"{unknown}  (no row names it)",
        f"{lost}  (no row names it)",
        f"{idle}  (did not go on)",
        TO_BE_REMOVED,
    ]
    assert are_stored(waiting.file.name, unknown, lost, idle) == [True] * 4
    assert Attachment.objects.filter(pk=waiting.pk).exists()


def test_a_dry_run_says_that_a_run_would_be_refused_and_why() -> None:
    unknown = stored("attachments/unknown")

    said = remove_orphans("--dry-run")

    assert "no row names any file there" in said
    assert "--even-many" in said
    assert are_stored(unknown) == [True]


def test_every_column_that_names_a_stored_file_belongs_to_a_store() -> None:
    """A folder without a store keeps its orphans for ever; a store without one of its columns loses files in use."""
    columns = [
        (field.generate_filename(row, "a.jpg").partition("/")[0], model, field.name)
        for model in apps.get_models()
        for row in [Piece(upload=Upload()) if model is Piece else model()]
        for field in model._meta.get_fields()
        if isinstance(field, FileField)
    ]

    known = {(store.folder, store.model, column) for store in STORES for column in store.columns}

    assert known == set(columns)
