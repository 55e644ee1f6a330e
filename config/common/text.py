"""Folding of text for search, so that words are found in any spelling."""

import re
import unicodedata

_SPELT_OUT = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l"})
_UMLAUTS = re.compile(r"([aou])e")


def fold(text: str) -> str:
    """Lower case without accents; ä, ae and a are all a, ß is ss.

    >>> fold("Schlüssel") == fold("schluessel") == fold("SCHLUSSEL")
    True
    """
    lowered = unicodedata.normalize("NFKC", text).casefold().translate(_SPELT_OUT)
    bare = "".join(c for c in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(c))
    return " ".join(_UMLAUTS.sub(r"\1", bare).split())


def fold_all(*parts: str | None) -> str:
    """Fold several texts into one searchable line; empty ones are left out."""
    return " ".join(folded for part in parts if part and (folded := fold(part)))
