"""Files that nothing needs any more: uploads that were not finished or attached, and stored files without a row."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Model, Q, QuerySet

from config.common import clock
from fleet.models import Device, Template
from messenger.models import Attachment, Piece, Upload
from messenger.services.attachments import UNATTACHED, delete_attachments, delete_unfinished

ORPHAN_AGE = timedelta(days=1)
MAX_IDLE = timedelta(days=1)  # A phone may be without a network for a night.
MAX_UNFINISHED = timedelta(days=3)  # One that gets a few bytes a day is never idle.
NAMES_PER_QUERY = 500
# A picture that was replaced leaves its file behind, which is more than a tenth where there are nine pictures or fewer.
ALWAYS_FEW = 1


@dataclass(frozen=True)
class Store:
    """A folder of the storage, and the columns of the model that name the files directly in it."""

    folder: str
    model: type[Model]
    columns: tuple[str, ...]
    # So many may be there while no row names any: the only picture of all was taken away in the administration.
    few: int = 0
    # Whose rows show that the database belongs to the files, where the files' own rows come and go with them.
    parent: type[Model] | None = None


STORES = (
    Store("attachments", Attachment, ("file", "preview")),
    Store("devices", Device, ("picture",), few=1),
    Store("templates", Template, ("picture",), few=1),
    # A film has up to 75 pieces; all of them stay if the process dies while they are removed.
    Store("pieces", Piece, ("file",), few=100, parent=Upload),
)


@dataclass(frozen=True)
class UnknownFiles:
    """The files of a folder that no row names and that are older than a day, beside how many are stored there."""

    folder: str
    stored: int
    names: list[str]
    has_rows: bool
    few: int
    come_and_go: bool

    @property
    def doubt(self) -> str:
        """Why the database may be the wrong one rather than the files superfluous, as a sentence; else empty."""
        if self.stored > self.few and not self.has_rows:
            return f"{self.stored} files are stored in {self.folder}/, and no row names any file there."
        if not self.come_and_go and len(self.names) > max(ALWAYS_FEW, self.stored / 10):
            return f"{len(self.names)} of {self.stored} files in {self.folder}/ are named by no row."
        return ""


def find_unknown_files() -> list[UnknownFiles]:
    """What no row names, by folder. Younger files are left out: their upload may be in progress."""
    limit = clock.now() - ORPHAN_AGE
    return [_unknown_in(store, limit) for store in STORES]


def unattached_uploads() -> QuerySet[Attachment]:
    """Uploads that were not attached within a day."""
    return Attachment.objects.filter(UNATTACHED, created_at__lt=clock.now() - ORPHAN_AGE)


@transaction.atomic
def remove_unattached_uploads() -> int:
    """Remove uploads that were not attached within a day, with their files; returns how many uploads."""
    return delete_attachments(unattached_uploads().select_for_update())


def idle_uploads() -> QuerySet[Upload]:
    """Uploads without a new piece within a day, whole ones too, and those that are still unfinished after three days.

    Attachments that were made of whole ones stay as they are when the rows go.
    """
    now = clock.now()
    endless = Q(attachment=None, created_at__lt=now - MAX_UNFINISHED)
    return Upload.objects.filter(Q(changed_at__lt=now - MAX_IDLE) | endless)


def pieces_of_idle_uploads() -> QuerySet[Piece]:
    """The pieces that go with `idle_uploads`."""
    return Piece.objects.filter(upload__in=idle_uploads(), upload__attachment=None)


@transaction.atomic
def remove_idle_uploads() -> int:
    """Remove the rows now and the stored pieces on commit; returns how many pieces."""
    removed = pieces_of_idle_uploads().count()
    delete_unfinished(idle_uploads())
    idle_uploads().delete()
    return removed


def remove_unknown_files(found: Iterable[UnknownFiles]) -> int:
    """Remove the files, irrecoverably; returns how many. Asks for no `doubt`: that is the caller's decision."""
    names = [name for unknown in found for name in unknown.names]
    for name in names:
        default_storage.delete(name)
    return len(names)


def _unknown_in(store: Store, limit: datetime) -> UnknownFiles:
    stored = _files_in(store.folder)
    # A look at each file's time can be a request of its own: only those that no row names are looked at.
    names = [name for name in _without_row(store, stored) if _is_older(name, limit)]
    return UnknownFiles(store.folder, len(stored), names, _has_rows(store), store.few, store.parent is not None)


def _has_rows(store: Store) -> bool:
    if store.parent is not None:
        return store.parent._default_manager.exists()
    return store.model._default_manager.exclude(**dict.fromkeys(store.columns, "")).exists()


def _files_in(folder: str) -> list[str]:
    try:
        return sorted(f"{folder}/{name}" for name in default_storage.listdir(folder)[1])
    except FileNotFoundError:
        return []


def _without_row(store: Store, names: Sequence[str]) -> Iterator[str]:
    for position in range(0, len(names), NAMES_PER_QUERY):
        some = names[position : position + NAMES_PER_QUERY]
        named = _named(store, some)
        yield from (name for name in some if name not in named)


def _named(store: Store, names: Sequence[str]) -> set[str]:
    wanted = Q()
    for column in store.columns:
        wanted |= Q(**{f"{column}__in": names})
    rows = store.model._default_manager.filter(wanted).values_list(*store.columns)
    return {name for row in rows for name in row}


def _is_older(name: str, limit: datetime) -> bool:
    try:
        return default_storage.get_modified_time(name) < limit
    except FileNotFoundError:  # Taken back or finished meanwhile.
        return False
