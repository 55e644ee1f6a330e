"""The organisation as every page shows it: read once a minute, not for each page."""

import time
from dataclasses import dataclass

from fleet.models import Organisation

SECONDS = 60  # So long may another process show what it was before.


@dataclass
class Known:
    """What this process knows, until when on its monotonic clock."""

    until: float = 0.0
    found: Organisation | None = None


known = Known()


def organisation() -> Organisation | None:
    """Who runs this service desk; None until somebody said so."""
    if time.monotonic() > known.until:
        known.found, known.until = Organisation.objects.first(), time.monotonic() + SECONDS
    return known.found


def forget_organisation() -> None:
    """After a change, so that the next page shows it."""
    known.until = 0.0
