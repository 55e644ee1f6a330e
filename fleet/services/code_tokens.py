"""What is printed of a code, its link and the id that is typed, and links that open it for a time.

None is stored, all can be made again.
"""

import base64
import binascii
import hashlib
import hmac
import re
import struct
import unicodedata
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.urls import reverse

from config.common import clock
from fleet.models import Code
from fleet.short_ids import POSSIBLE, make_short_id

TOKEN_BYTES = 20  # 160 bits: too long to guess, and short enough for a small QR code.
# Of a link for a time: code, epoch, its end in seconds since 1970; then what proves them. Together twice as long.
_SHARED = struct.Struct(">16sII")
_PROOF_BYTES = 2 * TOKEN_BYTES - _SHARED.size
_SHARED_LETTERS = 2 * TOKEN_BYTES * 8 // 5

_NEITHER = re.compile(r"[^0-9a-z]")


def token_of(code: Code) -> str:
    """The secret part of the printed link: an HMAC of the code and its generation, keyed by `CODE_SECRET`."""
    return base64.b32encode(_keyed(f"{code.pk.hex}:{code.generation}")[:TOKEN_BYTES]).decode().lower()


def clean_token(written: str) -> str:
    """The token of a link as it was typed or pasted, in capitals, in brackets or before a full stop.

    >>> clean_token("ABC234).")
    'abc234'
    """
    return _NEITHER.sub("", unicodedata.normalize("NFKC", written).lower())


def hash_token(token: str) -> str:
    """What is stored of a token: enough to find the code, not enough to make the link."""
    return hashlib.sha256(token.encode()).hexdigest()


def url_of(code: Code) -> str:
    """The full address to print, below `PUBLIC_URL`."""
    return url_of_token(token_of(code))


def url_of_token(token: str) -> str:
    """The full address of a link that `token_of` or `shared_token_of` made."""
    return settings.PUBLIC_URL.rstrip("/") + reverse(settings.SCAN_URL_NAME, args=[token])


def is_made_with_this_secret(code: Code) -> bool:
    """Whether the link that would be printed now opens the code; not where `CODE_SECRET` was another one."""
    return hash_token(token_of(code)) == code.token_hash


@dataclass(frozen=True)
class Shared:
    """A link for a time: the code, the epoch at which it was shared, and when it ends."""

    code_id: uuid.UUID
    epoch: int
    until: datetime


def shared_token_of(code: Code, until: datetime) -> str:
    """The secret part of a link that opens the code until then, unless its epoch moves before."""
    facts = _SHARED.pack(code.pk.bytes, code.epoch, int(until.timestamp()))
    return base64.b32encode(facts + _proof_of(facts)).decode().lower()


def shared_code_of(token: str) -> Shared | None:
    """What a link for a time says; None for every other token, and after its end."""
    if len(token) != _SHARED_LETTERS:
        return None
    try:
        sent = base64.b32decode(token.upper())
    except (binascii.Error, ValueError):
        return None
    facts, proof = sent[: _SHARED.size], sent[_SHARED.size :]
    # In one spelling only: tries of a PIN are counted by token.
    if token != token.lower() or not hmac.compare_digest(proof, _proof_of(facts)):
        return None
    code_id, epoch, end = _SHARED.unpack(facts)
    until = datetime.fromtimestamp(end, UTC)
    return Shared(uuid.UUID(bytes=code_id), epoch, until) if until > clock.now() else None


def _proof_of(facts: bytes) -> bytes:
    return _keyed(f"shared:{facts.hex()}")[:_PROOF_BYTES]


def short_id_of(code: Code) -> str:
    """The id that is printed below the link, made in the same way."""
    number = int.from_bytes(_keyed(f"short:{code.pk.hex}:{code.generation}"), "big")
    return make_short_id(number % POSSIBLE)


def hash_short_id(short_id: str) -> str:
    """What is stored of it. There are so few of them that a hash without a key would give them away."""
    return _keyed(f"found by:{short_id}").hex()


def _keyed(message: str) -> bytes:
    return hmac.new(settings.CODE_SECRET.encode(), message.encode(), hashlib.sha256).digest()
