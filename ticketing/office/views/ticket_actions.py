"""What people do to a ticket: one address, one view, one service call each."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from config.common.rules import require
from fleet.access import employees_for
from ticketing.access import ticket_for
from ticketing.forms.actions import AssignForm, ChangeVisibilityForm, PriorityForm, WithdrawForm
from ticketing.models import Ticket
from ticketing.office.pages.ticket_detail import ticket_page
from ticketing.office.pages.ticket_tabs import TABS, involved_people
from ticketing.services import assignment, drafts, progress, properties
from ticketing.views.actors import acting, looking
from ticketing.views.responses import SeeOther


def _back(request: HttpRequest, ticket_id: int, done: str | Promise) -> HttpResponse:
    """To the tab from which the form was sent, with the good news."""
    messages.success(request, str(done))
    address = reverse("office:ticket_detail", kwargs={"ticket_id": ticket_id})
    tab = request.POST.get("tab", "")
    return SeeOther(f"{address}?tab={tab}" if tab in TABS else address)


def _act(request: HttpRequest, verb: Callable[..., Ticket], ticket_id: int, done: str | Promise) -> HttpResponse:
    verb(actor=acting(request), ticket_id=ticket_id)
    return _back(request, ticket_id, done)


@require_POST
def ticket_accept(request: HttpRequest, ticket_id: int) -> HttpResponse:
    return _act(request, assignment.accept_offer, ticket_id, _("You are responsible for this ticket now."))


@require_POST
def ticket_reject(request: HttpRequest, ticket_id: int) -> HttpResponse:
    return _act(request, assignment.reject_offer, ticket_id, _("You rejected this ticket."))


@require_POST
def ticket_start(request: HttpRequest, ticket_id: int) -> HttpResponse:
    return _act(request, progress.start_work, ticket_id, _("The ticket is in progress."))


@require_POST
def ticket_set_back(request: HttpRequest, ticket_id: int) -> HttpResponse:
    return _act(request, progress.set_back, ticket_id, _("The ticket was set back."))


@require_POST
def ticket_finish(request: HttpRequest, ticket_id: int) -> HttpResponse:
    return _act(request, progress.finish_ticket, ticket_id, _("The ticket is finished."))


@require_POST
def ticket_close(request: HttpRequest, ticket_id: int) -> HttpResponse:
    return _act(request, progress.close_ticket, ticket_id, _("The ticket is closed."))


@require_POST
def ticket_reopen(request: HttpRequest, ticket_id: int) -> HttpResponse:
    return _act(request, progress.reopen_ticket, ticket_id, _("The ticket is open again."))


@require_POST
def ticket_cancel(request: HttpRequest, ticket_id: int) -> HttpResponse:
    return _act(request, progress.cancel_ticket, ticket_id, _("The ticket was cancelled."))


@require_POST
def ticket_assign(request: HttpRequest, ticket_id: int) -> HttpResponse:
    actor = acting(request)
    ticket = ticket_for(actor, ticket_id, rule="ticketing.assign")
    form = AssignForm(employees_for(actor), request.POST)
    if not form.is_valid():
        return _show_again(request, ticket, form)
    person = form.cleaned_data["person"]
    assignment.assign(actor=actor, ticket_id=ticket_id, person=person)
    return _back(request, ticket_id, _("%(name)s is responsible for this ticket now.") % {"name": person.name})


@require_POST
def ticket_withdraw(request: HttpRequest, ticket_id: int) -> HttpResponse:
    actor = acting(request)
    ticket = ticket_for(actor, ticket_id, rule="ticketing.assign")
    form = WithdrawForm([each.person for each in involved_people(ticket)], request.POST)
    if not form.is_valid():
        return _show_again(request, ticket, form)
    person = form.cleaned_data["person"]
    assignment.withdraw(actor=actor, ticket_id=ticket_id, person=person)
    return _back(request, ticket_id, _("The ticket was withdrawn from %(name)s.") % {"name": person.name})


@require_POST
def ticket_priority(request: HttpRequest, ticket_id: int) -> HttpResponse:
    actor = acting(request)
    ticket = ticket_for(actor, ticket_id, rule="ticketing.change_priority")
    form = PriorityForm(ticket, request.POST)
    if not form.is_valid():
        return _show_again(request, ticket, form)
    properties.change_priority(actor=actor, ticket_id=ticket_id, priority=form.cleaned_data["priority"])
    return _back(request, ticket_id, _("The priority was changed."))


@require_POST
def ticket_visibility(request: HttpRequest, ticket_id: int) -> HttpResponse:
    actor = acting(request)
    ticket = ticket_for(actor, ticket_id, rule="ticketing.change_visibility")
    form = ChangeVisibilityForm(ticket, request.POST)
    if not form.is_valid():
        return _show_again(request, ticket, form)
    properties.change_visibility(actor=actor, ticket_id=ticket_id, visibility=form.cleaned_data["visibility"])
    return _back(request, ticket_id, _("The visibility was changed."))


@require_POST
def ticket_delete_draft(request: HttpRequest, ticket_id: int) -> HttpResponse:
    drafts.delete_draft(actor=acting(request), ticket_id=ticket_id)
    messages.success(request, str(_("The draft was deleted.")))
    return SeeOther(reverse("office:ticket_list"))


def _show_again(request: HttpRequest, ticket: Ticket, form: forms.Form) -> HttpResponse:
    """The page from which the form was sent, with its dialog open."""
    tab = TABS.get(request.POST.get("tab", ""), TABS["general"])
    require(looking(request), tab.rule, ticket)
    page = ticket_page(looking(request), ticket, tab, refused=form)
    return render(request, "ticketing/office/ticket_detail.html", {"page": page}, status=400)
