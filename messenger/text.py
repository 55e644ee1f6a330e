"""What people write, as safe markup: bold, italic, links, line breaks, and nothing else."""

import re
from typing import Any

import nh3
from django.utils.safestring import SafeString
from linkify_it import LinkifyIt
from markdown_it import MarkdownIt

MAX_MARKS = 500  # Marks cost more than letters: a text with more of them than a person types is shown as it is.
_MARKS = re.compile(r"[*_\[\]`<@]|://|www\.")
_SCHEMES = {"https:", "http:", "mailto:"}
_LINK = re.compile(r"(?:https?://|mailto:|tel:)\S", re.IGNORECASE)


class _Linkifier(LinkifyIt):
    """An address begins with its scheme or www; otherwise every "machine.de" inside a sentence would lead somewhere."""

    def match(self, text: str) -> list[Any] | None:
        found = super().match(text) or []
        return [link for link in found if link.schema in _SCHEMES or link.text.lower().startswith("www.")] or None


def _parser() -> MarkdownIt:
    parser = MarkdownIt("zero", {"linkify": True, "breaks": True, "html": False})
    parser.enable(["emphasis", "link", "linkify", "newline"])
    parser.linkify = _Linkifier()
    # A path would lead into this product, where a link of a stranger has no business.
    parser.validateLink = lambda url: _LINK.match(url) is not None  # type: ignore[method-assign]
    return parser


def _plain_parser() -> MarkdownIt:
    return MarkdownIt("zero", {"breaks": True, "html": False}).enable(["newline"])


_markdown = _parser()
_plain = _plain_parser()


def render_text(text: str) -> SafeString:
    """The text as markup that is safe in any page, whatever was typed; links open apart and tell nothing of this page.

    >>> render_text("**Now**, *please*")
    '<p><strong>Now</strong>, <em>please</em></p>'
    """
    parser = _markdown if len(_MARKS.findall(text)) <= MAX_MARKS else _plain
    return SafeString(_clean(parser.render(text)))


def _clean(markup: str) -> str:
    return nh3.clean(
        markup,
        tags={"p", "br", "strong", "em", "a"},
        attributes={"*": set(), "a": {"href"}},
        url_schemes={"https", "http", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    ).strip()
