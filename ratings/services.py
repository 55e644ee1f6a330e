"""The service of ratings."""

import uuid

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.common import clock
from config.common.errors import InvalidInput, WrongStatus
from config.common.rows import get_or_none
from config.common.rules import require
from config.common.visible import clean_text, page_length
from fleet.actors import Actor, KnownActor
from messenger.models.conversations import make_salt
from messenger.services.unsent import use_up
from ratings.models import Rating, Score
from ratings.permissions import ALREADY_RATED
from ticketing.entry_kinds import RATED, RATING_CHANGED
from ticketing.models import Ticket
from ticketing.services.journal import digest_text, lock_ticket, record
from ticketing.services.life_cycle import close_finished

MAX_COMMENT_LENGTH = 2_000  # Characters.


@transaction.atomic
def rate_ticket(
    *, actor: KnownActor, ticket_id: int, score: Score, comment: str = "", client_key: uuid.UUID | None = None
) -> Rating:
    """Rate a DONE ticket, which closes it. The same again from the same person changes nothing.

    For some seconds its author may change the score, and later add a comment where there is none; what was kept of it
    under the key is used up. Raises `NotAllowed`
    for employees, `WrongStatus` for a second rating and when none is asked for, and `InvalidInput` for a comment that
    is too long.
    """
    ticket = lock_ticket(ticket_id, actor)
    comment = _checked(comment)
    if client_key:
        use_up(writer_id=actor.person.pk, ticket_id=ticket.pk, key=client_key, text=comment)
    given = own_rating(actor, ticket)
    if given is not None:
        return _change_rating(ticket, given, actor, score, comment)
    require(actor, "ratings.rate_ticket", ticket)
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
    _keep_score(ticket, score)
    close_finished(ticket, actor)
    return rating


def own_rating(actor: Actor, ticket: Ticket) -> Rating | None:
    """What the actor said about the present DONE phase."""
    return get_or_none(Rating.objects.filter(ticket=ticket, phase=ticket.done_count, person=actor.person_id))


def _checked(comment: str) -> str:
    comment = clean_text(comment)
    if page_length(comment) > MAX_COMMENT_LENGTH:
        raise InvalidInput(_("This comment is too long. Please keep it below 2,000 characters."), field="comment")
    return comment


def _change_rating(ticket: Ticket, rating: Rating, actor: KnownActor, score: Score, comment: str) -> Rating:
    """Another face keeps the comment that is there, unless it brings one itself."""
    comment = comment or rating.comment
    if (rating.score, rating.comment) == (score, comment):
        return rating
    adds_comment = comment != rating.comment
    if not rating.seconds_to_change and (rating.score != score or rating.comment):
        raise WrongStatus(ALREADY_RATED)
    salt = make_salt()
    fact = {"score": int(score), "replaces": rating.sequence, "adds_comment": int(adds_comment)}
    entry = record(ticket, RATING_CHANGED, actor.person, digest=digest_text(salt, comment), **fact)
    rating.sequence, rating.salt, rating.score, rating.comment = entry.sequence, salt, score, comment
    rating.save(update_fields=["sequence", "salt", "score", "comment", "search"])
    _keep_score(ticket, score)
    return rating


def _keep_score(ticket: Ticket, score: Score) -> None:
    ticket.score = score
    ticket.save(update_fields=["score"])
