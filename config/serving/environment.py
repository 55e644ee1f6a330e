"""A request's head in the words of WSGI, made from the one that an ASGI server gives."""

import sys
from collections.abc import Iterable
from typing import IO, Any

Scope = dict[str, Any]
_PLAIN_NAMES = {"content-length": "CONTENT_LENGTH", "content-type": "CONTENT_TYPE"}


def environ_of(scope: Scope, body: IO[bytes]) -> dict[str, Any]:
    """The WSGI environment of an ASGI request (PEP 3333), whose body is in the file from its beginning."""
    host, port = scope.get("server") or ("localhost", 80)
    length = body.seek(0, 2)
    body.seek(0)
    return {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": _as_latin1(scope["path"]),
        "QUERY_STRING": scope["query_string"].decode("latin1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port or 0),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": (scope.get("client") or [""])[0],
        **headers_of(scope["headers"]),
        # Not what the head promised: a body that came in chunks had no length.
        "CONTENT_LENGTH": str(length),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


def headers_of(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Headers under their names in WSGI; one that came several times is joined.

    A name with an underscore is dropped: it could pass for the header with a hyphen that a proxy guards.
    """
    found: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("latin1").lower(), raw_value.decode("latin1")
        if "_" in name:
            continue
        key = _PLAIN_NAMES.get(name) or f"HTTP_{name.upper().replace('-', '_')}"
        separator = "; " if name == "cookie" else ","
        found[key] = f"{found[key]}{separator}{value}" if key in found else value
    return found


def _as_latin1(path: str) -> str:
    return path.encode("utf-8", "surrogateescape").decode("latin1")
