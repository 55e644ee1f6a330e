"""What services share that change a row which someone else may be changing at the same time."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import Model, QuerySet
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext_lazy as _

from config.common.errors import InvalidInput, NotVisible
from config.common.rows import get_or_none
from config.common.stored_files import delete_on_commit
from config.common.typed_columns import is_missing

M = TypeVar("M", bound=Model)


class ChangedMeanwhile(InvalidInput):
    """Someone else has changed the same field since the form was made."""

    code = "moved"
    default_message = _("Someone else has changed this meanwhile. Look at it again before you save.")


def locked(rows: QuerySet[M], pk: int) -> M:
    """The row under its lock, which allows new rows that refer to it. Raises `NotVisible` for an absent one."""
    row = get_or_none(rows.select_for_update(of=("self",), no_key=True).filter(pk=pk))
    if row is None:
        raise NotVisible
    return row


def apply_changes(row: Model, values: Mapping[str, Any], before: Mapping[str, Any]) -> None:
    """Sets the values; files that give way to them are deleted on commit.

    Raises `ChangedMeanwhile` where something else than `before` stands there.
    """
    for field, value in values.items():
        present = getattr(row, field)
        if field in before and present != before[field]:
            raise ChangedMeanwhile(field=field)
        if isinstance(present, FieldFile):
            delete_on_commit(present, type(row))
        setattr(row, field, value)


def stored(row: M) -> M:
    """Saves the row. Raises `InvalidInput` where someone has just taken the same name, number or e-mail address, and
    where nothing would be seen of what the row needs.
    """
    for field in row._meta.concrete_fields:
        if is_missing(row, field):
            raise InvalidInput(_("This must not be empty."), field=field.name)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise InvalidInput(_("This name, number or e-mail address is already in use.")) from error
    return row
