"""Who acts in a request that is about to write."""

from django.http import HttpRequest
from django.utils.translation import get_language

from fleet.actors import Actor
from fleet.services.codes import person_of


def acting(request: HttpRequest) -> Actor:
    """The request's actor, with a person: a code user's row is made when they first act, never by looking.

    Raises `NotVisible` for somebody who neither signed in nor holds a code.
    """
    language = (get_language() or "en").split("-")[0]
    actor: Actor = person_of(actor=request.actor, session=request.session, language=language)  # type: ignore[attr-defined]
    request.actor = actor  # type: ignore[attr-defined]
    return actor


def looking(request: HttpRequest) -> Actor:
    """The request's actor as they are: enough for whoever only reads."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor
