"""Folding of text for search, so that words are found in any spelling."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import chain, filterfalse

from config.common.marks import DASHES, characters_in

_SPELT_OUT = {
    "ß": "ss",
    "æ": "ae",
    "œ": "oe",
    "ø": "o",
    "đ": "d",
    "ð": "d",
    "ł": "l",
    "ħ": "h",
    "þ": "th",
    "ı": "i",
    "×": "x",
    "\u2044": "/",
    "\u2215": "/",
    # Arabic and Persian keyboards have each their own of these two.
    "\u0649": "\u06cc",
    "\u064a": "\u06cc",
    "\u0643": "\u06a9",
}
# What stands for an apostrophe, a hyphen and a quotation mark, also where Unicode sees a blank with an accent.
_APOSTROPHES = "'`\u00b4\u02b9\u02bb-\u02bf\u02c8\u02ca\u02cb\u055a\u05f3\u2018-\u201b\u2032\u2035\u2039\u203a\ua78c"
_QUOTES = '"\u00ab\u00bb\u02ba\u02dd\u05f4\u201c-\u201f\u2033\u2034\u2036\u2037\u275b-\u275e\u301d-\u301f\u2800'
# Soft hyphens, joints, fillers, marks of direction, looks of an emoji: nobody sees or types them.
_UNSEEN = (
    "\u00ad\u034f\u061c\u0640\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f\U000e0100-\U000e01ef"
)
_GAPS = re.compile(r"[\s\-'·•]+")
_UMLAUTS = re.compile(r"([aou])e")
# A quotation mark, because it stands in no word.
_QUOTING = re.compile(r"(?<![^\W_])'+|'+(?![^\W_])")
# Written close to a whole number, of which it would become a part.
_FRACTION = re.compile("(?<=[0-9])(?=[\u00bc-\u00be\u2150-\u215e\u2189])")
_DIGIT = re.compile(r"[^\D0-9]")  # Of another script.
# Of a folded text: words of several parts, and numbers, plates and serial numbers with the short words around them.
_SHORT, _NUMBERED, _GAP = r"[^\W0-9_]{1,3}", r"(?=[^\W0-9_]*[0-9])[^\W_]+", r"(?: ?[\-'·•] ?| )"
_PARTED = re.compile(
    rf"(?<![^\W_])(?:(?:{_SHORT}{_GAP}){{0,2}}{_NUMBERED}(?:{_GAP}(?:{_SHORT}{_GAP})?{_NUMBERED}){{0,7}}(?:{_GAP}{_SHORT}){{0,2}}"
    r"|[^\W_]+(?:[\-'·•][^\W_]+){1,7})(?![^\W_])"
)
_THOUSANDS = re.compile(r"(?<![0-9.,])[0-9]{1,3}(?:[.,][0-9]{3})+(?![0-9])")
# Part numbers and short names with points or strokes: 4711.0815, A/C. Of digits alone only what is no fraction.
_CODE = re.compile(rf"(?<![^\W_])(?<![./,])(?:{_NUMBERED}|{_SHORT})(?:[./](?:{_NUMBERED}|{_SHORT})){{1,7}}(?![^\W_])")
_FEWEST_OF_CODE, _SHORT_CODE = 6, 3
_LETTER = re.compile(r"[^\W0-9_]")
_DECIMAL = re.compile(r"(?<![0-9.,])([0-9]+)([.,])([0-9]+)(?![0-9]|[.,][0-9])")
_SIGN_OF_NUMBER = re.compile(r"(?<=[0-9])(?=[%°€$£])")
_UNIT_OF_NUMBER = re.compile(r"(?<=[0-9])(?=[^\W0-9_]{1,3}$)")
# No text has it, so that what stands behind it is part of no number before it.
_BEHIND = "\u2016"


_SIGNS = str.maketrans(
    {
        **dict.fromkeys(characters_in(_APOSTROPHES), "'"),
        **dict.fromkeys(characters_in(_QUOTES), " "),
        **dict.fromkeys(DASHES, "-"),
        **dict.fromkeys(characters_in(_UNSEEN), ""),
    }
)
_ASCII_SIGNS = {sign: to for sign, to in _SIGNS.items() if chr(sign).isascii()}
_LETTERS_AND_SIGNS = {**_SIGNS, **str.maketrans(_SPELT_OUT)}


def without_nul(text: str) -> str:
    """What PostgreSQL can look for: it takes no NUL."""
    return text.replace("\0", "")


def keyboard_signs(text: str) -> str:
    """The text with the digits, blanks, dashes and quotation marks of a keyboard, and without what nobody sees."""
    return _DIGIT.sub(_as_digit, unicodedata.normalize("NFKC", text.translate(_SIGNS))).translate(_SIGNS)


def fold(text: str) -> str:
    """Lower case without accents; ä, ae and a are all a, ß is ss, and typography is what a keyboard has for it.

    >>> fold("Schlüssel") == fold("schluessel") == fold("SCHLUSSEL")
    True
    >>> fold("L’arrêt « Not\u2011Aus » 2½")
    "l'arret not-aus 2 1/2"
    """
    return " ".join(_UMLAUTS.sub(r"\1", _plain(text)).split())


def fold_all(*parts: str | None) -> str:
    """Fold several texts into one searchable line; empty ones are left out.

    Behind each stands without gaps what people write with and without: ``kx-19 kx19``.
    """
    return " ".join(with_parted(folded) for part in parts if part and (folded := fold(part)))


def with_parted(folded: str) -> str:
    """A folded text, and behind it without gaps what of it has some; doing it again changes nothing.

    >>> with_parted("l'hydraulik von kx 19 12 345 mm")
    "l'hydraulik von kx 19 12 345 mm \u2016 lhydraulik \u2016 vonkx1912345mm \u2016"
    """
    joined = dict.fromkeys(form for form in _joined_parts(folded) if form not in folded)
    return f" {_BEHIND} ".join([folded, *joined, ""]).strip(" ") if joined else folded


def refolded(folded: str) -> str:
    """What the version before had folded and put together with `fold_all`, with the present rules.

    Doing it again changes nothing.

    >>> refolded("l’arret hydrau\u00adlik kx-19")
    "l'arret hydraulik kx-19 \u2016 larret \u2016 kx19 \u2016"
    """
    # The umlauts of a folded text are folded already: another time would take an e from "évaluée".
    return with_parted(" ".join(_plain(folded).split()))


def fold_names(*names: str | None) -> str:
    """Fold names, plates and serial numbers so that `name_words` are found in them; empty ones are left out.

    >>> all(word in fold_names("KX-19 Füller") for word in name_words("kx19 FUELLER"))
    True
    """
    # Each also as it is when gaps are left out first: in "DA-E 5" the letters a and e make no ä, in "DAE5" they do.
    forms = [
        form for name in names if name for form in (_bare(name), _GAPS.sub("", fold(name)), *_joined_codes(fold(name)))
    ]
    return " ".join(dict.fromkeys(filter(None, forms)))


def name_words(text: str) -> list[str]:
    """The words of a search for names, folded, without dashes."""
    return [bare for word in text.split() if (bare := _bare(word))]


def spellings(word: str) -> Iterable[str]:
    """How a folded word may stand in a text of `fold_all`: as it is, without its gaps, or with blanks for them."""
    yield word
    yield from name_words(word)
    yield from map(_digits_only, _THOUSANDS.findall(word))
    parts = _GAPS.split(word)
    yield from _with_other_signs(word)
    # Of codes the form without gaps stands there in any case.
    if len(parts) > 1 and all(map(str.isalpha, parts)):
        yield " ".join(parts)


def start_key(text: str) -> str:
    """Letters and digits only, folded, for a search by how names, plates and numbers begin.

    What was typed of a text up to any letter is the start of the text's key.

    >>> start_key("B-FD 12 Ä").startswith(start_key("bfd1")), start_key("Müller").startswith(start_key("mue"))
    (True, True)
    """
    # Gaps go first, so that they decide nowhere whether two letters are an umlaut.
    return _UMLAUTS.sub(r"\1", "".join(filter(str.isalnum, _plain(text))))


def start_keys(*names: str) -> set[str]:
    """The keys of the names, from each of their words on and around; each also with a blank behind its first word.

    Blanks come before all letters, so that a word that was typed whole is found first.

    >>> sorted(start_keys("Anna", "Berg"))
    ['anna berg', 'annaberg', 'berg anna', 'berganna']
    """
    words = [word for name in names for word in _GAPS.sub(" ", keyboard_signs(name)).split()]
    around = [words[n:] + words[:n] for n in range(len(words))]
    whole = {start_key("".join(each)) for each in around}
    return {*whole, *(f"{start_key(first)} {start_key(''.join(others))}".strip() for first, *others in around)} - {""}


def _plain(text: str) -> str:
    """Lower case, without accents, with the signs of a keyboard; blanks and umlauts are as they were."""
    if text.isascii():
        # Nothing else of it has another spelling, and a search folds many texts.
        bare = text.lower().translate(_ASCII_SIGNS)
    else:
        signs = _FRACTION.sub(" ", text.translate(_SIGNS))
        lowered = unicodedata.normalize("NFKC", signs).casefold().translate(_LETTERS_AND_SIGNS)
        bare = "".join(filterfalse(unicodedata.combining, unicodedata.normalize("NFKD", lowered)))
        bare = _DIGIT.sub(_as_digit, bare)
    return _QUOTING.sub(" ", bare) if "'" in bare else bare


def _as_digit(found: re.Match[str]) -> str:
    return str(unicodedata.decimal(found[0]))


def _bare(text: str) -> str:
    """Folded, without blanks, dashes and apostrophes, which people set as they like."""
    return _UMLAUTS.sub(r"\1", _GAPS.sub("", _plain(text)))


def _joined_parts(folded: str) -> Iterator[str]:
    for found in chain(_PARTED.findall(folded), _THOUSANDS.findall(folded)):
        joined = _digits_only(found) if _THOUSANDS.fullmatch(found) else _GAPS.sub("", found)
        yield joined
        # Letters that a gap parts may make an umlaut without it.
        yield _UMLAUTS.sub(r"\1", joined)

    yield from _joined_codes(folded)


def _joined_codes(folded: str) -> Iterator[str]:
    for found in _CODE.findall(folded):
        joined = found.replace(".", "").replace("/", "")
        if len(joined) >= _FEWEST_OF_CODE or _LETTER.search(joined):
            yield joined


def _with_other_signs(word: str) -> Iterator[str]:
    """The word of a search without strokes, with the other sign of a fraction, or with the blanks around a sign."""
    for joined in _joined_codes(word):
        # Few letters stand inside of many words.
        yield joined if len(joined) > _SHORT_CODE else f" {joined} "
    other = _DECIMAL.sub(lambda found: f"{found[1]}{'.' if found[2] == ',' else ','}{found[3]}", word)
    for each in dict.fromkeys((word, other)):
        apart = _SIGN_OF_NUMBER.sub(" ", each).replace("&", " & ").strip()
        yield from (each, apart)
        if _DECIMAL.search(each):
            yield _UNIT_OF_NUMBER.sub(" ", each)


def _digits_only(number: str) -> str:
    return number.replace(".", "").replace(",", "")
