"""Ids of codes that people type: eight characters of which none looks like another, the last one checks the others."""

import re
import unicodedata

# Without 0 O, 1 I L, 2 Z, 5 S, 8 B as pairs, and U, which is V in some letterings: one of each pair stays.
ALPHABET = "23456789ACDEFGHJKMNPQRTVWXY"
LENGTH = 8
POSSIBLE = len(ALPHABET) ** (LENGTH - 1)
_NEITHER = re.compile(r"[^0-9A-Z]")
# Read off a sticker as the one of a pair that no id has.
_ALIKE = str.maketrans("BSUZ", "85V2")


def make_short_id(number: int) -> str:
    """The id of a number below `POSSIBLE`, its check character included.

    >>> make_short_id(0)
    '22222222'
    """
    letters = ""
    for _place in range(LENGTH - 1):
        number, place = divmod(number, len(ALPHABET))
        letters += ALPHABET[place]
    return letters + ALPHABET[-_weighed(letters) % len(ALPHABET)]


def clean_short_id(typed: str) -> str:
    """Without spaces, dashes, case and width; empty where it cannot be the id of any code.

    >>> clean_short_id(" 2222-2222.")
    '22222222'
    >>> clean_short_id("2222 2223")
    ''
    """
    letters = typed_letters(typed)
    is_whole = len(letters) == LENGTH and set(letters) <= set(ALPHABET)
    return letters if is_whole and _weighed(letters) % len(ALPHABET) == 0 else ""


def typed_letters(typed: str) -> str:
    """Its letters and digits as they are printed, however many there are.

    >>> typed_letters("abcd – 1s")
    'A8CD15'
    """
    return _NEITHER.sub("", unicodedata.normalize("NFKC", typed).upper()).translate(_ALIKE)


def shown_short_id(short_id: str) -> str:
    """In two halves, as it is printed; nothing of none."""
    return f"{short_id[:4]}-{short_id[4:]}" if short_id else ""


def _weighed(letters: str) -> int:
    # Weights of 2 and 1 in turn, over an odd number of letters: one wrong letter, or two neighbours that changed
    # places, always change what is left of the sum.
    return sum(ALPHABET.index(letter) * (1 + (place + 1) % 2) for place, letter in enumerate(letters))
