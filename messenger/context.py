"""Context processors of messenger."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from messenger.selectors import count_unread


def unread(request: HttpRequest) -> dict[str, Any]:
    """``unread_notifications``: the number on the bell, counted when a template reads it."""
    actor = getattr(request, "actor", None)
    if actor is None or not actor.is_signed_in:
        return {}
    return {"unread_notifications": SimpleLazyObject(lambda: count_unread(actor))}
