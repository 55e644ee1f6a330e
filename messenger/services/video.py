"""Video sessions and their seats. Callers hold the ticket's lock, ask the rules and write the journal."""

import uuid
from collections.abc import Iterable

from django.db.models import F
from django.db.models.functions import Coalesce

from config.common import clock
from config.common.rows import get_or_none
from fleet.models import Person
from messenger.models import Message, Side, VideoSeat, VideoSession
from messenger.transitions import JOINABLE, UNFINISHED


def lock_session(session_id: int) -> VideoSession | None:
    """The session under its row lock, which guards its seats, too. Needs a transaction."""
    return get_or_none(VideoSession.objects.select_for_update().filter(pk=session_id))


def unfinished_sessions_of(conversation_id: int) -> list[VideoSession]:
    """Those that were made in the conversation and can still become something, locked."""
    found = VideoSession.objects.filter(message__conversation=conversation_id, status__in=UNFINISHED)
    return list(found.select_for_update(of=("self",)).order_by("pk"))


def end_session(session: VideoSession) -> None:
    """To DONE where both were in, else to CANCELLED."""
    session.finish() if session.is_running else session.cancel()
    session.ended_at = clock.now()
    session.save(update_fields=["status", "ended_at"])
    session.seats.update(session_key="", left_at=Coalesce("left_at", session.ended_at))


def give_seat(session: VideoSession, side: Side, person: Person, session_key: str) -> VideoSeat:
    """Gives the side to the person, under a new key: the browser that had it before is out."""
    now = clock.now()
    seat = seat_of(session, side) or VideoSeat(session=session, side=side, person=person)
    if seat.person_id != person.pk:
        seat.person, seat.joined_at, seat.left_at = person, None, None
    elif seat.is_in:
        seat.left_at = now
    seat.key, seat.session_key, seat.seen_at = uuid.uuid4(), session_key, now
    seat.save()
    return seat


def free_seat(seat: VideoSeat) -> None:
    """Its person has left a session that has not begun yet: somebody else may take it."""
    seat.joined_at, seat.session_key = None, ""
    seat.save(update_fields=["joined_at", "session_key"])


def joined_seats(session: VideoSession) -> list[VideoSeat]:
    """Those whose people have come and not left for good; who went away first stands first."""
    joined = session.seats.filter(joined_at__isnull=False).select_related("person")
    return list(joined.order_by(F("left_at").asc(nulls_last=True), "pk"))


def seated_browsers(session_id: int | None = None) -> list[tuple[str, int, int, uuid.UUID]]:
    """Who is in a session that can go on, or away for a moment: their session's key, ticket, person and seat's key."""
    seats = VideoSeat.objects.filter(joined_at__isnull=False, session__status__in=JOINABLE).exclude(session_key="")
    if session_id is not None:
        seats = seats.filter(session=session_id)
    return list(seats.values_list("session_key", "session__message__conversation__ticket", "person", "key"))


def seat_of(session: VideoSession, side: Side) -> VideoSeat | None:
    """None as long as nobody has joined on that side."""
    return get_or_none(session.seats.filter(side=side).select_related("person"))


def other_in(session: VideoSession, seat: VideoSeat) -> VideoSeat | None:
    """The other side's seat, if somebody is in it."""
    others = session.seats.exclude(pk=seat.pk).select_related("person")
    return next((other for other in others if other.is_in), None)


def mark_changed(message: Message | None, number: int, public_number: int | None) -> None:
    """Have pages draw the card of a session again; the numbers are those of the entry that says why."""
    if message is not None:
        message.change_sequence, message.public_change_sequence = number, public_number
        message.save(update_fields=["change_sequence", "public_change_sequence"])


def is_seated(*, key: uuid.UUID, person_id: int | None, ticket_id: int, session_id: int, is_employee: bool) -> bool:
    """Whether this browser has the seat now, in a session of that very ticket that goes on."""
    # Who lost their right to the ticket of the session must not come by another one.
    seats = VideoSeat.objects.filter(key=key, person=person_id, session__message__conversation__ticket=ticket_id)
    seat = get_or_none(seats.select_related("session"))
    # Compared here: the database takes no number of any length.
    if seat is None or seat.session_id != session_id:
        return False
    return seat.session.is_joinable and (is_employee or seat.session.is_public)


def is_joinable(session_id: int) -> bool:
    """Whether the session goes on, or is still to begin."""
    return VideoSession.objects.filter(pk=session_id, status__in=JOINABLE).exists()


def has_lost_seat(session_id: int) -> bool:
    """Whether somebody has been away for too long from a call that can go on; not under a lock."""
    seats = VideoSeat.objects.filter(session=session_id, session__status__in=JOINABLE, joined_at__isnull=False)
    return any(seat.is_lost(clock.now()) for seat in seats)


def note_seen(keys: Iterable[uuid.UUID]) -> None:
    """These browsers were heard of just now."""
    VideoSeat.objects.filter(key__in=keys, left_at=None).update(seen_at=clock.now())
