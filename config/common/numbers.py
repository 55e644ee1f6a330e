"""Whole numbers in addresses, forms and settings: digits 0 to 9 only."""

import re

MAX_DIGITS = 18  # What fits every database column.
# Python's `int` and `str.isdecimal` also take the digits of other scripts, which no page writes.
_DIGITS = re.compile(r"[0-9]+")


def whole_number(text: str | None, *, max_digits: int = MAX_DIGITS) -> int | None:
    """The text as a number; None for anything but digits and for more than `max_digits` of them."""
    if text is None or len(text) > max_digits or not _DIGITS.fullmatch(text):
        return None
    return int(text)
