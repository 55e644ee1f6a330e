"""The database that a whole run of tests migrates once, and of which each of its processes takes a copy.

`python -m tests.migrated NAME` makes it where `DATABASE_URL` points: NAME is a file for SQLite, else a database. A run
that names it in `FLEETDESK_MIGRATED` copies it; every other run migrates a database of its own.
"""

import os
import shutil
import sys
from collections.abc import Callable
from typing import Any

import django
from django.conf import settings
from django.db import connection
from django.db.backends.base.creation import BaseDatabaseCreation

VARIABLE = "FLEETDESK_MIGRATED"


def make(name: str) -> None:
    connection.settings_dict["TEST"]["NAME"] = name
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    # With SQLite, the last one who leaves writes everything into the one file that is copied.
    connection.close()


def copying(source: str) -> Callable[..., str]:
    """What `create_test_db` is replaced by: the same, without migrating."""

    def create(creation: BaseDatabaseCreation, **_options: Any) -> str:
        own: Any = creation
        database, name = own.connection, own._get_test_db_name()
        if database.vendor == "sqlite":
            shutil.copyfile(source, name)
        else:
            with own._nodb_cursor() as cursor:
                quote = database.ops.quote_name
                cursor.execute(f"CREATE DATABASE {quote(name)} TEMPLATE {quote(source)}")
        database.close()
        settings.DATABASES[database.alias]["NAME"] = database.settings_dict["NAME"] = name
        database.ensure_connection()
        return str(name)

    return create


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    make(sys.argv[1])
