"""Columns for what people type: nothing invisible gets into them, by whatever way, nor into a search for their values.

Migrations know them as the fields of Django that they are.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import lookups
from django.forms import Field

from config.common import typed
from config.common.contacts import email_address, mailbox_spellings, phone_line
from config.common.marks import without_direction_marks
from config.common.visible import clean_line, clean_text

if TYPE_CHECKING:
    LineColumn = models.CharField
    PhoneColumn = models.CharField
    EmailColumn = models.EmailField
    TextColumn = models.TextField

else:

    class TypedColumn:
        """Mixed into a field of Django: `tidy` makes of a value what is stored."""

        tidy: Callable[[str], str]
        form_field: type[Field]
        django_path: str

        def to_python(self, value: Any) -> Any:
            text = super().to_python(value)
            return self.tidy(text) if isinstance(text, str) else text

        def get_prep_value(self, value: Any) -> Any:
            prepared = super().get_prep_value(value)
            return self.tidy(prepared) if isinstance(prepared, str) else prepared

        def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001 (Django's signature)
            # What was made in memory reads as it will be read from the database.
            value = self.get_prep_value(super().pre_save(model_instance, add))
            setattr(model_instance, self.attname, value)
            return value

        def formfield(self, **kwargs: Any) -> Field | None:
            return super().formfield(**{"form_class": self.form_field, **kwargs})

        def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
            name, _path, args, kwargs = super().deconstruct()
            return name, self.django_path, args, kwargs

    class LineColumn(TypedColumn, models.CharField):
        tidy = staticmethod(clean_line)
        form_field = typed.LineField
        django_path = "django.db.models.CharField"

        def from_db_value(self, value: Any, *_connection: Any) -> Any:
            # What was stored before such columns tidied must not turn the words around it either.
            return value if value is None else without_direction_marks(value)

    class PhoneColumn(LineColumn):
        tidy = staticmethod(phone_line)
        form_field = typed.PhoneLineField

    class EmailColumn(TypedColumn, models.EmailField):
        """Found in both spellings of its domain: servers of the version before store it as a browser sends it."""

        tidy = staticmethod(email_address)
        form_field = typed.EmailField
        django_path = "django.db.models.EmailField"

        def from_db_value(self, value: Any, *_connection: Any) -> Any:
            return self.tidy(value) if value and ("xn--" in value or not value.isascii()) else value

    @EmailColumn.register_lookup
    class AnySpelling(lookups.In):
        def get_prep_lookup(self) -> Any:
            prepared = super().get_prep_lookup()
            if not self.rhs_is_direct_value():
                return prepared
            return [spelled for each in prepared if each is not None for spelled in mailbox_spellings(each)]

    @EmailColumn.register_lookup
    class EitherSpelling(lookups.Exact):
        def as_sql(self, compiler: Any, connection: Any) -> Any:
            spelled = mailbox_spellings(self.rhs) if isinstance(self.rhs, str) else []
            if len(spelled) < 2:  # noqa: PLR2004 (most have one)
                return super().as_sql(compiler, connection)
            column, params = self.process_lhs(compiler, connection)
            return f"{column} IN ({', '.join(['%s'] * len(spelled))})", [*params, *spelled]

    class TextColumn(TypedColumn, models.TextField):
        tidy = staticmethod(clean_text)
        form_field = typed.TextField
        django_path = "django.db.models.TextField"


def is_missing(row: models.Model, field: "models.Field[Any, Any]") -> bool:
    """Whether nothing would be seen of a value that the row needs."""
    is_text = isinstance(field, models.CharField | models.TextField) and not field.choices
    return is_text and not field.blank and not field.null and not field.to_python(getattr(row, field.attname) or "")
