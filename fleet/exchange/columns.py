"""The columns of a table: how a cell becomes the value of a field, and what is written of it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from functools import cached_property
from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.db.models import BooleanField, DateTimeField, EmailField, IntegerField, Model
from django.db.models import Field as ModelField
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.fields import Field
from import_export.widgets import Widget

from config.common.contacts import email_address
from config.common.languages import LANGUAGES
from config.common.text import start_key
from config.common.typed_days import FIRST_DAY, OUT_OF_RANGE, last_day, range_words
from fleet.exchange.cells import Cell, local_cell, moment_of, number_of, plain, text_of, tidy

YES, NO = gettext_lazy("Yes"), gettext_lazy("No")
EMPTY = gettext_lazy("This must not be empty.")
_TRUE, _FALSE = {"1", "true", "x", "y", "j", "o"}, {"0", "false", "n"}

# Values are what the model's field holds; cells are what stands in a table.


class Text(Widget):
    def clean(self, value: Cell, row: Mapping[str, Cell] | None = None, **kwargs: Any) -> Any:
        return text_of(value)

    def render(self, value: Any, obj: Model | None = None, **kwargs: Any) -> Cell:
        return tidy(str(value or ""))


class Email(Text):
    def clean(self, value: Cell, row: Mapping[str, Cell] | None = None, **kwargs: Any) -> Any:
        return email_address(text_of(value))


class Choice(Widget):
    """One of a few values, by its word in any language; written in the reader's."""

    def __init__(self, choices: Iterable[tuple[Any, Any]]) -> None:
        super().__init__()
        self.choices = dict(choices)

    @cached_property
    def by_word(self) -> dict[str, Any]:
        words = {start_key(str(value)): value for value in self.choices}
        for language in LANGUAGES:
            with translation.override(language):
                words |= {start_key(str(label)): value for value, label in self.choices.items()}
        return words

    def clean(self, value: Cell, row: Mapping[str, Cell] | None = None, **kwargs: Any) -> Any:
        text = text_of(value)
        if not text:
            return ""
        if (key := start_key(text)) not in self.by_word:
            words = ", ".join(str(label) for label in self.choices.values())
            raise ValueError(_("“%(text)s” is none of these: %(words)s.") % {"text": text, "words": words})
        return self.by_word[key]

    def render(self, value: Any, obj: Model | None = None, **kwargs: Any) -> Cell:
        return str(self.choices.get(value, value or ""))


class YesOrNo(Choice):
    def __init__(self) -> None:
        super().__init__([(True, YES), (False, NO)])

    @cached_property
    def by_word(self) -> dict[str, Any]:
        return {**super().by_word, **dict.fromkeys(_TRUE, True), **dict.fromkeys(_FALSE, False)}

    def render(self, value: Any, obj: Model | None = None, **kwargs: Any) -> Cell:
        return str(YES if value else NO)


class WholeNumber(Widget):
    def clean(self, value: Cell, row: Mapping[str, Cell] | None = None, **kwargs: Any) -> Any:
        text = text_of(value)
        number = number_of(value)
        if text and number is None:
            raise ValueError(_("“%(text)s” is not a number.") % {"text": text})
        return number

    def render(self, value: Any, obj: Model | None = None, **kwargs: Any) -> Cell:
        return None if value is None else int(value)


class Moment(Widget):
    """Local time, to the second."""

    def clean(self, value: Cell, row: Mapping[str, Cell] | None = None, **kwargs: Any) -> Any:
        text = text_of(value)
        if not text:
            return None
        moment = moment_of(value)
        if moment is None:
            raise ValueError(_("“%(text)s” is not a date and time, such as 31.12.2026 14:05.") % {"text": text})
        if not FIRST_DAY <= moment.date() <= last_day():
            raise ValueError(str(OUT_OF_RANGE) % range_words(moment.date(), FIRST_DAY, last_day()))
        try:
            aware = timezone.make_aware(moment)
            exists = local_cell(aware.astimezone(UTC)) == moment
        except OverflowError:
            exists = False
        if not exists:
            raise ValueError(_("There is no %(text)s: clocks are put forward in that hour.") % {"text": text})
        return aware

    def render(self, value: Any, obj: Model | None = None, **kwargs: Any) -> Cell:
        return None if value is None else local_cell(value)


@dataclass
class RowState:
    """What becomes of a row; `changes` are the cells of before by the names of columns whose value it changes."""

    is_new: bool = True
    changes: dict[str, Cell] = field(default_factory=dict)


class Lookup(Protocol):
    """Finds related rows: `prepare` reads all that a batch of rows names, `find` returns one of them."""

    def prepare(self, texts: set[str]) -> None: ...

    def find(self, text: str) -> Model:
        """Raises `ValueError` with a sentence where there is none, or more than one."""
        ...


class Relation(Text):
    """A row of another table, by a text that names it."""

    def __init__(self, lookup: Callable[[], Lookup], name_of: Callable[[Any], str]) -> None:
        super().__init__()
        self.lookup, self.name_of = lookup, name_of

    def clean(self, value: Cell, row: Mapping[str, Cell] | None = None, **kwargs: Any) -> Any:
        text = text_of(value)
        return kwargs["lookups"][self].find(text) if text else None

    def render(self, value: Any, obj: Model | None = None, **kwargs: Any) -> Cell:
        return "" if value is None else tidy(self.name_of(value))


class Column(Field):
    """A column for a field of a model. `is_needed`: whether it must not be empty, where the model does not say so."""

    def __init__(
        self, model: type[Model], name: str, widget: Widget | None = None, *, is_needed: bool | None = None
    ) -> None:
        self.model = model
        field = self.model_field_of(name)
        self.is_needed = not field.blank or isinstance(field, BooleanField) if is_needed is None else is_needed
        super().__init__(attribute=name, column_name=name, widget=widget or widget_for(field))

    def model_field_of(self, name: str) -> "ModelField[Any, Any]":
        field: ModelField[Any, Any] = self.model._meta.get_field(name)  # type: ignore[assignment]
        return field

    @property
    def model_field(self) -> "ModelField[Any, Any]":
        return self.model_field_of(self.column_name)

    @property
    def label(self) -> str:
        """The header in the reader's language."""
        label = str(self.model_field.verbose_name)
        return label[:1].upper() + label[1:]

    def clean(self, row: Mapping[str, Cell], **kwargs: Any) -> Any:
        """The value that the cell stands for. Raises `ValueError` with sentences in the reader's language."""
        value = self.widget.clean(row[self.column_name], row=row, **kwargs)
        if value in (None, "") and self.is_needed:
            raise ValueError(str(EMPTY))
        if value is None or isinstance(self.widget, Relation):
            return value
        try:
            return self.model_field.clean(value, None)
        except ValidationError as error:
            raise ValueError(" ".join(error.messages)) from error

    def save(self, instance: Model, row: Mapping[str, Cell], is_m2m: bool = False, **kwargs: Any) -> None:  # noqa: FBT001, FBT002
        """Sets the value and notes the change. A cell that says what stands there already changes nothing."""
        state: RowState = kwargs["state"]
        if self.readonly or (state.is_new and self.model_field.has_default() and not text_of(row[self.column_name])):
            return
        before = self.export(instance)
        cell = row[self.column_name]
        if not state.is_new and (cell == before or text_of(cell) == plain(before)):
            return
        value = self.clean(row, **kwargs)
        if state.is_new or plain(self.widget.render(value)) != plain(before):
            setattr(instance, self.attribute, value)
            state.changes[self.column_name] = before


class KeyColumn(Column):
    """The number by which a row is known for good."""

    def __init__(self, model: type[Model]) -> None:
        super().__init__(model, "id", Text())
        self.readonly = True

    @property
    def label(self) -> str:
        return "ID"

    def export(self, instance: Model, **kwargs: Any) -> Cell:
        key: int | None = instance.pk
        return key


def widget_for(field: "ModelField[Any, Any]") -> Widget:
    if field.choices:
        return Choice(field.flatchoices)
    kinds: dict[type[ModelField[Any, Any]], type[Widget]] = {
        BooleanField: YesOrNo,
        DateTimeField: Moment,
        IntegerField: WholeNumber,
        EmailField: Email,
    }
    return next((widget() for kind, widget in kinds.items() if isinstance(field, kind)), Text())


def words_for(column: Column) -> set[str]:
    """The headers by which a column is known, folded: its label in every language, and its plain English name."""
    words = {start_key(column.column_name)}
    for language in LANGUAGES:
        with translation.override(language):
            words.add(start_key(column.label))
    return words
