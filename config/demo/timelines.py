"""The order of what happens to a ticket, with the working minutes that pass before each action."""

from collections.abc import Callable
from functools import partial

from config.demo.actions import TicketActions
from config.demo.conversations import MESSAGES, Line, Voice
from ticketing.models import TicketStatus

Action = Callable[[], None]
Timeline = list[tuple[float, Action]]
# What is said before work has started.
BEFORE_WORK = (Voice.EMPLOYEE, Voice.CUSTOMER, Voice.CUSTOMER_UPDATE)


def timeline_of(ticket: TicketActions) -> Timeline:
    """Everything that happens to the ticket until it is where its plan wants it."""
    opening: Timeline = [(0, ticket.begin), (_between(ticket, 2, 9), ticket.answer)]
    match ticket.plan.status:
        case TicketStatus.DRAFT:
            return [(0, ticket.begin), (_between(ticket, 1, 3), partial(ticket.answer, 0))]
        case TicketStatus.OPEN:
            rest = _unanswered(ticket)
        case TicketStatus.CANCELLED:
            rest = _cancelled(ticket)
        case _:
            rest = [*_taken(ticket), *_talk(ticket), *_finished(ticket)]
    return [*opening, (_between(ticket, 0.5, 1.5), ticket.send), *rest]


def _between(ticket: TicketActions, low: float, high: float) -> float:
    return ticket.random.uniform(low, high)


def _unanswered(ticket: TicketActions) -> Timeline:
    reject: tuple[float, Action] = (_between(ticket, 5, 30), ticket.reject_one)
    match ticket.plan.variant:
        case "one rejects":
            return [reject]
        case "all reject":
            return [reject] * 5
        case "relapse":
            whole = [*_taken(ticket), *_talk(ticket), (60, ticket.finish), (400, ticket.complain)]
            return [*whole, (_between(ticket, 8, 60), ticket.reopen_for_all)]
        case _ if ticket.plan.conversation.is_urgent:
            return [(_between(ticket, 2, 9), ticket.raise_priority)]
    return []


def _cancelled(ticket: TicketActions) -> Timeline:
    conversation = ticket.plan.conversation
    if ticket.plan.variant == "by customer" and conversation.flow != "parts" and not conversation.is_internal:
        return [(_between(ticket, 4, 40), ticket.need_nothing), (1, ticket.cancel)]
    return [*_taken(ticket), (_between(ticket, 20, 200), ticket.need_nothing), (_between(ticket, 3, 40), ticket.cancel)]


def _taken(ticket: TicketActions) -> Timeline:
    """From the offers to the responsible employee, and what they do first."""
    accept: tuple[float, Action] = (_between(ticket, 3, 70), ticket.accept)
    first: Timeline = []
    conversation = ticket.plan.conversation
    if conversation.is_urgent:
        first = [(_between(ticket, 1, 4), ticket.raise_priority)]
    elif conversation.flow == "question" and ticket.plan.number % 3 == 0:
        first = [(_between(ticket, 1, 4), ticket.lower_priority)]
    match ticket.plan.variant:
        case "one rejects":
            return [(_between(ticket, 3, 20), ticket.reject_one), accept, *first]
        case "assigned" if conversation.flow != "parts":
            return [(_between(ticket, 10, 50), ticket.assign), *first]
        case "second accepts":
            return [accept, *first, (_between(ticket, 10, 60), ticket.accept_too)]
        case "replaced":
            return [
                accept,
                *first,
                (_between(ticket, 60, 200), ticket.withdraw),
                (_between(ticket, 3, 12), ticket.hand_over),
            ]
        case "set back":
            return [accept, *first, (30, ticket.start), (45, ticket.set_back)]
    return [accept, *first]


def _talk(ticket: TicketActions) -> Timeline:
    """As much of the conversation as fits the status; work starts before the first update of an employee."""
    lines = ticket.plan.conversation.lines
    begin = next((i for i, line in enumerate(lines) if line.voice not in BEFORE_WORK), len(lines) - 1)
    before = [_spoken(ticket, line) for line in lines[:begin]]
    after = [_spoken(ticket, line) for line in lines[begin:]]
    started: Timeline = [*before, (_between(ticket, 20, 200), ticket.start)]
    match ticket.plan.status:
        case TicketStatus.ASSIGNED:
            return before
        case TicketStatus.IN_PROGRESS if ticket.plan.variant == "becomes public":
            shown: Timeline = [(30, ticket.publish)] if ticket.plan.conversation.is_internal else []
            return [*started, *shown]
        case TicketStatus.IN_PROGRESS if ticket.plan.variant != "relapse":
            return [*started, *after[:-1]]
    return [*started, *after]


def _spoken(ticket: TicketActions, line: Line) -> tuple[float, Action]:
    is_message = line.voice in MESSAGES
    gap = _between(ticket, 2, 40) if is_message else _between(ticket, 30, 300)
    return gap, partial(ticket.say, line)


def _finished(ticket: TicketActions) -> Timeline:
    """The end, with relapses; nothing for tickets that are still worked on."""
    status, variant = ticket.plan.status, ticket.plan.variant
    finish: Timeline = [(_between(ticket, 8, 90), ticket.finish)]
    relapse: Timeline = [(_between(ticket, 200, 900), ticket.complain), (_between(ticket, 5, 60), ticket.reopen)]
    again: Timeline = [*relapse, (_between(ticket, 1, 6), ticket.reply), (_between(ticket, 40, 300), ticket.start)]
    solved: Timeline = [(_between(ticket, 30, 200), ticket.post_solution)]
    if status == TicketStatus.IN_PROGRESS:
        return [*finish, *again] if variant == "relapse" else []
    if status == TicketStatus.DONE:
        return [*finish, *again, *solved, *finish] if variant == "relapse" else finish
    if status == TicketStatus.CLOSED:
        return _closed(ticket, finish, [*again, *solved])
    return []


def _closed(ticket: TicketActions, finish: Timeline, again: Timeline) -> Timeline:
    thank: Timeline = [(_between(ticket, 3, 60), ticket.thank)] if ticket.plan.number % 2 else []
    rate: Timeline = [(_between(ticket, 10, 500), ticket.rate)]
    match ticket.plan.variant:
        case "relapse":
            return [*finish, *again, *finish, *thank, *rate]
        case "rated twice":
            return [*finish, *rate, *again, *finish, *rate]
        case "closed by hand":
            return [*finish, (_between(ticket, 1500, 2500), ticket.close)]
        case "hidden":
            return [(_between(ticket, 10, 60), ticket.hide), *finish]
    return [*finish, *thank, *rate]
