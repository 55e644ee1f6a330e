"""People who sign in, and their roles. An app above registers the page, because it knows what an employee leaves."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.common.admin import ModelForm, RuledAdmin
from fleet.actors import KnownActor
from fleet.models import Customer, Person, Role
from fleet.models.people import CUSTOMER_ROLES
from fleet.requests import signed_in_actor
from fleet.services import people

if TYPE_CHECKING:
    from config.common.admin import Fieldsets

ROLES = [choice for choice in Role.choices if choice[0] != Role.CODE_USER]
DETAILS = ("email", "role", "first_name", "last_name", "phone", "contact_email", "language", "customer")


class PersonForm(ModelForm[Person]):
    """A person who signs in. An empty password changes nothing."""

    new_password = forms.CharField(
        label=_("New password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Empty: it stays as it is; a new person cannot sign in yet."),
    )

    class Meta:
        model = Person
        fields = (*DETAILS, "is_active")
        widgets = {"email": forms.EmailInput(attrs={"autocomplete": "off"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "role" in self.fields:
            role = self.fields["role"]
            assert isinstance(role, forms.ChoiceField)
            role.choices = ROLES
        self.fields["email"].help_text = _("Managers and subscribers can be without one until they are invited.")

    def clean_email(self) -> str | None:
        return str(self.cleaned_data["email"] or "").strip().lower() or None

    def clean_new_password(self) -> str:
        password = str(self.cleaned_data["new_password"])
        if password:
            validate_password(password, self.instance)
        return password

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        role = cleaned.get("role", self.instance.role)
        self._check_customer(role, cleaned.get("customer"))
        if role not in CUSTOMER_ROLES and not cleaned.get("email") and "email" not in self.errors:
            self.add_error("email", ValidationError(self.fields["email"].error_messages["required"], code="required"))
        stays = cleaned.get("is_active", True) and cleaned.get("role", Role.ADMINISTRATOR) == Role.ADMINISTRATOR
        if self.instance.pk and not stays and people.is_last_administrator(Person.objects.get(pk=self.instance.pk)):
            raise ValidationError(_("This is the last active administrator. Make someone else one first."))
        return cleaned

    def _check_customer(self, role: str, customer: Customer | None) -> None:
        if "customer" not in self.fields or "customer" in self.errors:
            return
        if role in CUSTOMER_ROLES and customer is None:
            self.add_error("customer", ValidationError(_("Choose the customer of this manager or subscriber.")))
        if role not in CUSTOMER_ROLES and customer is not None:
            self.add_error("customer", ValidationError(_("Employees belong to no customer. Leave this empty.")))


class PersonAdmin(RuledAdmin[Person]):
    change_person = staticmethod(people.change_person)
    deactivate_person = staticmethod(people.deactivate_person)
    menu_place = 9
    form = PersonForm
    child_columns = ("name", "role", "email", "is_active")
    list_display = ("name", "role", "customer", "email", "language", "is_active", "last_login")
    list_select_related = ("customer",)
    list_filter = ("role", "is_active", "customer")
    search_fields = ("search",)
    ordering = ("last_name", "first_name")
    autocomplete_fields = ("customer",)

    @admin.display(description=_("name"), ordering="last_name")
    def name(self, obj: Person) -> str:
        return obj.name

    def get_queryset(self, request: HttpRequest) -> QuerySet[Person]:
        # Code users have no account.
        return super().get_queryset(request).exclude(role=Role.CODE_USER)

    def has_delete_permission(self, request: HttpRequest, obj: Person | None = None) -> bool:
        # People who leave are deactivated, because what they wrote stays.
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Person | None = None) -> tuple[str, ...]:
        # Administrators cannot change their own role or lock themselves out.
        return ("role", "customer", "is_active") if obj is not None and obj == request.user else ()

    def get_fieldsets(self, request: HttpRequest, obj: Person | None = None) -> "Fieldsets":
        account = ("email", "new_password", *(("is_active",) if obj else ()))
        return (
            (None, {"fields": (("first_name", "last_name"), ("role", "customer"), "language")}),
            (_("Signing in"), {"fields": account}),
            (_("How to reach them"), {"fields": (("contact_email", "phone"),)}),
        )

    def warnings(self, obj: Person) -> list[str]:
        if not obj.is_active:
            return [gettext("This person is deactivated and cannot sign in.")]
        return [] if obj.has_usable_password() else [gettext("This person has no password yet and cannot sign in.")]

    def save_model(self, request: HttpRequest, obj: Person, form: ModelForm[Person], change: bool) -> None:
        # Through the services, which keep the rules also when two administrators save at once.
        actor, given = signed_in_actor(request), form.cleaned_data
        details = people.PersonDetails(
            **{name: given.get(name, getattr(obj, name)) for name in DETAILS} | {"email": given.get("email") or ""}
        )
        password = given.get("new_password") or ""
        if change:
            person = self.change_person(actor=actor, person=obj, details=details)
            self._change_account(actor, person, form, password)
        else:
            person = people.create_person(actor=actor, details=details, password=password)
        obj.pk = person.pk
        obj.refresh_from_db()

    def _change_account(self, actor: KnownActor, person: Person, form: ModelForm[Person], password: str) -> None:
        if password:
            people.set_password(actor=actor, person=person, password=password)
        if "is_active" in form.changed_data:
            change = people.activate_person if form.cleaned_data["is_active"] else self.deactivate_person
            change(actor=actor, person=person)
