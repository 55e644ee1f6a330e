"""The order of a ticket's acts, with the working minutes that pass before each."""

from collections.abc import Callable
from functools import partial

from config.demo.acts import Case
from config.demo.conversations.story import Line, Voice
from ticketing.models import TicketStatus

Act = Callable[[], None]
Script = list[tuple[float, Act]]
OUTSIDE = (Voice.STAFF, Voice.CUSTOMER, Voice.CUSTOMER_UPDATE)


def script_of(case: Case) -> Script:
    """Everything that happens to the ticket until it is where its plan wants it."""
    opening: Script = [(0, case.begin), (_between(case, 2, 9), case.answer)]
    match case.plan.status:
        case TicketStatus.DRAFT:
            return [(0, case.begin), (_between(case, 1, 3), partial(case.answer, 0))]
        case TicketStatus.OPEN:
            rest = _unanswered(case)
        case TicketStatus.CANCELLED:
            rest = _cancelled(case)
        case _:
            rest = [*_taken(case), *_talk(case), *_finished(case)]
    return [*opening, (_between(case, 0.5, 1.5), case.send), *rest]


def _between(case: Case, low: float, high: float) -> float:
    return case.random.uniform(low, high)


def _unanswered(case: Case) -> Script:
    reject: tuple[float, Act] = (_between(case, 5, 30), case.reject_one)
    match case.plan.twist:
        case "one rejects":
            return [reject]
        case "all reject":
            return [reject] * 5
        case "relapse":
            whole = [*_taken(case), *_talk(case), (60, case.finish), (400, case.complain)]
            return [*whole, (_between(case, 8, 60), case.reopen_for_all)]
        case _ if case.plan.story.is_urgent:
            return [(_between(case, 2, 9), case.raise_priority)]
    return []


def _cancelled(case: Case) -> Script:
    if case.plan.twist == "by customer" and case.plan.story.flow != "parts" and not case.plan.story.is_internal:
        return [(_between(case, 4, 40), case.need_nothing), (1, case.cancel)]
    return [*_taken(case), (_between(case, 20, 200), case.need_nothing), (_between(case, 3, 40), case.cancel)]


def _taken(case: Case) -> Script:
    """From the offers to somebody who is responsible, and what they do first."""
    accept: tuple[float, Act] = (_between(case, 3, 70), case.accept)
    first: Script = []
    if case.plan.story.is_urgent:
        first = [(_between(case, 1, 4), case.raise_priority)]
    elif case.plan.story.flow == "question" and case.plan.number % 3 == 0:
        first = [(_between(case, 1, 4), case.lower_priority)]
    match case.plan.twist:
        case "one rejects":
            return [(_between(case, 3, 20), case.reject_one), accept, *first]
        case "assigned" if case.plan.story.flow != "parts":
            return [(_between(case, 10, 50), case.assign), *first]
        case "second accepts":
            return [accept, *first, (_between(case, 10, 60), case.accept_too)]
        case "replaced":
            return [accept, *first, (_between(case, 60, 200), case.withdraw), (_between(case, 3, 12), case.hand_over)]
        case "set back":
            return [accept, *first, (30, case.start), (45, case.set_back)]
    return [accept, *first]


def _talk(case: Case) -> Script:
    """As much of the conversation as fits the status; work starts before the first update of an employee."""
    lines = case.plan.story.lines
    begin = next((i for i, line in enumerate(lines) if line.voice not in OUTSIDE), len(lines) - 1)
    before = [_spoken(case, line) for line in lines[:begin]]
    after = [_spoken(case, line) for line in lines[begin:]]
    started: Script = [*before, (_between(case, 20, 200), case.start)]
    match case.plan.status:
        case TicketStatus.ASSIGNED:
            return before
        case TicketStatus.IN_PROGRESS if case.plan.twist == "becomes public":
            shown: Script = [(30, case.publish)] if case.plan.story.is_internal else []
            return [*started, *shown]
        case TicketStatus.IN_PROGRESS if case.plan.twist != "relapse":
            return [*started, *after[:-1]]
    return [*started, *after]


def _spoken(case: Case, line: Line) -> tuple[float, Act]:
    is_message = line.voice in (Voice.CUSTOMER, Voice.STAFF)
    gap = _between(case, 2, 40) if is_message else _between(case, 30, 300)
    return gap, partial(case.say, line)


def _finished(case: Case) -> Script:
    """The end, with relapses; nothing for tickets that are still worked on."""
    status, twist = case.plan.status, case.plan.twist
    finish: Script = [(_between(case, 8, 90), case.finish)]
    relapse: Script = [(_between(case, 200, 900), case.complain), (_between(case, 5, 60), case.reopen)]
    again: Script = [*relapse, (_between(case, 1, 6), case.reply), (_between(case, 40, 300), case.start)]
    solved: Script = [(_between(case, 30, 200), case.tell_solution)]
    if status == TicketStatus.IN_PROGRESS:
        return [*finish, *again] if twist == "relapse" else []
    if status == TicketStatus.DONE:
        return [*finish, *again, *solved, *finish] if twist == "relapse" else finish
    if status == TicketStatus.CLOSED:
        return _closed(case, finish, [*again, *solved])
    return []


def _closed(case: Case, finish: Script, again: Script) -> Script:
    thank: Script = [(_between(case, 3, 60), case.thank)] if case.plan.number % 2 else []
    rate: Script = [(_between(case, 10, 500), case.rate)]
    match case.plan.twist:
        case "relapse":
            return [*finish, *again, *finish, *thank, *rate]
        case "rated twice":
            return [*finish, *rate, *again, *finish, *rate]
        case "closed by hand":
            return [*finish, (_between(case, 1500, 2500), case.close)]
        case "hidden":
            return [(_between(case, 10, 60), case.hide), *finish]
    return [*finish, *thank, *rate]
