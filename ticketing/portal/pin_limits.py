"""How often a PIN may be tried: five times by code and client, then after a wait."""

from django.http import HttpRequest

from config.common.addresses import counted_address
from config.common.attempts import WAIT_SECONDS, Guard, Limit
from fleet.services.code_tokens import hash_token

PINS = Guard(pair=Limit("pin", 5, WAIT_SECONDS), secret=Limit("pin-of-code", 50, 60 * 60))


def take_attempt(request: HttpRequest, token: str) -> bool:
    """Whether one more PIN may be tried, which counts as an attempt."""
    return PINS.take(hash_token(token), counted_address(request))


def forget_attempts(request: HttpRequest, token: str) -> None:
    """To be called after the right PIN."""
    PINS.forget(hash_token(token), counted_address(request))
