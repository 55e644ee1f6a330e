"""How a bound form field becomes markup: its kind, and the attributes that tie label, help and errors to it."""

from typing import Any

from django import forms
from django.forms import BoundField

# A text area grows while it is written in, so it may start small.
DJANGO_ROWS = "10"
OUR_ROWS = "4"


def field_context(bound: BoundField, extra: dict[str, str], *, switch: bool, cards: bool) -> dict[str, Any]:
    """Everything that the field template draws."""
    kind = kind_of(bound)
    base = bound.id_for_label if kind != "choices" else (bound.auto_id or bound.html_name)
    base = base or bound.html_name
    tied = {**described(bound, base), **extra}
    own: dict[str, str | bool] = {**looks(bound, kind), **tied}
    return {
        "bound": bound,
        "kind": kind,
        "base": base,
        "switch": switch,
        "cards": cards,
        "multiple": isinstance(bound.field.widget, forms.CheckboxSelectMultiple),
        "attributes": tied,
        "control": "" if kind == "choices" else bound.as_widget(attrs=own),
        "choices": list(bound.subwidgets) if kind == "choices" else [],
    }


def kind_of(bound: BoundField) -> str:
    """`choices`, `check`, `file`, `select` or `text`."""
    widget = bound.field.widget
    if isinstance(widget, forms.RadioSelect):
        return "choices"
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, forms.FileInput):
        return "file"
    return "select" if isinstance(widget, forms.Select) else "text"


def described(bound: BoundField, base: str) -> dict[str, str]:
    """The ARIA attributes of a field with help or errors."""
    ids = [f"{base}_help"] if bound.help_text else []
    ids += [f"{base}_error"] if bound.errors else []
    attributes = {"aria-describedby": " ".join(ids)} if ids else {}
    return {**attributes, "aria-invalid": "true"} if bound.errors else attributes


def looks(bound: BoundField, kind: str) -> dict[str, str]:
    """Class of the control, and the behaviours of a long text."""
    given = bound.field.widget.attrs
    name = {"check": "form-check-input", "select": "form-select"}.get(kind, "form-control")
    attributes = {"class": f"{given.get('class', '')} {name}{' is-invalid' if bound.errors else ''}".strip()}
    if isinstance(bound.field.widget, forms.Textarea) and "data-behaviour" not in given:
        if str(given.get("rows")) == DJANGO_ROWS:
            attributes["rows"] = OUR_ROWS
        counted = " char-counter" if getattr(bound.field, "max_length", None) else ""
        attributes["data-behaviour"] = f"autogrow{counted}"
    return attributes
