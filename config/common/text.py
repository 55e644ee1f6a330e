"""Folding of text for search, so that words are found in any spelling."""

import re
import unicodedata
from itertools import filterfalse

_SPELT_OUT = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l"})
_UMLAUTS = re.compile(r"([aou])e")
_GAPS = re.compile(r"[\s\-\u2010-\u2015\u2212]+")


def without_nul(text: str) -> str:
    """What PostgreSQL can look for: it takes no NUL."""
    return text.replace("\0", "")


def fold(text: str) -> str:
    """Lower case without accents; ä, ae and a are all a, ß is ss.

    >>> fold("Schlüssel") == fold("schluessel") == fold("SCHLUSSEL")
    True
    """
    if text.isascii():
        # Nothing of it has another spelling, and a search folds many texts.
        bare = text.lower()
    else:
        lowered = unicodedata.normalize("NFKC", text).casefold().translate(_SPELT_OUT)
        bare = "".join(filterfalse(unicodedata.combining, unicodedata.normalize("NFKD", lowered)))
    return " ".join(_UMLAUTS.sub(r"\1", bare).split())


def fold_all(*parts: str | None) -> str:
    """Fold several texts into one searchable line; empty ones are left out."""
    return " ".join(folded for part in parts if part and (folded := fold(part)))


def fold_names(*names: str | None) -> str:
    """Fold names, plates and serial numbers so that `name_words` are found in them; empty ones are left out.

    >>> all(word in fold_names("KX-19 Füller") for word in name_words("kx19 FUELLER"))
    True
    """
    # Each also as it is when gaps are left out first: in "DA-E 5" the letters a and e make no ä, in "DAE5" they do.
    forms = [form for name in names if name for form in (_bare(name), _GAPS.sub("", fold(name)))]
    return " ".join(dict.fromkeys(filter(None, forms)))


def name_words(text: str) -> list[str]:
    """The words of a search for names, folded, without dashes."""
    return [bare for word in text.split() if (bare := _bare(word))]


def start_key(text: str) -> str:
    """Letters and digits only, folded, for a search by how names, plates and numbers begin.

    What was typed of a text up to any letter is the start of the text's key.

    >>> start_key("B-FD 12 Ä").startswith(start_key("bfd1")), start_key("Müller").startswith(start_key("mue"))
    (True, True)
    """
    # Gaps go first, so that they decide nowhere whether two letters are an umlaut.
    return fold("".join(filter(str.isalnum, text)))


def start_keys(*names: str) -> set[str]:
    """The keys of the names, from each of their words on and around; each also with a blank behind its first word.

    Blanks come before all letters, so that a word that was typed whole is found first.

    >>> sorted(start_keys("Anna", "Berg"))
    ['anna berg', 'annaberg', 'berg anna', 'berganna']
    """
    words = _GAPS.sub(" ", " ".join(names)).split()
    around = [words[n:] + words[:n] for n in range(len(words))]
    whole = {start_key("".join(each)) for each in around}
    return {*whole, *(f"{start_key(first)} {start_key(''.join(others))}".strip() for first, *others in around)} - {""}


def _bare(text: str) -> str:
    """Folded, without blanks and dashes, which people set as they like."""
    return _GAPS.sub("", fold(_GAPS.sub("", text)))
