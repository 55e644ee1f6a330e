"""Canned replies of one's own and for all."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.common.errors import InvalidInput, NotVisible
from config.common.languages import LANGUAGES
from config.common.rows import get_or_none
from config.common.rules import require
from fleet.actors import KnownActor
from ticketing.models import CannedReply
from ticketing.replies import unknown_placeholders

MOST_REPLIES = 200  # Of one person, and of all: more are not found behind a slash.


@transaction.atomic
def create_reply(*, actor: KnownActor, name: str, texts: Mapping[str, str], is_shared: bool = False) -> CannedReply:
    """Keep a text by language. Raises `InvalidInput` for no text, for unknown placeholders and for too many replies;
    `NotAllowed` for members who would share it.
    """
    reply = CannedReply(owner=None if is_shared else actor.person)
    require(actor, "ticketing.change_reply", reply)
    if CannedReply.objects.filter(owner=reply.owner).count() >= MOST_REPLIES:
        raise InvalidInput(_("There are too many replies. Delete one that nobody needs."))
    return _store(reply, name, texts)


@transaction.atomic
def change_reply(*, actor: KnownActor, reply_id: int, name: str, texts: Mapping[str, str]) -> CannedReply:
    """Raises as `create_reply`, and `NotVisible` for one of somebody else."""
    return _store(_locked(actor, reply_id), name, texts)


@transaction.atomic
def delete_reply(*, actor: KnownActor, reply_id: int) -> None:
    """What was written with it stays. Raises `NotVisible`, `NotAllowed`."""
    _locked(actor, reply_id).delete()


def _locked(actor: KnownActor, reply_id: int) -> CannedReply:
    reply = get_or_none(CannedReply.objects.select_for_update().filter(pk=reply_id))
    if reply is None:
        raise NotVisible
    require(actor, "ticketing.change_reply", reply)
    return reply


def _store(reply: CannedReply, name: str, texts: Mapping[str, str]) -> CannedReply:
    if not name:
        raise InvalidInput(_("Give it a name by which you find it."), field="name")
    if not any(texts.values()):
        raise InvalidInput(_("Write it in one language at least."), field="text_en")
    for language, text in texts.items():
        if unknown := unknown_placeholders(text):
            sentence = _("There is no placeholder “%(name)s”.") % {"name": unknown[0]}
            raise InvalidInput(sentence, field=f"text_{language}")
    reply.name = name
    for language in LANGUAGES:
        setattr(reply, f"text_{language}", texts.get(language, ""))
    reply.save()
    return reply
