"""Creating, editing, removing and copying elements of an assistant."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from config.common.errors import InvalidInput, NotVisible
from fleet.actors import KnownActor
from fleet.requests import Request, known_actor
from ticketing.assistants.access import assistant_for, assistant_of, templates_for
from ticketing.assistants.content import digest_of
from ticketing.forms.assistant_copies import TargetForm
from ticketing.forms.element_input import ElementInput, empty_element
from ticketing.forms.element_rows import ElementState, Row, carry_out, state_in, state_of
from ticketing.models.assistants import make_element_key
from ticketing.office.pages.copies import CopyPage
from ticketing.office.pages.elements import Workshop, element_page
from ticketing.office.pages.removals import removal_page
from ticketing.services.assistant_copies import copy_element
from ticketing.services.assistant_files import add_file, add_poster
from ticketing.services.assistants import EditedMeanwhile, remove_element, save_element
from ticketing.views.responses import SeeOther

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

FORM = ["GET", "HEAD", "POST"]
SAVE = "save"


@require_http_methods(FORM)
def element_create(request: Request, template_id: int) -> HttpResponse:
    """The page makes the key of the new element, so that sending it twice adds one."""
    actor = known_actor(request)
    workshop = Workshop.of(assistant_for(actor, template_id))
    if request.method == "POST":
        return _receive(request, actor, workshop, state_in(request.POST))
    state = state_of(empty_element(make_element_key()), seen="")
    state.raw |= {name: "" for name in state.raw if name.startswith("title_")}
    return _show(request, workshop, workshop.input(state))


@require_http_methods(FORM)
def element_edit(request: Request, template_id: int, key: str) -> HttpResponse:
    actor = known_actor(request)
    workshop = Workshop.of(assistant_for(actor, template_id))
    if request.method == "POST":
        state = state_in(request.POST)
        state.key = key
        return _receive(request, actor, workshop, state)
    element = workshop.content.by_key.get(key)
    if element is None:
        raise NotVisible
    return _show(request, workshop, workshop.input(state_of(element, seen=digest_of(element))))


@require_POST
def element_preview(request: Request, template_id: int) -> HttpResponse:
    """What the form beside it says, as on a phone."""
    workshop = Workshop.of(assistant_for(request.actor, template_id))
    form = workshop.input(state_in(request.POST), is_bound=True)
    preview = workshop.preview(form, request.POST.get("preview_language", ""))
    return render(request, "ticketing/office/_element_preview.html", {"preview": preview})


@require_http_methods(FORM)
def element_remove(request: Request, template_id: int, key: str) -> HttpResponse:
    """Asks first, and lists the buttons that would lead nowhere."""
    actor = known_actor(request)
    assistant = assistant_for(actor, template_id)
    if request.method == "POST":
        remove_element(actor=actor, assistant=assistant, key=key)
        messages.success(request, _("The element was removed from the draft."))
        return SeeOther(_detail(template_id))
    page = removal_page(Workshop.of(assistant), key)
    return render(request, "ticketing/office/element_remove.html", {"page": page})


@require_http_methods(FORM)
def element_copy(request: Request, template_id: int, key: str) -> HttpResponse:
    actor = known_actor(request)
    source = assistant_for(actor, template_id)
    element = Workshop.of(source).content.by_key.get(key)
    if element is None:
        raise NotVisible
    templates = [each for each in templates_for(actor) if assistant_of(each)]
    initial = {"template": template_id, "new_key": make_element_key()}
    form = TargetForm(templates, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        target = assistant_for(actor, form.cleaned_data["template"])
        copy_element(actor=actor, source=source, key=key, target=target, new_key=form.cleaned_data["new_key"])
        messages.success(request, _("The element was copied."))
        return SeeOther(reverse("office:element_edit", args=[target.template_id, form.cleaned_data["new_key"]]))
    back = reverse("office:element_edit", args=[template_id, key])
    page = CopyPage(_("Copy this element"), form, back, str(element.title), _("Copy"))
    status = 400 if request.method == "POST" else 200
    return render(request, "ticketing/office/assistant_copy.html", {"page": page}, status=status)


# Inside --------------------------------------------------------------------------------------------------------------


def _receive(request: Request, actor: KnownActor, workshop: Workshop, state: ElementState) -> HttpResponse:
    refusals = _take_files(request, actor, workshop, state)
    if workshop.take_out_lost_files(state):
        refusals.append(_("A picture or film of this page is not there any more. Add it again, or save without it."))
    action = request.POST.get("do", SAVE)
    if action != SAVE or refusals:
        carry_out(state, action)
        status = 400 if refusals and action == SAVE else 200
        return _show(request, workshop, workshop.input(state), refusals=refusals, status=status)
    form = workshop.input(state, is_bound=True)
    if not form.is_valid():
        return _show(request, workshop, form, status=400)
    try:
        save_element(
            actor=actor,
            assistant=workshop.assistant,
            element=form.content(),
            seen=state.seen,
            new_elements=form.new_elements(),
        )
    except EditedMeanwhile:
        workshop = Workshop.of(workshop.assistant)
        # What is shown as theirs now is what the next saving replaces.
        state.seen = workshop.digest(state.key)
        return _show(request, workshop, workshop.input(state), is_moved=True, status=400)
    messages.success(request, _("The element was saved in the draft."))
    return SeeOther(f"{_detail(workshop.assistant.template_id)}#element-{state.key}")


def _take_files(request: Request, actor: KnownActor, workshop: Workshop, state: ElementState) -> list[str]:
    """Stores what was chosen and adds it to the rows, also where the form cannot be saved yet. Returns refusals."""
    refusals: list[str] = []
    owners: dict[str, list[Row]] = {"element": state.files, **{part.id: part.files for part in state.parts}}
    for owner, rows in owners.items():
        for file in _uploads(request, f"upload-{owner}"):
            try:
                added = add_file(
                    actor=actor, assistant=workshop.assistant, client_key=f"{state.form_key}:{owner}", file=file
                )
            except InvalidInput as error:
                refusals.append(str(error))
            else:
                if str(added.pk) not in [row.id for row in rows]:
                    rows.append(Row(str(added.pk), {}))
    for row in state.every_file():
        for picture in _uploads(request, f"poster-{row.id}"):
            try:
                film = add_poster(
                    actor=actor,
                    assistant=workshop.assistant,
                    film_id=row.id,
                    client_key=state.form_key,
                    picture=picture,
                )
            except InvalidInput as error:
                refusals.append(str(error))
            else:
                row.id = str(film.pk)
    return refusals


def _uploads(request: Request, name: str) -> "list[UploadedFile[bytes]]":
    found: Any = request.FILES.getlist(name)
    return list(found)


def _show(
    request: Request,
    workshop: Workshop,
    form: ElementInput,
    *,
    refusals: list[str] | None = None,
    is_moved: bool = False,
    status: int = 200,
) -> HttpResponse:
    language = request.POST.get("preview_language") or (get_language() or "")[:2]
    page = element_page(workshop, form, language, refusals=refusals, is_moved=is_moved)
    return render(request, "ticketing/office/element_edit.html", {"page": page}, status=status)


def _detail(template_id: int) -> str:
    return reverse("office:assistant_detail", args=[template_id])
