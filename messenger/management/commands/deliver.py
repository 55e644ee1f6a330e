"""`manage.py deliver`: sends what waits in the outbox, and prepares films and recordings."""

import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from messenger.carriers import all_carriers
from messenger.services.delivering import deliver_due
from messenger.services.preparing import start_preparing
from messenger.services.worker import start_in_threads


class Command(BaseCommand):
    """Runs until it is asked to end; as many processes as wanted may run at once on PostgreSQL."""

    help = (
        "Sends e-mails and push notifications that wait in the outbox, and prepares films and recordings, until "
        "SIGTERM or Ctrl+C."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="send what is due now, and end")

    def handle(self, *args: object, **options: Any) -> None:
        if options["once"]:
            self.stdout.write(f"{deliver_due(all_carriers()).count} letters.")
            return
        started = [*start_in_threads(all_carriers()), start_preparing()]

        def end(*_arguments: object) -> None:
            for worker, _thread in started:
                worker.end()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, end)
        for _worker, thread in started:
            thread.join()
