"""`manage.py migrate`: Django's own, on a disk that has nothing of Fleetdesk yet."""

from pathlib import Path
from typing import Any

from django.core.management.commands import migrate
from django.db import connections


class Command(migrate.Command):
    """Makes the folder of an SQLite database first, which SQLite itself does not."""

    def execute(self, *args: object, **options: Any) -> str | None:
        # Before the checks, which connect already.
        database = connections[options["database"]]
        if database.vendor == "sqlite":
            Path(database.settings_dict["NAME"]).parent.mkdir(parents=True, exist_ok=True)
        return super().execute(*args, **options)
