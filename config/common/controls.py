"""How a bound field of a form becomes a control: its kind, and the attributes that tie it to label, help and errors."""

from dataclasses import dataclass

from django import forms
from django.forms import BoundField
from django.forms.boundfield import BoundWidget

from config.common.suggest_field import SuggestInput

# A text area grows while it is written in, so it may start small.
DJANGO_ROWS = "10"
OUR_ROWS = "4"


@dataclass(frozen=True)
class Control:
    """`kind` is choices, check, file, select, suggest or text; `markup` is the control itself, empty for choices."""

    kind: str
    id: str
    attributes: dict[str, str]
    markup: str
    choices: list[BoundWidget]
    is_multiple: bool


def control(bound: BoundField) -> Control:
    """The control of a field, tied to its help and its errors by ARIA attributes."""
    kind = kind_of(bound)
    # A group of choices has an id of its own; that of its label would be the first choice's.
    base = (bound.auto_id if kind == "choices" else bound.id_for_label) or bound.html_name
    tied = described(bound, base)
    attributes: dict[str, str | bool] = {**looks(bound, kind), **{n.replace("_", "-"): v for n, v in tied.items()}}
    is_multiple = isinstance(bound.field.widget, forms.CheckboxSelectMultiple)
    return Control(
        kind=kind,
        id=base,
        attributes=tied,
        markup="" if kind == "choices" else bound.as_widget(attrs=attributes),
        # A radio button without a value would be an answer that is none.
        choices=[c for c in bound.subwidgets if is_multiple or c.data["value"] != ""] if kind == "choices" else [],
        is_multiple=is_multiple,
    )


def kind_of(bound: BoundField) -> str:
    widget = bound.field.widget
    if isinstance(widget, forms.RadioSelect):
        return "choices"
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, forms.FileInput):
        return "file"
    if isinstance(widget, SuggestInput):
        return "suggest"
    return "select" if isinstance(widget, forms.Select) else "text"


def described(bound: BoundField, base: str) -> dict[str, str]:
    """The ARIA attributes of a field with help or errors, as arguments of a component."""
    ids = [f"{base}_help"] if bound.help_text else []
    ids += [f"{base}_error"] if bound.errors else []
    attributes = {"aria_describedby": " ".join(ids)} if ids else {}
    return {**attributes, "aria_invalid": "true"} if bound.errors else attributes


def looks(bound: BoundField, kind: str) -> dict[str, str]:
    """Class of the control, and the behaviours of a long text."""
    given = bound.field.widget.attrs
    name = {"check": "form-check-input", "select": "form-select"}.get(kind, "form-control")
    attributes = {"class": f"{given.get('class', '')} {name}{' is-invalid' if bound.errors else ''}".strip()}
    if isinstance(bound.field.widget, forms.Textarea) or type(bound.field.widget) is forms.TextInput:
        attributes["dir"] = "auto"
    if isinstance(bound.field.widget, forms.Textarea) and "data-behaviour" not in given:
        if str(given.get("rows")) == DJANGO_ROWS:
            attributes["rows"] = OUR_ROWS
        counted = " char-counter" if getattr(bound.field, "max_length", None) else ""
        attributes["data-behaviour"] = f"autogrow{counted}"
    return attributes
