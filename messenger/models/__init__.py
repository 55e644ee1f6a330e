"""The models of messenger; import them from here."""

from messenger.models.attachments import Attachment, AttachmentKind
from messenger.models.conversations import Conversation, Message
from messenger.models.notifications import Notification
from messenger.models.uploads import Piece, Upload

__all__ = ["Attachment", "AttachmentKind", "Conversation", "Message", "Notification", "Piece", "Upload"]
