"""The ticket page of the back office and the parts of it that refresh themselves."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from config.common.errors import NotVisible
from config.common.rules import may, require
from fleet.access import employees_for
from fleet.actors import Actor
from fleet.selectors import responsible_of
from ticketing.access import answers_for, journal_for, messages_for, ticket_for, updates_for
from ticketing.history import history_entries
from ticketing.models import Priority, Ticket, Visibility
from ticketing.office.actions import actions_for
from ticketing.office.listing import OPEN_WORK
from ticketing.office.pages.ticket import TABS, involved_people, other_tickets_of_device, tabs_for
from ticketing.pages.answers import shown_answers
from ticketing.surfaces import OFFICE
from ticketing.views.actors import looking

_RULES = {tab.name: tab.rule for tab in TABS}
_PARTS = ("header", "side", "body")


@require_safe
def ticket_detail(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """The ticket with one of its tabs."""
    actor, tab = looking(request), _tab(request)
    ticket = ticket_for(actor, ticket_id, rule=_RULES[tab])
    context = {
        **_frame(actor, ticket, tab),
        **_header(actor, ticket),
        **_side(actor, ticket, tab),
        **_BODIES[tab](actor, ticket),
    }
    return render(request, "ticketing/office/ticket_detail.html", context)


@require_safe
def ticket_part(request: HttpRequest, ticket_id: int, part: str) -> HttpResponse:
    """One part of the page as it is now, for the page that shows it."""
    actor, tab = looking(request), _tab(request)
    if part not in _PARTS:
        raise NotVisible
    ticket = ticket_for(actor, ticket_id, rule=_RULES[tab])
    context = {**_frame(actor, ticket, tab), **_part(actor, ticket, tab, part)}
    template = f"_{tab}_tab" if part == "body" else f"_ticket_{part}"
    return render(request, f"ticketing/office/{template}.html", context)


def _tab(request: HttpRequest) -> str:
    tab = request.GET.get("tab", "general")
    if tab not in _RULES:
        raise NotVisible
    return tab


def _part(actor: Actor, ticket: Ticket, tab: str, part: str) -> dict[str, Any]:
    if part == "header":
        return _header(actor, ticket)
    if part == "side":
        return _side(actor, ticket, tab)
    return _BODIES[tab](actor, ticket)


def _frame(actor: Actor, ticket: Ticket, tab: str) -> dict[str, Any]:
    inside, outside = f"ticket.{ticket.pk}.inside", f"ticket.{ticket.pk}.follow"
    return {
        "ticket": ticket,
        "tab": tab,
        "surface": OFFICE,
        "actor": actor,
        "topics": "" if ticket.is_draft else inside if actor.is_employee else outside,
        "page_url": reverse("office:ticket_detail", args=[ticket.pk]),
        "may_assign": bool(may(actor, "ticketing.assign", ticket)),
    }


def _header(actor: Actor, ticket: Ticket) -> dict[str, Any]:
    """What the line above the tabs needs; actions are those that are possible now, and nothing else."""
    offered = actions_for(actor, ticket)
    may_assign = may(actor, "ticketing.assign", ticket)
    responsible = responsible_of(ticket)
    return {
        "stations": ticket.stations,
        "tabs": tabs_for(actor, ticket),
        "responsible": responsible,
        "actions": offered,
        "offer_actions": [each for each in offered if each.action.place == "offer"],
        "main_actions": [each for each in offered if each.action.place == "main"],
        "more_actions": [each for each in offered if each.action.place == "more"],
        "employees": [p for p in employees_for(actor) if p not in responsible] if may_assign else [],
        "priorities": list(Priority) if may(actor, "ticketing.change_priority", ticket) else [],
        "may_change_visibility": bool(may(actor, "ticketing.change_visibility", ticket)),
        "other_visibility": Visibility.INTERNAL if ticket.is_public else Visibility.PUBLIC,
        "may_continue": bool(may(actor, "ticketing.continue_draft", ticket)),
    }


def _side(actor: Actor, ticket: Ticket, tab: str) -> dict[str, Any]:
    """The facts beside every tab; the answers, too, where the tab itself does not tell them."""
    involved = involved_people(ticket)
    of_customer = actor.is_employee or (ticket.customer_id is not None and actor.customer_id == ticket.customer_id)
    shows_undecided = actor.is_employee and ticket.status in OPEN_WORK
    return {
        "in_charge": [each for each in involved if each.assignment],
        "undecided": [each for each in involved if each.is_undecided] if shows_undecided else [],
        "answers": [] if tab == "general" else shown_answers(answers_for(actor, ticket)),
        "reporter": ticket.reporter,
        "may_see_contact": bool(may(actor, "ticketing.see_reporter_contact", ticket)),
        "may_see_owner": of_customer,
        "may_see_device": ticket.device is not None and bool(may(actor, "fleet.see_device_owner", ticket.device)),
        "device_tickets": other_tickets_of_device(actor, ticket),
    }


def _general(actor: Actor, ticket: Ticket) -> dict[str, Any]:
    follows = ticket.follows if ticket.follows and may(actor, "ticketing.view_ticket", ticket.follows) else None
    ratings = ticket.ratings.select_related("person")
    return {
        "general_answers": shown_answers(answers_for(actor, ticket)),
        "follows": follows,
        "ratings": [] if ticket.is_draft else list(ratings),
    }


def _messenger(actor: Actor, ticket: Ticket) -> dict[str, Any]:
    """The conversation; members without part in the case are told why they do not see it."""
    reading = may(actor, "ticketing.read_messages", ticket)
    writing = may(actor, "ticketing.write_message", ticket)
    return {
        "reading_refusal": "" if reading else str(reading.reason),
        "messages_": messages_for(actor, ticket) if reading else [],
        "can_write": bool(writing),
        "refusal": "" if writing else str(writing.reason),
        "internal": not ticket.is_public,
    }


def _updates(actor: Actor, ticket: Ticket) -> dict[str, Any]:
    writing = may(actor, "ticketing.post_public_update", ticket)
    return {
        "updates": updates_for(actor, ticket),
        "can_post": bool(writing),
        "refusal": "" if writing else str(writing.reason),
        "internal": False,
    }


def _internal(actor: Actor, ticket: Ticket) -> dict[str, Any]:
    writing = may(actor, "ticketing.post_internal_update", ticket)
    return {
        "updates": updates_for(actor, ticket, internal=True),
        "can_post": bool(writing),
        "refusal": "" if writing else str(writing.reason),
        "internal": True,
    }


def _offers(actor: Actor, ticket: Ticket) -> dict[str, Any]:
    require(actor, "ticketing.read_internal_journal", ticket)
    ended = [a for a in ticket.assignments.all() if a.ended_at is not None]
    return {"involved": involved_people(ticket), "ended": ended}


def _history(actor: Actor, ticket: Ticket) -> dict[str, Any]:
    lines = history_entries(journal_for(actor, ticket), for_employee=actor.is_employee)
    return {"lines": list(reversed(lines))}


_BODIES = {
    "general": _general,
    "messenger": _messenger,
    "updates": _updates,
    "internal": _internal,
    "offers": _offers,
    "history": _history,
}
