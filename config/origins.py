"""From which pages a socket may be opened: cookies travel with it, and no form token does."""

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
    """Lets in sockets whose `Origin` is the address they were asked at, or one of CSRF_TRUSTED_ORIGINS.

    Scheme, host and port count, as they do for forms. A socket that names no origin is refused: browsers always do.
    """

    def __init__(self, inner: Callable[..., Awaitable[Any]]) -> None:
        self.inner = inner

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> Any:
        inner = self.inner if comes_from_here(scope) else WebsocketDenier()
        return await inner(scope, receive, send)


def comes_from_here(scope: Scope) -> bool:
    """Whether the page that opens the socket is ours, or one that we trust."""
    origin = _parts(_only(scope, b"origin"))
    if origin is None:
        return False
    if _place(origin) == _place(_own_origin(scope)):
        return True
    return any(_matches(origin, urlsplit(trusted)) for trusted in settings.CSRF_TRUSTED_ORIGINS)


def _own_origin(scope: Scope) -> SplitResult | None:
    """The address that the socket was asked at; none where its host is not ours."""
    host = _only(scope, b"host")
    if not validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS):
        return None
    return _parts(f"{'https' if _is_secure(scope) else 'http'}://{host}")


def _is_secure(scope: Scope) -> bool:
    """As Django decides it for pages: by the proxy's header where it is believed, else by the connection."""
    if settings.SECURE_PROXY_SSL_HEADER:
        name, secure = settings.SECURE_PROXY_SSL_HEADER
        said = _only(scope, name.removeprefix("HTTP_").replace("_", "-").lower().encode())
        if said:
            return bool(said.split(",")[0].strip() == secure)
    return scope.get("scheme") in ("wss", "https")


def _only(scope: Scope, name: bytes) -> str:
    """The header's value; empty if it is missing or comes twice."""
    values = [value.decode("latin-1") for header, value in scope.get("headers", ()) if header == name]
    return values[0] if len(values) == 1 else ""


def _parts(text: str) -> SplitResult | None:
    """The parts of an origin; none for anything that is not scheme, host and perhaps port."""
    try:
        found = urlsplit(text.lower())
        is_origin = found.scheme in _PORTS and found.hostname and found.port != 0
    except ValueError:
        return None
    return found if is_origin and f"{found.scheme}://{found.netloc}" == text.lower() and "@" not in text else None


def _place(origin: SplitResult | None) -> tuple[str, str | None, int] | None:
    return (origin.scheme, origin.hostname, origin.port or _PORTS[origin.scheme]) if origin else None


def _matches(origin: SplitResult, trusted: SplitResult) -> bool:
    """A trusted origin names a host, or with ``https://*.example.org`` all below one."""
    if "*" in trusted.netloc:
        below = is_same_domain(origin.netloc, trusted.netloc.lower().lstrip("*"))
        return below and origin.scheme == trusted.scheme
    return _place(origin) == _place(_parts(f"{trusted.scheme}://{trusted.netloc}"))
