"""Creating a ticket in the back office: the device, the flow, and for employees all of its steps on one page."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config.common.errors import InvalidInput, TooMuch, WrongStatus
from fleet.access import device_for
from fleet.actors import KnownActor
from fleet.models import Device
from fleet.models.devices import PortalScope
from fleet.requests import Request, known_actor
from ticketing.access import flow_ticket_for, flows_for
from ticketing.forms.reporter import ReporterForm
from ticketing.forms.search import DeviceSearchForm
from ticketing.forms.start import DeviceChoiceForm
from ticketing.forms.whole_flow import WholeFlowForms
from ticketing.models import Ticket, Visibility
from ticketing.office.pages.ticket_create import flow_choice_page, ticket_create_page, ticket_form_page
from ticketing.pages.flow import device_of, flow_url, leave_url
from ticketing.selectors import FlowProgress, flow_progress
from ticketing.services.drafts import delete_draft, name_reporter, open_ticket, start_draft
from ticketing.surfaces import OFFICE
from ticketing.views.flow_input import keep_input, remove_file, unsent_answers
from ticketing.views.responses import SeeOther


@require_http_methods(["GET", "HEAD", "POST"])
def ticket_create(request: Request) -> HttpResponse:
    """Which device is it about? Employees choose it while they type; a device with one flow leads right to its form."""
    actor, sent = request.actor, request.method == "POST"
    search = DeviceSearchForm(request.GET)
    if not actor.is_employee:
        return render(request, "ticketing/office/ticket_create.html", {"page": ticket_create_page(actor, search)})
    # The other field has the focus.
    del search.fields["q"].widget.attrs["autofocus"]
    choice = DeviceChoiceForm(request.POST if sent else None, actor=actor)
    if sent and choice.is_valid():
        return _start(request, choice)
    status = 400 if choice.errors else 200
    page = ticket_create_page(actor, search, choice)
    return render(request, "ticketing/office/ticket_create.html", {"page": page}, status=status)


def _start(request: Request, choice: DeviceChoiceForm) -> HttpResponse:
    device: Device = choice.cleaned_data["device"]
    flows = flows_for(request.actor, device)
    if len(flows) != 1:
        return redirect("office:ticket_create_flow", device.slug)
    key = choice.cleaned_data["client_key"]
    draft = start_draft(actor=known_actor(request), device=device, flow=flows[0], client_key=key)
    return SeeOther(flow_url(OFFICE, draft, "ticket_form"))


@require_safe
def ticket_create_flow(request: Request, slug: str) -> HttpResponse:
    """What is it about? One card a flow, and what was begun before."""
    actor = request.actor
    page = flow_choice_page(actor, device_for(actor, slug))
    return render(request, "ticketing/office/ticket_create_flow.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def ticket_form(request: Request, slug: str, ticket_id: int) -> HttpResponse:
    """All steps of a draft on one page. Usable input is kept, also when something else is wrong with it."""
    actor = request.actor
    try:
        draft = flow_ticket_for(actor, ticket_id, below=slug, rule="ticketing.continue_draft")
        if not actor.is_employee:
            return SeeOther(flow_url(OFFICE, draft, "flow_resume"))
        progress = flow_progress(draft)
        if request.method == "POST":
            return _receive(request, known_actor(request), progress)
    except WrongStatus:
        # The second half of a double click, or a tab that was left open: what it says besides is shown to be copied.
        if unsent_answers(request, ticket_id):
            raise
        return redirect("office:ticket_detail", ticket_id)
    return _show(request, progress, _forms(request, known_actor(request), progress))


def _receive(request: Request, actor: KnownActor, progress: FlowProgress) -> HttpResponse:
    """Keep what was entered, then do what the button says: send, leave, or show the page as it is now."""
    action = "keep" if "keep" in request.GET else request.POST.get("action", "")
    untouched = progress.ticket.changed_at == progress.ticket.created_at
    forms = _forms(request, actor, progress, complete=action == "send")
    progress, refused = keep_input(actor, progress, forms.steps)
    _keep_reporter(request, actor, progress.ticket)
    if removed := request.POST.get("remove"):
        progress = remove_file(actor, progress, removed)
    match action:
        case "send" if forms.is_valid() and not refused:
            if (answer := _send(request, actor, progress.ticket, forms)) is not None:
                return answer
        case "keep":
            page = ticket_form_page(actor, progress, forms)
            return render(request, "ticketing/office/_ticket_form_summary.html", {"page": page})
        case "back" | "later" if not refused:
            return _leave(request, actor, progress, action=action, is_empty=untouched and not progress.answers)
    return _show(request, progress, forms, refused)


def _keep_reporter(request: Request, actor: KnownActor, draft: Ticket) -> None:
    form = ReporterForm(request.POST, actor=actor)
    if form.is_valid() and form.cleaned_data["person"] != draft.person:
        draft.person = form.cleaned_data["person"]
        name_reporter(actor=actor, ticket_id=draft.pk, person=draft.person)


def _send(request: Request, actor: KnownActor, draft: Ticket, forms: WholeFlowForms) -> HttpResponse | None:
    """Nothing where the service refuses what was entered; the forms say what."""
    chosen = Visibility(forms.visibility.cleaned_data["visibility"])
    try:
        ticket = open_ticket(
            actor=actor, ticket_id=draft.pk, visibility=chosen, new_reporter=forms.new_reporter.details
        )
    except InvalidInput as refusal:
        forms.add_refusal(refusal)
        return None
    messages.success(request, _("Ticket %(number)s was sent.") % {"number": ticket.reference})
    return SeeOther(OFFICE.ticket_url("ticket_detail", ticket))


def _leave(request: Request, actor: KnownActor, progress: FlowProgress, *, action: str, is_empty: bool) -> HttpResponse:
    """To where the flow was chosen, or to the list. A draft without anything in it is not worth keeping."""
    draft = progress.ticket
    if action == "later":
        messages.success(request, _("The draft was saved. You find it under Drafts."))
        return redirect("office:ticket_list")
    if is_empty and draft.person is None:
        delete_draft(actor=actor, ticket_id=draft.pk)
    return SeeOther(leave_url(OFFICE, draft))


def _forms(request: Request, actor: KnownActor, progress: FlowProgress, *, complete: bool = False) -> WholeFlowForms:
    device = device_of(progress.ticket)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    only_own = device.template.portal_scope == PortalScope.OWN
    return WholeFlowForms(actor, progress, device, *sent, complete=complete, only_own=only_own)


def _show(
    request: Request, progress: FlowProgress, forms: WholeFlowForms, refused: InvalidInput | TooMuch | None = None
) -> HttpResponse:
    is_wrong = any(form.errors for form in forms)
    status = refused.http_status if refused else 400 if is_wrong else 200
    page = ticket_form_page(request.actor, progress, forms)
    response = render(request, "ticketing/office/ticket_form.html", {"page": page}, status=status)
    if isinstance(refused, TooMuch):
        response["Retry-After"] = str(refused.retry_after)
    return response
