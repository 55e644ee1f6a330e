"""Photos and files of the desk form: answers to questions that no flow asks."""

import uuid
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, override

from config.common.errors import NotAllowed, UsedKey
from config.common.languages import LANGUAGES
from config.common.rules import require
from fleet.actors import KnownActor
from messenger.models import Attachment
from messenger.services.attachments import CheckedFile, collect_attachments
from ticketing.entry_kinds import FILES_ADDED
from ticketing.models import Answer, JournalEntry, QuestionKind, Ticket
from ticketing.services.journal import answer_digests, lock_ticket, record
from ticketing.services.search import refill_search

PHOTOS_AND_FILES = gettext_noop("Photos and files")
ADDED_LATER = gettext_noop("Photos and files, added later")


def keep_answer(
    ticket: Ticket, actor: KnownActor, text: str, files: Sequence[CheckedFile], upload_ids: Sequence[uuid.UUID]
) -> list[Answer]:
    """Keep the files as the answer to the `text`; without files there is none. A building block."""
    if not files and not upload_ids:
        return []
    answer = Answer.objects.create(ticket=ticket, kind=QuestionKind.FILES, question_texts=_in_all_languages(text))
    answer.attachments.add(*collect_attachments(person=actor.person, files=files, upload_ids=upload_ids))
    return [answer]


@transaction.atomic
def add_files(
    *,
    actor: KnownActor,
    ticket_id: int,
    client_key: uuid.UUID,
    files: Sequence[CheckedFile] = (),
    upload_ids: Sequence[uuid.UUID] = (),
) -> bool:
    """Add files to a ticket of the desk form; the same again adds nothing. Returns whether it did.

    Raises the refusal of ``ticketing.edit_fields``, `NotAllowed` for a ticket of a flow, whose answers stay what they
    were, `UsedKey` for a key with which other files were added, `InvalidInput` for uploads that are not the actor's or
    gone.
    """
    ticket = lock_ticket(ticket_id, actor, "customer", "reservation")
    require(actor, "ticketing.edit_fields", ticket)
    if not files and not upload_ids:
        return False
    if not ticket.is_from_desk:
        raise NotAllowed(_("Files cannot be added here. Send them as a message or update."))
    added = JournalEntry.objects.filter(ticket=ticket, kind=FILES_ADDED.name, person=actor.person)
    if entry := added.filter(data__key=str(client_key)).first():
        if not _has_all(entry, files, upload_ids):
            raise UsedKey
        return False
    answers = keep_answer(ticket, actor, ADDED_LATER, files, upload_ids)
    record(ticket, FILES_ADDED, actor.person, answers=answer_digests(answers), key=str(client_key))
    refill_search(ticket)
    return True


def _has_all(entry: JournalEntry, files: Sequence[CheckedFile], upload_ids: Sequence[uuid.UUID]) -> bool:
    """Whether these files were added with the entry."""
    there = Attachment.objects.filter(answer__in=list(entry.data["answers"])).values_list("pk", "digest")
    ids, digests = {pk for pk, _digest in there}, {digest for _pk, digest in there}
    return ids.issuperset(upload_ids) and digests.issuperset(file.digest() for file in files)


def files_of(ticket: Ticket) -> list[Attachment]:
    """What was added with the desk form so far."""
    return list(Attachment.objects.filter(answer__ticket=ticket).order_by("answer__position", "answer_id", "position"))


def _in_all_languages(text: str) -> dict[str, str]:
    texts = {}
    for language in LANGUAGES:
        with override(language):
            texts[language] = _t(text)
    return texts
