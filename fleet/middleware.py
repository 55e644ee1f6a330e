"""Puts the actor on each request and each socket."""

from collections.abc import Awaitable, Callable
from typing import Any, cast

from channels.db import database_sync_to_async
from django.contrib.auth import SESSION_KEY, get_user
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from config.common.addresses import counted_address, socket_address
from fleet.actors import ANONYMOUS, Actor, actor_of
from fleet.requests import Request


class ActorMiddleware:
    """Sets `request.actor`, which is made when it is first read."""

    def __init__(self, get_response: Callable[[Request], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        def actor() -> Actor:
            return actor_of(request.user, request.session, counted_address(request))

        request.actor = cast("Actor", SimpleLazyObject(actor))
        return self.get_response(request)


async def actor_of_session(session_key: str | None, address: str = "") -> Actor:
    """The actor of a stored session, read afresh: signing out, deactivation and revoked codes count at once."""
    actor: Actor = await database_sync_to_async(_read_actor)(session_key, address)
    return actor


def _read_actor(session_key: str | None, address: str) -> Actor:
    session = SessionStore(session_key)
    if not session_key or not session.load():
        return ANONYMOUS
    # Django reads the person of a session from requests only.
    request = HttpRequest()
    request.session = session
    user = get_user(request) if SESSION_KEY in session else None
    return actor_of(user, session, address)


class SocketActorMiddleware:
    """Sets ``scope["actor"]`` of sockets; consumers ask `actor_of_session` again before each delivery."""

    def __init__(self, inner: Callable[..., Awaitable[object]]) -> None:
        self.inner = inner

    async def __call__(self, scope: dict[str, Any], receive: object, send: object) -> object:
        session = scope.get("session")
        key = await database_sync_to_async(lambda: session.session_key)() if session is not None else None
        actor = await actor_of_session(key, socket_address(scope))
        scope = {**scope, "actor": actor, "session_key": key}
        return await self.inner(scope, receive, send)
