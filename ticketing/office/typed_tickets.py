"""Which single ticket is meant by what was typed or pasted into the search."""

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve

from config.common.marks import without_direction_marks
from config.common.numbers import whole_number
from config.common.rows import get_or_none
from config.common.searching import number_alone
from config.common.text import fold
from fleet.actors import Actor
from ticketing.access import tickets_for
from ticketing.models import Ticket

# Within a sentence only behind the word: machines and halls have numbers, too.
_TICKET_NUMBER = re.compile(r"\btickets?\b\W{0,3}(?:(?:number|numero|nummer|no|nr|n)\b\W{0,3})?([0-9]{1,9})(?![\w/])")
# What stands around an address in a sentence, a letter or a list.
_EDGES = "<>()[]{}\"'«»‹›„“”‘’.,;:!?"


def meant_ticket(actor: Actor, words: str, host: str) -> Ticket | None:
    """The ticket whose number or address, here or at `host`, the words are; None also where the actor sees none."""
    if pk := _of_address(words, host):
        return get_or_none(tickets_for(actor).filter(pk=pk))
    alone = number_alone(words)
    numbers = set(map(int, _TICKET_NUMBER.findall(fold(words)))) if alone is None else {alone}
    # Of two tickets none is meant more than the other.
    return get_or_none(tickets_for(actor).filter(number=numbers.pop())) if len(numbers) == 1 else None


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
        kwargs = resolve(f"{parts.path.rstrip('/')}/").kwargs if parts.netloc.lower() in {"", *here} else {}
    except (ValueError, Resolver404):
        return None
    return whole_number(str(kwargs.get("ticket_id", "")))
