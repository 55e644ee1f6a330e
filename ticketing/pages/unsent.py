"""What was begun and cannot be sent any more: where the browser keeps it, and where it can go instead."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from config.common.rules import may
from fleet.actors import Actor
from fleet.models import Device
from messenger.selectors import WaitingFile, files_waiting_in, unsent_texts_of
from ticketing.models import Ticket
from ticketing.services.drafts import MAX_LONG_TEXT
from ticketing.surfaces import PORTAL, Surface

_TICKET = re.compile(r"/tickets/([0-9]{1,18})/")


# What is written into the conversation and the updates, and words to a finished ticket.
WRITTEN = ("message", "update", "internal")
SAID_AFTERWARDS = ("not_fixed", "rating")
# Of a form below a ticket that can be gone while its ticket is still seen.
_PURPOSES = ("message", "update", "internal", "edit", "join")


@dataclass(frozen=True)
class UnsentFile:
    """A file that arrived for a form that is not there any more; one that is not whole can only be removed."""

    file: WaitingFile
    remove_url: str


@dataclass(frozen=True)
class UnsentBox:
    """A box with a text to copy, to take into a new ticket, or to discard, and with files that were not sent.

    `names` are the places where the browser may keep it, and the address where the server does, for
    `static/js/lib/unsent.js`. `text` is what a form brought, or what the server has; without it the box shows what the
    browser has, or nothing. `take_url` is empty where no new ticket can begin.
    """

    names: str
    take_url: str = ""
    text: str = ""
    files: Sequence[UnsentFile] = ()


def unsent_box(
    actor: Actor, surface: Surface, ticket: Ticket, *, text: str = "", boxes: Sequence[str] = WRITTEN
) -> UnsentBox:
    """What was begun in a ticket that its reader still sees, in the boxes that the page does not show."""
    slug, take_url = ticket.device.slug if ticket.device else "", ""
    if surface.is_portal and ticket.device is not None and may(actor, "fleet.open_device", ticket.device):
        take_url = f"{surface.url('ticket_new', slug=slug)}?follows={ticket.pk}"
    below = surface.ticket_url("ticket_detail", ticket)
    files = [
        UnsentFile(file, surface.ticket_url("upload_remove", ticket, upload_id=file.pk))
        for file in files_waiting_in(actor, ticket.pk, *_PURPOSES)
    ]
    # Where the statement of the page did not say whether there is one, it is looked for.
    if not text and getattr(ticket, "has_unsent", True):
        text = _kept_text(actor, ticket.pk, boxes)
    return UnsentBox(_names(actor, ticket.pk, below, boxes), take_url, text[:MAX_LONG_TEXT], files)


def unsent_words(actor: Actor, ticket: Ticket, *boxes: str) -> UnsentBox | None:
    """What was begun to be said about finished work, where the page has no form for it any more; None for none.

    It names no new ticket: whoever still needs help writes a message here.
    """
    if not boxes or not ticket.done_count:
        return None
    text = _kept_text(actor, ticket.pk, boxes) if getattr(ticket, "has_unsent", True) else ""
    below = PORTAL.ticket_url("ticket_detail", ticket)
    return UnsentBox(_names(actor, ticket.pk, below, boxes), text=text[:MAX_LONG_TEXT])


def unsent_box_of(actor: Actor, device: Device, path: str) -> UnsentBox | None:
    """What was begun in a ticket of the device that led to nothing; `path` is the address that was asked for."""
    found = _TICKET.search(path)
    if found is None:
        return None
    number, new_url = int(found[1]), PORTAL.url("ticket_new", slug=device.slug)
    below = PORTAL.url("ticket_detail", slug=device.slug, ticket_id=number)
    boxes = (*WRITTEN, *SAID_AFTERWARDS)
    text = _kept_text(actor, number, boxes)[:MAX_LONG_TEXT]
    return UnsentBox(_names(actor, number, below, boxes), new_url, text)


def _kept_text(actor: Actor, ticket_id: int, boxes: Sequence[str]) -> str:
    """All that the actor typed there, on whatever device, the newest first; one query."""
    texts = unsent_texts_of(actor).filter(ticket=ticket_id, box__in=boxes)
    return "\n\n".join(texts.values_list("text", flat=True))


def _names(actor: Actor, ticket_id: int, below: str, boxes: Sequence[str]) -> str:
    # As messenger.js and keep-unsent.js name them; of places that are joined by "|" the first one with a text counts.
    # A code user may have begun before they were a person.
    writer = actor.person_id if actor.is_signed_in else "guest"
    writers = [writer] if actor.is_signed_in else [actor.person_id or writer, writer]
    forms = {
        "message": f"{below}messages/send/",
        "update": f"{below}updates/post/",
        "internal": f"{below}updates/post-internal/",
        "not_fixed": f"{below}not-fixed/",
        "rating": reverse("ratings:rate", args=[ticket_id]),
    }
    names = {box: "|".join(f"typed.{each}.{forms[box]}" for each in writers) for box in boxes}
    if "message" in names:
        names["message"] = f"messages.{writer}.{ticket_id}|{names['message']}"
    return " ".join([*names.values(), f"{below}unsent/?{urlencode({'box': boxes}, doseq=True)}"])
