"""How video sessions end, and what the journal says of it."""

from config.common.live import publish
from fleet.models import Person
from messenger.models import VideoSession
from messenger.services.video import end_session, joined_seats, mark_changed, unfinished_sessions_of
from ticketing.entry_kinds import VIDEO_CANCELLED, VIDEO_ENDED, VIDEO_LEFT, EntryKind
from ticketing.models import Ticket
from ticketing.services.journal import record


def end_video_sessions(ticket: Ticket) -> None:
    """End those that go on, and cancel those to come. A building block under the ticket's lock."""
    for session in unfinished_sessions_of(ticket.conversation_id):
        end(session, ticket, None)


def end(session: VideoSession, ticket: Ticket, person: Person | None) -> None:
    """End a session, or cancel it where it never began. A building block under the locks of ticket and session."""
    for seat in joined_seats(session):
        record_of(session, ticket, VIDEO_LEFT, seat.person)
    end_session(session)
    duration = session.duration
    if duration is None:
        record_of(session, ticket, VIDEO_CANCELLED, person)
    else:
        record_of(session, ticket, VIDEO_ENDED, person, seconds=int(duration.total_seconds()))


def record_of(session: VideoSession, ticket: Ticket, kind: EntryKind, person: Person | None, **data: object) -> None:
    """An entry in the ticket of the session. Pages draw the card again, and open calls look whether they go on.

    Not in those that are linked to it: their customers are others, who must not learn who was in it.
    """
    entry = record(ticket, kind, person, session=session.pk, **data)
    mark_changed(session.message, entry.sequence, entry.public_sequence)
    publish(f"ticket.{ticket.pk}.video", kind.name)
