"""How video sessions end, and what the journal says of it."""

from collections.abc import Sequence

from config.common.live import publish
from fleet.models import Person
from messenger.models import VideoSession
from messenger.services.video import end_session, mark_changed, unfinished_sessions_of
from ticketing.entry_kinds import VIDEO_CANCELLED, VIDEO_ENDED, EntryKind
from ticketing.models import Ticket
from ticketing.services.journal import record


def end_video_sessions(ticket: Ticket) -> None:
    """End those that go on, and cancel those to come. A building block under the ticket's lock."""
    for session in unfinished_sessions_of(ticket.conversation_id):
        end(session, [ticket], None)


def end(session: VideoSession, tickets: Sequence[Ticket], person: Person | None) -> None:
    """End a session, or cancel it where it never began. A building block under the locks of tickets and session."""
    end_session(session)
    duration = session.duration
    if duration is None:
        record_of(session, tickets, VIDEO_CANCELLED, person)
    else:
        record_of(session, tickets, VIDEO_ENDED, person, seconds=int(duration.total_seconds()))


def record_of(
    session: VideoSession, tickets: Sequence[Ticket], kind: EntryKind, person: Person | None, **data: object
) -> None:
    """An entry in each of the tickets. Their pages draw the card again, and open calls look whether they go on."""
    message = session.message
    for ticket in tickets:
        entry = record(ticket, kind, person, session=session.pk, **data)
        if message is not None and message.conversation_id == ticket.conversation_id:
            mark_changed(message, entry.sequence, entry.public_sequence)
        publish(f"ticket.{ticket.pk}.video", kind.name)
