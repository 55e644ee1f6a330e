"""Puts the actor on each request and each socket."""

from collections.abc import Awaitable, Callable
from typing import Any

from channels.db import database_sync_to_async
from django.contrib.auth import SESSION_KEY, get_user
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from config.common.addresses import counted_address, socket_address
from fleet.actors import NOBODY, Actor, actor_of


class ActorMiddleware:
    """`request.actor`, made when first asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(  # type: ignore[attr-defined]
            lambda: actor_of(request.user, request.session, counted_address(request))
        )
        return self.get_response(request)


class _Visitor:
    """What `django.contrib.auth.get_user` needs of a request."""

    def __init__(self, session: SessionBase) -> None:
        self.session = session
        self.META: dict[str, Any] = {}


@database_sync_to_async
def actor_of_session(session_key: str | None, address: str = "") -> Actor:
    """The actor of a stored session, read afresh: signing out, deactivation and revoked codes count at once."""
    if not session_key:
        return NOBODY
    session = SessionStore(session_key)
    data = session.load()
    if not data:
        return NOBODY
    user = get_user(_Visitor(session)) if SESSION_KEY in data else None  # type: ignore[arg-type]
    return actor_of(user, session, address)


class SocketActorMiddleware:
    """``scope["actor"]`` for sockets; consumers ask `actor_of_session` again before each delivery."""

    def __init__(self, inner: Callable[..., Awaitable[Any]]) -> None:
        self.inner = inner

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Any:
        session = scope.get("session")
        key = await database_sync_to_async(lambda: session.session_key)() if session is not None else None
        actor = await actor_of_session(key, socket_address(scope))
        scope = {**scope, "actor": actor, "session_key": key}
        return await self.inner(scope, receive, send)
