"""The cards of messages that invite to a video session."""

from collections.abc import Sequence
from dataclasses import dataclass

from config.common.rules import may
from fleet.actors import Actor
from messenger.composed import video_session_of
from messenger.models import Message, VideoSession
from messenger.presentation import duration_text
from ticketing.models import Ticket, Update
from ticketing.surfaces import Surface


@dataclass(frozen=True)
class VideoCard:
    """How a session stands; `url` leads to the call, and is empty once it is over, and for who may not join."""

    session: VideoSession
    url: str = ""

    @property
    def duration(self) -> str:
        """Minutes and seconds; empty where it never began, or goes on."""
        duration = self.session.duration
        return duration_text(int(duration.total_seconds() * 1000)) if duration else ""


def fill_video_cards(actor: Actor, written: Sequence[Message | Update], ticket: Ticket, surface: Surface) -> None:
    """Puts cards on the messages that invite to a session; one query, or none where no message does."""
    invitations = {
        each: session_id
        for each in written
        if isinstance(each, Message) and (session_id := video_session_of(each.composed)) is not None
    }
    if not invitations:
        return
    sessions = VideoSession.objects.in_bulk(set(invitations.values()))
    for message, session_id in invitations.items():
        if session_id in sessions:
            message.card = video_card(actor, sessions[session_id], ticket, surface)


def video_card(actor: Actor, session: VideoSession, ticket: Ticket, surface: Surface) -> VideoCard:
    can_join = session.is_joinable and may(actor, "ticketing.join_video_session", ticket)
    return VideoCard(session, surface.ticket_url("video_call", ticket, session_id=session.pk) if can_join else "")
