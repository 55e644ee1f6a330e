"""Private links: their tokens, the sessions that opened them, and their end."""

import base64
import hashlib
import secrets
from collections.abc import MutableMapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from config.common import clock
from fleet.actors import LINKS_KEY, KnownActor
from fleet.models import PrivateLink
from fleet.models.links import PrivateLinkQuerySet
from fleet.revocation import revoke_access

TOKEN_BYTES = 20  # 160 bits.
# By one browser: more than anyone needs. The ones opened first are forgotten.
MAX_OPENED = 50


def hash_link_token(token: str) -> str:
    """What is stored of a token: enough to find the link, not enough to make it."""
    return hashlib.sha256(token.encode()).hexdigest()


def add_link(*, actor: KnownActor, ticket_id: int, expires_at: datetime | None) -> str:
    """Adds a link and returns its full address, which can never be shown again. A building block without a rule."""
    # Letters and digits only: what follows another character may fall off a link in a message.
    token = base64.b32encode(secrets.token_bytes(TOKEN_BYTES)).decode().lower()
    PrivateLink.objects.create(
        ticket_id=ticket_id, person=actor.person, token_hash=hash_link_token(token), expires_at=expires_at
    )
    return settings.PUBLIC_URL.rstrip("/") + reverse(settings.LINK_URL_NAME, args=[token])


def links_with(token: str) -> PrivateLinkQuerySet:
    """The link with the token, or none."""
    return PrivateLink.objects.opening().filter(token_hash=hash_link_token(token))


def remember_link(link: PrivateLink, session: MutableMapping[str, Any]) -> None:
    """Let the browser with this session open the ticket of the link."""
    others = [key for key in session.get(LINKS_KEY) or () if key != link.pk]
    session[LINKS_KEY] = [*others, link.pk][-MAX_OPENED:]


def expire_links(*, ticket_id: int, expires_at: datetime | None) -> None:
    """Set the end of the links of a ticket; None while it is worked on. A building block under the ticket's lock."""
    PrivateLink.objects.standing().filter(ticket=ticket_id).update(expires_at=expires_at)


@transaction.atomic
def end_links(links: PrivateLinkQuerySet) -> int:
    """Revoke the links, without asking a rule; returns how many there were."""
    standing = links.standing()
    tickets = set(standing.values_list("ticket", flat=True))
    ended = standing.update(revoked_at=clock.now())
    for ticket_id in sorted(tickets):
        revoke_access(ticket=ticket_id)
    return ended
