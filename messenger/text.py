"""The markup of texts that people write: bold, italic, links and line breaks."""

import re
from typing import Protocol

import nh3
from django.utils.safestring import SafeString
from linkify_it import LinkifyIt
from linkify_it.main import Match
from markdown_it import MarkdownIt

from messenger.help_links import read_help_link, without_help_links

# Of the rules below, also those of the libraries: raise it when any text becomes other markup than before. Kept markup
# of another version is not shown any more, and `manage.py remake_markup` makes it again.
MARKUP_VERSION = 2
MAX_MARKS = 500  # Marks cost more time than letters: a text with more than a person types is shown as it is.
_MARKS = re.compile(r"[*_\[\]`<@]|://|www\.")
_SCHEMES = {"https:", "http:", "mailto:"}
_LINK = re.compile(r"(?:https?://|mailto:|tel:)\S", re.IGNORECASE)


class _Linkifier(LinkifyIt):
    """Finds addresses that begin with a scheme or www, and not every "machine.de" inside a sentence."""

    def match(self, text: str) -> list[Match] | None:
        found = super().match(text) or []
        return [link for link in found if link.schema in _SCHEMES or link.text.lower().startswith("www.")] or None


class _Markdown(MarkdownIt):
    def validateLink(self, url: str) -> bool:
        # A path without a host would lead into this product, where other people's links have no business.
        return _LINK.match(url) is not None


_plain = MarkdownIt("zero", {"breaks": True, "html": False}).enable(["newline"])
_markdown = _Markdown("zero", {"linkify": True, "breaks": True, "html": False})
_markdown.enable(["emphasis", "link", "linkify", "newline"])
_markdown.inline.ruler.before("link", "help_link", read_help_link)
_markdown.linkify = _Linkifier()


class Written(Protocol):
    """A text with the markup that was made of it."""

    text: str
    markup: str
    markup_version: int
    filled_markup: SafeString | None


def shown_text(written: Written) -> SafeString:
    """The markup with the cards of its links, where somebody filled them in, else with their words."""
    if written.filled_markup is not None:
        return written.filled_markup
    return without_help_links(kept_text(written))


def kept_text(written: Written) -> SafeString:
    """The kept markup; where the rules have changed since it was made, what they make of the text now."""
    if written.markup_version == MARKUP_VERSION:
        return SafeString(written.markup)
    # Lists read the text apart, and only where it is needed.
    text = getattr(written, "unmarked_text", None)
    return render_text(written.text if text is None else text)


def render_text(text: str) -> SafeString:
    """The text as markup that is safe in any page; links open in a new tab and do not learn the page's address.

    The markup is kept and shown to readers of all languages: nothing in it may depend on the reader.

    >>> render_text("**Now**, *please*")
    '<p><strong>Now</strong>, <em>please</em></p>'
    """
    parser = _markdown if len(_MARKS.findall(text)) <= MAX_MARKS else _plain
    # The parser is not trusted to be safe.
    cleaned = nh3.clean(
        parser.render(text),
        tags={"p", "br", "strong", "em", "a"},
        attributes={"*": set(), "a": {"href"}},
        url_schemes={"https", "http", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
    return SafeString(cleaned.strip())
