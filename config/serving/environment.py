"""The translation of an ASGI request's head into a WSGI environment."""

import sys
from collections.abc import Iterable
from typing import IO, Any

Scope = dict[str, Any]
_PLAIN_NAMES = {"content-length": "CONTENT_LENGTH", "content-type": "CONTENT_TYPE"}


def environ_of(scope: Scope, body: IO[bytes]) -> dict[str, object]:
    """The WSGI environment (PEP 3333) of an ASGI request whose whole body is in the file."""
    host, port = scope.get("server") or ("localhost", 80)
    length = body.seek(0, 2)
    body.seek(0)
    return {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        # WSGI passes bytes in texts of Latin-1.
        "PATH_INFO": scope["path"].encode("utf-8", "surrogateescape").decode("latin1"),
        "QUERY_STRING": scope["query_string"].decode("latin1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port or 0),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": (scope.get("client") or [""])[0],
        **headers_of(scope["headers"]),
        # Counted rather than copied from the head: a body that came in chunks had no length.
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
    """Headers under their names in WSGI; several of one name are joined, and names with an underscore dropped."""
    found: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("latin1").lower(), raw_value.decode("latin1")
        if "_" in name:
            # It would pass for the header with a hyphen, which a proxy sets or removes.
            continue
        key = _PLAIN_NAMES.get(name) or f"HTTP_{name.upper().replace('-', '_')}"
        separator = "; " if name == "cookie" else ","
        found[key] = f"{found[key]}{separator}{value}" if key in found else value
    return found
