"""What people do to a ticket: one address, one view, one service call each."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from config.common.marks import isolated
from fleet.access import employees_for
from fleet.requests import Request, known_actor
from fleet.selectors import responsible_of
from ticketing.access import ticket_for
from ticketing.forms.actions import AssignForm, ChangeVisibilityForm, PriorityForm, WithdrawForm
from ticketing.models import Ticket
from ticketing.office.listing import forget_counts
from ticketing.office.pages.ticket_actions import REJECT
from ticketing.office.pages.ticket_detail import ticket_page
from ticketing.office.pages.ticket_list import ONLY
from ticketing.office.pages.ticket_tabs import TABS, involved_people
from ticketing.office.shown import shown_ticket_for
from ticketing.services import assignment, drafts, life_cycle, links, properties, stages
from ticketing.surfaces import PORTAL
from ticketing.views.responses import SeeOther

# The query of the list that a form was sent from.
LIST = "list"


def _list_url(query: str, **added: object) -> str:
    # Read and written again, so that it leads nowhere else.
    kept = QueryDict(query, mutable=True)
    for name, value in added.items():
        kept[name] = str(value)
    return f"{reverse('office:ticket_list')}?{kept.urlencode()}" if kept else reverse("office:ticket_list")


def _back(request: Request, ticket_id: int, done: str | Promise) -> HttpResponse:
    """To the tab or the list from which the form was sent, with the good news."""
    messages.success(request, str(done))
    forget_counts(request.actor)
    if LIST in request.POST:
        # A script puts the row into the list, which stays where it is.
        is_fetched = request.headers.get("X-Requested-With") == "fetch"
        return SeeOther(_list_url(request.POST[LIST], **({ONLY: ticket_id} if is_fetched else {})))
    address = reverse("office:ticket_detail", kwargs={"ticket_id": ticket_id})
    tab = request.POST.get("tab", "")
    return SeeOther(f"{address}?tab={tab}" if tab in TABS else address)


def _act(request: Request, verb: Callable[..., Ticket], ticket_id: int, done: str | Promise) -> HttpResponse:
    ticket = verb(actor=known_actor(request), ticket_id=ticket_id)
    if request.POST.get("from") == "device" and (device_url := _device_url(ticket)):
        messages.success(request, str(done))
        forget_counts(request.actor)
        return SeeOther(device_url)
    return _back(request, ticket_id, done)


def _device_url(ticket: Ticket) -> str:
    """The page of its device, where employees on the phone act on its tickets; empty where it has none."""
    return PORTAL.url("device", slug=ticket.device.slug) if ticket.device else ""


@require_POST
def ticket_accept(request: Request, ticket_id: int) -> HttpResponse:
    return _act(request, assignment.accept_offer, ticket_id, _("You are responsible for this ticket now."))


@require_http_methods(["GET", "HEAD", "POST"])
def ticket_reject(request: Request, ticket_id: int) -> HttpResponse:
    """A page that asks, which the list shows in a dialog; and what it sends, or the dialog of the ticket page."""
    if request.method != "POST":
        ticket = ticket_for(known_actor(request), ticket_id, rule=REJECT.rule)
        query = request.GET.get(LIST, "")
        device_url = _device_url(ticket) if request.GET.get("from") == "device" else ""
        context = {
            "ticket": ticket,
            "action": REJECT,
            "query": query,
            "back_url": device_url or _list_url(query),
            "is_from_device": bool(device_url),
        }
        return render(request, "ticketing/office/ticket_reject.html", context)
    return _act(request, assignment.reject_offer, ticket_id, _("You rejected this ticket."))


@require_POST
def ticket_start(request: Request, ticket_id: int) -> HttpResponse:
    return _act(request, life_cycle.start_work, ticket_id, _("The ticket is in progress."))


@require_POST
def ticket_set_back(request: Request, ticket_id: int) -> HttpResponse:
    return _act(request, life_cycle.set_back, ticket_id, _("The ticket was set back."))


@require_POST
def ticket_finish(request: Request, ticket_id: int) -> HttpResponse:
    return _act(request, life_cycle.finish_ticket, ticket_id, _("The ticket is finished."))


@require_POST
def ticket_close(request: Request, ticket_id: int) -> HttpResponse:
    return _act(request, life_cycle.close_ticket, ticket_id, _("The ticket is closed."))


@require_POST
def ticket_reopen(request: Request, ticket_id: int) -> HttpResponse:
    return _act(request, life_cycle.reopen_ticket, ticket_id, _("The ticket is open again."))


@require_POST
def ticket_archive(request: Request, ticket_id: int) -> HttpResponse:
    return _act(request, stages.archive_ticket, ticket_id, _("The ticket is dealt with."))


@require_POST
def ticket_cancel(request: Request, ticket_id: int) -> HttpResponse:
    return _act(request, life_cycle.cancel_ticket, ticket_id, _("The ticket was cancelled."))


@require_POST
def ticket_revoke_links(request: Request, ticket_id: int) -> HttpResponse:
    return _act(request, links.revoke_links, ticket_id, _("The private links were revoked."))


@require_http_methods(["GET", "HEAD", "POST"])
def ticket_assign(request: Request, ticket_id: int) -> HttpResponse:
    """The ticket page with its dialog open, which loads the employees from here; and what the dialog sends.

    From the list a page of its own, which the list shows in a dialog.
    """
    actor = known_actor(request)
    ticket = ticket_for(actor, ticket_id, rule="ticketing.assign", shown=True)
    if request.method != "POST":
        responsible = responsible_of(ticket)
        free = AssignForm(person for person in employees_for(actor) if person not in responsible)
        if LIST in request.GET:
            return _show_assign(request, ticket, free, request.GET[LIST])
        return _show(request, ticket_id, free, request.GET)
    form = AssignForm(employees_for(actor), request.POST)
    if not form.is_valid():
        if LIST in request.POST:
            return _show_assign(request, ticket, form, request.POST[LIST], status=400)
        return _show_again(request, ticket_id, form)
    person = form.cleaned_data["person"]
    assignment.assign(actor=actor, ticket_id=ticket_id, person=person)
    return _back(
        request, ticket_id, _("%(name)s is responsible for this ticket now.") % {"name": isolated(person.name)}
    )


def _show_assign(request: Request, ticket: Ticket, form: AssignForm, query: str, status: int = 200) -> HttpResponse:
    context = {"ticket": ticket, "form": form, "query": query, "list_url": _list_url(query)}
    return render(request, "ticketing/office/ticket_assign.html", context, status=status)


@require_POST
def ticket_withdraw(request: Request, ticket_id: int) -> HttpResponse:
    actor = known_actor(request)
    ticket = ticket_for(actor, ticket_id, rule="ticketing.assign", shown=True)
    form = WithdrawForm([each.person for each in involved_people(ticket)], request.POST)
    if not form.is_valid():
        return _show_again(request, ticket_id, form)
    person = form.cleaned_data["person"]
    assignment.withdraw(actor=actor, ticket_id=ticket_id, person=person)
    return _back(request, ticket_id, _("The ticket was withdrawn from %(name)s.") % {"name": isolated(person.name)})


@require_POST
def ticket_priority(request: Request, ticket_id: int) -> HttpResponse:
    actor = known_actor(request)
    ticket = ticket_for(actor, ticket_id, rule="ticketing.change_priority")
    form = PriorityForm(ticket, request.POST)
    if not form.is_valid():
        return _show_again(request, ticket_id, form)
    properties.change_priority(actor=actor, ticket_id=ticket_id, priority=form.cleaned_data["priority"])
    return _back(request, ticket_id, _("The priority was changed."))


@require_POST
def ticket_visibility(request: Request, ticket_id: int) -> HttpResponse:
    actor = known_actor(request)
    ticket = ticket_for(actor, ticket_id, rule="ticketing.change_visibility")
    form = ChangeVisibilityForm(ticket, request.POST)
    if not form.is_valid():
        return _show_again(request, ticket_id, form)
    properties.change_visibility(actor=actor, ticket_id=ticket_id, visibility=form.cleaned_data["visibility"])
    return _back(request, ticket_id, _("The visibility was changed."))


@require_POST
def ticket_delete_draft(request: Request, ticket_id: int) -> HttpResponse:
    drafts.delete_draft(actor=known_actor(request), ticket_id=ticket_id)
    messages.success(request, str(_("The draft was deleted.")))
    forget_counts(request.actor)
    return SeeOther(reverse("office:ticket_list"))


def _show_again(request: Request, ticket_id: int, form: forms.Form) -> HttpResponse:
    """The page from which the form was sent, with its dialog open."""
    return _show(request, ticket_id, form, request.POST, status=400)


def _show(request: Request, ticket_id: int, form: forms.Form, query: QueryDict, status: int = 200) -> HttpResponse:
    tab = TABS.get(query.get("tab", ""), TABS["general"])
    shown = shown_ticket_for(request.actor, ticket_id, rule=tab.rule)
    page = ticket_page(request.actor, shown, tab, form=form)
    return render(request, "ticketing/office/ticket_detail.html", {"page": page}, status=status)
