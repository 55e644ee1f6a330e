"""`manage.py remove_orphans`: removes uploads and stored files that nothing needs any more. Run it once a day."""

from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from messenger.services import orphans
from messenger.services.orphans import UnknownFiles
from messenger.services.uploads import remove_unfinished


class Command(BaseCommand):
    """Says how much it removed. Refuses to remove many files: then the database is more likely wrong than the files."""

    help = "Removes uploads that were not attached within a day, and files older than a day that no row names."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="list the files that would go and remove nothing")
        parser.add_argument("--even-many", action="store_true", help="remove the files although they are many")

    def handle(self, *args: Any, **options: Any) -> None:
        found = orphans.find_unknown_files()
        doubts = [] if options["even_many"] else [unknown.doubt for unknown in found if unknown.doubt]
        if options["dry_run"]:
            self._list(found, doubts)
            return
        if doubts:
            raise CommandError(_refusal(doubts))
        uploads, files = orphans.remove_unattached_uploads(), orphans.remove_unknown_files(found)
        pieces = remove_unfinished()
        self.stdout.write(
            f"Removed: {uploads} uploads that were not attached, {files} files that no row names, "
            f"{pieces} pieces of uploads that did not go on."
        )

    def _list(self, found: Sequence[UnknownFiles], doubts: Sequence[str]) -> None:
        uploads = orphans.unattached_uploads()
        for upload in uploads:
            self.stdout.write(f"{upload.file.name}  (not attached)")
        for name in (name for unknown in found for name in unknown.names):
            self.stdout.write(f"{name}  (no row names it)")
        files = sum(len(unknown.names) for unknown in found)
        self.stdout.write(f"To be removed: {len(uploads)} uploads that were not attached, {files} files without a row.")
        if doubts:
            self.stdout.write(_refusal(doubts))


def _refusal(doubts: Sequence[str]) -> str:
    return (
        f"{' '.join(doubts)} This looks like another database than the one that belongs to these files, so nothing is "
        "removed. Check DATABASE_URL and MEDIA_ROOT, and look at the files with --dry-run. If they are to go all the "
        "same, add --even-many."
    )
