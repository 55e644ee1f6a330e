"""Tickets in plain words for those who wait: what happens, since when, and by whom."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, OuterRef, Prefetch, Subquery
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.common import clock
from fleet.models import Assignment, Person
from fleet.selectors import responsible_of
from ticketing.models import JournalEntry, Ticket, TicketStatus
from ticketing.models.tickets import TicketQuerySet

STATUS_FACTS = ("opened", "status_changed")


def with_stories(tickets: TicketQuerySet) -> TicketQuerySet:
    """With what `story_of` needs: `since`, the time of the last public change of status, and who is responsible."""
    facts = JournalEntry.objects.public().filter(ticket=OuterRef("pk"), kind__in=STATUS_FACTS)
    last = facts.order_by().values("ticket").annotate(last=Max("at")).values("last")
    people = Prefetch("assignments", Assignment.objects.select_related("person"))
    return tickets.annotate(since=Subquery(last)).select_related("flow").prefetch_related(people)


def story_of(ticket: Ticket, since: datetime | None = None) -> str:
    """One line, such as “In progress since Tuesday, Mara Vogt is working on it.”"""
    since = since or getattr(ticket, "since", None) or ticket.opened_at
    return _sentence(ticket.progress, responsible_of(ticket)) % {
        "since": since_words(since) if since else "",
        "people": names_of(responsible_of(ticket)),
    }


def _sentence(status: TicketStatus, people: list[Person]) -> str:
    count = len(people) or 1
    match status:
        case TicketStatus.OPEN:
            return _("Open %(since)s, nobody has taken it yet.")
        case TicketStatus.ASSIGNED if people:
            return ngettext(
                "Assigned %(since)s, %(people)s is responsible.",
                "Assigned %(since)s, %(people)s are responsible.",
                count,
            )
        case TicketStatus.IN_PROGRESS if people:
            return ngettext(
                "In progress %(since)s, %(people)s is working on it.",
                "In progress %(since)s, %(people)s are working on it.",
                count,
            )
        case _:
            return _PLAIN[status]()


_PLAIN = {
    TicketStatus.DRAFT: lambda: _("Not sent yet."),
    TicketStatus.ASSIGNED: lambda: _("Assigned %(since)s."),
    TicketStatus.IN_PROGRESS: lambda: _("In progress %(since)s."),
    TicketStatus.DONE: lambda: _("Done %(since)s."),
    TicketStatus.CLOSED: lambda: _("Closed %(since)s."),
    TicketStatus.CANCELLED: lambda: _("Cancelled %(since)s."),
}


def names_of(people: Iterable[Person]) -> str:
    """“Mara Vogt, Jan Pohl and Lea Roth”."""
    return get_text_list([person.name for person in people], _("and"))


def since_words(moment: datetime) -> str:
    """“since 14:05” today, “since yesterday”, “since Tuesday” within a week, else “since 3 November”."""
    then, today = timezone.localtime(moment), timezone.localtime(clock.now()).date()
    age = today - then.date()
    if age <= timedelta(0):
        return _("since %(clock)s") % {"clock": date_format(then, "TIME_FORMAT")}
    if age == timedelta(1):
        return _("since yesterday")
    if age < timedelta(7):
        return _("since %(weekday)s") % {"weekday": date_format(then, "l")}
    return _("since %(date)s") % {"date": date_format(then, "DATE_FORMAT")}


def stations_of(ticket: Ticket, entries: Iterable[JournalEntry]) -> list[dict[str, Any]]:
    """The status bar with the time at which each station was reached last, as far as the rows tell."""
    times = reached_at(entries)
    return [
        {**station, "time": times.get(station["status"]) if station["state"] != "future" else None}
        for station in ticket.stations
    ]


def reached_at(entries: Iterable[JournalEntry]) -> Mapping[str, datetime]:
    """When each status was reached last, by its value."""
    reached = {}
    for entry in entries:
        if entry.kind == "opened":
            reached[TicketStatus.OPEN.value] = entry.at
        elif entry.kind == "status_changed":
            reached[entry.data["after"]] = entry.at
    return reached
