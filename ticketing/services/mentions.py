"""Employees who are named in a text as ``@First Last``."""

import re

from fleet.models import Person

MARK = "@"


def mentioned_in(text: str) -> list[int]:
    """The ids of active employees whose full name stands behind an @, in any case; no query where there is none."""
    if MARK not in text:
        return []
    said = " ".join(text.casefold().split())
    named = Person.objects.employees().values_list("pk", "first_name", "last_name")
    return sorted(key for key, first, last in named if _is_in(said, f"{first} {last}".strip()))


def _is_in(said: str, name: str) -> bool:
    # Not where the name goes on: @Tom Whit is not @Tom Whitfield.
    pattern = rf"{MARK}{re.escape(' '.join(name.casefold().split()))}(?!\w)"
    return bool(name) and re.search(pattern, said) is not None
