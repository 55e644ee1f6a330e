"""The administration of ticketing: categories and creation flows, one page a level; tickets and journal to look at."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey, Model, QuerySet
from django.forms import ModelChoiceField
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from config.common.admin import ModelForm, ReadOnlyAdmin, TranslatedAdmin, change_url, languages
from config.common.admin_site import request_may
from config.common.numbers import whole_number
from fleet.admin.people import PersonAdmin
from fleet.models import Group, Person
from ticketing.admin.buttons import AsksAboutButtons
from ticketing.admin.warnings import choice_warnings, flow_warnings, question_warnings, step_warnings
from ticketing.models import Category, Choice, CreationFlow, JournalEntry, Question, Step, Ticket
from ticketing.services import people


@admin.register(Person)
class EmployeeAdmin(PersonAdmin):
    """The page of people, whose open tickets go to others when they leave."""

    change_person = staticmethod(people.change_person)
    deactivate_person = staticmethod(people.deactivate_person)


class CategoryForm(ModelForm[Category]):
    """Keeps categories at two levels."""

    def clean_parent(self) -> Category | None:
        parent: Category | None = self.cleaned_data["parent"]
        if parent is not None and self.instance.pk and self.instance.children.exists():
            raise ValidationError(_("This category has sub-categories itself and cannot belong to another one."))
        return parent


@admin.register(Category)
class CategoryAdmin(TranslatedAdmin[Category]):
    menu_place = 1
    form = CategoryForm
    parent_field = "parent"
    parent_is_fixed = False
    child_columns = ("name", "audience", "position", "is_active", "translations")
    list_display = ("name", "parent", "audience", "position", "is_active", "translations")
    list_select_related = ("parent",)
    list_filter = (("parent", admin.EmptyFieldListFilter), "audience", "is_active")
    search_fields = languages("name")
    fieldsets = ((None, {"fields": ("parent", languages("name"), ("audience", "position", "is_active"))}),)
    children = ("children",)

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Model, Model]", request: HttpRequest, **kwargs: object
    ) -> "ModelChoiceField[Any] | None":
        if db_field.name == "parent":
            kwargs["queryset"] = Category.objects.filter(parent=None)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(CreationFlow)
class CreationFlowAdmin(AsksAboutButtons, TranslatedAdmin[CreationFlow]):
    menu_place = 2
    parent_field = "template"
    child_columns = ("name", "position", "open_to_code_users", "is_active", "translations", "to_check")
    list_display = ("name", "template", "position", "open_to_code_users", "is_active", "translations", "to_check")
    list_select_related = ("template",)
    list_filter = ("template", "is_active", "open_to_code_users")
    search_fields = languages("name")
    fieldsets = (
        (None, {"fields": ("template", languages("name"), languages("button_label"), languages("description"))}),
        (_("Behaviour"), {"fields": (("icon", "position"), "category", ("open_to_code_users", "is_active"))}),
        (_("Who is notified"), {"fields": ("responsible_group", "notification_group")}),
    )
    children = ("steps",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[CreationFlow]:
        return super().get_queryset(request).prefetch_related("steps__questions__choices", "template__groups")

    def get_form(
        self, request: HttpRequest, obj: CreationFlow | None = None, change: bool = False, **kwargs: object
    ) -> type[ModelForm[CreationFlow]]:
        """Returns a form that offers the groups of the template, or of all templates while none is chosen."""
        form = super().get_form(request, obj, change=change, **kwargs)
        template = obj.template_id if obj else whole_number(request.GET.get("template"))
        groups = Group.objects.select_related("template").order_by("template__name", "position")
        for name in ("responsible_group", "notification_group"):
            if name in form.base_fields:
                field: Any = form.base_fields[name]
                field.queryset = groups.filter(template=template) if template is not None else groups
                field.label_from_instance = lambda group: f"{group.template}: {group}"
        return form

    def warnings(self, obj: CreationFlow) -> list[str]:
        return [*super().warnings(obj), *flow_warnings(obj)]


@admin.register(Step)
class StepAdmin(TranslatedAdmin[Step]):
    parent_field = "flow"
    child_columns = ("title", "position", "question_count", "translations", "to_check")
    list_display = ("title", "flow", "position", "translations", "to_check")
    list_select_related = ("flow__template",)
    search_fields = languages("title")
    fieldsets = ((None, {"fields": ("flow", languages("title"), languages("help_text"), "position")}),)
    children = ("questions",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Step]:
        return super().get_queryset(request).prefetch_related("questions__choices")

    @admin.display(description=_("Questions"))
    def question_count(self, obj: Step) -> int:
        return len(obj.questions.all())

    def warnings(self, obj: Step) -> list[str]:
        return [*super().warnings(obj), *step_warnings(obj)]


@admin.register(Question)
class QuestionAdmin(TranslatedAdmin[Question]):
    parent_field = "step"
    child_columns = ("text", "kind", "is_required", "position", "choice_count", "translations", "to_check")
    list_display = ("text", "step", "kind", "is_required", "position", "translations", "to_check")
    list_select_related = ("step__flow__template",)
    list_filter = ("kind",)
    search_fields = languages("text")
    fieldsets = (
        (None, {"fields": ("step", languages("text"), languages("help_text"))}),
        (_("Answer"), {"fields": ("kind", ("is_required", "names_ticket", "is_past"), "position")}),
    )
    children = ("choices",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Question]:
        return super().get_queryset(request).prefetch_related("choices")

    @admin.display(description=_("Choices"))
    def choice_count(self, obj: Question) -> int | None:
        return len(obj.choices.all()) if obj.has_choices else None

    def children_of(self, obj: Question) -> tuple[str, ...]:
        return self.children if obj.has_choices else ()

    def warnings(self, obj: Question) -> list[str]:
        return [*super().warnings(obj), *question_warnings(obj)]


@admin.register(Choice)
class ChoiceAdmin(TranslatedAdmin[Choice]):
    parent_field = "question"
    child_columns = ("label", "raises_priority", "position", "translations", "to_check")
    list_display = ("label", "question", "raises_priority", "position", "translations", "to_check")
    list_select_related = ("question",)
    list_filter = ("raises_priority",)
    search_fields = languages("label")
    fieldsets = (
        (None, {"fields": ("question", languages("label"), "position")}),
        (_("In danger"), {"fields": ("raises_priority", languages("instruction"))}),
    )

    def warnings(self, obj: Choice) -> list[str]:
        return [*super().warnings(obj), *choice_warnings(obj)]


@admin.register(Ticket)
class TicketAdmin(ReadOnlyAdmin[Ticket]):
    """Tickets to look up: they are worked on in the back office, and never deleted."""

    menu_place = 3
    list_display = ("reference", "title", "status", "visibility", "priority", "device", "customer", "opened_at")
    list_display_links = ("reference", "title")
    list_select_related = ("device", "customer", "flow")
    list_filter = ("status", "visibility", "priority", "source")
    search_fields = ("=number", "search_public")
    fieldsets = (
        (None, {"fields": ("reference", "title", "status", "visibility", "priority")}),
        (_("What it is about"), {"fields": ("device_link", "customer_link", "flow", "category")}),
        (_("Who and when"), {"fields": ("creator_name", "person_name", "created_at", "opened_at", "changed_at")}),
    )
    readonly_fields = ("reference", "title", "device_link", "customer_link", "creator_name", "person_name")
    children = ("journal",)

    def has_view_permission(self, request: HttpRequest, obj: Ticket | None = None) -> bool:
        allowed = super().has_view_permission(request, obj)
        return allowed and (obj is None or request_may(request, "ticketing.view_ticket", obj))

    def has_delete_permission(self, request: HttpRequest, obj: Ticket | None = None) -> bool:
        return obj is not None and request_may(request, "ticketing.delete_ticket", obj)

    @admin.display(description=_("number"), ordering="number")
    def reference(self, obj: Ticket) -> str:
        return obj.reference or self.get_empty_value_display()

    @admin.display(description=_("subject"), ordering="subject")
    def title(self, obj: Ticket) -> str:
        return obj.title

    @admin.display(description=_("device"))
    def device_link(self, obj: Ticket) -> SafeString | str:
        return _link(obj.device) or self.get_empty_value_display()

    @admin.display(description=_("customer"))
    def customer_link(self, obj: Ticket) -> SafeString | str:
        return _link(obj.customer) or self.get_empty_value_display()

    @admin.display(description=_("created by"))
    def creator_name(self, obj: Ticket) -> str:
        return str(obj.creator)

    @admin.display(description=_("person"))
    def person_name(self, obj: Ticket) -> str:
        return str(obj.person or self.get_empty_value_display())


def _link(obj: Model | None) -> SafeString | None:
    return format_html('<a href="{}">{}</a>', change_url(obj), obj) if obj else None


@admin.register(JournalEntry)
class JournalEntryAdmin(ReadOnlyAdmin[JournalEntry]):
    """The journal of all tickets; rows are never changed or removed."""

    menu_place = 4
    parent_field = "ticket"
    child_columns = ("sequence", "kind", "person_name", "at", "is_public")
    list_display = ("ticket", "sequence", "kind", "person_name", "at", "is_public")
    list_display_links = ("ticket", "sequence")
    list_select_related = ("ticket__flow", "person")
    list_filter = ("kind", ("public_sequence", admin.EmptyFieldListFilter))
    search_fields = ("=ticket__number",)
    fields = ("ticket", "sequence", "public_sequence", "kind", "person_name", "at", "data", "previous_digest", "digest")
    readonly_fields = ("person_name",)

    @admin.display(description=_("person"))
    def person_name(self, obj: JournalEntry) -> str:
        return str(obj.person or self.get_empty_value_display())

    @admin.display(description=_("public"), boolean=True)
    def is_public(self, obj: JournalEntry) -> bool:
        return obj.public_sequence is not None
