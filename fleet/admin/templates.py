"""The administration of templates and their groups."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.common.admin import ModelForm, TranslatedAdmin, languages
from fleet.admin.devices import PictureForm
from fleet.models import Device, Group, MetaTeam, Person, Team, Template
from fleet.revocation import revoke_access
from fleet.selectors import group_for
from fleet.services.devices import refill_search


@admin.register(Template)
class TemplateAdmin(TranslatedAdmin[Template]):
    menu_place = 4
    form = PictureForm[Template]
    list_display = ("name", "kind", "ratings_enabled", "device_count", "translations", "to_check")
    list_filter = ("kind", "ratings_enabled")
    search_fields = languages("name")
    fieldsets = (
        (None, {"fields": (languages("name"), languages("description"))}),
        (_("Behaviour"), {"fields": ("kind", "picture", "ratings_enabled", "portal_scope")}),
        (_("What people are told"), {"fields": (languages("next_steps"), "emergency_number")}),
    )
    children = ("groups", "flows", "devices")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Template]:
        queryset = super().get_queryset(request).prefetch_related("groups", "flows")
        return queryset.annotate(device_total=Count("devices", distinct=True))

    @admin.display(description=_("Devices"), ordering="device_total")
    def device_count(self, obj: Any) -> int:
        return int(obj.device_total)

    def save_model(self, request: HttpRequest, obj: Template, form: ModelForm[Template], change: bool) -> None:
        super().save_model(request, obj, form, change)
        # It decides which tickets the holders of codes see.
        if change and "portal_scope" in form.changed_data:
            revoke_access()
        if change and not set(languages("name")).isdisjoint(form.changed_data):
            refill_search(Device.objects.filter(template=obj))

    def warnings(self, obj: Any) -> list[str]:
        found = super().warnings(obj)
        if not obj.groups.all():
            found.append(gettext("This template has no group: no one is offered its tickets."))
        if not any(flow.is_active for flow in obj.flows.all()):
            found.append(gettext("This template has no active creation flow: no one can create tickets."))
        return found


@admin.register(Group)
class GroupAdmin(TranslatedAdmin[Group]):
    menu_place = 5
    parent_field = "template"
    child_columns = ("name", "position", "is_default", "assigns_automatically", "translations", "to_check")
    list_display = ("name", "template", "position", "assigns_automatically", "translations", "to_check")
    list_select_related = ("template",)
    list_filter = ("template",)
    search_fields = languages("name")
    fieldsets = (
        (None, {"fields": ("template", languages("name"), ("position", "assigns_automatically"))}),
        (
            _("Who belongs to it"),
            {
                "description": _("All of them together. A meta team stands for its team of the ticket’s customer."),
                "fields": ("employees", "teams", "meta_teams"),
            },
        ),
    )  # fmt: skip
    filter_horizontal = ("employees", "teams", "meta_teams")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        # All employees that a group can lead to, in a fixed number of queries.
        working = Prefetch("members", Person.objects.employees(), to_attr="working_members")
        teams = Team.objects.prefetch_related(working)
        return (
            super()
            .get_queryset(request)
            .prefetch_related(
                "template__groups",
                Prefetch("employees", Person.objects.employees(), to_attr="working_employees"),
                Prefetch("teams", teams),
                Prefetch("meta_teams", MetaTeam.objects.prefetch_related(Prefetch("teams", teams))),
            )
        )

    @admin.display(description=_("Default group"), boolean=True)
    def is_default(self, obj: Group) -> bool:
        # Sorted here: the groups are prefetched.
        if obj.template is None:
            return obj == group_for(None, None)
        return obj == min(obj.template.groups.all(), key=lambda group: (group.position, group.pk))

    def warnings(self, obj: Any) -> list[str]:
        reached = obj.working_employees or any(team.working_members for team in obj.teams.all())
        through_meta = any(team.working_members for meta in obj.meta_teams.all() for team in meta.teams.all())
        if reached or through_meta:
            return []
        return [gettext("This group leads to no one: add employees, teams or meta teams.")]
