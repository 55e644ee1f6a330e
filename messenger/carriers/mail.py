"""Letters by e-mail."""

import smtplib
from collections.abc import Sequence

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend

from fleet.models import Person
from messenger.mail.composing import compose
from messenger.models import Reason
from messenger.preferences import Wishes
from messenger.services.outbox import ChannelDown, Letter, PermanentError
from messenger.source import News

# A mail server that says nothing for so long is away, in seconds; well below the lease of a letter.
TIMEOUT = 20
# RFC 5321: answers of a server that will not change its mind.
PERMANENT = frozenset(range(500, 600))
TOO_LARGE = 552


class MailCarrier:
    """Keeps its connection for as long as there are letters."""

    connection: BaseEmailBackend | None = None

    def obstacle(self, person: Person) -> Reason | None:
        return None if person.email else Reason.NO_ADDRESS

    def open(self) -> None:
        if self.connection is None:
            connection = get_connection(timeout=TIMEOUT) if "smtp" in settings.EMAIL_BACKEND else get_connection()
            try:
                connection.open()
            except (OSError, smtplib.SMTPException) as error:
                raise ChannelDown(f"{type(error).__name__}: {error}") from error
            self.connection = connection

    def send(self, letter: Letter, wishes: Wishes, news: Sequence[News]) -> None:
        assert self.connection is not None
        message = compose(letter, wishes, news)
        try:
            self.connection.send_messages([message])
        except smtplib.SMTPException as error:
            # The next letter begins a connection of its own.
            self.close()
            if _is_about_us(error):
                raise ChannelDown(str(error)) from error
            if _is_permanent(error):
                raise PermanentError(str(error)) from error
            raise
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def _is_about_us(error: smtplib.SMTPException) -> bool:
    """Whether the server refuses our address for good, and with it every letter, unless this one is too large."""
    return (
        isinstance(error, smtplib.SMTPSenderRefused) and error.smtp_code in PERMANENT and error.smtp_code != TOO_LARGE
    )


def _is_permanent(error: smtplib.SMTPException) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code in PERMANENT for code, _text in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code in PERMANENT
