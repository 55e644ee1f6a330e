"""The guard of the pages in every server: it refuses bodies that are too large or have no length."""

from collections.abc import Callable, Iterable
from typing import Any, cast

from django.db import close_old_connections

from config.common.numbers import whole_number
from config.serving.limits import is_too_large, most_bytes
from config.serving.refusals import Refusal, too_large, without_length

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
WSGIApplication = Callable[[Environ, StartResponse], Iterable[bytes]]


class BodyGuard:
    """WSGI middleware that checks the length of a body before a byte of it is read."""

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        refusal = refusal_of(environ)
        if refusal is not None:
            start_response(f"{refusal.status.value} {refusal.status.phrase}", list(refusal.headers))
            return [refusal.body]
        response: object = self.application(environ, start_response)
        if environ.get("REQUEST_METHOD") == "HEAD":
            # Servers complain of a body in the response to HEAD.
            getattr(response, "close", lambda: None)()
            return []
        if getattr(response, "streaming", False):
            # A slow reader must not keep the connection to the database for as long as it reads.
            close_old_connections()
        return cast(Iterable[bytes], response)


def refusal_of(environ: Environ) -> Refusal | None:
    """The response to a request whose body is too large or has no length; None for all others."""
    path, text = environ.get("PATH_INFO", "/"), environ.get("CONTENT_LENGTH") or ""
    if not text:
        return without_length(environ) if environ.get("HTTP_TRANSFER_ENCODING") else None
    length = whole_number(text)
    if length is None:
        return without_length(environ)
    return too_large(environ, most_bytes(path)) if is_too_large(length, path) else None
