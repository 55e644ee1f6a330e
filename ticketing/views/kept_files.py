"""The files of a message or an update that was not accepted: those that are usable stay, and the others are named."""

from collections.abc import Sequence
from dataclasses import dataclass

from config.common.errors import InvalidInput
from config.common.rules import may
from fleet.requests import Request, known_actor
from messenger.selectors import WaitingFile, files_waiting
from messenger.services.attachments import Place, keep_files
from ticketing.forms.conversation import WritingForm
from ticketing.models import Ticket


@dataclass(frozen=True)
class KeptFiles:
    """What its form is shown with: `refused` is the number of files without which it can be sent.

    `are_lost` says that files came with it which could not be kept.
    """

    files: Sequence[WaitingFile] = ()
    errors: Sequence[InvalidInput] = ()
    refused: int = 0
    are_lost: bool = False


def kept_files(
    request: Request, ticket: Ticket, purpose: str, rule: str, sent: WritingForm, error: InvalidInput | None = None
) -> KeptFiles:
    """Keep what came with the form, and was counted before, each file by itself; the form names those from before."""
    errors = [error] if error else []
    files = request.FILES.getlist("files")
    # Not of a form that was refused before its files were counted.
    if not sent.is_valid() or not may(request.actor, rule, ticket):
        return KeptFiles(errors=errors, are_lost=bool(files))
    before = files_waiting(request.actor, sent.cleaned_data["uploads"])
    if not files:
        return KeptFiles(before, errors)
    kept, refusals = keep_files(
        actor=known_actor(request), place=Place(ticket.pk, purpose), files=files, already=len(before)
    )
    # Each refused file is named by itself.
    others = [each for each in errors if each.field != "files" or not refusals]
    return KeptFiles([*before, *kept], [*others, *refusals], len(refusals))
