"""The models of messenger; import them from here."""

from messenger.models.attachments import Attachment, AttachmentKind, Remark
from messenger.models.conversations import Conversation, Message, MessageVersion, SeenMark
from messenger.models.deliveries import UNFINISHED, Channel, Delivery, DeliveryState, Reason
from messenger.models.notifications import Notification
from messenger.models.preferences import Choice, Exemption, Mute, Occasion, Pace, Preferences, RoleDefault
from messenger.models.preparations import Preparation, PreparationState
from messenger.models.push import PushDevice, TicketPush
from messenger.models.ready import ReadyMessage
from messenger.models.unsent import UnsentText
from messenger.models.uploads import Piece, Upload
from messenger.models.video import Side, VideoSeat, VideoSession, VideoVisibility
from messenger.transitions import VideoStatus

__all__ = [
    "UNFINISHED",
    "Attachment",
    "AttachmentKind",
    "Channel",
    "Choice",
    "Conversation",
    "Delivery",
    "DeliveryState",
    "Exemption",
    "Message",
    "MessageVersion",
    "Mute",
    "Notification",
    "Occasion",
    "Pace",
    "Piece",
    "Preferences",
    "Preparation",
    "PreparationState",
    "PushDevice",
    "ReadyMessage",
    "Reason",
    "Remark",
    "RoleDefault",
    "SeenMark",
    "Side",
    "TicketPush",
    "UnsentText",
    "Upload",
    "VideoSeat",
    "VideoSession",
    "VideoStatus",
    "VideoVisibility",
]
