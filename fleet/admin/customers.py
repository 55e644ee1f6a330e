"""The administration of customers, meta teams and teams."""

from typing import TYPE_CHECKING, Any, Protocol, cast

from django import forms
from django.contrib import admin
from django.db.models import ForeignKey, Model, Prefetch, QuerySet
from django.forms import ModelChoiceField
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.common.admin import ModelForm, RuledAdmin, RuledInline, TranslatedAdmin, languages
from fleet.forms.pictures import prepared_upload
from fleet.models import Customer, CustomerTeam, MetaTeam, Person, Team
from fleet.services.customers import save_customer

if TYPE_CHECKING:
    from config.common.admin import Fieldsets

    BaseTeamField = ModelChoiceField[Team]
else:
    BaseTeamField = ModelChoiceField


class TeamField(BaseTeamField):
    def label_from_instance(self, obj: Team) -> str:
        # Teams of several meta teams may have the same name.
        return f"{obj.meta_team}: {obj}"


class CustomerTeamInline(RuledInline[CustomerTeam, Customer]):
    model = CustomerTeam
    extra = 0
    fields = ("meta_team", "team")
    verbose_name = _("team of the customer")
    verbose_name_plural = _("teams of the customer")

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Model, Model]", request: HttpRequest, **kwargs: object
    ) -> "ModelChoiceField[Any] | None":
        if db_field.name == "team":
            kwargs["queryset"] = Team.objects.select_related("meta_team").order_by("meta_team__name", "name")
            kwargs["form_class"] = TeamField
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class CustomerForm(ModelForm[Customer]):
    def clean_logo(self) -> object:
        return prepared_upload(self.cleaned_data.get("logo"))


@admin.register(Customer)
class CustomerAdmin(RuledAdmin[Customer]):
    menu_place = 1
    form = CustomerForm
    list_display = ("name", "kind", "number", "contact_email", "phone")
    list_filter = ("kind",)
    search_fields = ("search", "contact_email__icontains")
    fields = ("name", "kind", "number", "logo", ("address", "billing_address"), ("contact_email", "phone"))
    inlines = (CustomerTeamInline,)
    children = ("devices", "people")

    def save_model(self, request: HttpRequest, obj: Customer, form: ModelForm[Customer], change: bool) -> None:
        save_customer(obj, changed=form.changed_data)


@admin.register(MetaTeam)
class MetaTeamAdmin(TranslatedAdmin[MetaTeam]):
    menu_place = 2
    list_display = ("name", "default_team", "translations", "to_check")
    list_select_related = ("default_team",)
    search_fields = languages("name")
    fieldsets = ((None, {"fields": (languages("name"), "default_team")}),)
    children = ("teams",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[MetaTeam]:
        working = Prefetch("teams__members", Person.objects.employees(), to_attr="working_members")
        return super().get_queryset(request).prefetch_related("teams", working)

    def get_fieldsets(self, request: HttpRequest, obj: MetaTeam | None = None) -> "Fieldsets":
        # A new meta team has no teams yet that could be its default.
        fields = (languages("name"), "default_team") if obj else (languages("name"),)
        return ((None, {"fields": fields}),)

    def get_form(
        self, request: HttpRequest, obj: MetaTeam | None = None, change: bool = False, **kwargs: object
    ) -> "type[forms.ModelForm[MetaTeam]]":
        form = super().get_form(request, obj, change=change, **kwargs)
        if "default_team" in form.base_fields:
            field = form.base_fields["default_team"]
            assert isinstance(field, ModelChoiceField)
            field.queryset = Team.objects.filter(meta_team=obj)
            field.help_text = _("Serves every customer who has no team of this meta team.")
        return form

    def warnings(self, obj: MetaTeam) -> list[str]:
        found = super().warnings(obj)
        teams = list(obj.teams.all())
        if not teams:
            return [*found, gettext("This meta team leads to no one: it has no team.")]
        if obj.default_team_id is None:
            found.append(gettext("There is no default team: customers without a team of this meta team reach no one."))
        for team in teams:
            if not _working_members(team):
                found.append(gettext("The team %(team)s has no active members.") % {"team": team})
        return found


class HasWorkingMembers(Protocol):
    """A team of the pages' querysets."""

    working_members: list[Person]


def _working_members(team: Team) -> list[Person]:
    return cast("HasWorkingMembers", team).working_members


@admin.register(Team)
class TeamAdmin(TranslatedAdmin[Team]):
    menu_place = 3
    parent_field = "meta_team"
    child_columns = ("name", "active_members", "translations", "to_check")
    list_display = ("name", "meta_team", "active_members", "translations", "to_check")
    list_select_related = ("meta_team",)
    list_filter = ("meta_team",)
    search_fields = languages("name")
    fieldsets = ((None, {"fields": ("meta_team", languages("name"), "members")}),)
    filter_horizontal = ("members",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Team]:
        working = Prefetch("members", Person.objects.employees(), to_attr="working_members")
        return super().get_queryset(request).prefetch_related(working)

    @admin.display(description=_("Active members"))
    def active_members(self, obj: Team) -> int:
        return len(_working_members(obj))

    def warnings(self, obj: Team) -> list[str]:
        found = super().warnings(obj)
        if not _working_members(obj):
            found.append(gettext("This team has no active members."))
        return found
