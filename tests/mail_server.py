"""A real SMTP server on this machine that keeps what people would receive."""

import email
import email.policy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from types import TracebackType
from typing import cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass(frozen=True)
class Received:
    """One message as it came in for one recipient."""

    recipient: str
    message: EmailMessage = field(compare=False, hash=False)

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"])


class MailServer:
    """Listens on 127.0.0.1; use it as a context manager. `answer` is what it says to a message."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.received: list[Received] = []
        self.answer = "250 OK"
        self._controller: Controller | None = None

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answer.startswith("2"):
            raw = cast("bytes", envelope.content)
            message = email.message_from_bytes(raw, policy=email.policy.default)
            self.received += [Received(recipient, message) for recipient in envelope.rcpt_tos]
        return self.answer

    def __enter__(self) -> "MailServer":
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._controller is not None:
            self._controller.stop()
        self._controller = None

    @contextmanager
    def away(self) -> Iterator[None]:
        """Nobody answers inside the block."""
        self.__exit__(None, None, None)
        try:
            yield
        finally:
            self.__enter__()
