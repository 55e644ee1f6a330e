"""`manage.py remove_orphans`: removes uploads that nobody attached within a day. Run it once a day."""

from typing import Any

from django.core.management.base import BaseCommand

from messenger.services.attachments import remove_orphans
from messenger.services.uploads import remove_unfinished


class Command(BaseCommand):
    """Says how many files it removed."""

    help = "Removes uploads that nobody attached within a day, and stored files that no row knows."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Files removed: {remove_orphans() + remove_unfinished()}")
