"""A column of one line that people write: names, numbers, subjects."""

from typing import TYPE_CHECKING, Any

from django.db import models

from config.common.marks import without_direction_marks

if TYPE_CHECKING:
    CharField = models.CharField[str, str]
else:
    CharField = models.CharField


class LineField(CharField):
    """Stored and read without marks that turn the direction of writing, also where such a mark was stored before."""

    def deconstruct(self) -> Any:
        # Not another column than one of Django's.
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs

    def get_prep_value(self, value: Any) -> Any:
        prepared = super().get_prep_value(value)
        return without_direction_marks(prepared) if isinstance(prepared, str) else prepared

    def from_db_value(self, value: Any, *_connection: Any) -> Any:
        return value if value is None else without_direction_marks(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001 (Django's signature)
        value = self.get_prep_value(getattr(model_instance, self.attname))
        setattr(model_instance, self.attname, value)
        return value
