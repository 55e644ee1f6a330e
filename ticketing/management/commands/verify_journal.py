"""The command that checks journals for changes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ticketing.models import Ticket
from ticketing.services.verification import verify_ticket


class Command(BaseCommand):
    """Computes the hash chains and text digests again, and exits with 1 if an entry does not fit."""

    help = "Verifies the journal of all tickets, or of one by its number."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", nargs="?", type=int, help="The number of the only ticket to verify.")

    def handle(self, *args: object, **options: Any) -> None:
        tickets = Ticket.objects.order_by("pk")
        if options["number"] is not None:
            tickets = tickets.filter(number=options["number"])
        count, faults = 0, 0
        for ticket in tickets.iterator(chunk_size=500):
            count += 1
            for fault in verify_ticket(ticket):
                faults += 1
                self.stderr.write(f"Ticket {ticket.number or 'draft'}, row {fault.sequence}: {fault.problem}")
        if faults:
            raise CommandError(f"{faults} faults in the journals of {count} tickets.")
        self.stdout.write(f"The journals of {count} tickets are complete and unchanged.")
