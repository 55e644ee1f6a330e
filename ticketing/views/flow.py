"""The pages of a creation flow, for both surfaces: one step a screen, the summary, and the confirmation."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from config.common.errors import InvalidInput, NotVisible, TooMuch, WrongStatus
from config.common.numbers import whole_number
from fleet.access import device_for
from fleet.actors import Actor
from fleet.models.devices import PortalScope
from fleet.requests import Request, known_actor
from ticketing.access import flow_for, flow_ticket_for
from ticketing.assistants.shown import looked_at
from ticketing.forms.start import StartForm
from ticketing.forms.steps import StepForm
from ticketing.forms.summary import ContactForm, VisibilityForm
from ticketing.models import Ticket, Visibility
from ticketing.pages.flow import (
    DraftDeletePage,
    confirmation_page,
    device_of,
    flow_url,
    leave_url,
    step_page,
    summary_page,
)
from ticketing.pages.push import ticket_switch
from ticketing.selectors import AskedStep, FlowProgress, begun_progress, flow_progress, with_choices
from ticketing.services.drafts import delete_draft, open_ticket, start_draft, take_along
from ticketing.services.people import change_contact
from ticketing.services.uploads import take_files_along
from ticketing.surfaces import Surface
from ticketing.views.conversation import not_available
from ticketing.views.flow_input import keep_input, remove_file, unsent_answers
from ticketing.views.responses import SeeOther

P = ParamSpec("P")
DraftView = Callable[Concatenate[Request, Surface, Ticket, P], HttpResponse]


def flow_urls(surface: Surface) -> list[URLPattern]:
    """The addresses of the flow pages of a surface; they are included below the address part of a device."""
    pages: list[tuple[str, Callable[..., HttpResponse], str]] = [
        ("flows/<int:flow_id>/start/", flow_start, "flow_start"),
        ("drafts/<int:ticket_id>/", flow_resume, "flow_resume"),
        ("drafts/<int:ticket_id>/<int:number>/", flow_step, "flow_step"),
        ("drafts/<int:ticket_id>/summary/", flow_summary, "flow_summary"),
        ("drafts/<int:ticket_id>/send/", flow_send, "flow_send"),
        ("drafts/<int:ticket_id>/sent/", flow_confirmation, "flow_confirmation"),
        ("drafts/<int:ticket_id>/delete/", draft_delete, "draft_delete"),
    ]
    return [path(route, view, {"surface": surface}, name=name) for route, view, name in pages]


def draft_page(view: DraftView[P]) -> Callable[..., HttpResponse]:
    """Gives the draft to the view, if its reader began it; one that was sent meanwhile leads to its confirmation.

    Employees who do not stand before a device are led to the one page that has all steps.
    """

    @wraps(view)
    def wrapped(
        request: Request, surface: Surface, slug: str, ticket_id: int, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        try:
            draft = flow_ticket_for(request.actor, ticket_id, below=slug, rule="ticketing.continue_draft")
        except NotVisible:
            return not_available(request, slug)
        except WrongStatus:
            # The second half of a double click has said nothing new.
            if unsent_answers(request, ticket_id):
                raise
            return SeeOther(surface.url("flow_confirmation", slug=slug, ticket_id=ticket_id))
        if surface.is_office and request.actor.is_employee and request.method != "POST":
            # At a desk all steps stand on one page.
            return SeeOther(surface.url("ticket_form", slug=slug, ticket_id=ticket_id))
        return view(request, surface, draft, *args, **kwargs)

    return wrapped


@require_POST
def flow_start(request: Request, surface: Surface, slug: str, flow_id: int) -> HttpResponse:
    """Begin a draft, or find the one that the first half of a double click began."""
    device = device_for(request.actor, slug)
    flow = flow_for(request.actor, device, flow_id)
    form = StartForm(request.POST)
    if not form.is_valid():
        raise InvalidInput
    actor, text = known_actor(request), form.cleaned_data.pop("text")
    elements = looked_at(device, form.cleaned_data.pop("via"))
    draft = start_draft(actor=actor, device=device, flow=flow, elements=elements, **form.cleaned_data)
    if not draft.is_draft:
        return SeeOther(flow_url(surface, draft, "flow_confirmation"))
    progress = take_along(actor=actor, begun=begun_progress(draft), text=text)
    take_files_along(actor=actor, begun=progress)
    if surface.is_office and actor.is_employee:
        return SeeOther(flow_url(surface, draft, "ticket_form"))
    return _go_on(request, surface, progress)


@require_GET
@draft_page
def flow_resume(_request: Request, surface: Surface, draft: Ticket) -> HttpResponse:
    """Go on at the first step that is not answered."""
    return SeeOther(_resume_url(surface, flow_progress(draft)))


@require_http_methods(["GET", "HEAD", "POST"])
@draft_page
def flow_step(request: Request, surface: Surface, draft: Ticket, number: int) -> HttpResponse:
    """One step of the flow. Usable input is kept, also when something else is wrong with it."""
    progress = flow_progress(draft)
    # A form that was filled in belongs to the step that it was made for, wherever that stands now.
    if made_for := request.POST.get("step"):
        here = next((each for each in progress.steps if str(each.step.pk) == made_for), None)
    else:
        here = next((each for each in progress.steps if each.number == number), None)
    if here is None:
        if progress.steps:
            messages.info(request, _("These questions were changed meanwhile. Please go on here."))
        return SeeOther(_resume_url(surface, progress))
    if request.method == "POST":
        return _receive_step(request, surface, progress, here)
    return _show_step(request, surface, progress, here, returns_to_summary=_returns_to_summary(request))


def _show_step(
    request: Request,
    surface: Surface,
    progress: FlowProgress,
    here: AskedStep,
    form: StepForm | None = None,
    *,
    returns_to_summary: bool,
    status: int = 200,
) -> HttpResponse:
    form = form or StepForm(with_choices(here.questions), progress.by_question)
    page = step_page(request.actor, surface, progress, here, form, returns_to_summary=returns_to_summary)
    return render(request, "ticketing/flow_step.html", {"page": page}, status=status)


def _receive_step(request: Request, surface: Surface, progress: FlowProgress, here: AskedStep) -> HttpResponse:
    """Keep what was entered and lead on, or show the step with what is wrong."""
    actor = known_actor(request)
    removed = request.POST.get("remove", "")
    is_complete = not removed and request.POST.get("action") != "back"
    form = StepForm(
        with_choices(here.questions), progress.by_question, complete=is_complete, data=request.POST, files=request.FILES
    )
    progress, refused = keep_input(actor, progress, [form])
    if removed:
        progress = remove_file(actor, progress, removed)
    returns = _returns_to_summary(request)
    if not form.errors:
        if not is_complete:
            return SeeOther(_url_of_change(request, surface, progress, here))
        # After the last step, or after a correction: what is still missing, else the summary.
        following = None if returns else next((s for s in progress.steps if s.number == here.number + 1), None)
        return _go_on(request, surface, progress, following)
    status = refused.http_status if refused else 400
    response = _show_step(request, surface, progress, here, form, returns_to_summary=returns, status=status)
    if isinstance(refused, TooMuch):
        response["Retry-After"] = str(refused.retry_after)
    return response


def _url_of_change(request: Request, surface: Surface, progress: FlowProgress, here: AskedStep) -> str:
    """The same step after a file was removed, else the one before it."""
    if request.POST.get("remove"):
        address = flow_url(surface, progress.ticket, "flow_step", number=here.number)
        return f"{address}?then=summary" if _returns_to_summary(request) else address
    if here.number == 1:
        return leave_url(surface, progress.ticket)
    return flow_url(surface, progress.ticket, "flow_step", number=here.number - 1)


def _go_on(
    request: Request, surface: Surface, progress: FlowProgress, following: AskedStep | None = None
) -> HttpResponse:
    """Show the step, or else the first one that is not answered, or else the summary.

    A browser that runs our scripts gets the page at once and puts its address right, so that Back and Reload ask for
    it again; others are sent there.
    """
    following = following or progress.first_unanswered
    if not _may_answer_directly(request):
        return SeeOther(_url_of(surface, progress, following))
    if following is None:
        return _show_summary(request, surface, progress, _last_form(request.actor, progress.ticket, None))
    return _show_step(request, surface, progress, following, returns_to_summary=False)


def _may_answer_directly(request: Request) -> bool:
    # What answer-directly.js adds to the address of a form.
    return "direct" in request.GET


@require_http_methods(["GET", "HEAD", "POST"])
@draft_page
def flow_summary(request: Request, surface: Surface, draft: Ticket) -> HttpResponse:
    """Everything before it is sent. A POST keeps what was typed here and goes to the step that is to be changed."""
    form = _last_form(request.actor, draft, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        progress = flow_progress(draft)
        if progress.first_unanswered is not None:
            return SeeOther(_resume_url(surface, progress))
        return _show_summary(request, surface, progress, form)
    if isinstance(form, ContactForm):
        if not form.is_valid():
            return _show_summary(request, surface, flow_progress(draft), form, status=400)
        change_contact(actor=known_actor(request), **form.contact)
    number = whole_number(request.POST.get("edit"), max_digits=5) or 0
    return SeeOther(flow_url(surface, draft, "flow_step", number=number) + "?then=summary")


@require_POST
@draft_page
def flow_send(request: Request, surface: Surface, draft: Ticket) -> HttpResponse:
    """Open the ticket, exactly once."""
    actor = known_actor(request)
    form = _last_form(actor, draft, request.POST)
    if form is not None and not form.is_valid():
        return _show_summary(request, surface, flow_progress(draft), form, status=400)
    if isinstance(form, ContactForm):
        change_contact(actor=actor, **form.contact)
    chosen = Visibility(form.cleaned_data["visibility"]) if isinstance(form, VisibilityForm) else None
    try:
        ticket = open_ticket(actor=actor, ticket_id=draft.pk, visibility=chosen)
    except InvalidInput as refusal:
        messages.warning(request, str(refusal))
        return SeeOther(_resume_url(surface, flow_progress(draft)))
    if _may_answer_directly(request):
        return _show_confirmation(request, surface, ticket)
    return SeeOther(flow_url(surface, draft, "flow_confirmation"))


@require_GET
def flow_confirmation(request: Request, surface: Surface, slug: str, ticket_id: int) -> HttpResponse:
    """The number, what happens next, and how to come back."""
    ticket = flow_ticket_for(request.actor, ticket_id, below=slug)
    if ticket.is_draft:
        return SeeOther(surface.url("flow_resume", slug=slug, ticket_id=ticket_id))
    return _show_confirmation(request, surface, ticket)


def _show_confirmation(request: Request, surface: Surface, ticket: Ticket) -> HttpResponse:
    # At a desk the ticket itself says all that.
    if surface.is_office:
        messages.success(request, _("Ticket %(number)s was sent.") % {"number": ticket.reference})
        return SeeOther(surface.url("ticket_detail", ticket_id=ticket.pk))
    page = confirmation_page(request.actor, surface, ticket, ticket_switch(request.actor, ticket, request.session))
    return render(request, "ticketing/flow_confirmation.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def draft_delete(request: Request, surface: Surface, slug: str, ticket_id: int) -> HttpResponse:
    """Ask, then remove the draft with its answers and files."""
    draft = flow_ticket_for(request.actor, ticket_id, below=slug, rule="ticketing.delete_draft")
    if request.method != "POST":
        page = DraftDeletePage(surface, draft, device_of(draft), leave_url(surface, draft))
        return render(request, "ticketing/flow_draft_delete.html", {"page": page})
    delete_draft(actor=known_actor(request), ticket_id=draft.pk)
    messages.success(request, _("The draft was deleted."))
    return SeeOther(leave_url(surface, draft))


def _last_form(actor: Actor, draft: Ticket, data: QueryDict | None) -> ContactForm | VisibilityForm | None:
    """What the last page asks: employees who may see the ticket, people without an account how to reach them."""
    if actor.is_employee:
        return VisibilityForm(data, only_own=device_of(draft).template.portal_scope == PortalScope.OWN)
    person = actor.person
    return ContactForm(person, data) if person is not None and person.is_code_user else None


def _show_summary(
    request: Request,
    surface: Surface,
    progress: FlowProgress,
    form: ContactForm | VisibilityForm | None,
    *,
    status: int = 200,
) -> HttpResponse:
    page = summary_page(request.actor, surface, progress, form)
    return render(request, "ticketing/flow_summary.html", {"page": page}, status=status)


def _returns_to_summary(request: Request) -> bool:
    return (request.POST.get("then") or request.GET.get("then")) == "summary"


def _resume_url(surface: Surface, progress: FlowProgress) -> str:
    """The first step that is not answered, else the summary."""
    return _url_of(surface, progress, progress.first_unanswered)


def _url_of(surface: Surface, progress: FlowProgress, here: AskedStep | None) -> str:
    """The address of a step; without one, of the summary."""
    if here is None:
        return flow_url(surface, progress.ticket, "flow_summary")
    return flow_url(surface, progress.ticket, "flow_step", number=here.number)
