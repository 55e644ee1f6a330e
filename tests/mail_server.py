"""A real mail server of this machine, which keeps what people would receive and refuses what it is told to."""

import asyncio
import email
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.server import free_port

ACCEPTED = "250 OK"


@dataclass
class MailServer:
    """`answers` by command, such as ``{"RCPT": "550 Unknown"}``; `pause` are seconds before a mail is taken."""

    port: int
    received: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    pause: float = 0
    _controller: Controller | None = None

    def start(self) -> None:
        self._controller = Controller(Door(self), hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
        self._controller = None

    @contextmanager
    def away(self) -> Iterator[None]:
        """Nobody answers inside the block."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    @property
    def only(self) -> EmailMessage:
        (message,) = self.received
        return message


class Door:
    """What the library asks at each command."""

    def __init__(self, server: MailServer) -> None:
        self.server = server

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.server.answers.get("MAIL", ACCEPTED)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.server.answers.get("RCPT", ACCEPTED)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        await asyncio.sleep(self.server.pause)
        answer = self.server.answers.get("DATA", ACCEPTED)
        if answer == ACCEPTED:
            assert isinstance(envelope.content, bytes)
            self.server.raw.append(envelope.content)
            self.server.received.append(email.message_from_bytes(envelope.content, policy=default))
        return answer


@contextmanager
def running_mail_server() -> Iterator[MailServer]:
    """One that is gone after the block, and refuses connections then."""
    server = MailServer(free_port())
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def mail_server(settings: Any) -> Iterator[MailServer]:
    """The same, to which this process sends."""
    with running_mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server


def text_of(message: EmailMessage) -> str:
    """Its plain text."""
    part = message.get_body(("plain",))
    assert part is not None
    return "\n".join(str(part.get_content()).splitlines())


def page_of(message: EmailMessage) -> str:
    """Its HTML, on one line."""
    part = message.get_body(("html",))
    assert part is not None
    return re.sub(r"\s+", " ", str(part.get_content()))
