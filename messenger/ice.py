"""The servers that help browsers to find a way to each other: STUN, and relays (TURN)."""

import base64
import hashlib
import hmac
from typing import Any

from django.conf import settings

from config.common import clock

# Longer than calls last: a relay closes what was opened with credentials that have ended.
LIFETIME = 6 * 60 * 60  # Seconds.


def ice_servers(name: str) -> list[dict[str, Any]]:
    """As browsers take them. Relays get credentials of limited life, as coturn with `use-auth-secret` takes them."""
    found: list[dict[str, Any]] = []
    stun = [url for url in settings.VIDEO_ICE_SERVERS if url.startswith("stun")]
    turn = [url for url in settings.VIDEO_ICE_SERVERS if url.startswith("turn")]
    if stun:
        found.append({"urls": stun})
    if turn:
        username = f"{int(clock.now().timestamp()) + LIFETIME}:{name}"
        digest = hmac.new(settings.VIDEO_TURN_SECRET.encode(), username.encode(), hashlib.sha1).digest()
        found.append({"urls": turn, "username": username, "credential": base64.b64encode(digest).decode()})
    return found
