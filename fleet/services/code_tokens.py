"""What is printed of a code: its link, and the id that is typed. Neither is stored, both can be made again."""

import base64
import hashlib
import hmac
import re
import unicodedata

from django.conf import settings
from django.urls import reverse

from fleet.models import Code
from fleet.short_ids import POSSIBLE, make_short_id

TOKEN_BYTES = 20  # 160 bits: too long to guess, and short enough for a small QR code.

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
    return settings.PUBLIC_URL.rstrip("/") + reverse(settings.SCAN_URL_NAME, args=[token_of(code)])


def short_id_of(code: Code) -> str:
    """The id that is printed below the link, made in the same way."""
    number = int.from_bytes(_keyed(f"short:{code.pk.hex}:{code.generation}"), "big")
    return make_short_id(number % POSSIBLE)


def hash_short_id(short_id: str) -> str:
    """What is stored of it. There are so few of them that a hash without a key would give them away."""
    return _keyed(f"found by:{short_id}").hex()


def _keyed(message: str) -> bytes:
    return hmac.new(settings.CODE_SECRET.encode(), message.encode(), hashlib.sha256).digest()
