"""Files that rows name."""

from functools import partial

from django.db import transaction
from django.db.models import Model
from django.db.models.fields.files import FieldFile


def delete_on_commit(file: FieldFile, model: type[Model]) -> None:
    """Delete a file that gives way to another one, unless a row of the model still names it then. A building block."""
    if file:
        transaction.on_commit(partial(_delete_unless_named, file, model), robust=True)


def _delete_unless_named(file: FieldFile, model: type[Model]) -> None:
    # Rows that `manage.py generate` copied have one file together.
    if not model._default_manager.filter(**{file.field.name: file.name}).exists():
        file.storage.delete(str(file.name))
