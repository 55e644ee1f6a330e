"""The e-mails that would have been sent, as those who try Fleetdesk look at them."""

import base64
import email
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from functools import lru_cache
from pathlib import Path

from config.common.errors import NotVisible
from config.demo.people import is_demo
from fleet.actors import Actor
from messenger.carriers.folder import kept_mails

SHOWN_MAILS = 100
# Those that a reader would like to see, in this order.
_HEADERS = (
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Auto-Submitted",
)
_PICTURE = re.compile(r'src="cid:([^"]+)"')


@dataclass(frozen=True)
class MailRow:
    """`name` is the one in the address of its page."""

    name: str
    to: str
    subject: str
    sent_at: datetime


@dataclass(frozen=True)
class MailList:
    """The newest first; `count` counts those that are not shown, too."""

    rows: Sequence[MailRow]
    count: int


@dataclass(frozen=True)
class ShownMail:
    row: MailRow
    text: str
    headers: Sequence[tuple[str, str]]


def require_mails(actor: Actor) -> None:
    """Everybody may look at what is made up, else administrators only. Raises `NotVisible`."""
    if not (actor.is_administrator or is_demo()):
        raise NotVisible


def mail_list() -> MailList:
    paths = kept_mails()
    return MailList([_row(path) for path in paths[:SHOWN_MAILS]], len(paths))


def shown_mail(name: str) -> ShownMail:
    """Raises `NotVisible` where there is none of that name."""
    path = _path(name)
    message = _read(path)
    headers = [(header, str(message[header])) for header in _HEADERS if message[header]]
    return ShownMail(_row(path), _content(message, "plain"), headers)


def page_of_mail(name: str) -> str:
    """Its HTML with its pictures inside. Raises `NotVisible` where there is none of that name."""
    message = _read(_path(name))
    pictures = {str(part["Content-ID"]).strip("<>"): part for part in message.walk() if part["Content-ID"]}

    def source(found: re.Match[str]) -> str:
        part = pictures.get(found[1])
        content = part.get_payload(decode=True) if part is not None else b""
        kind = part.get_content_type() if part is not None else "image/png"
        return f'src="data:{kind};base64,{base64.b64encode(bytes(content)).decode()}"'

    # Links would open inside the frame.
    return _PICTURE.sub(source, _content(message, "html")).replace("<head>", '<head><base target="_blank">', 1)


def _path(name: str) -> Path:
    found = next((path for path in kept_mails() if path.stem == name), None)
    if found is None:
        raise NotVisible
    return found


def _row(path: Path) -> MailRow:
    to, subject, sent_at = _head(path)
    return MailRow(path.stem, to, subject, sent_at)


@lru_cache(maxsize=1_000)
def _head(path: Path) -> tuple[str, str, datetime]:
    """Kept, because a file is never changed, and decoding headers takes most of the time of the list."""
    message = _read(path)
    # Django writes that it does not say in which zone it is (RFC 5322): then the moment has none.
    sent_at = parsedate_to_datetime(str(message["Date"])).replace(tzinfo=UTC)
    return str(message["To"]), str(message["Subject"]), sent_at


def _read(path: Path) -> EmailMessage:
    try:
        return email.message_from_bytes(path.read_bytes(), policy=default)
    except FileNotFoundError:
        # It made room for a newer one.
        raise NotVisible from None


def _content(message: EmailMessage, subtype: str) -> str:
    part = message.get_body((subtype,))
    return str(part.get_content()) if part is not None else ""
