"""The desk form as a page: to create a ticket, and to edit one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.forms import Form
from django.http import QueryDict
from django.urls import reverse

from config.common.numbers import whole_number
from config.common.rules import may
from config.common.starts import spelt
from config.common.text import start_key, without_nul
from fleet.access import customer_people_for, devices_for, reservations_for
from fleet.actors import Actor
from fleet.models.reservations import number_key
from messenger.models import Attachment
from messenger.selectors import WaitingFile, files_waiting_in
from ticketing.forms.desk import DeskForm, EditDeskForm, NewDeskForm, initial_of
from ticketing.forms.reporter import NewReporterForm
from ticketing.models import Category, Stage, Ticket, TicketStatus
from ticketing.pages.waiting import divided_by_form, with_named
from ticketing.services.desk_files import files_of
from ticketing.services.editing import editable_fields
from ticketing.surfaces import OFFICE


@dataclass(frozen=True)
class Conflict:
    """A field that somebody else changed meanwhile: what it is now, as text."""

    name: str
    label: str
    theirs: str


@dataclass(frozen=True)
class DeskFormPage:
    """`ticket` is the one that is edited; `kept` are files that are here already and wait for the form to be saved.

    `offered` came with other forms that were not saved: the writer decides whether they belong to this one.
    """

    form: DeskForm
    url: str
    upload_url: str
    # As uploads are announced.
    purpose: str
    back_url: str
    ticket: Ticket | None = None
    # Only employees add people.
    new_person: NewReporterForm | None = None
    kept: Sequence[WaitingFile] = ()
    offered: Sequence[WaitingFile] = ()
    # What the ticket has already.
    attached: Sequence[Attachment] = ()
    conflicts: Sequence[Conflict] = field(default_factory=tuple)

    @property
    def forms(self) -> list[Form]:
        """In the order of the page."""
        return [self.form, *([self.new_person] if self.new_person else [])]

    @property
    def slot(self) -> str:
        """Of its list of files: two forms that make tickets may be open at once."""
        return "" if self.ticket else str(self.form["client_key"].value())

    @property
    def has_switch(self) -> bool:
        return "sends_to_managers" in self.form.fields


def categories_for(actor: Actor) -> list[Category]:
    """Those that the actor may choose, in the order of the form."""
    rows = Category.objects.filter(is_active=True).select_related("parent").order_by("position", "id")
    return [each for each in rows if may(actor, "ticketing.choose_category", each)]


def new_desk_form(
    actor: Actor,
    data: QueryDict | None = None,
    files: Any = None,
    query: QueryDict | None = None,
    *,
    checked: bool = True,
) -> NewDeskForm:
    """`query` names what another page knows already: ``vehicle``, ``reservation`` and ``person``.

    With `checked=False` the form only shows what was written.
    """
    initial = {"writer": actor.person_id, **(_known_by(actor, query) if query else {})}
    categories = categories_for(actor)
    return NewDeskForm(data, files, actor=actor, categories=categories, initial=initial, checked=checked)


def _known_by(actor: Actor, query: QueryDict) -> dict[str, Any]:
    """What the address names and the actor may see: a vehicle by plate or address part, a reservation by its number."""
    found: dict[str, Any] = {}
    if number := _text(query, "reservation"):
        reservation = spelt(reservations_for(actor), "key", number_key(number)).order_by("pk").first()
        if reservation is not None:
            found = {"reservation": reservation, "device": reservation.device, "person": reservation.person}
    if plate := _text(query, "vehicle"):
        devices = devices_for(actor)
        found["device"] = (
            devices.filter(slug=plate).first() or spelt(devices, "keys__key", start_key(plate)).order_by("pk").first()
        )
    if person := whole_number(query.get("person")):
        found["person"] = customer_people_for(actor).filter(pk=person).first()
    return {name: row for name, row in found.items() if row is not None}


def _text(query: QueryDict, name: str) -> str:
    return without_nul(query.get(name, "")).strip()


def edit_desk_form(
    actor: Actor, ticket: Ticket, data: QueryDict | None = None, files: Any = None, *, checked: bool = True
) -> EditDeskForm:
    """With `checked=False` the form only shows what was written."""
    return EditDeskForm(
        data,
        files,
        checked=checked,
        actor=actor,
        ticket=ticket,
        names=editable_fields(actor, ticket),
        stages=stages_for(actor, ticket),
        categories=_with_present(categories_for(actor), ticket.category),
        initial={"writer": actor.person_id, **initial_of(ticket)},
    )


def _with_present(categories: list[Category], present: Category | None) -> list[Category]:
    """Also the ticket's own, which may have been closed for new tickets."""
    known = {each.pk for each in categories}
    levels = [present.parent, present] if present is not None else []
    return [*categories, *(each for each in levels if each is not None and each.pk not in known)]


def stages_for(actor: Actor, ticket: Ticket) -> list[Stage]:
    """The present stage and those that the actor can bring the ticket to; none for those who can change nothing."""
    present = ticket.status.stage
    if present is None:
        return []
    reachable = []
    if present == Stage.NEW and may(actor, "ticketing.start", ticket):
        reachable.append(Stage.ONGOING)
    if present != Stage.DEALT_WITH and (
        may(actor, "ticketing.archive", ticket)
        or may(actor, "ticketing.start" if ticket.status == TicketStatus.OPEN else "ticketing.finish", ticket)
    ):
        reachable.append(Stage.DEALT_WITH)
    return [present, *reachable] if reachable else []


def new_person_form(actor: Actor, data: QueryDict | None = None, *, checked: bool = True) -> NewReporterForm | None:
    return NewReporterForm(data, actor=actor, checked=checked) if may(actor, "fleet.name_reporter") else None


def new_page(
    actor: Actor, form: NewDeskForm, new_person: NewReporterForm | None, kept: Sequence[WaitingFile] = ()
) -> DeskFormPage:
    """`kept` is what the form names; what else waits for it is added, and that of other forms offered."""
    own, others = divided_by_form(files_waiting_in(actor, None, "desk"), kept, str(form["client_key"].value()))
    return DeskFormPage(
        form,
        reverse("office:desk_form"),
        reverse("office:desk_upload_add"),
        "desk",
        reverse("office:ticket_list"),
        new_person=new_person,
        kept=own,
        offered=others,
    )


def edit_page(
    actor: Actor, form: EditDeskForm, kept: Sequence[WaitingFile] = (), theirs: Mapping[str, Any] | None = None
) -> DeskFormPage:
    """`kept` is what the form names; what else waits for it is added."""
    ticket = form.ticket
    waiting = files_waiting_in(actor, ticket.pk, "edit") if ticket.is_from_desk else []
    conflicts = [
        Conflict(name, str(form.fields[name].label), _as_text(value)) for name, value in (theirs or {}).items()
    ]
    return DeskFormPage(
        form,
        reverse("office:ticket_edit", args=[ticket.pk]),
        OFFICE.ticket_url("upload_add", ticket),
        "edit",
        ticket.get_absolute_url(),
        ticket=ticket,
        kept=with_named(waiting, kept),
        attached=files_of(ticket) if ticket.is_from_desk else (),
        conflicts=conflicts,
    )


def _as_text(value: Any) -> str:
    if isinstance(value, Category):
        return value.path
    return str(value) if isinstance(value, Model) or value else "–"
