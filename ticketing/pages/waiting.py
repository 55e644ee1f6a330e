"""The lists of files on pages that send them, and which file that was not sent yet belongs into which."""

import re
import uuid
from collections.abc import Iterable, Sequence

from messenger.selectors import WaitingFile
from ticketing.models import Question, QuestionKind, Ticket
from ticketing.services.uploads import slot_of

_OF_QUESTION = re.compile(r"q([0-9]{1,18})")


def asks_for_files(draft: Ticket | None, slot: str) -> bool:
    """Whether the flow of the draft has the question of the slot."""
    found = _OF_QUESTION.fullmatch(slot)
    if draft is None or found is None:
        return False
    asked = Question.objects.filter(step__flow=draft.flow_id, kind=QuestionKind.FILES)
    return asked.filter(pk=int(found[1])).exists()


def is_desk_slot(_ticket: Ticket | None, slot: str) -> bool:
    """Forms that make a ticket are told apart by their keys."""
    try:
        return str(uuid.UUID(slot)) == slot
    except ValueError:
        return False


def by_question(files: Iterable[WaitingFile], questions: Sequence[Question]) -> dict[int, list[WaitingFile]]:
    """The files by the id of the question; those of one that is not asked any more by that of the first for files."""
    asked = [question for question in questions if question.kind == QuestionKind.FILES]
    if not asked:
        return {}
    known = {slot_of(question): question.pk for question in asked}
    found: dict[int, list[WaitingFile]] = {}
    for file in files:
        found.setdefault(known.get(file.slot, asked[0].pk), []).append(file)
    return found


def with_named(waiting: Iterable[WaitingFile], named: Sequence[WaitingFile]) -> list[WaitingFile]:
    """The files that a form names, in its order, then all others that wait for it."""
    known = {file.pk for file in named}
    return [*named, *(file for file in waiting if file.pk not in known)]


def divided_by_form(
    waiting: Sequence[WaitingFile], named: Sequence[WaitingFile], slot: str
) -> tuple[list[WaitingFile], list[WaitingFile]]:
    """The files of the form of the slot, which names some of them, and those of other forms."""
    own = with_named([file for file in waiting if file.slot == slot], named)
    known = {file.pk for file in own}
    return own, [file for file in waiting if file.pk not in known]
