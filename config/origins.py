"""Checks from which pages sockets are opened: cookies travel with them, but no form token."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import SplitResult, urlsplit

from channels.security.websocket import WebsocketDenier
from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.utils.http import is_same_domain

Scope = dict[str, Any]
_PORTS = {"http": 80, "https": 443}


class OwnOriginMiddleware:
    """Accepts sockets whose `Origin` is the address that they are opened at, or one of CSRF_TRUSTED_ORIGINS.

    Compares scheme, host and port, as Django does for forms. Refuses sockets without an origin.
    """

    def __init__(self, inner: Callable[..., Awaitable[object]]) -> None:
        self.inner = inner

    async def __call__(self, scope: Scope, receive: object, send: object) -> object:
        inner = self.inner if comes_from_here(scope) else WebsocketDenier()
        return await inner(scope, receive, send)


def comes_from_here(scope: Scope) -> bool:
    origin = _parts(_only(scope, b"origin"))
    # Browsers send it with every socket.
    if origin is None:
        return False
    host = _only(scope, b"host")
    if validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS):
        own = _parts(f"{'https' if _is_secure(scope) else 'http'}://{host}")
        if _place(origin) == _place(own):
            return True
    return any(_matches(origin, urlsplit(trusted)) for trusted in settings.CSRF_TRUSTED_ORIGINS)


def _is_secure(scope: Scope) -> bool:
    # As Django decides for pages: by the header of a proxy that we trust, else by the connection.
    if settings.SECURE_PROXY_SSL_HEADER:
        name, secure = settings.SECURE_PROXY_SSL_HEADER
        value = _only(scope, name.removeprefix("HTTP_").replace("_", "-").lower().encode())
        if value:
            return bool(value.split(",")[0].strip() == secure)
    return scope.get("scheme") in ("wss", "https")


def _only(scope: Scope, name: bytes) -> str:
    """Returns the value of the header, or an empty text if it is missing or comes twice."""
    values = [value.decode("latin-1") for header, value in scope.get("headers", ()) if header == name]
    return values[0] if len(values) == 1 else ""


def _parts(text: str) -> SplitResult | None:
    """Returns the parts of an origin, or None for a text that is not a scheme, a host and perhaps a port."""
    try:
        found = urlsplit(text.lower())
        is_origin = found.scheme in _PORTS and found.hostname and found.port != 0
    except ValueError:
        return None
    return found if is_origin and f"{found.scheme}://{found.netloc}" == text.lower() and "@" not in text else None


def _place(origin: SplitResult | None) -> tuple[str, str | None, int] | None:
    return (origin.scheme, origin.hostname, origin.port or _PORTS[origin.scheme]) if origin else None


def _matches(origin: SplitResult, trusted: SplitResult) -> bool:
    # ``https://*.example.org`` means all hosts below one.
    if "*" in trusted.netloc:
        below = is_same_domain(origin.netloc, trusted.netloc.lower().lstrip("*"))
        return below and origin.scheme == trusted.scheme
    return _place(origin) == _place(_parts(f"{trusted.scheme}://{trusted.netloc}"))
