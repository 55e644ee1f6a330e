"""Whole numbers in addresses, forms and settings: digits 0 to 9 only.

Python's own `int`, `str.isdecimal` and ``\\d`` also take the digits of other scripts, which no page of ours writes.
"""

import re

MAX_DIGITS = 18  # What fits every database column.
_DIGITS = re.compile(r"[0-9]+")


def whole_number(text: str | None, *, max_digits: int = MAX_DIGITS) -> int | None:
    """The number that the digits write; None for anything else and for longer ones."""
    if text is None or len(text) > max_digits or not _DIGITS.fullmatch(text):
        return None
    return int(text)
