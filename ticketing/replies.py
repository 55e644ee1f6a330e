"""Placeholders of canned replies: what they are called, and what stands in their place."""

import re
from collections.abc import Callable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from fleet.actors import KnownActor
from ticketing.models import CannedReply, Ticket

_PLACEHOLDER = re.compile(r"(?P<before>[ \u00a0]?)\{\{\s*(?P<name>.*?)\s*\}\}")
Filler = Callable[[KnownActor, Ticket], str]
# What each is, for who writes a reply, and what it becomes.
PLACEHOLDERS: Mapping[str, tuple[str | Promise, Filler]] = {
    "name": (_("name of who reported it"), lambda _actor, ticket: _name_of(ticket)),
    "ticket": (_("number of the ticket"), lambda _actor, ticket: ticket.reference),
    "subject": (_("subject of the ticket"), lambda _actor, ticket: ticket.title),
    "device": (_("name of the device"), lambda _actor, ticket: ticket.device.name if ticket.device else ""),
    "me": (_("your name"), lambda actor, _ticket: actor.person.name),
}


def unknown_placeholders(text: str) -> list[str]:
    """Names in double braces that nothing stands for; also a brace that is not closed."""
    unknown = [found["name"] for found in _PLACEHOLDER.finditer(text) if found["name"] not in PLACEHOLDERS]
    rest = _PLACEHOLDER.sub("", text)
    return unknown + [sign for sign in ("{{", "}}") if sign in rest]


def filled(reply: CannedReply, actor: KnownActor, ticket: Ticket) -> str:
    """The reply in the language of who reported the ticket, with what its placeholders stand for."""
    text = reply.text_in(ticket.reporter.language)
    # In one pass: what somebody is called is no placeholder.
    return _PLACEHOLDER.sub(lambda found: _fill(found, actor, ticket), text)


def _fill(found: re.Match[str], actor: KnownActor, ticket: Ticket) -> str:
    if found["name"] not in PLACEHOLDERS:
        return found[0]
    _meaning, fill = PLACEHOLDERS[found["name"]]
    # Without a name "Hello {{name}}," is "Hello,".
    return f"{found['before']}{value}" if (value := fill(actor, ticket)) else ""


def _name_of(ticket: Ticket) -> str:
    """As one is addressed; nothing for a code user who gave no name."""
    person = ticket.reporter
    return f"{person.first_name} {person.last_name}".strip()
