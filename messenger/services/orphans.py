"""Files that are no longer needed: uploads that were not finished or attached, and stored files without a row."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Model, Q, QuerySet

from config.common import clock
from fleet.models import Customer, Device, Organisation, Template
from messenger.models import Attachment, Piece, Upload
from messenger.models.attachments import UNATTACHED
from messenger.services.attachments import delete_attachments, delete_unfinished

ORPHAN_AGE = timedelta(days=1)
# Who begins in the afternoon finds all of it the whole next day. A phone may be without a network for a night, too.
MAX_IDLE = timedelta(hours=36)
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
    # So many files may be stored while no row names any file.
    few: int = 0
    # The model whose rows show that the database belongs to the files, where the files' own rows come and go.
    parent: type[Model] | None = None

    @property
    def has_rows(self) -> bool:
        if self.parent is not None:
            return self.parent._default_manager.exists()
        return self.model._default_manager.exclude(**dict.fromkeys(self.columns, "")).exists()

    def without_row(self, names: Sequence[str]) -> Iterator[str]:
        """Those of the names that no row of the model has."""
        for position in range(0, len(names), NAMES_PER_QUERY):
            some = names[position : position + NAMES_PER_QUERY]
            wanted = Q()
            for column in self.columns:
                wanted |= Q(**{f"{column}__in": some})
            rows = self.model._default_manager.filter(wanted).values_list(*self.columns)
            named = {name for row in rows for name in row}
            yield from (name for name in some if name not in named)


STORES = [
    Store("attachments", Attachment, ("file", "preview", "original", "other")),
    # The only picture of all may have been removed in the administration.
    Store("devices", Device, ("picture",), few=1),
    Store("templates", Template, ("picture",), few=1),
    Store("customers", Customer, ("logo",), few=1),
    Store("organisation", Organisation, ("logo",), few=1),
    # A film has up to 75 pieces, all of which stay if the process dies while it removes them.
    Store("pieces", Piece, ("file",), few=100, parent=Upload),
]


@dataclass(frozen=True)
class Sweep:
    """Rows with files of an app above: `find` names the stored files that would go, `remove` returns how many rows."""

    folder: str
    find: Callable[[], Iterable[str]]
    remove: Callable[[], int]


SWEEPS: list[Sweep] = []


def register_sweep(store: Store, sweep: Sweep) -> None:
    """Has the daily sweep look after a folder of an app above, once for each folder."""
    if all(known.folder != store.folder for known in STORES):
        STORES.append(store)
        SWEEPS.append(sweep)


@dataclass(frozen=True)
class UnknownFiles:
    """The files of a folder that are older than a day and that no row names; `stored` counts all files there."""

    folder: str
    stored: int
    names: list[str]
    has_rows: bool
    few: int
    come_and_go: bool

    @property
    def doubt(self) -> str:
        """A sentence if the database looks like the wrong one for these files, else empty."""
        if self.stored > self.few and not self.has_rows:
            return f"{self.stored} files are stored in {self.folder}/, and no row names any file there."
        if not self.come_and_go and len(self.names) > max(ALWAYS_FEW, self.stored / 10):
            return f"{len(self.names)} of {self.stored} files in {self.folder}/ are named by no row."
        return ""


def find_unknown_files() -> list[UnknownFiles]:
    """The files that no row names, by folder, without those of the last day."""
    # The uploads of young ones may be in progress.
    limit = clock.now() - ORPHAN_AGE
    found = []
    for store in STORES:
        try:
            stored = sorted(f"{store.folder}/{name}" for name in default_storage.listdir(store.folder)[1])
        except FileNotFoundError:
            stored = []
        # Only files without a row are asked for their time, which can be a request of its own for each.
        names = [name for name in store.without_row(stored) if _is_older(name, limit)]
        is_fleeting = store.parent is not None
        found.append(UnknownFiles(store.folder, len(stored), names, store.has_rows, store.few, is_fleeting))
    return found


def unattached_uploads() -> QuerySet[Attachment]:
    """Attachments without a parent that are older than a day and a half."""
    return Attachment.objects.filter(UNATTACHED, created_at__lt=clock.now() - MAX_IDLE)


@transaction.atomic
def remove_unattached_uploads() -> int:
    """Delete the `unattached_uploads` with their files; returns how many."""
    return delete_attachments(unattached_uploads().select_for_update())


def idle_uploads() -> QuerySet[Upload]:
    """Uploads that got no piece for a day and a half, whole ones included, and unfinished ones after three days.

    Attachments do not depend on the rows of their uploads.
    """
    now = clock.now()
    # Whole ones stay as long as others, so that a browser that missed the response can ask for it.
    idle = Q(changed_at__lt=now - MAX_IDLE)
    endless = Q(attachment=None, created_at__lt=now - MAX_UNFINISHED)
    return Upload.objects.filter(idle | endless)


def pieces_of_idle_uploads() -> QuerySet[Piece]:
    """Those that `remove_idle_uploads` deletes; finished uploads have none any more."""
    return Piece.objects.filter(upload__in=idle_uploads(), upload__attachment=None)


@transaction.atomic
def remove_idle_uploads() -> int:
    """Delete the `idle_uploads` now and their stored pieces on commit; returns how many pieces."""
    removed = pieces_of_idle_uploads().count()
    delete_unfinished(idle_uploads())
    idle_uploads().delete()
    return removed


def remove_unknown_files(found: Iterable[UnknownFiles]) -> int:
    """Delete the files for good; returns how many. Ignores `doubt`, which the caller has to heed."""
    names = [name for unknown in found for name in unknown.names]
    for name in names:
        default_storage.delete(name)
    return len(names)


def _is_older(name: str, limit: datetime) -> bool:
    try:
        return default_storage.get_modified_time(name) < limit
    except FileNotFoundError:  # Deleted or finished meanwhile.
        return False
