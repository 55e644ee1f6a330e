"""What the component tags share: checked arguments, icons, initials, relative times."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import lucide
from django.template.loader import get_template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from config.common import clock

Text = str | Promise
STATUS_TONES = ("draft", "open", "assigned", "in-progress", "done", "closed", "cancelled")
PRIORITY_TONES = ("low", "normal", "high")
VISIBILITY_TONES = ("public", "internal")
BADGE_TONES = ("neutral", "accent", "violet", "amber", "teal", "danger", "dashed", "struck", "quiet", "internal")
LEVELS = ("info", "success", "warning", "error")
LEVEL_ICONS = {
    "info": "info",
    "success": "circle-check",
    "warning": "triangle-alert",
    "error": "circle-alert",
    "internal": "lock",
}
AVATAR_COLOURS = 8
_ATTRIBUTE_PREFIXES = ("hx_", "data_", "aria_")


class ComponentError(ValueError):
    """A component was used in a way it does not declare: a mistake of the template's author, never of a user."""


class Smiley(NamedTuple):
    """One of the five levels of a rating; 5 is best."""

    level: int
    icon: str
    label: Text


SMILEYS = (
    Smiley(1, "angry", gettext_lazy("Very bad")),
    Smiley(2, "frown", gettext_lazy("Bad")),
    Smiley(3, "meh", gettext_lazy("Fair")),
    Smiley(4, "smile", gettext_lazy("Good")),
    Smiley(5, "laugh", gettext_lazy("Very good")),
)


def one_of(component: str, argument: str, value: str, allowed: Iterable[str]) -> str:
    """The value, if the component declares it. Raises `ComponentError` otherwise."""
    choices = tuple(allowed)
    if value not in choices:
        raise ComponentError(f"{component}: {argument}={value!r} is not one of {', '.join(choices)}.")
    return value


def part(thing: Any, name: str, component: str) -> Any:
    """The named part of an object or a dictionary. Raises `ComponentError` when it has none."""
    if isinstance(thing, Mapping):
        if name in thing:
            return thing[name]
    elif hasattr(thing, name):
        return getattr(thing, name)
    raise ComponentError(f"{component}: {thing!r} has no {name}.")


def html_attributes(component: str, extra: Mapping[str, Any]) -> SafeString:
    """`hx_get="…"` as ` hx-get="…"`. Raises `ComponentError` for anything but id, hx_, data_ and aria_."""
    for name in extra:
        if name != "id" and (not name.startswith(_ATTRIBUTE_PREFIXES) or name.startswith("hx_on")):
            raise ComponentError(f"{component}: there is no argument {name!r}.")
    pairs = ((name.replace("_", "-"), plain(value)) for name, value in extra.items() if value not in (None, ""))
    return format_html_join("", ' {}="{}"', pairs)


def plain(value: Any) -> str:
    """Text that is escaped like any other, also when it was a literal in a template and therefore counted as safe."""
    return "".join(str(value))


def render(name: str, context: Mapping[str, Any]) -> SafeString:
    """The markup of a component that is drawn by `templates/ui/`."""
    markup = get_template(f"ui/{name}.html").render(dict(context))
    return mark_safe(markup)  # noqa: S308 (a template has escaped it)


def svg(name: str, *, size: int = 20, label: Text = "") -> SafeString:
    """An inline Lucide icon: hidden from screen readers unless it has a label. Raises `ComponentError` if unknown."""
    spoken = {"role": "img", "aria-label": plain(label)} if label else {"aria-hidden": "true"}
    try:
        markup = lucide._render_icon(plain(name), size, focusable="false", **{"class": "icon", **spoken})
    except lucide.IconDoesNotExist as error:
        raise ComponentError(f"icon: {error}") from None
    return mark_safe(markup)  # noqa: S308 (the library escapes attribute values)


def has_icon(name: str) -> bool:
    """Whether there is such an icon: for names that administrators write."""
    try:
        return bool(svg(name))
    except ComponentError:
        return False


def label_of(thing: Any, component: str, tones: Iterable[str]) -> SafeString:
    """Colour, icon and word of an enum member that knows its `tone`, `icon` and `label`."""
    tone = one_of(component, "tone", str(part(thing, "tone", component)), tones)
    return format_html(
        '<span class="{} {}--{}">{}<span>{}</span></span>',
        component,
        component,
        tone,
        svg(str(part(thing, "icon", component)), size=14),
        conditional_escape(part(thing, "label", component)),
    )


def initials(name: str) -> str:
    """Up to two letters: of the first and the last word."""
    words = [word for word in name.split() if word[:1].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def avatar_look(person: Any, key: Any, kind: str) -> tuple[str, int, str]:
    """Name, colour number and kind of a person, or of a plain name with a key."""
    if person is None or isinstance(person, str | Promise):
        name = str(person or "")
        return name, int(key or 0) % AVATAR_COLOURS, kind or "employee"
    found = "employee" if getattr(person, "is_employee", False) else "customer"
    found = "guest" if getattr(person, "is_code_user", False) else found
    return str(part(person, "name", "avatar")), int(key or person.pk or 0) % AVATAR_COLOURS, kind or found


def exact_time(moment: datetime) -> str:
    """Date and time as the reader's language writes them."""
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")


def relative_time(moment: datetime) -> str:
    """How long ago, up to a week, in the words of the browser's Intl.RelativeTimeFormat; the date before that."""
    age = clock.now() - moment
    if abs(age) < timedelta(minutes=1):
        return _("just now")
    if age < timedelta(0) or age >= timedelta(days=7):
        return date_format(timezone.localtime(moment), "DATE_FORMAT")
    return _ago(age)


def _ago(age: timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    if minutes < 60:
        return ngettext("%(n)s minute ago", "%(n)s minutes ago", minutes) % {"n": minutes}
    hours = minutes // 60
    if hours < 24:
        return ngettext("%(n)s hour ago", "%(n)s hours ago", hours) % {"n": hours}
    return ngettext("%(n)s day ago", "%(n)s days ago", age.days) % {"n": age.days}
