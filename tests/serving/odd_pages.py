"""Pages that misbehave, served as the product's are: `python -m tests.serving.odd_pages PORT`, with two threads."""

import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import django

django.setup()

from config.serving import limits, server  # noqa: E402
from config.serving.pages import Pages  # noqa: E402

limits.PATIENCE_SECONDS = 2
server.PACE_SECONDS = 1
server.LINGER_SECONDS = 1


class Stream:
    """A kilobyte, then what the storage raises, or the end."""

    streaming = True

    def __init__(self, error: Exception | None) -> None:
        self.error = error

    def __iter__(self) -> Iterator[bytes]:
        yield b"x" * 1000
        if self.error is not None:
            raise self.error


def pages(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
    """By their path; each says that it has 5,000 bytes, unless it is a page."""
    path = environ["PATH_INFO"]
    streams = {"/broken/": OSError(5, "I/O error"), "/lost/": ConnectionResetError("storage"), "/short/": None}
    if path == "/fault/":
        raise ZeroDivisionError
    if path in streams:
        start_response("200 OK", [("Content-Length", "5000")])
        return Stream(streams[path])
    if path == "/slow/":
        time.sleep(4)
    # As Django writes it.
    start_response("200 OK", [("Content-Length", "2"), ("Set-Cookie", " theme=dark; Path=/")])
    return [b"ok"]


if __name__ == "__main__":
    app = Pages(pages, threads=2)
    server.serve(app, app, "127.0.0.1", int(sys.argv[1]))
