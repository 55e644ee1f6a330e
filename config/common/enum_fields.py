"""Model fields whose values are members of an enum, also when they come from the database."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Self, TypeVar, cast

from django.db import models

E = TypeVar("E", bound=models.Choices)

if TYPE_CHECKING:
    from typing import Generic

    CharField = models.CharField
    PositiveSmallIntegerField = models.PositiveSmallIntegerField
else:

    class Generic:
        # Django copies fields in a way that Python's own `Generic` breaks.
        def __class_getitem__(cls, _types: object) -> type:
            return cls

    class CharField(Generic, models.CharField):
        pass

    class PositiveSmallIntegerField(Generic, models.PositiveSmallIntegerField):
        pass


class EnumValues(Generic[E]):
    """Mixed into a field of Django: makes its values members of `enum`, which is also where its choices come from.

    `django_path` is the field that migrations know it as. An unknown value in the database raises `ValueError`.
    """

    django_path: str

    def __init__(self, *args: object, enum: type[E], **kwargs: object) -> None:
        self.enum = enum
        super().__init__(*args, **{**kwargs, "choices": enum.choices})

    def from_db_value(self, value: object, _expression: object, _connection: object) -> E | None:
        return None if value is None else self.enum(value)

    def to_python(self, value: object) -> object:
        """Returns an unknown value as it is: a form refuses it, and a lookup finds nothing."""
        return self.enum(value) if value in self.enum else value

    def deconstruct(self) -> tuple[str, str, Sequence[object], dict[str, object]]:
        name, _path, args, kwargs = cast("models.Field[E, E]", super()).deconstruct()
        return name, self.django_path, args, kwargs

    def clone(self) -> Self:
        # Django makes the copy of what `deconstruct` returns, which names no enum.
        _name, _path, args, kwargs = self.deconstruct()
        return type(self)(*args, enum=self.enum, **kwargs)


class TextEnumField(EnumValues[E], CharField[E, E]):
    django_path = "django.db.models.CharField"


class IntegerEnumField(EnumValues[E], PositiveSmallIntegerField[E, E]):
    django_path = "django.db.models.PositiveSmallIntegerField"
