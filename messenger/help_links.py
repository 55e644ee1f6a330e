"""Links to elements of an assistant inside of what people write: ``[[address | title]]``.

Kept markup is for readers of all languages, so it holds an ordinary link to a path below `/d/`. Where a text is shown
to somebody who reads the ticket, a card stands in its place; everywhere else only the words.
"""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from django.utils.safestring import SafeString
from markdown_it.rules_inline import StateInline

# Whatever host was copied along, the path is one of this product: nobody is led anywhere else.
_WRITTEN = re.compile(
    r"""
    \[\[[ \t]*
    (?:https?://[^\s/?\#|\[\]]{1,200})?
    /d/(?P<slug>[-a-zA-Z0-9_]{1,80})/help/(?P<key>[-a-zA-Z0-9_]{1,16})/?(?:\?[^\s|\[\]]{0,400})?
    [ \t]*(?:\|(?P<title>[^\[\]|\n]{0,200}))?\]\]
    """,
    re.VERBOSE,
)
_START = '<a href="/d/'
_MARKUP = re.compile(r'<a href="/d/(?P<slug>[-a-zA-Z0-9_]+)/help/(?P<key>[-a-zA-Z0-9_]+)/"[^<>]*>(?P<title>[^<>]*)</a>')
# What would end a title, or begin another link.
_IN_TITLES = str.maketrans("[]|\n", "()/ ")


@dataclass(frozen=True)
class HelpLink:
    """`slug` is that of the device in the address, `key` that of the element; without a title `words` are its path."""

    slug: str
    key: str
    words: str

    @property
    def path(self) -> str:
        return f"/d/{self.slug}/help/{self.key}/"

    @property
    def has_title(self) -> bool:
        return self.words != self.path

    @classmethod
    def of(cls, slug: str, key: str, title: str) -> Self:
        return cls(slug, key, title.strip() or f"/d/{slug}/help/{key}/")

    @classmethod
    def found(cls, match: re.Match[str]) -> Self:
        return cls.of(match["slug"], match["key"], match["title"] or "")


def written_link(slug: str, key: str, title: str) -> str:
    """As it stands in a text.

    >>> written_link("press", "3f2a", "Is it [really] on?")
    '[[/d/press/help/3f2a/ | Is it (really) on?]]'
    """
    return f"[[/d/{slug}/help/{key}/ | {typed_title(title)}]]"


def typed_title(title: str) -> str:
    """A title as it can stand in a link."""
    return title.translate(_IN_TITLES).strip()


def read_help_link(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (the parser's own way to call)
    """A rule of the Markdown parser."""
    found = _WRITTEN.match(state.src, state.pos, state.posMax)
    if found is None or state.linkLevel:
        return False
    if not silent:
        link = HelpLink.found(found)
        state.push("link_open", "a", 1).attrs = {"href": link.path}
        state.push("text", "", 0).content = link.words
        state.push("link_close", "a", -1)
    state.pos = found.end()
    return True


def has_help_link(markup: str) -> bool:
    return _START in markup


def help_links_in(markup: str) -> list[HelpLink]:
    """Of markup as `render_text` makes it."""
    return [_of_markup(each) for each in _MARKUP.finditer(markup)] if has_help_link(markup) else []


def with_cards(markup: str, card: Callable[[HelpLink], str]) -> SafeString:
    """The markup with what `card` makes, which is markup, in place of each link."""
    return SafeString(_MARKUP.sub(lambda found: card(_of_markup(found)), markup))


def without_help_links(markup: str) -> SafeString:
    """The markup with the words alone: not every reader of a text may open what it links to."""
    return SafeString(_MARKUP.sub(lambda found: found["title"], markup) if has_help_link(markup) else markup)


def reworded(text: str, words: Callable[[HelpLink], str] = lambda link: link.words) -> str:
    """What was written, with other words in place of each link: its title alone, if nothing else is said."""
    return _WRITTEN.sub(lambda found: words(HelpLink.found(found)), text) if "[[" in text else text


def _of_markup(found: re.Match[str]) -> HelpLink:
    return HelpLink.of(found["slug"], found["key"], html.unescape(found["title"]))
