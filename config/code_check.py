"""The check whether codes can be printed again: `manage.py migrate` and `manage.py serve` say so when they cannot."""

from collections.abc import Collection

from django.core import checks
from django.db import DatabaseError

from fleet.services.code_secrets import has_other_secret

MEANING = (
    "There are codes that were made with another CODE_SECRET. The QR codes on their stickers still work, but the ids "
    "to type do not, and their links cannot be shown or printed again."
)
HINT = (
    "Set CODE_SECRET to its former value; where it was not set, to codes:<the former SECRET_KEY>. If that is lost, "
    "`manage.py renew_codes` gives these codes new links; their old stickers stop working and must be replaced."
)


# With this tag, Django asks only where it may use the database: `migrate`, and `check --database default`.
@checks.register(checks.Tags.database)
def codes_are_made_with_this_secret(
    databases: Collection[str] | None = None, **_options: object
) -> list[checks.CheckMessage]:
    """A warning only: printed QR codes still work, so it would be worse not to start."""
    try:
        is_wrong = bool(databases) and has_other_secret()
    except DatabaseError:
        # Before the first migration, or while the database is away, there is nothing to compare.
        return []
    return [checks.Warning(MEANING, hint=HINT, id="config.W001")] if is_wrong else []
