"""The call of a video session, as the pages of both surfaces show it."""

from dataclasses import dataclass

from config.common.rules import may
from config.common.windows import NEWEST
from fleet.actors import Actor
from fleet.organisation import organisation
from messenger.models import VideoSession
from ticketing.models import Ticket
from ticketing.pages.conversation import ConversationPart, conversation_part, shown_at
from ticketing.pages.video_cards import VideoCard, video_card
from ticketing.surfaces import Surface


@dataclass(frozen=True)
class VideoCallPage:
    """The call of a session, before, while and after it takes place."""

    actor: Actor
    ticket: Ticket
    surface: Surface
    session: VideoSession
    card: VideoCard
    conversation: ConversationPart
    back_url: str

    @property
    def join_url(self) -> str:
        return self.surface.ticket_url("video_join", self.ticket, session_id=self.session.pk)

    @property
    def cancel_url(self) -> str:
        """Empty for who may not cancel it, and once it is over."""
        allowed = self.surface.is_office and may(self.actor, "ticketing.create_video_session", self.ticket)
        can_be = allowed and not self.session.is_over
        return self.surface.ticket_url("video_cancel", self.ticket, session_id=self.session.pk) if can_be else ""

    @property
    def socket_path(self) -> str:
        return f"/ws/calls/{self.ticket.pk}/{self.session.pk}/"

    @property
    def phone(self) -> str:
        """Where to call if the network lets no picture through."""
        house = organisation()
        return house.phone if house and not self.actor.is_employee else ""


def video_call_page(actor: Actor, ticket: Ticket, surface: Surface, session: VideoSession) -> VideoCallPage:
    """Raises the refusal of ``ticketing.read_messages``."""
    return VideoCallPage(
        actor=actor,
        ticket=ticket,
        surface=surface,
        session=session,
        card=video_card(actor, session, ticket, surface),
        conversation=conversation_part(actor, ticket, surface, NEWEST),
        back_url=shown_at(surface, ticket, "message"),
    )
