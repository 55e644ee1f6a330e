"""Which single ticket is meant by what was typed or pasted into the search."""

import re
from contextlib import suppress
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve

from config.common.marks import without_direction_marks
from config.common.numbers import whole_number
from config.common.rows import get_or_none
from config.common.searching import NUMBER_WORD, REPLY, number_alone
from config.common.text import fold
from fleet.actors import Actor
from ticketing.access import tickets_for
from ticketing.models import Ticket

# Within a sentence only behind the word and what says that a number follows: machines and halls have numbers, too, and
# in "ticket 1001 tyre" words are looked for. A subject that was answered is no search.
_NUMBER = r"([0-9]{1,9})(?![\w/])"
_SAID = rf"(?:\W{{0,3}}{NUMBER_WORD}\b\W{{0,3}}|\W{{0,2}}#\W?)"
_TICKET_NUMBER = re.compile(rf"\btickets?{_SAID}{_NUMBER}")
_OF_REPLY = re.compile(rf"^\W*{REPLY}.*?\btickets?\b\W{{0,3}}{_NUMBER}")
# What stands around an address in a sentence, a letter or a list.
_EDGES = "<>()[]{}\"'«»‹›„“”‘’.,;:!?"


def meant_ticket(actor: Actor, words: str, host: str) -> Ticket | None:
    """The ticket whose number or address, here or at `host`, the words are; None also where the actor sees none."""
    if pk := _of_address(words, host):
        return get_or_none(tickets_for(actor).filter(pk=pk))
    alone = number_alone(words)
    numbers = _within(fold(words)) if alone is None else {alone}
    # Of two tickets none is meant more than the other.
    return get_or_none(tickets_for(actor).filter(number=numbers.pop())) if len(numbers) == 1 else None


def _within(folded: str) -> set[int]:
    return {int(each) for pattern in (_TICKET_NUMBER, _OF_REPLY) for each in pattern.findall(folded)}


def _of_address(words: str, host: str) -> int | None:
    here = {host.lower(), urlsplit(settings.PUBLIC_URL).netloc.lower()}
    for word in without_direction_marks(words).split():
        address = word.strip(_EDGES)
        if "/" in address and (pk := _ticket_at(address, here)):
            return pk
    return None


def _ticket_at(address: str, here: set[str]) -> int | None:
    try:
        parts = urlsplit(address if "://" in address or address.startswith("/") else f"//{address}")
    except ValueError:
        return None
    if parts.netloc.lower() not in {"", *here}:
        return None
    # As it is, and as it was before somebody put all of it in capitals.
    for path in dict.fromkeys((parts.path, parts.path.lower())):
        with suppress(Resolver404):
            return whole_number(str(resolve(f"{path.rstrip('/')}/").kwargs.get("ticket_id", "")))
    return None
