"""`manage.py remove_orphans`: removes uploads and stored files that are no longer needed. Run it once a day."""

from collections.abc import Container, Sequence

from django.core.management.base import BaseCommand, CommandError, CommandParser

from fleet.services.import_files import remove_expired_import_files
from messenger.services import orphans
from messenger.services.orphans import UnknownFiles
from messenger.services.unsent import remove_old_texts


class Command(BaseCommand):
    """Prints how much it removed. Refuses to remove many files, because the database may be the wrong one."""

    help = "Removes uploads that were not finished or attached in time, and files older than a day that no row names."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="list the files that would go and remove nothing")
        parser.add_argument("--even-many", action="store_true", help="remove the files although they are many")

    def handle(self, *args: object, **options: object) -> None:
        found = orphans.find_unknown_files()
        doubted = [] if options["even_many"] else [unknown for unknown in found if unknown.doubt]
        if options["dry_run"]:
            self._list(found, doubted)
        else:
            self._remove(found, doubted)

    def _remove(self, found: Sequence[UnknownFiles], doubted: Sequence[UnknownFiles]) -> None:
        folders = {unknown.folder for unknown in doubted}
        # Rows are removed by their own age, also where another folder is in doubt.
        uploads = orphans.remove_unattached_uploads() if _goes("attachments", folders) else 0
        pieces = orphans.remove_idle_uploads() if _goes("pieces", folders) else 0
        # No row names them: they go by their age.
        remove_expired_import_files()
        remove_old_texts()
        for sweep in orphans.SWEEPS:
            uploads += sweep.remove() if _goes(sweep.folder, folders) else 0
        files = 0 if doubted else orphans.remove_unknown_files(found)
        self.stdout.write(
            f"Removed: {uploads} uploads that were not attached, {files} files that no row names, "
            f"{pieces} pieces of uploads that did not go on."
        )
        if doubted:
            raise CommandError(_refusal(doubted))

    def _list(self, found: Sequence[UnknownFiles], doubted: Sequence[UnknownFiles]) -> None:
        folders = {unknown.folder for unknown in doubted}
        uploads = [upload.file.name for upload in orphans.unattached_uploads() if _goes("attachments", folders)]
        uploads += [name for sweep in orphans.SWEEPS if _goes(sweep.folder, folders) for name in sweep.find()]
        pieces = [piece.file.name for piece in orphans.pieces_of_idle_uploads() if _goes("pieces", folders)]
        files = [name for unknown in found for name in unknown.names]
        for names, reason in ((uploads, "not attached"), (files, "no row names it"), (pieces, "did not go on")):
            self.stdout.writelines(f"{name}  ({reason})\n" for name in names)
        self.stdout.write(
            f"To be removed: {len(uploads)} uploads that were not attached, {len(files)} files without a row, "
            f"{len(pieces)} pieces of uploads that did not go on."
        )
        if doubted:
            self.stdout.write(_refusal(doubted))


def _goes(folder: str, doubted: Container[str]) -> bool:
    # A database that does not belong to the attachments has nothing to say about uploads either.
    return folder not in doubted and "attachments" not in doubted


def _refusal(doubted: Sequence[UnknownFiles]) -> str:
    return (
        f"{' '.join(unknown.doubt for unknown in doubted)} This looks like another database than the one that belongs "
        "to these files, so no file without a row is removed. Check DATABASE_URL and MEDIA_ROOT, and look at the files "
        "with --dry-run. If they are to go all the same, add --even-many."
    )
