"""What people search for: words and phone numbers, and the place of a text in which they are found."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from config.common.text import fold, fold_all, fold_names, spellings

# Of a folded text: what people type or copy as one phone number, with its gaps.
_PHONE = re.compile(r"(?<!\S)\+?[0-9(][0-9 ()/.+\-]{4,}[0-9](?!\S)")
_WORD = re.compile(r"\S+")
_NO_DIGITS = re.compile(r"[^0-9]+")
_LINK_OF_CONTACT = re.compile(r"(?<!\S)(?:tel|mailto):")
# What stands around words in the sentence or list that they were copied from; alone it is no word.
_EDGES = ".,;:!?()[]{}<>'-"
# Of a folded text.
# What replies and forwarded letters begin with.
REPLY = r"(?:re|aw|antw|antwort|fwd?|wg|tr|ref?)\s*:"
NUMBER_WORD = r"(?:number|numero|nummer|no|nr|n|id)"
_NAMED_BY = rf"(?:{NUMBER_WORD}\W{{0,3}}d[eu]\W{{1,3}}ticket|ticket{NUMBER_WORD}|ticket|(?!id){NUMBER_WORD})"
_ONLY_NUMBER = re.compile(
    rf"\W*(?:{REPLY}\W*){{0,3}}(?:(?:ticket\W{{1,3}}id|{_NAMED_BY})(?![^\W0-9])\W*){{0,2}}"
    r"([0-9]{1,9})(?:\W*ticket)?\W*"
)
# Fewer digits are a number of something else; more begin with a country or a zero, which people set as they like.
FEWEST_DIGITS, TELLING_DIGITS = 6, 8
# Each word is looked for in several columns, and folding makes many words of one character of some scripts.
MOST_WORDS = 24
MOST_BEFORE, WORDS_AFTER, MOST_WHOLE = 16, 12, 80  # Of an excerpt; the first and the last are characters.
MOST_TOGETHER = 3  # Words.


def digits_of(number: str) -> str:
    return _NO_DIGITS.sub("", number)


@dataclass(frozen=True)
class Term:
    """A part of a search: words that must all be found, each in one of its spellings, or instead `digits`.

    These are the last of a phone number, and empty for what is none.
    """

    words: tuple[tuple[str, ...], ...]
    digits: str = ""

    def is_in(self, text: str) -> bool:
        """Whether it is found in the text, which is not folded."""
        if self.digits and self.digits in digits_of(text):
            return True
        if self._is_in_folded(folded := fold_all(text)):
            return True
        # As names, plates and serial numbers are found; no long text is one.
        return len(text) <= MOST_WHOLE and self._is_in_folded(f"{folded} {fold_names(text)}")

    def _is_in_folded(self, folded: str) -> bool:
        # A short form has blanks around it.
        line = f" {folded} "
        return all(any(form in line for form in forms) for forms in self.words)


def search_terms(text: str) -> list[Term]:
    """What is searched for: words, each as it is and without dashes, and numbers with any gaps.

    Only the first words of a long text.

    >>> search_terms("KX-19 030/90 18")
    [Term(words=(('kx-19', 'kx19'),), digits=''), Term(words=(('030/90',), ('18',)), digits='0309018')]
    """
    folded = " ".join(_LINK_OF_CONTACT.sub("", fold(text.replace("#", " "))).split()[:MOST_WORDS])
    terms, end = list[Term](), 0
    for found in _PHONE.finditer(folded):
        digits = digits_of(found[0])
        if len(digits) >= FEWEST_DIGITS:
            terms += _words(folded[end : found.start()])
            terms.append(Term(tuple(filter(None, map(_spellings, found[0].split()))), digits[-TELLING_DIGITS:]))
            end = found.end()
    return terms + _words(folded[end:])


def _words(folded: str) -> list[Term]:
    return [Term((forms,)) for word in folded.split() if (forms := _spellings(word))]


def _spellings(word: str) -> tuple[str, ...]:
    """Empty for what is no word."""
    bare = word.strip(_EDGES)
    return tuple(dict.fromkeys(spellings(bare))) if bare else ()


def number_alone(text: str) -> int | None:
    """The number that is all of a search, with what people write or copy around it; None for anything else.

    >>> number_alone("Ticketnummer: 1098"), number_alone("(1098)."), number_alone("№ 1098"), number_alone("1098 mm")
    (1098, 1098, 1098, None)
    """
    found = _ONLY_NUMBER.fullmatch(fold(text))
    return int(found[1]) if found else None


def places_of(text: str, terms: Iterable[Term]) -> list[tuple[int, int]]:
    """Where the text has the words, however it writes them: starts and ends, in order, none of which overlap.

    >>> text, terms = "O’Brien, 12 345 mm", search_terms("o'brien 12345")
    >>> [text[start:end] for start, end in places_of(text, terms)]
    ['O’Brien', '12 345']
    """
    whole, words = f" {fold_all(text)} ", [found.span() for found in _WORD.finditer(text)]
    places = list[tuple[int, int]]()
    for forms in (forms for term in terms for forms in term.words):
        if any(form in whole for form in forms):
            places += _places_of(text, words, forms)
    return _apart(sorted(places))


def _places_of(text: str, words: list[tuple[int, int]], forms: tuple[str, ...]) -> list[tuple[int, int]]:
    """Within single words where there are any, else within some together."""
    for size in range(1, MOST_TOGETHER + 1):
        windows = ((words[first][0], words[first + size - 1][1]) for first in range(len(words) - size + 1))
        if found := [_narrowed(text, *window, forms) for window in windows if _has(text[slice(*window)], forms)]:
            return found
    return []


def _narrowed(text: str, start: int, end: int, forms: tuple[str, ...]) -> tuple[int, int]:
    while _has(text[start : end - 1], forms):
        end -= 1
    while _has(text[start + 1 : end], forms):
        start += 1
    # Accents that are written apart belong to the letter before.
    while end < len(text) and not text[end].isspace() and not fold(text[end]):
        end += 1
    return start, end


def _has(part: str, forms: tuple[str, ...]) -> bool:
    folded = f" {fold_all(part)} "
    return any(form in folded for form in forms)


def _apart(places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    apart = list[tuple[int, int]]()
    for start, end in places:
        if apart and start <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


@dataclass(frozen=True)
class Excerpt:
    """A part of a text: the place where something is found, and what stands around it."""

    before: str
    found: str
    after: str


def excerpt_of(text: str, terms: Iterable[Term]) -> Excerpt | None:
    """Around the first of the terms that the text has; None if there is none."""
    for term in terms if text else ():
        if not term.is_in(text):
            continue
        words = text.split()
        # A number stands apart in other ways than it was typed.
        for end, start in () if term.digits and len(text) <= MOST_WHOLE else _windows(len(words)):
            part = " ".join(words[start:end])
            if any(form in fold_all(part) for forms in term.words for form in forms):
                return Excerpt(_end_of(words[:start]), part, " ".join(words[end:][:WORDS_AFTER]))
        # Its parts stand together here and apart in the search, or the other way round.
        if len(text) <= MOST_WHOLE:
            return Excerpt("", text, "")
    return None


def _windows(words: int) -> Iterator[tuple[int, int]]:
    """Ends and starts of single words, and then of some together, as which a number or a plate may stand."""
    for size in range(1, MOST_TOGETHER + 1):
        yield from ((start + size, start) for start in range(words - size + 1))


def _end_of(words: list[str]) -> str:
    """So much of the words that what follows them is still seen in a narrow column."""
    kept = list[str]()
    for word in reversed(words):
        if len(" ".join([word, *kept])) > MOST_BEFORE:
            return " ".join(["…", *kept])
        kept.insert(0, word)
    return " ".join(kept)
