"""The mail server of those who try Fleetdesk: a folder, from which the demo shows what would have been sent."""

from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from config.common import clock


class FolderBackend(BaseEmailBackend):
    """One file a mail, named by when it came; the oldest make room for new ones."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.MAIL_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            name = clock.now().strftime("%Y%m%d-%H%M%S-%f")
            # Written whole before it is seen.
            draft = folder / f"{name}.part"
            draft.write_bytes(message.message().as_bytes())
            draft.rename(folder / f"{name}.eml")
        for path in kept_mails()[settings.MAIL_FILES :]:
            path.unlink(missing_ok=True)
        return len(email_messages)


def kept_mails() -> list[Path]:
    """The newest first."""
    return sorted(Path(settings.MAIL_DIR).glob("*.eml"), reverse=True)
