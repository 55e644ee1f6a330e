"""The door of the pages in every server: no body is taken in that is too large, or that has no end."""

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
    """Asks the length before a byte of the body is read.

    Gives the database's connection back before an answer is streamed: a slow reader must not keep it.
    """

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        refusal = refusal_of(environ)
        if refusal is not None:
            start_response(f"{refusal.status.value} {refusal.status.phrase}", list(refusal.headers))
            return [refusal.body]
        answer: Any = self.application(environ, start_response)
        if environ.get("REQUEST_METHOD") == "HEAD":
            # Servers complain of a body that nobody gets.
            getattr(answer, "close", lambda: None)()
            return []
        if getattr(answer, "streaming", False):
            close_old_connections()
        return cast(Iterable[bytes], answer)


def refusal_of(environ: Environ) -> Refusal | None:
    """Why the body of a request is not taken in, or None."""
    path, text = environ.get("PATH_INFO", "/"), environ.get("CONTENT_LENGTH") or ""
    if not text:
        return without_length(environ) if environ.get("HTTP_TRANSFER_ENCODING") else None
    length = whole_number(text)
    if length is None:
        return without_length(environ)
    return too_large(environ, most_bytes(path)) if is_too_large(length, path) else None
