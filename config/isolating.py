"""Isolates what people wrote in all of our templates, so that it cannot move our own words.

Done where templates are compiled, by the place at which a value stands: no template has to think of it.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString
from jinja2 import Undefined, pass_context
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.runtime import Context

from config.common.marks import can_turn, isolated, tamed

# Attributes that are read, not used: an address or the value of a field stays what it is.
READ_ATTRIBUTES = (
    "title",
    "alt",
    "placeholder",
    "label",
    "aria-label",
    "aria-description",
    "data-label",
    "data-confirm",
)
# Elements that have no elements in them.
_TEXT_ELEMENTS, _FIELDS = ("title", "option"), ("textarea", "script", "style")
# Blocks of layouts that stand in another place than between elements.
BLOCKS = {"title": "text", "product_name": "text", "search_text": "value", "body_class": "value", "wide": "value"}
_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)")
_IN_TAG = re.compile(r"""([\w:-]+)\s*=\s*(["'])|(>)|<(/?)([a-zA-Z][\w-]*)""")
FILTERS = {"content": "isolating", "text": "isolated"}


class Place:
    """Where the text of a template has come to: ``content``, ``text`` (without markup), ``tag`` or ``value``."""

    def __init__(self, state: str = "content") -> None:
        self.state = state
        self._quote = self._element = ""
        self._closes = False

    def pass_by(self, text: str) -> None:
        at = 0
        while at < len(text):
            at = self._in_tag(text, at) if self.state == "tag" else self._behind_value(text, at)

    def _behind_value(self, text: str, at: int) -> int:
        if self._quote:
            end = text.find(self._quote, at)
            if end < 0:
                return len(text)
            self.state, self._quote = "tag", ""
            return end + 1
        found = _TAG.search(text, at)
        if not found:
            return len(text)
        return self._begin(found[1], found[2], found.end())

    def _in_tag(self, text: str, at: int) -> int:
        found = _IN_TAG.search(text, at)
        if not found:
            return len(text)
        if found[3]:
            inside = "" if self._closes else self._element
            self.state = "text" if inside in _TEXT_ELEMENTS else "value" if inside in _FIELDS else "content"
        elif found[5]:
            # The other way a tag may begin, behind an "else".
            return self._begin(found[4], found[5], found.end())
        else:
            self.state, self._quote = "text" if found[1] in READ_ATTRIBUTES else "value", found[2]
        return found.end()

    def _begin(self, slash: str, name: str, end: int) -> int:
        self.state, self._element, self._closes = "tag", name.lower(), bool(slash)
        return end


class Isolating(Extension):
    """Gives each value that is drawn the filter for its place."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        # Letters without markup have no elements.
        is_plain = (stream.name or "").endswith(".txt")
        places, in_sentence, applied, begun = [Place("text" if is_plain else "content")], False, "", False
        for token in stream:
            if token.type == "data" and not is_plain:
                places[-1].pass_by(token.value)
            elif begun and token.type == "name":
                in_sentence = {"trans": True, "endtrans": False}.get(token.value, in_sentence)
                if token.value == "block":
                    name = stream.current.value
                    places.append(Place("text" if is_plain else BLOCKS.get(name, "content")))
                elif token.value == "endblock":
                    places.pop()
            begun = token.type == "block_begin"
            if token.type == "variable_begin":
                # A sentence isolates its variables itself, whatever its place.
                applied = "" if in_sentence else FILTERS.get(places[-1].state, "")
            if token.type == "variable_end" and applied:
                yield from (Token(token.lineno, "rparen", ")"), Token(token.lineno, "pipe", "|"))
                yield Token(token.lineno, "name", applied)
            yield token
            if token.type == "variable_begin" and applied:
                yield Token(token.lineno, "lparen", "(")


def isolating(value: Any) -> Any:
    """For a place between elements."""
    text = _foreign(value)
    return value if text is None else SafeString(f"<bdi>{escape(tamed(text))}</bdi>")


def isolated_text(value: Any) -> Any:
    """For attributes, titles and letters."""
    text = _foreign(value)
    return value if text is None else isolated(text)


def isolating_sentence(translate: Callable[..., str]) -> Callable[..., str]:
    """A translating function of templates whose variables are isolated."""

    @pass_context
    def translated(context: Context, *texts: Any, **variables: Any) -> str:
        return translate(context, *texts, **{name: isolated_text(value) for name, value in variables.items()})

    return translated


def _foreign(value: Any) -> str | None:
    """The text if it could move others. Markup is ours, and so are texts that are translated when they are drawn."""
    # Most values are these two, and a list draws thousands.
    if value.__class__ is str:
        return value if can_turn(value) else None
    if hasattr(value, "__html__") or isinstance(value, int | float | Undefined | Promise | None):
        return None
    text = str(value)
    return text if can_turn(text) else None
