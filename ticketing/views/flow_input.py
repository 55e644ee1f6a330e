"""What is sent of a creation flow: kept as far as it is usable, whatever else is wrong with it."""

from collections.abc import Sequence

from django.http import QueryDict

from config.common.errors import InvalidInput, TooMuch
from config.common.unsent import unsent_texts
from fleet.actors import KnownActor
from fleet.requests import Request
from messenger.services.attachments import check_count
from ticketing.forms.steps import StepForm
from ticketing.selectors import FlowProgress, flow_progress, typed_answers
from ticketing.services.drafts import AnswerInput, save_answers
from ticketing.views.captions import keep_captions
from ticketing.views.uploads import take_back


def keep_input(
    actor: KnownActor, read: FlowProgress, forms: Sequence[StepForm]
) -> tuple[FlowProgress, InvalidInput | TooMuch | None]:
    """Save what is usable; what is not is in the `errors` of its form.

    Returns the progress after it, and the last refusal.
    """
    refused: InvalidInput | TooMuch | None = None
    if isinstance(sent := forms[0].data if forms else None, QueryDict):
        keep_captions(actor, sent)
    for form in forms:
        form.is_valid()
    draft = read.ticket
    inputs = {question: given for form in forms for question, given in form.inputs().items()}
    progress = save_answers(actor=actor, ticket_id=draft.pk, answers=inputs, read=read)
    for form in forms:
        for name, question, files in form.new_files():
            # Each file goes by itself, so that a bad one takes no other with it.
            for number, given in enumerate(files, 1):
                try:
                    check_count(number)
                    progress = save_answers(actor=actor, ticket_id=draft.pk, answers={question: given}, read=progress)
                except (InvalidInput, TooMuch) as refusal:
                    form.add_error(name, str(refusal))
                    refused = refusal
                    # What was kept before it stays, and what came with it does not.
                    progress = flow_progress(draft)
    return progress, refused


def remove_file(actor: KnownActor, progress: FlowProgress, removed: str) -> FlowProgress:
    """Take a file away; `removed` is its address, or its id before it is an answer. One that is gone is no error."""
    file_id = removed.rstrip("/").rpartition("/")[2]
    answers = progress.by_question
    for question in progress.questions:
        files = answers[question.pk].attachments.all() if question.pk in answers else ()
        if ids := [file.pk for file in files if str(file.pk) == file_id]:
            removal = {question: AnswerInput(removed_ids=ids)}
            return save_answers(actor=actor, ticket_id=progress.ticket.pk, answers=removal, read=progress)
    take_back(actor, file_id)
    return progress


def unsent_answers(request: Request, ticket_id: int) -> list[str]:
    """What was typed into a form of a draft that was sent meanwhile from another one, and says something else."""
    typed = unsent_texts(request)
    if not typed:
        return []
    known = {_plain(text) for text in typed_answers(ticket_id)}
    # A number or a day is stored as something else than what was typed, and quickly typed again.
    return [text for text in typed if _plain(text) not in known and any(map(str.isalpha, text))]


def _plain(text: str) -> str:
    return " ".join(text.split())
