"""How a ticket stands, in plain words for people who wait: what happens, since when, and who works on it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol, cast

from django.db.models import Exists, Max, OuterRef, Prefetch, Subquery
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from config.common import clock
from config.common.languages import LANGUAGES
from config.common.marks import isolated
from fleet.models import Assignment, Person
from fleet.selectors import responsible_of
from ticketing.access import STATUS_KINDS
from ticketing.models import JournalEntry, Ticket, TicketStatus, Update
from ticketing.models.tickets import TicketQuerySet

DAYS_OF_A_WEEK = 7
_WITHOUT_PEOPLE = {
    TicketStatus.ASSIGNED: gettext_lazy("Assigned %(since)s."),
    TicketStatus.IN_PROGRESS: gettext_lazy("In progress %(since)s."),
    TicketStatus.DONE: gettext_lazy("Done %(on)s."),
    TicketStatus.CLOSED: gettext_lazy("Closed %(on)s."),
    TicketStatus.CANCELLED: gettext_lazy("Cancelled %(on)s."),
}


# Of tickets in lists; their other columns are long.
SHOWN_IN_LIST = (
    *("number", "status", "visibility", "subject", "created_at", "opened_at", "is_not_fixed", "affected_count"),
    # What the rules ask.
    *("source", "creator", "person", "customer", "device"),
    *(f"flow__name_{language}" for language in LANGUAGES),
)
_READ_OF_ASSIGNMENT = ("ticket", "ended_at", "person__role", "person__first_name", "person__last_name")


class InProgress(Protocol):
    """A ticket from `with_progress`."""

    since: datetime | None
    has_updates: bool


def with_progress(tickets: TicketQuerySet) -> TicketQuerySet:
    """With what rules ask and `progress_sentence` needs: `since`, the last public change of status, and people.

    `has_updates` says whether there are public ones.
    """
    facts = JournalEntry.objects.public().filter(ticket=OuterRef("pk"), kind__in=STATUS_KINDS)
    last = facts.order_by().values("ticket").annotate(last=Max("at")).values("last")
    people = Prefetch("assignments", Assignment.objects.select_related("person").only(*_READ_OF_ASSIGNMENT))
    shown = tickets.select_related("flow").only(*SHOWN_IN_LIST)
    updates = Update.objects.filter(ticket=OuterRef("pk"), is_internal=False)
    return shown.annotate(since=Subquery(last), has_updates=Exists(updates)).prefetch_related(people)


def progress_sentence(ticket: Ticket) -> str:
    """“In progress since Tuesday, Mara Vogt is working on it.” for a posted ticket from `with_progress`."""
    if ticket.is_not_fixed:
        return _("Reported as still not right.")
    people = responsible_of(ticket)
    since = cast("InProgress", ticket).since or ticket.opened_at
    assert since is not None
    words = {"since": since_words(since), "on": day_words(since), "people": names_of(people)}
    sentence = _sentence(ticket.status, people) % words
    # Some ways to write a time end with a full stop themselves, as in "4 p.m.".
    return sentence[:-1] if sentence.endswith("..") else sentence


def _sentence(status: TicketStatus, people: list[Person]) -> str:
    match status:
        case TicketStatus.OPEN:
            return _("Open %(since)s, no one has taken it yet.")
        case TicketStatus.ASSIGNED if people:
            return ngettext(
                "Assigned %(since)s, %(people)s is responsible.",
                "Assigned %(since)s, %(people)s are responsible.",
                len(people),
            )
        case TicketStatus.IN_PROGRESS if people:
            return ngettext(
                "In progress %(since)s, %(people)s is working on it.",
                "In progress %(since)s, %(people)s are working on it.",
                len(people),
            )
        case _:
            return str(_WITHOUT_PEOPLE[status])


def meaning_of(status: TicketStatus, people: list[Person]) -> str:
    """“Mara Vogt is working on it.”, or what the status means where no one is responsible."""
    if not people:
        return str(status.meaning)
    if status == TicketStatus.ASSIGNED:
        sentence = ngettext(
            "%(people)s is responsible and will be in touch.",
            "%(people)s are responsible and will be in touch.",
            len(people),
        )
    else:
        sentence = ngettext("%(people)s is working on it.", "%(people)s are working on it.", len(people))
    return sentence % {"people": names_of(people)}


def names_of(people: Iterable[Person]) -> str:
    """“Mara Vogt, Jan Pohl and Lea Roth”."""
    return get_text_list([isolated(person.name) for person in people], _("and"))


def since_words(moment: datetime) -> str:
    """“since 14:05” today, “since yesterday”, “since Tuesday” within a week, else “since 3 November”."""
    then = timezone.localtime(moment)
    match _age_in_days(then):
        case 0:
            return _("since %(clock)s") % {"clock": _time_of_day(then)}
        case 1:
            return _("since yesterday")
        case age if age < DAYS_OF_A_WEEK:
            return _("since %(weekday)s") % {"weekday": date_format(then, "l")}
        case _age:
            return _("since %(date)s") % {"date": date_format(then, "DATE_FORMAT")}


def day_words(moment: datetime) -> str:
    """As `since_words` for what happened once: “at 14:05”, “yesterday”, “on Tuesday”, “on 3 November”."""
    then = timezone.localtime(moment)
    match _age_in_days(then):
        case 0:
            return _("at %(clock)s") % {"clock": _time_of_day(then)}
        case 1:
            return pgettext("in a sentence", "yesterday")
        case age if age < DAYS_OF_A_WEEK:
            return _("on %(weekday)s") % {"weekday": date_format(then, "l")}
        case _age:
            return _("on %(date)s") % {"date": date_format(then, "DATE_FORMAT")}


def _age_in_days(then: datetime) -> int:
    return max(0, (timezone.localtime(clock.now()).date() - then.date()).days)


def _time_of_day(then: datetime) -> str:
    # French writes “11 h 55” within a sentence.
    return date_format(then, pgettext("format", "P"))
