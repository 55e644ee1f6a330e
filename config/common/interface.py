"""What our templates need beyond their language: icons, checked arguments, initials, relative times."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Protocol

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from lucide import IconDoesNotExist
from lucide.jinja import lucide

from config.common import clock
from config.common.marks import can_turn, isolated, tamed
from config.common.searching import places_of, search_terms

Text = str | Promise
AVATAR_COLOURS = 7
ATTRIBUTE_PREFIXES = ("hx_", "data_", "aria_")
READ = ("aria_label", "aria_description", "data_confirm", "data_label")


class ComponentError(ValueError):
    """A component was used in a way it does not declare: a mistake of the template's author, never of a user."""


def one_of(value: str, *allowed: str) -> str:
    """Returns the value if the component knows it; raises `ComponentError` otherwise."""
    if value not in allowed:
        raise ComponentError(f"{value!r} is not one of {', '.join(allowed)}.")
    return value


def attributes(extra: Mapping[str, object]) -> SafeString:
    """``{"hx_get": "/x/"}`` as `` hx-get="/x/"``; None and "" are left out.

    Raises `ComponentError` for anything but hx_, data_ and aria_ attributes.
    """
    for name in extra:
        # hx-on holds a script, which the security policy blocks.
        if not name.startswith(ATTRIBUTE_PREFIXES) or name.startswith("hx_on"):
            raise ComponentError(f"There is no argument {name!r}.")
    pairs = ((name.replace("_", "-"), _read(name, value)) for name, value in extra.items() if value not in (None, ""))
    return format_html_join("", ' {}="{}"', pairs)


def _read(name: str, value: object) -> object:
    return isolated(value) if name in READ and isinstance(value, str) and not hasattr(value, "__html__") else value


def icon(name: str, size: int = 20, label: Text = "") -> SafeString:
    """A Lucide icon, drawn inline: hidden from screen readers unless it has a label; nothing for an empty name.

    Raises `ComponentError` for an unknown name.
    """
    return _icon(name, size, str(label)) if name else SafeString("")


_LOOKS = re.compile(r' (?:fill|stroke[a-z-]*)="[^"]*"')
_VIEW_BOX = re.compile(r'viewBox="[^"]*"')
_BREAKS = re.compile(r"\s*\n\s*")


# The library parses its archive for each; there are about a hundred icons, some in two sizes and three languages.
@lru_cache(maxsize=512)
def _icon(name: str, size: int, label: str) -> SafeString:
    spoken = {"role": "img", "aria-label": label} if label else {"aria-hidden": "true"}
    try:
        markup = lucide(name, size=size, **{"class": "icon", **spoken})
    except IconDoesNotExist as error:
        raise ComponentError(str(error)) from None
    # How lines are drawn is the same for all, so it is in the stylesheet: a list has hundreds of icons.
    tag, shape = markup.split(">", 1)
    drawn = f"{_LOOKS.sub('', tag)}>{_BREAKS.sub('', shape).replace(' />', '/>')}"
    return mark_safe(drawn)  # noqa: S308 (the library escapes attribute values)


def icon_shapes(names: Iterable[str]) -> SafeString:
    """What `shared_icon` refers to: shapes that are not shown themselves, for a page that has them in each row."""
    return format_html("<svg hidden>{}</svg>", icon_symbols(names))


def icon_symbols(names: Iterable[str]) -> SafeString:
    """A symbol for each, as `icon_shapes` and files of icons hold them."""
    symbols = ((name, *_shape(icon(name))) for name in names)
    return format_html_join("", '<symbol id="icon-{}" {}>{}</symbol>', symbols)


def _shape(drawn: SafeString) -> tuple[SafeString, SafeString]:
    """How large the drawing space of an icon is, as an attribute, and what is drawn there."""
    tag, shape = drawn.removesuffix("</svg>").split(">", 1)
    # From the library, as `_icon` says.
    return mark_safe(_VIEW_BOX.findall(tag)[0]), mark_safe(shape)  # noqa: S308


@lru_cache(maxsize=512)
def shared_icon(name: str) -> SafeString:
    """An icon by reference to `icon_shapes` on the same page, a third of the bytes; the stylesheet says how large."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="#icon-{}"/></svg>', name)


def has_icon(name: str) -> bool:
    """Whether there is such an icon: for names that administrators write."""
    try:
        return bool(icon(name))
    except ComponentError:
        return False


def initials(name: str) -> str:
    """Up to two letters: of the first and the last word."""
    words = [word for word in name.split() if word[:1].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def marked(text: str, words: str) -> SafeString:
    """The text with each of the words marked where it stands, in whatever spelling the search finds it."""
    found = _marked(tamed(text), words)
    return format_html("<bdi>{}</bdi>", found) if can_turn(text) else found


# A list marks the same words in each of its rows.
_terms = lru_cache(maxsize=64)(search_terms)


def _marked(text: str, words: str) -> SafeString:
    parts, behind = list[str](), 0
    for start, end in places_of(text, _terms(words)) if words else ():
        parts += (text[behind:start], format_html("<mark>{}</mark>", text[start:end]))
        behind = end
    return format_html_join("", "{}", ((part,) for part in (*parts, text[behind:])))


def short_name(name: str) -> str:
    """``Mara V.`` for Mara Vogt."""
    words = name.split()
    return f"{words[0]} {words[-1][0]}." if len(words) > 1 else name


class Depicted(Protocol):
    """A person as far as their avatar shows them."""

    pk: int

    @property
    def name(self) -> str: ...

    @property
    def is_code_user(self) -> bool: ...

    @property
    def is_employee(self) -> bool: ...


def avatar(person: Depicted, size: str = "md") -> SafeString:
    """Initials on a colour that stays with the person; people who scanned a code and gave no name get a symbol."""
    # That of employees is the plain one: lists are full of them.
    kind = " avatar--guest" if person.is_code_user else "" if person.is_employee else " avatar--customer"
    letters = "" if person.is_code_user else initials(person.name)
    drawn = letters or icon("smartphone" if person.is_code_user else "user", 16)
    return _avatar(one_of(size, "sm", "md", "lg"), kind, person.pk % AVATAR_COLOURS, drawn)


# Lists show the same few people in each row.
@lru_cache(maxsize=2048)
def _avatar(size: str, kind: str, colour: int, drawn: str) -> SafeString:
    return format_html(
        '<span class="avatar avatar--{}{} avatar--c{}" aria-hidden="true">{}</span>', size, kind, colour, drawn
    )


def when(moment: datetime | None, *, exact: bool = False) -> SafeString:
    """A time, relative and with the exact one at hand; nothing for None."""
    if moment is None:
        return SafeString("")
    stamp, full = moment.isoformat(timespec="seconds"), exact_time(moment)
    if exact:
        return format_html('<time datetime="{}">{}</time>', stamp, full)
    return format_html(
        '<time datetime="{}" title="{}" data-behaviour="relative-time">{}</time>',
        stamp,
        full,
        relative_time(moment),
    )


def age(moment: datetime) -> SafeString:
    """How long ago, as short as a column needs it: ``11 min``, ``3 h``, ``5 d``."""
    stamp = moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return format_html('<time datetime="{}">{}</time>', stamp, _short_age(clock.now() - moment))


def age_words() -> str:
    """The words of `age` for its script: of minutes, hours and days."""
    return "|".join((_("%(n)s min"), _("%(n)s h"), _("%(n)s d")))


def _short_age(age: timedelta) -> str:
    if age < timedelta(hours=1):
        return _("%(n)s min") % {"n": max(age // timedelta(minutes=1), 1)}
    if age < timedelta(days=1):
        return _("%(n)s h") % {"n": age // timedelta(hours=1)}
    return _("%(n)s d") % {"n": age.days}


def exact_time(moment: datetime) -> str:
    """Date and time as the reader's language writes them."""
    return _written(timezone.localtime(moment), "DATETIME_FORMAT")


def exact_date(moment: datetime | date) -> str:
    """The day, as the reader's language writes it."""
    if isinstance(moment, datetime):
        return _written(timezone.localtime(moment), "DATE_FORMAT")
    return date_format(moment, "DATE_FORMAT")


def _written(moment: datetime, form: str) -> str:
    # Without its zone, because the same moment is another time elsewhere.
    return _written_in(moment.replace(second=0, microsecond=0, tzinfo=None), form, get_language())


# A conversation has a hundred times, and to write one takes as long as the rest of its bubble.
@lru_cache(maxsize=8192)
def _written_in(moment: datetime, form: str, _language: str | None) -> str:
    return date_format(moment, form)


def relative_time(moment: datetime) -> str:
    """How long ago, up to a week, in the words of the browser's Intl.RelativeTimeFormat; the date before that."""
    age = clock.now() - moment
    if abs(age) < timedelta(minutes=1):
        return _("just now")
    if age < timedelta(0) or age >= timedelta(days=7):
        return exact_date(moment)
    if age < timedelta(hours=1):
        minutes = age // timedelta(minutes=1)
        return ngettext("%(n)s minute ago", "%(n)s minutes ago", minutes) % {"n": minutes}
    if age < timedelta(days=1):
        hours = age // timedelta(hours=1)
        return ngettext("%(n)s hour ago", "%(n)s hours ago", hours) % {"n": hours}
    return ngettext("%(n)s day ago", "%(n)s days ago", age.days) % {"n": age.days}
