"""Puts the actor on each request and each socket."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, cast

from django.conf import settings
from django.http import HttpResponse
from django.utils.functional import SimpleLazyObject

from config.common.addresses import counted_address, socket_address
from fleet.actors import Actor, actor_of
from fleet.requests import Request
from fleet.sessions import actor_of_session


class ActorMiddleware:
    """Sets `request.actor`, which is made when it is first read."""

    def __init__(self, get_response: Callable[[Request], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        def actor() -> Actor:
            return actor_of(request.user, request.session, counted_address(request))

        request.actor = cast("Actor", SimpleLazyObject(actor))
        return self.get_response(request)

    def process_view(self, request: Request, view: object, args: object, kwargs: dict[str, object]) -> None:
        """At the address of a ticket that a private link opens, the browser acts as that ticket's creator."""
        browser, ticket_id = request.actor, kwargs.get("ticket_id")
        if isinstance(ticket_id, int):
            request.actor = cast("Actor", SimpleLazyObject(lambda: browser.at_ticket(ticket_id)))


class SocketActorMiddleware:
    """Sets ``scope["actor"]`` of sockets, and ``scope["session_key"]``, by which the actor is read again later."""

    def __init__(self, inner: Callable[..., Awaitable[object]]) -> None:
        self.inner = inner

    async def __call__(self, scope: dict[str, Any], receive: object, send: object) -> object:
        key = scope["cookies"].get(settings.SESSION_COOKIE_NAME)
        found = await actor_of_session(key)
        # Only code users are counted by it, and finding it takes a quarter of the time that opening a socket takes.
        actor = found if found.is_signed_in else replace(found, address=socket_address(scope))
        scope = {**scope, "actor": actor, "session_key": key}
        return await self.inner(scope, receive, send)
