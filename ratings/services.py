"""The service of ratings."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.common import clock
from config.common.errors import InvalidInput
from config.common.rows import get_or_none
from fleet.actors import KnownActor
from messenger.models.conversations import make_salt
from ratings.models import Rating, Score
from ticketing.entry_kinds import RATED
from ticketing.services.journal import digest_text, lock_ticket, record
from ticketing.services.life_cycle import close_finished
from ticketing.services.repetition import find_repetition

MAX_COMMENT_LENGTH = 2_000  # Characters.


@transaction.atomic
def rate_ticket(*, actor: KnownActor, ticket_id: int, score: Score, comment: str = "") -> Rating:
    """Rate a DONE ticket, which closes it. The same person again gets the first rating of the DONE phase back.

    Raises `NotAllowed` for employees, `WrongStatus` when the ticket does not ask for a rating, and `InvalidInput` for a
    comment that is too long.
    """
    ticket = lock_ticket(ticket_id, actor)
    given = get_or_none(Rating.objects.filter(ticket=ticket, phase=ticket.done_count, person=actor.person_id))
    if given := find_repetition(actor, "ratings.rate_ticket", ticket, given, is_own=True):
        return given
    comment = comment.replace("\0", "").strip()
    if len(comment) > MAX_COMMENT_LENGTH:
        raise InvalidInput(_("This comment is too long. Please keep it below 2,000 characters."), field="comment")
    salt = make_salt()
    entry = record(ticket, RATED, actor.person, score=int(score), digest=digest_text(salt, comment))
    rating = Rating.objects.create(
        ticket=ticket,
        sequence=entry.sequence,
        salt=salt,
        phase=ticket.done_count,
        score=score,
        comment=comment,
        person=actor.person,
        created_at=clock.now(),
    )
    ticket.score = score
    ticket.save(update_fields=["score"])
    close_finished(ticket, actor)
    return rating
