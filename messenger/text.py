"""The markup of texts that people write: bold, italic, links and line breaks."""

import re

import nh3
from django.utils.safestring import SafeString
from linkify_it import LinkifyIt
from linkify_it.main import Match
from markdown_it import MarkdownIt

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
_markdown.linkify = _Linkifier()


def render_text(text: str) -> SafeString:
    """The text as markup that is safe in any page; links open in a new tab and do not learn the page's address.

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
