"""The desk form: what is asked when a ticket is created at a desk, and when its fields are edited."""

import json
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from config.common.forms import Helper
from config.common.suggest_field import SuggestField, SuggestForm, text_name
from config.common.typed import LineField, TextField
from fleet.actors import Actor
from fleet.models import Device, Person, Reservation
from ticketing.forms.conversation import UploadIdsField
from ticketing.forms.fields import FilesField, choose_among
from ticketing.models import Category, Stage, Ticket, TicketStatus, Visibility
from ticketing.models.tickets import customer_of

MAX_SUBJECT = 120  # Characters: one line of a list.
MAX_TEXT = 5_000  # Characters.
# Two columns on a desk, in this order on a phone.
LEFT = ("category", "subcategory", "subject", "stage")
RIGHT = ("person", "device", "reservation")
BELOW = ("description", "comment")


def _drawn(name: str) -> str | Field:
    return Field(name, template="fleetdesk/desk_person.html") if name == "person" else name


def _text_area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class DeskForm(SuggestForm):
    """`categories` are those that the writer may choose, with their parents. Cleaned to what services take."""

    use_required_attribute = False

    category = forms.ChoiceField(label=_("Category"), error_messages={"required": _("Choose a category.")})
    # Which is asked for depends on the category.
    subcategory = forms.ChoiceField(label=_("Sub-category"), required=False)
    subject = LineField(
        label=_("Subject"), max_length=MAX_SUBJECT, error_messages={"required": _("Please enter a subject.")}
    )
    stage = forms.TypedChoiceField(label=_("Stage"), choices=Stage.choices, coerce=Stage, initial=Stage.NEW)
    person = SuggestField(source="person", label=_("Person"))
    device = SuggestField(source="device", label=_("Vehicle"), required=False, help_text=_("By plate, number or name."))
    reservation = SuggestField(source="reservation", label=_("Reservation"), required=False)
    description = TextField(label=_("Description"), max_length=MAX_TEXT, required=False, widget=_text_area(5))
    comment = TextField(
        label=_("Comment"),
        max_length=MAX_TEXT,
        required=False,
        widget=_text_area(5),
        help_text=_("For the team and the managers. The person does not see it."),
    )
    # What the writer was asked, and saved all the same.
    agreed = forms.CharField(required=False, widget=forms.HiddenInput)
    # Whose text it is: others may sign in in this browser before it is sent.
    writer = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, actor: Actor, categories: Iterable[Category], **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, **kwargs)
        self.categories = {str(each.pk): each for each in categories}
        tops = [each for each in self.categories.values() if each.parent_id is None]
        choose_among(self, "category", [("", _("Choose a category")), *((str(each.pk), each.name) for each in tops)])
        # Grouped, so that it can be chosen without a script, too.
        grouped = [(top.name, [(str(each.pk), each.name) for each in self._below(top)]) for top in tops]
        subcategory = self.fields["subcategory"]
        assert isinstance(subcategory, forms.ChoiceField)
        subcategory.choices = [("", _("Choose a sub-category")), *(each for each in grouped if each[1])]
        below = {str(top.pk): [str(each.pk) for each in self._below(top)] for top in tops}
        subcategory.widget.attrs["data-below"] = json.dumps(below)
        if not any(below.values()):
            del self.fields["subcategory"]
        self.helper = self._helper()

    def _helper(self) -> Helper:
        # What is wrong stands above all forms of the page.
        return Helper(self.layout(), form_show_errors=False)

    def layout(self) -> Layout:
        """Only of the fields that this form has."""
        columns = [[_drawn(name) for name in names if name in self.fields] for names in (LEFT, RIGHT, BELOW)]
        left, right, below = (Div(*names, css_class="desk__column") for names in columns)
        return Layout(Div(left, right, css_class="desk__columns"), Div(*below, css_class="desk__columns"))

    def _below(self, top: Category) -> list[Category]:
        return [each for each in self.categories.values() if each.parent_id == top.pk]

    def full_clean(self) -> None:
        super().full_clean()
        # Asked for with most categories: the star says so.
        if "subcategory" in self.fields:
            self.fields["subcategory"].required = True

    def send_next(self, name: str, value: str) -> None:
        """Put a value into a hidden field of the form that is shown again."""
        assert isinstance(self.data, QueryDict)
        self.data = self.data.copy()
        self.data[name] = value

    def clean(self) -> dict[str, Any]:
        """The chosen sub-category is the category of the ticket."""
        cleaned = self.cleaned_data
        top = self.categories.get(cleaned.pop("category", ""))
        chosen = self.categories.get(cleaned.pop("subcategory", "") or "")
        if top is not None:
            below = self._below(top)
            if chosen is None and below:
                self.add_error("subcategory", ValidationError(_("Choose a sub-category."), code="required"))
            elif chosen is not None and chosen not in below:
                sentence = _("This sub-category belongs to another category.")
                self.add_error("subcategory", ValidationError(sentence, code="other"))
            else:
                cleaned["category"] = chosen or top
        return cleaned

    def _ask_about(self, reservation: Reservation, device: Device | None, person_id: int | None) -> None:
        """A reservation of another vehicle or person is asked about once."""
        device_id = device.pk if device else reservation.device_id
        if (reservation.device_id, reservation.person_id) == (device_id, person_id):
            return
        sentence = _("This reservation is for %(vehicle)s and %(person)s. Save again if that is meant.")
        names = {"vehicle": reservation.device.name, "person": reservation.person.name}
        question = ValidationError(sentence, code="mismatch", params=names)
        self._ask("reservation", f"{reservation.pk}.{device_id}.{person_id or 0}", question)

    def _ask(self, name: str, key: str, question: ValidationError) -> None:
        """Asks once at the field: to save again is to agree."""
        agreed = str(self.data.get("agreed", "")).split()
        if key not in agreed:
            self.send_next("agreed", " ".join([*agreed, key]))
            self.add_error(name, question)


class NewDeskForm(DeskForm):
    """Creates a ticket. What only employees are asked is left out for others."""

    client_key = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput)
    visibility = forms.TypedChoiceField(
        label=_("Who may see this ticket?"),
        choices=Visibility.choices,
        coerce=Visibility,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who may see this ticket.")},
    )
    sends_to_managers = forms.BooleanField(label=_("Send the ticket to the managers"), required=False)
    files = FilesField(label=_("Photos and files"), required=False)  # type: ignore[assignment]
    uploads = UploadIdsField(required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, **kwargs)
        self.adds_person = False
        # A ticket begins as new.
        self.fields["stage"].disabled, self.fields["stage"].required = True, False
        if not actor.is_employee:
            del self.fields["visibility"], self.fields["sends_to_managers"]
        if not (actor.is_employee or actor.is_manager):
            # A subscriber writes about nobody else.
            del self.fields["person"], self.fields["comment"]
        self.helper = self._helper()

    def layout(self) -> Layout:
        shown = Layout(*super().layout().fields)
        if "visibility" in self.fields:
            shown.append("visibility")
        return Layout("client_key", "writer", "agreed", *shown, Field("files", template="fleetdesk/desk_files.html"))

    def add_person(self) -> None:
        """Someone new is added with the ticket; what was looked for in vain is no mistake then."""
        self.fields["person"].required, self.adds_person = False, True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.adds_person and "person" in self.errors:
            del self.errors["person"]
            cleaned["person"] = None
        reservation = cleaned.get("reservation")
        if reservation is None:
            return cleaned
        # A reservation proposes what it is about.
        if "device" not in self.errors:
            cleaned["device"] = cleaned.get("device") or reservation.device
        if not self.errors:
            self._ask_about(reservation, cleaned["device"], self._person_id(cleaned))
        return cleaned

    def _person_id(self, cleaned: dict[str, Any]) -> int | None:
        """None for someone who is added with the ticket."""
        if "person" not in self.fields:
            return self.actor.person_id
        person: Person | None = cleaned["person"]
        return person.pk if person else None


class EditDeskForm(DeskForm):
    """Edits the fields of a ticket; `names` are those that may be edited, `stages` what its stage can become.

    `version` is the sequence of the ticket that the form was made of.
    """

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    # Others may bring the ticket on while it is edited: only a stage that was chosen here is set.
    stage_before = forms.CharField(required=False, widget=forms.HiddenInput)
    client_key = forms.UUIDField(initial=uuid.uuid4, required=False, widget=forms.HiddenInput)
    files = FilesField(label=_("Photos and files"), required=False)  # type: ignore[assignment]
    uploads = UploadIdsField(required=False)

    def __init__(
        self,
        *args: Any,
        actor: Actor,
        ticket: Ticket,
        names: Iterable[str],
        stages: Iterable[Stage],
        categories: Iterable[Category],
        **kwargs: Any,
    ) -> None:
        self.ticket = ticket
        super().__init__(*args, actor=actor, categories=categories, **kwargs)
        offered = list(stages)
        names = {*names, "subcategory", "version", "agreed", "writer", *(["stage", "stage_before"] if offered else [])}
        if ticket.is_from_desk:
            names |= {"client_key", "files", "uploads"}
        for name in [name for name in self.fields if name not in names]:
            del self.fields[name]
        if offered:
            before = self.data.get("stage_before")
            # Others may have brought it on meanwhile: what was left as it was is no mistake.
            left = [each for each in Stage if each.value == before and each not in offered]
            choose_among(self, "stage", [(each.value, each.label) for each in (*left, *offered)])
        if not ticket.is_from_desk:
            self._loosen()
        self._keep_unlisted()
        self.helper = self._helper()

    def _loosen(self) -> None:
        """A ticket of a flow may have no category and no person, and has a device."""
        self.fields["category"].required = self.fields["person"].required = False
        self.fields["device"].required = True
        self.fields["device"].label = _("Device")
        # Named by its flow where nobody was asked for a subject.
        self.fields["subject"].required = bool(self.ticket.subject)

    def _keep_unlisted(self) -> None:
        """What is no longer proposed, such as a person who left, stays as long as nothing else is chosen."""
        self.unlisted = set()
        for name in [each for each in RIGHT if each in self.fields]:
            field, present = self.fields[name], getattr(self.ticket, name)
            assert isinstance(field, SuggestField)
            if present is not None and field.get(str(present.pk)) is None:
                self.unlisted.add(name)
                field.required = False
                field.help_text = _("%(name)s, as long as nothing else is chosen.") % {"name": present}

    def layout(self) -> Layout:
        names = ("version", "agreed", "writer", "stage_before", "client_key")
        shown = Layout(*(name for name in names if name in self.fields), *super().layout().fields)
        if "files" in self.fields:
            shown.append(Field("files", template="fleetdesk/desk_files.html"))
        return shown

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        reservation, person = cleaned.get("reservation"), cleaned.get("person")
        is_new = bool({"reservation", "device", "person"} & set(self.changed_data))
        if reservation is not None and is_new and not self.errors:
            self._ask_about(reservation, cleaned.get("device"), person.pk if person else reservation.person_id)
        if self.ticket.is_public and not set(self.errors) - {"reservation"}:
            self._ask_who_sees_it(**self._about(cleaned))
        return cleaned

    def _about(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """Device and person as the ticket would have them."""
        present = {name: getattr(self.ticket, name) for name in ("device", "person")}
        chosen = {name: cleaned[name] for name in present if name in cleaned}
        return present | {name: row for name, row in chosen.items() if row is not None or name not in self.unlisted}

    def _ask_who_sees_it(self, device: Device | None, person: Person | None) -> None:
        """People of another customer, who would see a ticket only because another device or person was chosen."""
        ticket = self.ticket
        if (device, person) == (ticket.device, ticket.person):
            return
        # As services do it: work that has begun stays with its customer.
        customer = customer_of(device, person) if ticket.status == TicketStatus.OPEN else ticket.customer
        if customer is not None and customer != ticket.customer:
            sentence = _("%(customer)s will see this ticket. Save again if that is meant.")
            question = ValidationError(sentence, code="customer", params={"customer": customer})
            self._ask("device" if device and device.customer == customer else "person", f"c{customer.pk}", question)
        if person is not None and person != ticket.person and person.customer not in (ticket.customer, customer):
            sentence = _("%(person)s of %(customer)s will see this ticket. Save again if that is meant.")
            names = {"person": person.name, "customer": person.customer}
            self._ask("person", f"p{person.pk}", ValidationError(sentence, code="customer", params=names))

    @property
    def chosen_stage(self) -> Stage | None:
        """Of a valid form; None where it was left as it was."""
        stage: Stage | None = self.cleaned_data.get("stage")
        return None if stage is None or stage.value == self.cleaned_data["stage_before"] else stage

    def show(self, values: Mapping[str, Any]) -> None:
        """Put values of fields of the ticket into the form that is shown again, in place of what was sent for them."""
        for name, value in values.items():
            field = self.fields[name]
            if isinstance(field, SuggestField):
                found = field.get(str(value.pk)) if value is not None else None
                self.send_next(name, found.value if found else "")
                self.send_next(text_name(name), found.label if found else "")
            elif name == "category":
                for level, key in _levels_of(value).items():
                    self.send_next(level, key)
            else:
                self.send_next(name, value)

    def values(self, names: Iterable[str]) -> dict[str, Any]:
        """Of a valid form, the values of those fields of the ticket, as they are to be."""
        given = {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
        return {name: value for name, value in given.items() if value is not None or name not in self.unlisted}


def initial_of(ticket: Ticket) -> Mapping[str, Any]:
    """What the form shows of the ticket before anything is changed."""
    return {
        **_levels_of(ticket.category),
        "subject": ticket.subject,
        "stage": ticket.status.stage,
        "person": ticket.person,
        "device": ticket.device,
        "reservation": ticket.reservation,
        "description": ticket.description,
        "comment": ticket.comment,
        "version": ticket.sequence,
        "stage_before": ticket.status.stage,
    }


def _levels_of(category: Category | None) -> dict[str, str]:
    """The category as the two fields of the form have it."""
    top = category.parent if category is not None and category.parent_id else category
    return {
        "category": str(top.pk) if top else "",
        "subcategory": str(category.pk) if category is not None and category.parent_id else "",
    }
