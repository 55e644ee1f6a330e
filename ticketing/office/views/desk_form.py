"""The desk form: creating a ticket at once, and editing its fields."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from config.common.errors import InvalidInput, NotAllowed, UsedKey
from config.common.marks import isolated
from config.common.rules import require
from fleet.requests import Request, known_actor
from messenger.selectors import WaitingFile, files_waiting
from messenger.services.attachments import Place, keep_files
from ticketing.access import ticket_for
from ticketing.forms.desk import DeskForm, EditDeskForm, NewDeskForm
from ticketing.forms.reporter import NewReporterForm
from ticketing.office.kept_forms import take_desk_form
from ticketing.office.listing import forget_counts
from ticketing.office.pages.desk_form import (
    DeskFormPage,
    edit_desk_form,
    edit_page,
    new_desk_form,
    new_page,
    new_person_form,
)
from ticketing.services.desk import DeskFields, create_desk_ticket
from ticketing.services.editing import EditConflict, editable_fields
from ticketing.services.stages import AddedFiles, save_desk_form
from ticketing.views.captions import keep_captions
from ticketing.views.responses import SeeOther
from ticketing.views.uploads import take_back

# The name of the button that takes a file away.
REMOVE = "remove"
# Those of `DeskFields`.
FIELDS = ("category", "subject", "person", "device", "reservation", "description", "comment")


@require_http_methods(["GET", "HEAD", "POST"])
def desk_form(request: Request) -> HttpResponse:
    """Nine fields, and the ticket is open."""
    actor = known_actor(request)
    require(actor, "ticketing.create_desk_ticket")
    if request.method != "POST":
        if kept := take_desk_form(request, actor.person.pk):
            form, new_person = new_desk_form(actor, kept, checked=False), new_person_form(actor, kept, checked=False)
            return _show(request, new_page(actor, form, new_person, files_waiting(actor, _uploads_of(kept, form))))
        return _show(request, new_page(actor, new_desk_form(actor, query=request.GET), new_person_form(actor)))
    _check_writer(request)
    keep_captions(actor, request.POST)
    is_checked = REMOVE not in request.POST
    form = new_desk_form(actor, request.POST, request.FILES, checked=is_checked)
    new_person = new_person_form(actor, request.POST, checked=is_checked)
    if not is_checked:
        take_back(actor, request.POST[REMOVE])
        return _keep_and_show(request, form, new_person)
    if not _are_valid(form, new_person):
        return _keep_and_show(request, form, new_person)
    cleaned = form.cleaned_data
    added = new_person.details if new_person is not None else None
    try:
        ticket = create_desk_ticket(
            actor=actor,
            client_key=cleaned["client_key"],
            fields=DeskFields(**{"person": actor.person, **_fields_of(form), **({"person": added} if added else {})}),
            visibility=cleaned.get("visibility"),
            sends_to_managers=cleaned.get("sends_to_managers", False),
            files=cleaned["files"] or (),
            upload_ids=cleaned["uploads"],
        )
    except InvalidInput as refusal:
        is_of_new = new_person is not None and refusal.field in new_person.fields
        # What came with the form is looked at one by one below.
        if refusal.field != "files" or not request.FILES:
            _add_refusal(new_person if new_person is not None and is_of_new else form, refusal)
        if isinstance(refusal, UsedKey):
            form.send_next("client_key", str(uuid.uuid4()))
        return _keep_and_show(request, form, new_person)
    messages.success(request, _("Ticket %(number)s was created.") % {"number": ticket.reference})
    forget_counts(actor)
    return SeeOther(ticket.get_absolute_url())


def _check_writer(request: Request) -> None:
    """Raises `NotAllowed` for a form that somebody else filled in before this person signed in in another tab."""
    writer = request.POST.get("writer", "")
    if writer and writer != str(known_actor(request).person.pk):
        raise NotAllowed(_("Somebody else wrote this: you have signed in meanwhile. Nothing was saved."))


def _fields_of(form: DeskForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in FIELDS if name in form.cleaned_data}


def _are_valid(form: NewDeskForm, new_person: NewReporterForm | None) -> bool:
    """Whether the ticket can be saved as far as the forms can tell. Who is added was not found."""
    is_added = new_person is not None and new_person.is_given
    if is_added:
        form.add_person()
    # Each says what is wrong with it.
    are_valid = all([form.is_valid(), new_person is None or new_person.is_valid()])
    if are_valid and is_added and form.cleaned_data["person"] is not None:
        form.add_error("person", _("Choose someone here, or add someone below; not both."))
        return False
    return are_valid


def _add_refusal(form: Form, refusal: InvalidInput) -> None:
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))


def _keep_and_show(request: Request, form: NewDeskForm, new_person: NewReporterForm | None) -> HttpResponse:
    is_asked = bool(form.searched) or not form.checked
    place = Place(None, "desk", slot=str(form["client_key"].value()))
    page = new_page(known_actor(request), form, new_person, _kept_files(request, form, place))
    return _show(request, page, status=200 if is_asked else 400)


def _kept_files(request: Request, form: NewDeskForm | EditDeskForm, place: Place) -> list[WaitingFile]:
    """What waits for the form, with the files that came with it: nobody has to choose them again."""
    actor = known_actor(request)
    before = files_waiting(actor, _uploads_of(request.POST, form))
    kept, refusals = keep_files(actor=actor, place=place, files=request.FILES.getlist("files"), already=len(before))
    for refusal in refusals:
        form.add_error("files", str(refusal))
    return [*before, *kept]


def _uploads_of(sent: QueryDict, form: NewDeskForm | EditDeskForm) -> list[uuid.UUID]:
    """Also of a form that was not checked yet."""
    try:
        ids: list[uuid.UUID] = form.fields["uploads"].clean(sent.getlist("uploads"))
    except ValidationError:
        return []
    return ids


@require_http_methods(["GET", "HEAD", "POST"])
def ticket_edit(request: Request, ticket_id: int) -> HttpResponse:
    """The same form with what the ticket says now; what others change meanwhile is not overwritten."""
    actor = known_actor(request)
    ticket = ticket_for(actor, ticket_id, rule="ticketing.edit_fields", shown=True)
    if request.method != "POST":
        return _show(request, edit_page(actor, edit_desk_form(actor, ticket)))
    _check_writer(request)
    keep_captions(actor, request.POST)
    is_checked = REMOVE not in request.POST
    form = edit_desk_form(actor, ticket, request.POST, request.FILES, checked=is_checked)
    names = editable_fields(actor, ticket)
    # Where both changed the same field, the writer has chosen by now.
    theirs = {name: getattr(ticket, name) for name in names if request.POST.get(f"keep_{name}") == "theirs"}
    form.show(theirs)
    if not is_checked:
        take_back(actor, request.POST[REMOVE])
    if not form.is_valid():
        return _show_edited(request, form)
    values = {name: value for name, value in form.values(names).items() if name not in theirs}
    try:
        edited = save_desk_form(
            actor=actor,
            ticket_id=ticket.pk,
            version=form.cleaned_data["version"],
            values=values,
            stage=form.chosen_stage,
            added=_added_files(form),
        )
    except EditConflict as conflict:
        return _show_conflict(request, form, conflict)
    except InvalidInput as refusal:
        if refusal.field != "files" or not request.FILES:
            _add_refusal(form, refusal)
        if isinstance(refusal, UsedKey):
            form.send_next("client_key", str(uuid.uuid4()))
        return _show_edited(request, form)
    is_changed = bool(edited.fields) or edited.has_moved or edited.has_files
    messages.success(request, _("The ticket was saved.") if is_changed else _("Nothing was changed."))
    if edited.new_customer is not None and edited.ticket.is_public:
        messages.info(request, _("%(customer)s sees this ticket now.") % {"customer": isolated(edited.new_customer)})
    forget_counts(actor)
    return SeeOther(ticket.get_absolute_url())


def _added_files(form: EditDeskForm) -> AddedFiles | None:
    if "files" not in form.fields:
        return None
    cleaned = form.cleaned_data
    # Of a page without a key.
    key = cleaned["client_key"] or uuid.uuid4()
    return AddedFiles(key, cleaned["files"] or (), cleaned["uploads"])


def _show_edited(
    request: Request, form: EditDeskForm, theirs: Mapping[str, Any] | None = None, status: int = 400
) -> HttpResponse:
    kept = _kept_files(request, form, Place(form.ticket.pk, "edit")) if "files" in form.fields else []
    is_asked = bool(form.searched) or not form.checked
    return _show(request, edit_page(known_actor(request), form, kept, theirs), status=200 if is_asked else status)


def _show_conflict(request: Request, form: EditDeskForm, conflict: EditConflict) -> HttpResponse:
    form.send_next("version", str(conflict.version))
    # From now on what is sent counts as seen: what stood there before must not come back with it.
    form.show(conflict.others)
    return _show_edited(request, form, conflict.theirs, conflict.http_status)


def _show(request: Request, page: DeskFormPage, status: int = 200) -> HttpResponse:
    return render(request, "ticketing/office/desk_form.html", {"page": page}, status=status)
