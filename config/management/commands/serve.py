"""`manage.py serve`: pages and live sockets in one process."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.checks import Tags, run_checks
from django.core.management.base import BaseCommand
from django.db import connections

from messenger.carriers import all_carriers
from messenger.services.preparing import start_preparing
from messenger.services.worker import start_in_threads


class Command(BaseCommand):
    """Serves until it is asked to end; SIGTERM and Ctrl+C do."""

    help = "Serve pages and live sockets."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on (8000)")

    def handle(self, *args: object, **options: Any) -> None:
        # Both choose how this process works with threads and sockets: not for the other commands.
        from config.asgi import application, http_application
        from config.serving.server import serve

        # Not an end: stickers that are printed still work.
        for message in run_checks(tags=[Tags.database], databases=["default"]):
            self.stderr.write(self.style.WARNING(f"{message.msg} {message.hint}"))
        # Back to the pool: this thread asks nothing more.
        connections.close_all()
        if settings.DELIVERS_IN_SERVER:
            start_in_threads(all_carriers())
            start_preparing()
        serve(application, http_application, options["host"], options["port"])
