"""The assistants, the page of one, what publishing changes, and copies."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.common.errors import InvalidInput
from config.common.numbers import whole_number
from config.common.rules import may, require
from fleet.requests import Request, known_actor
from ticketing.assistants.access import (
    assistant_for,
    element_file_for,
    template_for,
    templates_for,
    version_for,
)
from ticketing.assistants.content import texts_of_template
from ticketing.assistants.copying import marked_as_copy
from ticketing.forms.assistant_copies import NewTemplateForm, SourceForm
from ticketing.office.pages.assistant_publishing import publish_page, version_page
from ticketing.office.pages.assistants import assistant_list_page, assistant_page
from ticketing.office.pages.copies import CopyPage
from ticketing.services.assistant_copies import copy_assistant, copy_parts, copy_template, newest_parts
from ticketing.services.assistants import (
    EditedMeanwhile,
    NotPublished,
    bring_back,
    create_assistant,
    place_element,
    publish_assistant,
    stop_showing,
)
from ticketing.views.assistant_files import answer_with_file
from ticketing.views.responses import SeeOther

FORM = ["GET", "HEAD", "POST"]


@require_safe
def assistant_list(request: Request) -> HttpResponse:
    page = assistant_list_page(request.actor)
    return render(request, "ticketing/office/assistant_list.html", {"page": page})


@require_safe
def assistant_detail(request: Request, template_id: int) -> HttpResponse:
    page = assistant_page(request.actor, template_id)
    return render(request, "ticketing/office/assistant_detail.html", {"page": page})


@require_POST
def assistant_create(request: Request, template_id: int) -> HttpResponse:
    """Leads to the first element."""
    actor = known_actor(request)
    create_assistant(actor=actor, template=template_for(actor, template_id))
    return SeeOther(reverse("office:element_create", args=[template_id]))


@require_POST
def element_place(request: Request, template_id: int) -> HttpResponse:
    actor = known_actor(request)
    key, place = request.POST.get("key", ""), whole_number(request.POST.get("place"), max_digits=4)
    place_element(actor=actor, assistant=assistant_for(actor, template_id), key=key, place=place or 0)
    return SeeOther(f"{_detail(template_id)}#element-{key}" if key.isalnum() else _detail(template_id))


@require_http_methods(FORM)
def assistant_publish(request: Request, template_id: int) -> HttpResponse:
    """Shows what changes; POST publishes that and nothing else."""
    actor = known_actor(request)
    assistant = assistant_for(actor, template_id)
    refusal = ""
    if request.method == "POST":
        try:
            version = publish_assistant(actor=actor, assistant=assistant, seen=request.POST.get("seen", "-"))
        except InvalidInput as error:
            refusal = "" if isinstance(error, NotPublished) and error.problems else str(error)
        else:
            messages.success(request, _("Version %(number)s is published.") % {"number": version.number})
            return SeeOther(_detail(template_id))
    context = {"page": publish_page(assistant), "refusal": refusal}
    status = 400 if request.method == "POST" else 200
    return render(request, "ticketing/office/assistant_publish.html", context, status=status)


@require_POST
def assistant_stop(request: Request, template_id: int) -> HttpResponse:
    """The page asks before."""
    actor = known_actor(request)
    number = whole_number(request.POST.get("number"), max_digits=9) or 0
    try:
        stop_showing(actor=actor, assistant=assistant_for(actor, template_id), number=number)
    except EditedMeanwhile as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("People at the devices are not shown this assistant any more."))
    return SeeOther(_detail(template_id))


@require_safe
def assistant_version(request: Request, template_id: int, number: int) -> HttpResponse:
    page = version_page(version_for(request.actor, template_id, number))
    return render(request, "ticketing/office/assistant_version.html", {"page": page})


@require_POST
def assistant_bring_back(request: Request, template_id: int, number: int) -> HttpResponse:
    actor = known_actor(request)
    bring_back(actor=actor, assistant=assistant_for(actor, template_id), number=number)
    messages.success(request, _("The draft says now what version %(number)s said.") % {"number": number})
    return SeeOther(_detail(template_id))


@require_safe
def assistant_file(request: Request, template_id: int, file_id: UUID) -> HttpResponseBase:
    """A picture or film, for the pages of the editor."""
    file = element_file_for(request.actor, template_id, file_id)
    return answer_with_file(request, file)


@require_safe
def assistant_poster(request: Request, template_id: int, file_id: UUID) -> HttpResponseBase:
    file = element_file_for(request.actor, template_id, file_id)
    return answer_with_file(request, file, poster=True)


@require_http_methods(FORM)
def assistant_copy(request: Request, template_id: int) -> HttpResponse:
    """Into this template, from another one."""
    actor = known_actor(request)
    target = template_for(actor, template_id)
    others = [each for each in templates_for(actor) if each.pk != target.pk]
    with_parts = bool(may(actor, "fleet.change_configuration"))
    initial = {"parts": ["assistant"], "seen": newest_parts(target)}
    form = SourceForm(others, request.POST or None, with_parts=with_parts, initial=initial)
    if request.method == "POST" and form.is_valid():
        source = template_for(actor, form.cleaned_data["source"])
        try:
            if with_parts:
                seen = form.cleaned_data["seen"]
                copy_parts(actor=actor, source=source, target=target, parts=form.chosen, seen=seen)
            else:
                copy_assistant(actor=actor, source=source, target=target)
        except InvalidInput as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            # Whoever sends the page again knows now what is there.
            form.data = request.POST.copy()
            form.data["seen"] = newest_parts(target)
        else:
            messages.success(request, _("It was copied."))
            return SeeOther(_detail(template_id))
    page = CopyPage(_("Copy from another template"), form, _detail(template_id), str(target), _("Copy"))
    return _copy(request, page)


@require_http_methods(FORM)
def template_copy(request: Request, template_id: int) -> HttpResponse:
    """A new template like this one. Administrators only."""
    actor = known_actor(request)
    source = template_for(actor, template_id)
    require(actor, "fleet.change_configuration")
    names = marked_as_copy(texts_of_template(source), 120).by_language
    initial = {f"name_{language}": name for language, name in names.items()}
    form = NewTemplateForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = copy_template(actor=actor, source=source, names=form.names, parts=form.chosen)
        except InvalidInput as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("The template was copied. It has no devices yet."))
            return SeeOther(_detail(made.pk))
    page = CopyPage(_("Copy this template"), form, _detail(template_id), str(source), _("Copy"))
    return _copy(request, page)


def _copy(request: Request, page: CopyPage) -> HttpResponse:
    status = 400 if request.method == "POST" else 200
    return render(request, "ticketing/office/assistant_copy.html", {"page": page}, status=status)


def _detail(template_id: int) -> str:
    return reverse("office:assistant_detail", args=[template_id])
