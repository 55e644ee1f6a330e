"""How the rows of a table are matched with what is stored, and what makes one of them wrong."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import Resource
from import_export.results import RowResult

from config.common.numbers import whole_number
from fleet.exchange.cells import Cell, text_of
from fleet.exchange.columns import EMPTY, Column, Lookup, Relation, RowState

# A column, and the text in it by which a row without an ID is known.
Key = tuple[str, str]
Row = Mapping[str, Cell]
# The name under which a row has the cells for which there is no header.
BEYOND = ""


class KnownRows(BaseInstanceLoader):
    """What is stored of a batch of rows, by ID and by what they are known by."""

    resource: "Records"

    def __init__(self, resource: "Records", dataset: Sequence[Row]) -> None:
        super().__init__(resource, dataset)
        ids = {pk for row in dataset if (pk := whole_number(text_of(row.get("id")))) is not None}
        keys = {key for row in dataset for key in resource.keys_of_row(row)}
        found = resource.stored(Q(pk__in=ids) | resource.with_keys(keys))
        self.by_id: dict[int, Model] = {row.pk: row for row in found}
        self.by_key: dict[Key, dict[int, Model]] = defaultdict(dict)
        for row in self.by_id.values():
            for key in resource.keys_of(row):
                self.by_key[key][row.pk] = row

    def get_instance(self, row: Row) -> Model | None:
        """Raises `ValidationError` where the row fits several, or names an ID that is not there."""
        keys = self.resource.keys_of_row(row)
        if text := text_of(row.get("id")):
            instance = self.by_id.get(whole_number(text) or 0)
            if instance is None:
                raise ValidationError({"id": _("There is no row with this ID. Leave it empty to create one.")})
            for key in keys:
                if key[0] in self.resource.unique and self.by_key[key].keys() - {instance.pk}:
                    raise ValidationError({key[0]: _("This is already in use.")})
            return instance
        fitting = {pk: found for key in keys for pk, found in self.by_key[key].items()}
        if len(fitting) > 1:
            raise ValidationError({keys[0][0]: _("This fits several that are stored. Say by its ID which one.")})
        return next(iter(fitting.values()), None)


class Records(Resource):
    """One kind of table. An object of it reads one file, batch by batch."""

    fields: dict[str, Column]
    records_of: ClassVar[type[Model]]
    # Columns in which no two rows may say the same.
    unique: ClassVar[frozenset[str]] = frozenset()
    # What a row without an ID is known by, for readers.
    known_by: ClassVar[str | Promise]

    class Meta:
        skip_diff = True
        store_instance = True
        instance_loader_class = KnownRows

    def __init__(self, *, is_locking: bool = False) -> None:
        super().__init__()
        self.is_locking = is_locking
        self.lookups: dict[Relation, Lookup] = {
            column.widget: column.widget.lookup()
            for column in self.fields.values()
            if isinstance(column.widget, Relation)
        }
        # The row of the file that came first, by what it is known by and by what is stored.
        self.described: dict[Key | int, int] = {}
        self.state, self.number = RowState(), 0

    @classmethod
    def columns(cls) -> list[Column]:
        return list(cls.fields.values())

    # What a kind says of itself.

    def rows(self) -> QuerySet[Any]:
        return self.records_of._default_manager.all()

    def exported(self) -> QuerySet[Any]:
        return self.rows().order_by("pk")

    def keys_of_row(self, row: Row) -> list[Key]:
        """What a row without an ID is known by."""
        raise NotImplementedError

    def keys_of(self, instance: Any) -> list[Key]:
        raise NotImplementedError

    def with_keys(self, keys: set[Key]) -> Q:
        raise NotImplementedError

    def problems(self, instance: Any, wrong: Iterable[str]) -> Iterator[tuple[str, str]]:
        """What is wrong beyond single cells, by column; `wrong` are the columns whose cells cannot be read."""
        yield from ()

    # How a file is read.

    def stored(self, which: Q) -> list[Model]:
        rows = self.rows().filter(which).order_by("pk")
        return list(rows.select_for_update(of=("self",), no_key=True) if self.is_locking else rows)

    def prepare(self, rows: Sequence[Row]) -> KnownRows:
        """Reads all that a batch of rows names."""
        for name, column in self.fields.items():
            if isinstance(column.widget, Relation):
                texts = {text for row in rows if (text := text_of(row.get(name)))}
                self.lookups[column.widget].prepare(texts)
        return KnownRows(self, rows)

    def read(self, number: int, row: Row, known: KnownRows) -> RowResult:
        """What becomes of a row; its object is `instance` of the result, unless nothing could be made of the row."""
        self.state, self.number = RowState(), number
        result = self.import_row(row, known, row_number=number, state=self.state, lookups=self.lookups)
        for fault in result.errors:
            raise fault.error
        return result

    # The library's steps.

    def before_import_row(self, row: Row, **kwargs: Any) -> None:
        if BEYOND in row:
            raise ValidationError({BEYOND: _("There are more cells than headers. Is a separator without quotes?")})

    def get_instance(self, instance_loader: KnownRows, row: Row) -> Model | None:
        instance = instance_loader.get_instance(row)
        has_id = bool(text_of(row.get("id")))
        keys: list[Key | int] = [key for key in self.keys_of_row(row) if not has_id or key[0] in self.unique]
        for key in [*keys, *([instance.pk] if instance else [])]:
            if (first := self.described.setdefault(key, self.number)) != self.number:
                column = key[0] if isinstance(key, tuple) else "id"
                raise ValidationError({column: _("Row %(row)s is about the same.") % {"row": first}})
        return instance

    def init_instance(self, row: Row | None = None) -> Model:
        return self.records_of()

    def after_init_instance(self, instance: Model, new: bool, row: Row, **kwargs: Any) -> None:  # noqa: FBT001
        kwargs["state"].is_new = new

    def skip_row(
        self, instance: Model, original: object, row: Row, import_validation_errors: Mapping[str, Any] | None = None
    ) -> bool:
        return not (self.state.is_new or self.state.changes or import_validation_errors)

    def validate_instance(
        self,
        instance: Model,
        import_validation_errors: dict[str, Any] | None = None,
        validate_unique: bool = True,  # noqa: FBT001, FBT002
    ) -> None:
        errors: dict[str, Any] = dict(import_validation_errors or {})
        if self.state.is_new:
            for name, column in self.fields.items():
                stored = getattr(instance, column.model_field.attname)
                if column.is_needed and not column.readonly and name not in errors and stored in (None, ""):
                    errors[name] = ValidationError(str(EMPTY))
        errors |= {name: ValidationError(sentence) for name, sentence in self.problems(instance, tuple(errors))}
        if errors:
            raise ValidationError(errors)

    def save_instance(self, instance: Model, is_create: bool, row: Row, **kwargs: Any) -> None:  # noqa: FBT001
        """Stores nothing: services do, a batch at a time."""

    def save_m2m(self, instance: Model, row: Row, **kwargs: Any) -> None:
        """There is nothing of the kind."""
