"""Video sessions: making and cancelling them, and who comes and goes.

The ticket of a session is locked before it.
"""

import uuid
from dataclasses import dataclass
from typing import TypeGuard

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.common import clock
from config.common.errors import InvalidInput, NotAllowed, NotVisible, WrongStatus
from config.common.live import publish
from config.common.rows import get_or_none
from config.common.rules import require
from fleet.actors import Actor, KnownActor
from messenger.composed import compose_video
from messenger.models import Side, VideoSeat, VideoSession, VideoStatus, VideoVisibility
from messenger.services.video import (
    free_seat,
    give_seat,
    joined_seats,
    lock_session,
    other_in,
    seat_of,
    unfinished_sessions_of,
)
from ticketing.access import video_sessions_for
from ticketing.entry_kinds import (
    VIDEO_INVITED,
    VIDEO_JOINED,
    VIDEO_LEFT,
    VIDEO_LINKED,
    VIDEO_STARTED,
    VIDEO_UNLINKED,
)
from ticketing.models import Ticket, Visibility
from ticketing.services.journal import lock_ticket, record
from ticketing.services.messages import record_message
from ticketing.services.repetition import find_repetition
from ticketing.services.video_ends import end, record_of

OVER = _("This video session is over.")
TAKEN = _("Somebody else has joined this video session already. It is for one person on each side.")


@dataclass(frozen=True)
class Arrival:
    """Who came in, on which side, and whether somebody is on the other one. Many code users have no name."""

    side: Side
    name: str
    is_other_in: bool
    other: str


@transaction.atomic
def create_video_session(
    *, actor: KnownActor, ticket_id: int, client_key: uuid.UUID, audience: Visibility | None = None
) -> VideoSession:
    """Make a session, CONFIRMED, with a message to join it by; the same key again returns the first one.

    One that waits without anybody in it is cancelled for the new one, a lost call ended; one with somebody in it is
    returned. `audience` is the visibility that its creator saw. Raises `InvalidInput` if the ticket has another one by
    now; `NotAllowed`, `WrongStatus`.
    """
    ticket = lock_ticket(ticket_id, actor)
    made = get_or_none(VideoSession.objects.filter(creator=actor.person, client_key=client_key, tickets=ticket))
    if made := find_repetition(actor, "ticketing.create_video_session", ticket, made, is_own=True):
        return made
    if audience not in (None, ticket.visibility):
        message = _("Other people can read this ticket now than when you began. Check your text and send it again.")
        raise InvalidInput(message, code="audience")
    for other in unfinished_sessions_of(ticket.conversation_id):
        if not _end_if_lost(other, ticket):
            continue
        if other.is_running or any(_is_there(seat) for seat in other.seats.all()):
            return other
        if other.status == VideoStatus.CONFIRMED:
            end(other, ticket, actor.person)
    session = VideoSession(
        creator=actor.person,
        client_key=client_key,
        device=ticket.device,
        visibility=VideoVisibility(ticket.visibility),
        created_at=clock.now(),
    )
    session.confirm()
    session.save(force_insert=True)
    session.tickets.add(ticket)
    composed = compose_video(session.pk)
    session.message = record_message(ticket, actor.person, "", [], client_key, VIDEO_INVITED, composed=composed)
    session.save(update_fields=["message"])
    return session


@transaction.atomic
def cancel_video_session(*, actor: KnownActor, ticket_id: int, session_id: int) -> VideoSession:
    """Cancel a session, or end the call that goes on. One that is over stays as it is."""
    ticket = lock_ticket(ticket_id, actor)
    session = _session_in(ticket, actor, session_id)
    if not find_repetition(actor, "ticketing.create_video_session", ticket, session.is_over):
        end(session, ticket, actor.person)
    return session


@transaction.atomic
def link_ticket(*, actor: KnownActor, session_id: int, ticket_id: int) -> None:
    """Link a ticket to the session. Again changes nothing. Raises `NotVisible`, and `NotAllowed`."""
    ticket = lock_ticket(ticket_id, actor)
    session = _session_on_the_list(actor, session_id)
    if not find_repetition(actor, "ticketing.link_video_session", ticket, _is_linked(session, ticket)):
        session.tickets.add(ticket)
        record(ticket, VIDEO_LINKED, actor.person, session=session.pk)


@transaction.atomic
def unlink_ticket(*, actor: KnownActor, session_id: int, ticket_id: int) -> None:
    """Take the link away; the ticket in which the session was made stays linked. Again changes nothing."""
    ticket = lock_ticket(ticket_id, actor)
    session = _session_on_the_list(actor, session_id)
    if session.message is not None and session.message.conversation_id == ticket.conversation_id:
        raise InvalidInput(_("The session was made in this ticket, so they belong together."), code="own_ticket")
    if not find_repetition(actor, "ticketing.link_video_session", ticket, not _is_linked(session, ticket)):
        session.tickets.remove(ticket)
        record(ticket, VIDEO_UNLINKED, actor.person, session=session.pk)


def _session_on_the_list(actor: KnownActor, session_id: int) -> VideoSession:
    require(actor, "ticketing.list_video_sessions")
    session = lock_session(session_id)
    if session is None:
        raise NotVisible
    return session


def _is_linked(session: VideoSession, ticket: Ticket) -> bool:
    return session.tickets.filter(pk=ticket.pk).exists()


def check_seat(*, actor: Actor, ticket: Ticket, session: VideoSession) -> None:
    """Raises what `take_seat` would raise by now: who is refused need not be made a person first."""
    require(actor, "ticketing.join_video_session", ticket)
    if not session.is_joinable:
        raise WrongStatus(OVER)
    seat = seat_of(session, _side_of(actor))
    # A lost call is ended by who takes the seat; who is nobody yet cannot be back in it.
    if _is_taken(seat, session, actor.person_id) and (actor.person is None or not seat.is_lost(clock.now())):
        raise NotAllowed(TAKEN)


def take_seat(*, actor: KnownActor, ticket_id: int, session_id: int, session_key: str = "") -> VideoSeat:
    """Take the seat of one's side for this browser, and let the one that had it before go.

    By `session_key`, that of the browser's session, its right is asked also while it has no socket. Raises
    `NotVisible`; `NotAllowed` for who may not join, and while somebody else has the seat; `WrongStatus` when the
    session is over.
    """
    with transaction.atomic():
        ticket = lock_ticket(ticket_id, actor)
        session = _session_in(ticket, actor, session_id)
        require(actor, "ticketing.join_video_session", ticket)
        if _end_if_lost(session, ticket) and session.is_joinable:
            side = _side_of(actor)
            taken = seat_of(session, side)
            if _is_taken(taken, session, actor.person.pk):
                raise NotAllowed(TAKEN)
            if taken is not None and taken.person_id != actor.person.pk and taken.joined_at is not None:
                # Away for a moment, and a colleague comes instead.
                record_of(session, ticket, VIDEO_LEFT, taken.person)
            seat = give_seat(session, side, actor.person, session_key)
            publish(f"ticket.{ticket.pk}.video", "video_seat")
            return seat
    # Behind the transaction, in which it may have ended.
    raise WrongStatus(OVER)


@transaction.atomic
def arrive(*, key: uuid.UUID) -> Arrival | None:
    """The browser with this key is in the call. None where it has no seat any more, or the session is over.

    With both sides in, the session is IN PROGRESS.
    """
    found = _locked_by_key(key)
    if found is None or not found[1].is_joinable:
        return None
    seat, session, ticket = found
    is_new = seat.joined_at is None
    seat.joined_at, seat.left_at, seat.seen_at = seat.joined_at or clock.now(), None, clock.now()
    seat.save()
    if is_new:
        record_of(session, ticket, VIDEO_JOINED, seat.person)
    other = other_in(session, seat)
    if other is not None and not session.is_running:
        session.start()
        session.started_at = clock.now()
        session.save(update_fields=["status", "started_at"])
        record_of(session, ticket, VIDEO_STARTED, None)
    return Arrival(seat.side, _name_of(seat), other is not None, _name_of(other))


@transaction.atomic
def depart(*, key: uuid.UUID, for_good: bool) -> bool:
    """The browser with this key has gone; returns whether it was in.

    For good the call is over; where it has not begun yet, the seat is free again.
    """
    found = _locked_by_key(key)
    if found is None or not (found[0].is_in or for_good) or found[1].is_over:
        return False
    seat, session, ticket = found
    seat.left_at = seat.left_at or clock.now()
    seat.save(update_fields=["left_at"])
    if for_good and session.is_running:
        end(session, ticket, None)
    elif for_good:
        _leave(seat, session, ticket)
    return True


@transaction.atomic
def end_lost_call(*, session_id: int) -> bool:
    """End the call from which somebody dropped and did not come back in time; returns whether it goes on.

    Where it has not begun yet, the seat is free again.
    """
    ticket = _locked_ticket(session_id)
    session = lock_session(session_id)
    return bool(ticket and session and _end_if_lost(session, ticket) and session.is_joinable)


def _end_if_lost(session: VideoSession, ticket: Ticket) -> bool:
    lost = [seat for seat in joined_seats(session) if not session.is_over and seat.is_lost(clock.now())]
    if session.is_running and lost:
        end(session, ticket, None)
        return False
    for seat in lost:
        _leave(seat, session, ticket)
    return True


def _side_of(actor: Actor) -> Side:
    return Side.SERVICE if actor.is_employee else Side.CUSTOMER


def _is_taken(seat: VideoSeat | None, session: VideoSession, person_id: int | None) -> TypeGuard[VideoSeat]:
    """Whether somebody else has the seat."""
    is_others = seat is not None and seat.person_id != person_id
    return is_others and (session.is_running or _is_there(seat))


def _name_of(seat: VideoSeat | None) -> str:
    return f"{seat.person.first_name} {seat.person.last_name}".strip() if seat else ""


def _is_there(seat: VideoSeat | None) -> bool:
    return seat is not None and seat.is_in and not seat.is_lost(clock.now())


def _leave(seat: VideoSeat, session: VideoSession, ticket: Ticket) -> None:
    """Before it began."""
    if seat.joined_at is not None:
        record_of(session, ticket, VIDEO_LEFT, seat.person)
    free_seat(seat)


def _session_in(ticket: Ticket, actor: KnownActor, session_id: int) -> VideoSession:
    """The session under its lock. Raises `NotVisible` where it is not linked to the ticket, or hidden."""
    # A hidden one is not locked: a request for it takes as long as one for a session that does not exist.
    session = lock_session(session_id) if video_sessions_for(actor, ticket).filter(pk=session_id).exists() else None
    if session is None:
        raise NotVisible
    return session


def _locked_by_key(key: uuid.UUID) -> tuple[VideoSeat, VideoSession, Ticket] | None:
    seats = VideoSeat.objects.filter(key=key).select_related("person")
    seat = get_or_none(seats)
    if seat is None:
        return None
    ticket = _locked_ticket(seat.session_id)
    session = lock_session(seat.session_id)
    # Another browser may have taken it meanwhile.
    seat = get_or_none(seats)
    return (seat, session, ticket) if seat and session and ticket else None


def _locked_ticket(session_id: int) -> Ticket | None:
    """The one in which the session was made."""
    locked = Ticket.objects.filter(conversation__messages__video_session=session_id).select_for_update(of=("self",))
    return get_or_none(locked.select_related("device__template", "flow", "conversation", "creator", "person"))
