"""The same for Django's templates: the administration, the widgets of forms, and what packages bring.

Their sources are not ours, so each variable gets the filter for its place when the file is read. Much of the
administration is put together by Python, as finished markup: there each text between two tags is isolated by itself.
"""

import re
from collections.abc import Iterator
from typing import Any

from django import template
from django.template.base import Origin, tag_re
from django.template.loaders import app_directories, filesystem
from django.utils.safestring import SafeString

from config.common.marks import can_turn, tamed
from config.isolating import FILTERS, Place, isolated_text, isolating

register = template.Library()
register.filter("isolated", isolated_text)

_VARIABLE, _SENTENCE = "{{", re.compile(r"\{%\s*(end)?block(?:translate|trans)\b")
_GIVEN = re.compile(r"(\w+=(?:\"[^\"]*\"|'[^']*'|[^\s\"'])+)")
_TAG = re.compile(r"(<[^>]*>)")
_OPENING = re.compile(r"</?([a-z]+)")
# No elements can stand in these.
_NO_ELEMENTS = ("option", "textarea", "title", "script", "style")
# Attributes without the tag in which they stand.
_ATTRIBUTES = "attrs.html"


@register.filter("isolating")
def isolating_markup(value: Any) -> Any:
    """As `isolating`, and inside of markup that was put together before."""
    if isinstance(value, SafeString) and can_turn(value):
        return SafeString("".join(_isolated_parts(value)))
    return isolating(value)


def _isolated_parts(markup: str) -> Iterator[str]:
    inside = ""
    for part in _TAG.split(markup):
        if found := _OPENING.match(part):
            inside = "" if part.startswith("</") else found[1]
        is_foreign = not part.startswith("<") and inside not in _NO_ELEMENTS and can_turn(part)
        yield f"<bdi>{tamed(part)}</bdi>" if is_foreign else part


def isolating_source(source: str, name: str) -> str:
    """A template with each variable isolated that stands between elements, in a sentence or what is read of a tag."""
    if name.endswith(_ATTRIBUTES):
        return source
    is_plain = name.endswith(".txt")
    place, in_sentence, parts = Place("text" if is_plain else "content"), False, list[str]()
    for part in tag_re.split(source):
        if found := _SENTENCE.match(part):
            in_sentence = not found[1]
            parts.append(_GIVEN.sub(r"\1|isolated", part) if in_sentence else part)
        elif part.startswith(_VARIABLE) and not in_sentence:
            parts.append(_filtered(part, FILTERS.get(place.state, "")))
        else:
            if not part.startswith("{") and not is_plain:
                place.pass_by(part)
            parts.append(part)
    return "".join(parts)


def _filtered(variable: str, name: str) -> str:
    expression = variable[2:-2].strip()
    # What a block of ours had drawn is isolated already.
    return f"{{{{ {expression}|{name} }}}}" if name and expression != "block.super" else variable


class FileLoader(filesystem.Loader):
    def get_contents(self, origin: Origin) -> str:
        return isolating_source(super().get_contents(origin), str(origin.template_name))


class AppLoader(app_directories.Loader):
    def get_contents(self, origin: Origin) -> str:
        return isolating_source(super().get_contents(origin), str(origin.template_name))
