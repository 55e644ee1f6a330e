"""Base classes of the administration: pages that ask the rules, know their parent and list their children."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import models
from django.db.models import ProtectedError, QuerySet
from django.db.models.fields.files import FieldFile
from django.forms import Field
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin
from modeltranslation.translator import translator

from config.common.admin_search import search_rows
from config.common.admin_site import request_may
from config.common.admin_tables import child_table
from config.common.marks import isolated
from config.common.numbers import whole_number
from config.common.stored_files import delete_on_commit

SHOWN_PROTECTED = 10
M = TypeVar("M", bound=models.Model)
P = TypeVar("P", bound=models.Model)

if TYPE_CHECKING:
    from django.contrib.admin.options import _FieldsetSpec

    Fieldsets = _FieldsetSpec
    ModelForm = forms.ModelForm
else:

    class ModelForm(forms.ModelForm):
        # Django's form takes no model in brackets; its admin classes do since modeltranslation is imported.
        def __class_getitem__(cls, _model: type[models.Model]) -> type[forms.ModelForm]:
            return cls


def languages(field: str) -> tuple[str, ...]:
    """The names of a translated field's columns; as one entry of `fieldsets` they stand side by side."""
    return tuple(f"{field}_{code}" for code, _name in settings.LANGUAGES)


def change_url(obj: models.Model) -> str:
    """The address of an object's page in the administration."""
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])


def without_tools(field: Field | None) -> Field | None:
    """The same field, without links that add, change or delete the chosen object."""
    if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
        wrapper = field.widget
        wrapper.can_add_related = wrapper.can_change_related = False
        wrapper.can_delete_related = wrapper.can_view_related = False
    return field


def _give_up(value: object, model: type[models.Model]) -> None:
    if isinstance(value, FieldFile):
        delete_on_commit(value, model)


class RuledAdmin(admin.ModelAdmin[M]):
    """A page under a rule, which is asked for opening, adding, changing and deleting.

    `parent_field` names the foreign key to the level above: it is preset by the parent's page, fixed afterwards, and
    saving leads back there. `children` are reverse accessors, each listed in a table with links to its pages; what the
    table shows is `child_columns` of the child. `menu_place` orders the start page; None keeps a level out of it.
    """

    rule = settings.ADMINISTRATION_RULE
    parent_field = ""
    parent_is_fixed = True
    children: tuple[str, ...] = ()
    child_columns: tuple[str, ...] = ("__str__",)
    menu_place: int | None = None
    list_per_page = 50
    save_on_top = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._allows(request)

    def has_view_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return self._allows(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._allows(request)

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return self._allows(request)

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return self._allows(request)

    def _allows(self, request: HttpRequest) -> bool:
        return request_may(request, self.rule)

    def formfield_for_dbfield(
        self, db_field: "models.Field[object, object]", request: HttpRequest, **kwargs: object
    ) -> Field | None:
        # Every level has a page of its own, so the pencils and crosses around choices would only repeat them.
        return without_tools(super().formfield_for_dbfield(db_field, request, **kwargs))

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[M], search_term: str) -> tuple[Any, bool]:
        return search_rows(queryset, tuple(self.get_search_fields(request)), search_term), False

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        # Objects are deleted one at a time, on the page that lists what goes with them.
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}

    def get_readonly_fields(self, request: HttpRequest, obj: M | None = None) -> tuple[str, ...]:
        fields = tuple(super().get_readonly_fields(request, obj))
        is_fixed = obj is not None and self.parent_field and self.parent_is_fixed
        return (*fields, self.parent_field) if is_fixed else fields

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        # Before it is saved: if it is not, its row still names the files.
        for name in form.changed_data:
            _give_up(form.initial.get(name), self.model)
        return super().save_form(request, form, change)

    def delete_model(self, request: HttpRequest, obj: M) -> None:
        for field in obj._meta.concrete_fields:
            _give_up(getattr(obj, field.attname), self.model)
        super().delete_model(request, obj)

    def warnings(self, obj: M) -> list[str]:
        """Full sentences about a configuration that cannot work, for the page and the column "To check"."""
        return []

    def hints(self, obj: M) -> list[str]:
        """Full sentences about what is not complete, for the page only."""
        return []

    @admin.display(description=_("To check"))
    def to_check(self, obj: M) -> SafeString:
        return format_html_join("", '<span class="admin-warning">{}</span>', ((text,) for text in self.warnings(obj)))

    def children_of(self, obj: M) -> tuple[str, ...]:
        """The reverse accessors in `children` that make sense for this object."""
        return self.children

    def parent_of(self, obj: models.Model) -> models.Model | None:
        return getattr(obj, self.parent_field) if self.parent_field else None

    def path_to(self, obj: models.Model | None) -> list[models.Model]:
        """The levels above an object, the highest first, and the object itself."""
        if obj is None:
            return []
        page = self.admin_site._registry.get(type(obj))
        above = page.path_to(page.parent_of(obj)) if isinstance(page, RuledAdmin) else []
        return [*above, obj]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, object], add: bool = False, change: bool = False,
        form_url: str = "", obj: M | None = None,
    ) -> HttpResponse:  # fmt: skip
        path = self.path_to(self.parent_of(obj) if obj else self._preset_parent(request))
        context["levels_above"] = [{"name": str(level), "url": change_url(level)} for level in path]
        if obj is not None:
            context["warnings"] = [*self.warnings(obj), *self.hints(obj)]
            tables = (child_table(self.admin_site, request, obj, name) for name in self.children_of(obj))
            context["child_tables"] = list(tables)
        return super().render_change_form(request, context, add=add, change=change, form_url=form_url, obj=obj)

    def _preset_parent(self, request: HttpRequest) -> models.Model | None:
        key = whole_number(request.GET.get(self.parent_field)) if self.parent_field else None
        if key is None:
            return None
        field: Any = self.opts.get_field(self.parent_field)
        preset: models.Model | None = field.related_model._default_manager.filter(pk=key).first()
        return preset

    def response_post_save_add(self, request: HttpRequest, obj: M) -> HttpResponseRedirect:
        # An object with levels below is filled next; any other leads back to the page where it was added.
        if self.children_of(obj):
            return HttpResponseRedirect(change_url(obj))
        return self._up(obj) or super().response_post_save_add(request, obj)

    def response_post_save_change(self, request: HttpRequest, obj: M) -> HttpResponseRedirect:
        return self._up(obj) or super().response_post_save_change(request, obj)

    def _up(self, obj: models.Model) -> HttpResponseRedirect | None:
        parent = self.parent_of(obj)
        return HttpResponseRedirect(change_url(parent)) if parent is not None else None

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        obj = self.get_object(request, unquote(object_id))
        # Names stand in sentences of Django's, which no template takes apart.
        title = {"title": gettext("History: %(name)s") % {"name": isolated(obj)}} if obj is not None else {}
        return super().history_view(request, object_id, {**title, **(extra_context or {})})

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: int) -> HttpResponse:
        return super().response_delete(request, isolated(obj_display), obj_id)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        obj = self.get_object(request, unquote(object_id))
        parent = self.parent_of(obj) if obj is not None else None
        try:
            response = super().delete_view(request, object_id, extra_context)
        except ProtectedError:
            self.message_user(request, gettext("It is in use by now and was not deleted."), messages.ERROR)
            return redirect(request.path)
        deleted = request.method == "POST" and response.status_code == HTTPStatus.FOUND
        return redirect(change_url(parent)) if deleted and parent is not None else response

    def get_deleted_objects(
        self, objs: Sequence[M] | QuerySet[M], request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """As Django finds them; of many protected objects the first are named and the rest counted."""
        found, counts, lacking, protected = super().get_deleted_objects(objs, request)
        more = len(protected) - SHOWN_PROTECTED
        if more > 0:
            sentence = ngettext("and %(number)s more", "and %(number)s more", more) % {"number": more}
            protected = [*protected[:SHOWN_PROTECTED], sentence]
        # Protected objects are the reason to name: no right to delete tickets could be granted instead.
        return found, counts, set() if protected else lacking, protected


class RuledInline(admin.TabularInline[M, P]):
    """Rows of model M inside the page of their parent P, under the same rule."""

    rule = settings.ADMINISTRATION_RULE

    def formfield_for_dbfield(
        self, db_field: "models.Field[object, object]", request: HttpRequest, **kwargs: object
    ) -> Field | None:
        return without_tools(super().formfield_for_dbfield(db_field, request, **kwargs))

    def has_view_permission(self, request: HttpRequest, obj: P | None = None) -> bool:
        return request_may(request, self.rule)

    def has_add_permission(self, request: HttpRequest, obj: P | None = None) -> bool:
        return self.has_view_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: P | None = None) -> bool:
        return self.has_view_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: P | None = None) -> bool:
        return self.has_view_permission(request)


class ReadOnlyAdmin(RuledAdmin[M]):
    """A page on which nothing is added, changed or deleted."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False


class TranslatedAdmin(RuledAdmin[M], TranslationAdmin[M]):
    """A page with texts in all languages side by side, and a column that names the missing ones."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: object) -> Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        language = getattr(db_field, "language", None)
        if field is not None and language:
            name = capfirst(db_field.translated_field.verbose_name)
            field.label = f"{name}, {dict(settings.LANGUAGES)[language]}"
            field.widget.attrs["lang"] = language
        return field

    @admin.display(description=_("Translations"))
    def translations(self, obj: M) -> SafeString:
        missing = ", ".join(str(dict(settings.LANGUAGES)[code]) for code in missing_languages(obj))
        if not missing:
            return format_html('<span class="admin-complete">{}</span>', gettext("Complete"))
        sentence = gettext("Missing: %(languages)s") % {"languages": missing}
        return format_html('<span class="admin-missing">{}</span>', sentence)

    def hints(self, obj: M) -> list[str]:
        missing = ", ".join(str(dict(settings.LANGUAGES)[code]) for code in missing_languages(obj))
        if not missing:
            return []
        return [gettext("Texts are missing in: %(languages)s. Readers see the English ones.") % {"languages": missing}]


def missing_languages(obj: models.Model) -> list[str]:
    """The codes of the languages in which a text is empty although it is written in English."""
    default, *others = (code for code, _name in settings.LANGUAGES)
    fields = translator.get_options_for_model(type(obj)).all_fields
    written = [name for name in fields if getattr(obj, f"{name}_{default}")]
    return [code for code in others if any(not getattr(obj, f"{name}_{code}") for name in written)]
