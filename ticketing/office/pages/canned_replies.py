"""The pages of canned replies, and what the composer proposes behind a slash."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.common.rules import may
from config.common.text import fold
from fleet.actors import KnownActor
from ticketing.access import replies_for
from ticketing.forms.replies import ReplyForm
from ticketing.models import CannedReply, Ticket
from ticketing.replies import PLACEHOLDERS, filled

MOST_OPTIONS = 8  # As many as are seen at once above a keyboard.


@dataclass(frozen=True)
class ListedReply:
    """`url` is empty for readers who may not change it."""

    reply: CannedReply
    languages: str
    url: str


@dataclass(frozen=True)
class RepliesPage:
    own: list[ListedReply]
    shared: list[ListedReply]


@dataclass(frozen=True)
class ReplyPage:
    """The form of one; `delete_url` is empty for a new one. `placeholders` by name with what they become."""

    title: str | Promise
    form: ReplyForm
    delete_url: str = ""

    @property
    def placeholders(self) -> list[tuple[str, str | Promise]]:
        return [(name, meaning) for name, (meaning, _filler) in PLACEHOLDERS.items()]


@dataclass(frozen=True)
class ReplyOption:
    """`text` is what it puts into the composer."""

    name: str
    text: str


def replies_page(actor: KnownActor) -> RepliesPage:
    listed = [_listed(actor, each) for each in replies_for(actor)]
    return RepliesPage(
        own=[each for each in listed if not each.reply.is_shared],
        shared=[each for each in listed if each.reply.is_shared],
    )


def _listed(actor: KnownActor, reply: CannedReply) -> ListedReply:
    languages = [code.upper() for code in ("en", "de", "fr") if getattr(reply, f"text_{code}")]
    allowed = may(actor, "ticketing.change_reply", reply)
    return ListedReply(reply, ", ".join(languages), reverse("office:reply_edit", args=[reply.pk]) if allowed else "")


def reply_form(actor: KnownActor, data: Mapping[str, Any] | None, reply: CannedReply | None = None) -> ReplyForm:
    initial: dict[str, object] = {}
    if reply is not None:
        initial = {name: getattr(reply, name) for name in ("name", "text_en", "text_de", "text_fr")}
    may_share = reply is None and bool(may(actor, "ticketing.change_reply", CannedReply()))
    return ReplyForm(data, may_share=may_share, initial=initial)


def reply_page(form: ReplyForm, reply: CannedReply | None = None) -> ReplyPage:
    if reply is None:
        return ReplyPage(_("New canned reply"), form)
    return ReplyPage(_("Edit canned reply"), form, reverse("office:reply_delete", args=[reply.pk]))


def reply_options(actor: KnownActor, ticket: Ticket, words: str) -> list[ReplyOption]:
    """Those with a word in their name that begins as it was typed, or all; one query."""
    wanted = fold(words)
    found = [each for each in replies_for(actor) if _is_found(each.name, wanted)]
    return [ReplyOption(each.name, filled(each, actor, ticket)) for each in found[:MOST_OPTIONS]]


def _is_found(name: str, wanted: str) -> bool:
    name = fold(name)
    return name.startswith(wanted) or any(word.startswith(wanted) for word in name.split())
