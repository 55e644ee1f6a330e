"""The markup of texts that people write: bold, italic, links and line breaks."""

import re
from collections.abc import Iterator, Sequence
from typing import Protocol

import nh3
from django.utils.safestring import SafeString
from linkify_it import LinkifyIt
from linkify_it.main import Match
from markdown_it import MarkdownIt

from config.common.contacts import dialled, phone_number
from messenger.help_links import read_help_link, without_help_links

# Of the rules below, also those of the libraries: raise it when any text becomes other markup than before. Kept markup
# of another version is not shown any more, and `manage.py remake_markup` makes it again.
MARKUP_VERSION = 2
MAX_MARKS = 500  # Marks cost more time than letters: a text with more than a person types is shown as it is.
_MARKS = re.compile(r"[*_\[\]`<@]|://|www\.")
_SCHEMES = {"https:", "http:", "mailto:"}
_LINK = re.compile(r"(?:https?://|mailto:|tel:)\S", re.IGNORECASE)


# A country or a zero, then digits in groups; not a part of a longer number, word or address.
_PHONE = re.compile(r"(?<![\w.,:/#+()°-])(?:\+|\(?(?=\+|0))\+?[0-9]+(?:[ /().-]{1,3}[0-9]+)*(?![\w]|[.,:/-][0-9])")
_PAIRS = re.compile(r"0[1-9]([ .-])[0-9]{2}(?:\1[0-9]{2}){3}")  # As in France.
_DATE = re.compile(r"[0-9]{1,2}([ ./-])[0-9]{1,2}\1(?:19|20)?[0-9]{2}(?![0-9])")
# What order numbers and part numbers stand behind.
_NUMBER_OF = re.compile(r"(?:\b(?:nr|no|num|n|id|sn|art|ref|ticket|code|pin)[.:°]*|#|№)\s*$", re.IGNORECASE)
_FEWEST_DIGITS, _FEWEST_ABROAD, _MOST_DIGITS, _LONGER_THAN_DATES = 6, 8, 15, 3


class _Linkifier(LinkifyIt):
    """Finds addresses that begin with a scheme or www, and not every "machine.de" inside a sentence; phone numbers."""

    def pretest(self, text: str) -> bool:
        return super().pretest(text) or _PHONE.search(text) is not None

    def test(self, text: str) -> bool:
        return super().test(text) or _PHONE.search(text) is not None

    def match(self, text: str) -> list[Match] | None:
        found = super().match(text) or []
        links = [link for link in found if link.schema in _SCHEMES or link.text.lower().startswith("www.")]
        taken = [(link.index, link.last_index) for link in found]
        calls = [call for call in _phones(text) if not _overlaps(call, taken)]
        return sorted([*links, *calls], key=lambda link: link.index) or None


def _phones(text: str) -> Iterator[Match]:
    for found in _PHONE.finditer(text):
        before = text[max(0, found.start() - 12) : found.start()]
        if _is_phone(found[0]) and not _NUMBER_OF.search(before) and (number := phone_number(found[0])):
            call = Match(text, "tel:", found.start(), found.end())
            call.url = f"tel:{dialled(number)}"
            yield call


def _is_phone(text: str) -> bool:
    """Whether it can be dialled: numbers of orders and parts, dates, times and measures begin with a zero, too."""
    groups = re.findall("[0-9]+", text)
    digits = len("".join(groups))
    if text.lstrip("(").startswith("+"):
        return _FEWEST_ABROAD <= digits <= _MOST_DIGITS
    if _PAIRS.fullmatch(text):
        return True
    if groups[0].startswith("000") or _DATE.match(text):
        return False
    if groups[0].startswith("00") and digits < _FEWEST_ABROAD + len("00"):
        return False
    is_grouped = len(groups[0]) > 1 and "." not in text and max(map(len, groups)) >= _LONGER_THAN_DATES
    return is_grouped and _FEWEST_DIGITS <= digits <= _MOST_DIGITS


def _overlaps(call: Match, taken: Sequence[tuple[int, int]]) -> bool:
    return any(start < call.last_index and call.index < end for start, end in taken)


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
