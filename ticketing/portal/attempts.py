"""Guessing a PIN is slowed down: a few wrong ones, then a wait. Counted by code and client, in the cache."""

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

from fleet.services.codes import hash_token

MAX_WRONG_PINS = 5
WAIT_SECONDS = 5 * 60


def take_attempt(request: HttpRequest, token: str) -> bool:
    """Whether one more PIN may be tried. It counts before it is checked, so that many at once are no way around."""
    key = _key(request, token)
    cache.add(key, 0, WAIT_SECONDS)
    try:
        taken = cache.incr(key)
    except ValueError:
        # The wait ended between the two calls.
        return take_attempt(request, token)
    if taken == MAX_WRONG_PINS:
        cache.touch(key, WAIT_SECONDS)
    return taken <= MAX_WRONG_PINS


def forget_attempts(request: HttpRequest, token: str) -> None:
    """The PIN was right."""
    cache.delete(_key(request, token))


def _key(request: HttpRequest, token: str) -> str:
    return f"pin:{hash_token(token)}:{get_adapter(request).get_client_ip(request)}"
