"""The page of a ticket for those who wait for help."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from config.common.errors import NotVisible
from config.common.rules import may, require
from fleet.actors import Actor
from fleet.selectors import responsible_of
from ticketing.access import answers_for, journal_for, messages_for, ticket_for, updates_for
from ticketing.history import tell_history
from ticketing.models import JournalEntry, Ticket, TicketStatus
from ticketing.pages.answers import shown_answers
from ticketing.pages.flow import is_of_device
from ticketing.portal.pages.progress import names_of, stations_of
from ticketing.portal.views.device import ticket_url
from ticketing.services.progress import cancel_ticket
from ticketing.surfaces import PORTAL
from ticketing.transitions import WORK
from ticketing.views.actors import looking

VIEWS = {
    "messages": (_("Messages"), "message-circle"),
    "updates": (_("Updates"), "clipboard-list"),
    "details": (_("Details"), "file-text"),
    "history": (_("History"), "history"),
}
ENDED = (TicketStatus.CLOSED, TicketStatus.CANCELLED)


@require_safe
def ticket_detail(request: HttpRequest, slug: str, ticket_id: int) -> HttpResponse:
    """The conversation, or with `view` what else is known. Employees are led to the page that lets them work."""
    actor = looking(request)
    ticket = ticket_of(actor, slug, ticket_id)
    if actor.is_employee:
        return redirect(ticket_url(actor, slug, ticket_id))
    wanted = request.GET.get("view", "")
    view = wanted if wanted in VIEWS else "messages"
    journal = journal_for(actor, ticket)
    context = {
        **_status(actor, ticket, journal),
        "views": _views(ticket, view),
        **_content(actor, ticket, journal, view),
    }
    return render(request, f"ticketing/portal/ticket_{view}.html", context)


@require_safe
def ticket_status(request: HttpRequest, slug: str, ticket_id: int) -> HttpResponse:
    """How the ticket stands, alone, for the page that stays open."""
    actor = looking(request)
    ticket = ticket_of(actor, slug, ticket_id)
    context = _status(actor, ticket, journal_for(actor, ticket))
    return render(request, "ticketing/portal/_ticket_status.html", context)


@require_safe
def ticket_updates(request: HttpRequest, slug: str, ticket_id: int) -> HttpResponse:
    """The public updates alone, for the page that stays open."""
    actor = looking(request)
    ticket = ticket_of(actor, slug, ticket_id)
    return render(request, "ticketing/_updates.html", {"updates": updates_for(actor, ticket)})


@require_http_methods(["GET", "HEAD", "POST"])
def ticket_cancel(request: HttpRequest, slug: str, ticket_id: int) -> HttpResponse:
    """Ask, then say that help is no longer needed."""
    actor = looking(request)
    if request.method != "POST":
        ticket = ticket_of(actor, slug, ticket_id, rule="ticketing.cancel")
        return render(request, "ticketing/portal/ticket_cancel.html", {**_place(ticket), "back_url": _url(ticket)})
    ticket = ticket_of(actor, slug, ticket_id)
    cancel_ticket(actor=actor, ticket_id=ticket.pk)
    messages.success(request, _("The ticket was cancelled."))
    return redirect(_url(ticket))


def ticket_of(actor: Actor, slug: str, ticket_id: int, *, rule: str = "ticketing.view_ticket") -> Ticket:
    """The posted ticket of the device; raises `NotVisible` for absent, hidden, unsent ones and other devices' alike."""
    ticket = ticket_for(actor, ticket_id)
    if ticket.is_draft or not is_of_device(ticket, slug):
        raise NotVisible
    require(actor, rule, ticket)
    return ticket


def _place(ticket: Ticket) -> dict[str, Any]:
    return {"surface": PORTAL, "ticket": ticket, "device": ticket.device}


def _slug(ticket: Ticket) -> str:
    assert ticket.device is not None
    return ticket.device.slug


def _url(ticket: Ticket) -> str:
    return PORTAL.ticket_url("ticket_detail", ticket)


def _views(ticket: Ticket, current: str) -> list[dict[str, Any]]:
    """The parts of the page with their addresses; the conversation is the page itself."""
    return [
        {
            "label": label,
            "icon": icon,
            "url": _url(ticket) if name == "messages" else f"{_url(ticket)}?view={name}",
            "is_current": name == current,
        }
        for name, (label, icon) in VIEWS.items()
    ]


def _status(actor: Actor, ticket: Ticket, journal: list[JournalEntry]) -> dict[str, Any]:
    people = responsible_of(ticket) if ticket.status in WORK else []
    ratings = {rating.phase: rating for rating in ticket.ratings.all()}
    return {
        **_place(ticket),
        "stations": stations_of(ticket, journal),
        "responsible": people,
        "responsible_names": names_of(people),
        "has_ended": ticket.status in ENDED,
        "may_rate": bool(may(actor, "ratings.rate_ticket", ticket)),
        "rating": ratings.get(ticket.done_count) if ticket.status in (*ENDED, TicketStatus.DONE) else None,
        "may_cancel": bool(may(actor, "ticketing.cancel", ticket)),
        "ticket_url": _url(ticket),
        "new_url": f"{PORTAL.url('ticket_new', slug=_slug(ticket))}?follows={ticket.pk}",
    }


def _content(actor: Actor, ticket: Ticket, journal: list[JournalEntry], view: str) -> dict[str, Any]:
    """What the chosen view shows, and nothing else: each view costs its own queries only."""
    match view:
        case "updates":
            verdict = may(actor, "ticketing.post_public_update", ticket)
            return {"updates": updates_for(actor, ticket), "can_post": bool(verdict), "internal": False}
        case "details":
            may_see_contact = may(actor, "ticketing.see_reporter_contact", ticket)
            return {
                "answers": shown_answers(answers_for(actor, ticket)),
                "reporter": ticket.reporter if may_see_contact else None,
                "is_own_contact": ticket.reporter == actor.person,
            }
        case "history":
            return {"history": tell_history(reversed(journal), for_employee=False)}
        case _:
            verdict = may(actor, "ticketing.write_message", ticket)
            return {
                "talk": messages_for(actor, ticket),
                "can_write": bool(verdict),
                "refusal": verdict.reason,
                "internal": False,
            }
