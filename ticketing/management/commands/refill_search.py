"""The command that fills the search columns of tickets again."""

from django.core.management.base import BaseCommand

from ticketing.models import Ticket
from ticketing.services.search import refill_all


class Command(BaseCommand):
    """Lets old tickets be found by what new ones are found by, after an update that adds to it."""

    help = "Fills what tickets are found by again, where it is not up to date. Harmless at any time."

    def handle(self, *args: object, **options: object) -> None:
        read = changed = 0
        for of_batch, changed_of_batch in refill_all(Ticket.objects.all()):
            read, changed = read + of_batch, changed + changed_of_batch
            self.stdout.write(f"{read} tickets read, {changed} filled again.")
        self.stdout.write("All tickets are found by everything that is in them.")
