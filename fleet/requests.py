"""The request as views get it, with the actor that the middleware puts on it."""

from typing import cast

from django.http import HttpRequest
from django.utils.translation import get_language

from fleet.actors import Actor, KnownActor
from fleet.services.codes import make_known


class Request(HttpRequest):
    """Django's request after the middleware. Only types name this class: no object is made of it."""

    actor: Actor


def known_actor(request: Request) -> KnownActor:
    """The actor of a request that writes: a code user's row is made when they first write, never by looking.

    Raises `NotVisible` for an actor who neither signed in nor holds a code.
    """
    language = (get_language() or "en").split("-")[0]
    actor = make_known(actor=request.actor, session=request.session, language=language)
    request.actor = actor
    return actor


def signed_in_actor(request: HttpRequest) -> KnownActor:
    """The actor of a page for people who sign in, where a library knows Django's own request only."""
    return known_actor(cast("Request", request))
