"""A column of folded text that is made of other columns whenever its row is saved."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db import models

from config.common.text import fold_all, fold_names

if TYPE_CHECKING:
    TextField = models.TextField[str, str]
else:
    TextField = models.TextField


class FoldedField(TextField):
    """What `name_words` of a search are found in. `sources` names the fields that it is made of.

    Filled by `save` and `bulk_create`, as the time of a last change is; who writes rows in another way fills it, too.
    """

    fold: Callable[..., str] = staticmethod(fold_names)

    def __init__(self, *args: Any, sources: tuple[str, ...] = (), **kwargs: Any) -> None:
        self.sources = sources
        super().__init__(*args, **{"default": "", "db_default": "", "blank": True, "editable": False, **kwargs})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "sources": self.sources}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:  # noqa: FBT001 (Django's signature)
        folded = self.fold(*(getattr(model_instance, source) for source in self.sources))
        setattr(model_instance, self.attname, folded)
        return folded


class FoldedTextField(FoldedField):
    """Of texts that are no names: their words stay apart."""

    fold = staticmethod(fold_all)
