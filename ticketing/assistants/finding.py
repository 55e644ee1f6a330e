"""The search within an assistant, in the reader's language."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from config.common.searching import Excerpt, Term, excerpt_of, search_terms
from ticketing.assistants.content import Content, ElementContent

MOST_FOUND = 20
# Of limited Markdown; the words of a link stay, its address goes.
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_MARKS = re.compile(r"[*_`]+")


@dataclass(frozen=True)
class FoundElement:
    """`excerpt` is where it was found; None where its title says so."""

    key: str
    title: str
    excerpt: Excerpt | None


def find_elements(content: Content, words: str) -> list[FoundElement]:
    """The elements that have all the words, those with words in their titles first; none for no words."""
    terms = search_terms(words)
    if not terms:
        return []
    found = [
        FoundElement(element.key, str(element.title), _excerpt(element, terms))
        for element in content.elements
        if element.is_searchable and _has_all(element, terms)
    ]
    return sorted(found, key=lambda each: each.excerpt is not None)[:MOST_FOUND]


def searched_text(element: ElementContent) -> str:
    """All in which words are looked for."""
    return " ".join((str(element.title), *_texts(element)))


def plain(text: str) -> str:
    """A text without marks."""
    return _MARKS.sub("", _LINK.sub(r"\1", text))


def _has_all(element: ElementContent, terms: list[Term]) -> bool:
    text = searched_text(element)
    return all(term.is_in(text) for term in terms)


def _excerpt(element: ElementContent, terms: list[Term]) -> Excerpt | None:
    if any(term.is_in(str(element.title)) for term in terms):
        return None
    return next(filter(None, (excerpt_of(text, terms) for text in _texts(element))), None)


def _texts(element: ElementContent) -> Iterator[str]:
    yield plain(str(element.body))
    for part in element.parts:
        yield str(part.title)
        yield plain(str(part.text))
