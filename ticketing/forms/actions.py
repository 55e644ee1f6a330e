"""What is chosen when a ticket is assigned, withdrawn, or gets another priority or visibility."""

from collections.abc import Iterable, Mapping

from crispy_forms.layout import Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from config.common.forms import Helper
from fleet.models import Person
from ticketing.forms.fields import choose_among
from ticketing.models import Priority, Ticket, Visibility


class AssignForm(forms.Form):
    """Cleaned to the employee."""

    person = forms.ChoiceField(
        label=_("Employee"),
        help_text=_("They become responsible and are notified. Others who are responsible stay so."),
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose an active employee.")),
    )

    helper = Helper(Layout("person"), form_show_errors=False)

    def __init__(self, employees: Iterable[Person], data: Mapping[str, object] | None = None) -> None:
        super().__init__(data, auto_id="assign-%s")
        self.employees = {str(employee.pk): employee for employee in employees}
        named = ((key, f"{each.name} · {each.get_role_display()}") for key, each in self.employees.items())
        choose_among(self, "person", [("", _("Choose someone")), *named])

    def clean_person(self) -> Person:
        return self.employees[self.cleaned_data["person"]]


class WithdrawForm(forms.Form):
    """Cleaned to one of the people who were asked or are responsible."""

    person = forms.ChoiceField(
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), _("This is no longer possible: the ticket has changed meanwhile.")
        ),
    )

    helper = Helper(Layout("person"), form_show_errors=False)

    def __init__(self, people: Iterable[Person], data: Mapping[str, object] | None = None) -> None:
        self.people = {str(person.pk): person for person in people}
        super().__init__(data, auto_id=False, initial={"person": next(iter(self.people), "")})
        choose_among(self, "person", [(key, person.name) for key, person in self.people.items()])

    def clean_person(self) -> Person:
        return self.people[self.cleaned_data["person"]]


class PriorityForm(forms.Form):
    """Sent by the tap on a priority."""

    priority = forms.TypedChoiceField(
        choices=Priority.choices,
        coerce=lambda value: Priority(int(value)),
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose one of these.")),
    )

    levels = tuple(Priority)
    helper = Helper(Layout(Field("priority", template="fleetdesk/priority_menu.html")), form_show_errors=False)

    def __init__(self, ticket: Ticket, data: Mapping[str, object] | None = None) -> None:
        super().__init__(data, initial={"priority": ticket.priority})


class ChangeVisibilityForm(forms.Form):
    """Sent by a button that names the other visibility, in `other`."""

    visibility = forms.TypedChoiceField(
        choices=Visibility.choices,
        coerce=Visibility,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose who may see this ticket.")),
    )

    helper = Helper(Layout(Field("visibility", template="fleetdesk/visibility_button.html")), form_show_errors=False)

    def __init__(self, ticket: Ticket, data: Mapping[str, object] | None = None) -> None:
        super().__init__(data)
        self.other = Visibility.INTERNAL if ticket.is_public else Visibility.PUBLIC
