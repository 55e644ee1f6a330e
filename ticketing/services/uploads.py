"""Files of tickets: those that come with a form are counted, and those that wait go along into a new ticket."""

from collections.abc import Iterable

from django.core.files.uploadedfile import UploadedFile

from config.common.rules import may
from fleet.actors import Actor, KnownActor
from fleet.services.limits import count_uploads
from messenger.services.attachments import Place, move_uploads
from ticketing.models import Question, QuestionKind, Ticket
from ticketing.selectors import FlowProgress


def count_files(*, actor: Actor, ticket_id: int, files: Iterable["UploadedFile[bytes]"]) -> None:
    """Count the files by the code of the ticket's device, before they are looked at. Costs nothing without files.

    Raises `TooMuch` at a limit.
    """
    sizes = [file.size or 0 for file in files]
    if not sizes or actor.is_employee:
        return
    # No rule is asked: the code that counts is the actor's own.
    device_id = Ticket.objects.filter(pk=ticket_id).values_list("device_id", flat=True).first()
    count_uploads(actor=actor, device_id=device_id, number=len(sizes), size=sum(sizes))


def slot_of(question: Question) -> str:
    """Of the list of a question for files."""
    return f"q{question.pk}"


def take_files_along(*, actor: KnownActor, begun: FlowProgress) -> None:
    """What the actor uploaded for the older ticket and can no longer send there waits at the new one's question.

    Only where the draft continues a ticket and asks for files.
    """
    draft = begun.ticket
    asked = next((question for question in begun.questions if question.kind == QuestionKind.FILES), None)
    if draft.follows is None or asked is None or may(actor, "ticketing.write_message", draft.follows):
        return
    place = Place(draft.pk, "answer", slot_of(asked))
    move_uploads(actor=actor, ticket_id=draft.follows.pk, purposes=("message", "update", "join"), place=place)
