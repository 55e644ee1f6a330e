"""The picker of ready messages: which there are, what is filled in, and what their reader will read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info, override

from config.common.errors import InvalidInput
from fleet.actors import KnownActor
from messenger.composed import (
    BUILT_IN,
    BuiltIn,
    choice_markup,
    composed_markup,
    label_of,
)
from messenger.models import ReadyMessage
from messenger.selectors import ready_messages
from ticketing.forms.ready import ReadyForm
from ticketing.models import Ticket
from ticketing.services.ready import composed_of
from ticketing.surfaces import OFFICE

Ready = BuiltIn | ReadyMessage


@dataclass(frozen=True)
class ReadyLink:
    """A message to choose."""

    label: str
    icon: str
    url: str
    is_chosen: bool


@dataclass(frozen=True)
class Preview:
    """How it reads for somebody; `language` is the code of their language, `language_name` its own word for it."""

    reader: str
    language: str
    language_name: str
    markup: SafeString
    choices: Sequence[str]


@dataclass(frozen=True)
class ReadyPage:
    """`form` is None until a message is chosen, `previews` are empty while something is missing."""

    ticket: Ticket
    url: str
    back_url: str
    links: list[ReadyLink]
    form: ReadyForm | None = None
    previews: Sequence[Preview] = ()


@dataclass(frozen=True)
class ReadyChoice:
    """All that can be sent, by what addresses call it, and what was chosen of it, with its form."""

    known: Mapping[str, Ready]
    key: str
    form: ReadyForm | None

    @classmethod
    def read(cls, ticket: Ticket, key: str, data: Any = None) -> Self:
        """One query."""
        known: dict[str, Ready] = {**BUILT_IN, **{str(each.pk): each for each in ready_messages()}}
        initial = {"ready": key, "audience": ticket.visibility}
        form = ReadyForm(known[key], data, initial=initial) if key in known else None
        return cls(known, key, form)

    @property
    def ready(self) -> Ready | None:
        return self.known.get(self.key)

    @property
    def is_unknown(self) -> bool:
        return bool(self.key) and self.key not in self.known


def ready_page(actor: KnownActor, ticket: Ticket, choice: ReadyChoice) -> ReadyPage:
    url = reverse("office:ready_message", args=[ticket.pk])
    links = [
        ReadyLink(
            label_of(each),
            each.icon if isinstance(each, BuiltIn) else each.shown_icon,
            f"{url}?{urlencode({'ready': key})}",
            is_chosen=key == choice.key,
        )
        for key, each in choice.known.items()
        if choice.key in ("", key)
    ]
    back_url = f"{OFFICE.ticket_url('ticket_detail', ticket)}?tab=messenger"
    return ReadyPage(ticket, url, back_url, links, choice.form, _previews(actor, ticket, choice))


def _previews(actor: KnownActor, ticket: Ticket, choice: ReadyChoice) -> list[Preview]:
    form, ready = choice.form, choice.ready
    if form is None or ready is None:
        return []
    values = form.values if form.is_bound and form.is_valid() else form.first_values
    try:
        composed = composed_of(ready, values)
    except InvalidInput:
        return []
    reader = ticket.reporter if ticket.is_public and not ticket.reporter.is_employee else None
    people = [reader, actor.person] if reader and reader.language != actor.person.language else [reader or actor.person]
    found = []
    for person in people:
        # In the language of the page, as people without a name are called.
        name = str(person.name) if person != actor.person else ""
        with override(person.language):
            found.append(
                Preview(
                    reader=name,
                    language=person.language,
                    language_name=get_language_info(person.language)["name_local"],
                    markup=composed_markup(composed),
                    choices=list(choice_markup(composed)),
                )
            )
    return found
