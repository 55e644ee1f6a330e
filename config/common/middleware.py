"""Middleware that every response passes."""

import html
import unicodedata
from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.multipartparser import MultiPartParser
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.datastructures import MultiValueDict

Files = MultiValueDict[str, Any]
GetResponse = Callable[[HttpRequest], HttpResponse]


# Forbidden, so that an injected script cannot use them either. A file input that opens the camera needs no permission.
RECORDING = ("camera", "microphone")
# What offers to record (ui/recorder.html), and the place of the composer, which may be offered while the page is open.
RECORDERS = (b'data-behaviour="recorder-opener"', b"data-composer-place")
UNUSED_FEATURES = ("camera", "display-capture", "geolocation", "microphone", "midi", "payment", "serial", "usb")
# All that any 404 may depend on, in one order.
NOT_FOUND_VARY = "Accept, Accept-Language, Cookie, X-Requested-With"
TEXT_TYPES = ("text/", "application/javascript", "application/json", "image/svg+xml")


class CompressTextMiddleware(GZipMiddleware):
    """Compresses pages, styles and scripts for phones on a slow network; pictures and ranges stay as they are."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        # A part of a file (206) must keep the byte positions that its headers name.
        if response.status_code == HTTPStatus.OK and response.get("Content-Type", "").startswith(TEXT_TYPES):
            return super().process_response(request, response)
        return response


# In the names of files in forms, and nothing else is, not even the percent sign.
_ESCAPED_BY_BROWSERS = (("%22", '"'), ("%0D%0A", " "), ("%0D", " "), ("%0A", " "))


class _Parser(MultiPartParser):
    """Keeps what makes emoji and Persian words whole in the names of files, and spaces that are none of ASCII."""

    def sanitize_file_name(self, file_name: str) -> str:
        # Django's own drops all that does not print by itself: words grow together, and one emoji becomes two.
        name = html.unescape(file_name).replace("\\", "/").rpartition("/")[2]
        for escaped, sign in _ESCAPED_BY_BROWSERS:
            name = name.replace(escaped, sign)
        name = "".join(letter for letter in name if unicodedata.category(letter) != "Cc")
        # Without a name the file itself would be dropped, and nobody told.
        return name if name.strip(". ") else "file"


class FileNamesMiddleware:
    """Lets the services see the names of files as their senders gave them."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.parse_file_upload = partial(_parse, request)  # type: ignore[method-assign]
        return self.get_response(request)


def _parse(request: HttpRequest, meta: Mapping[str, Any], content: Any) -> tuple[QueryDict, Files]:
    return _Parser(meta, content, request.upload_handlers, request.encoding).parse()


def permissions_policy(*allowed: str) -> str:
    """The header that forbids all features but those that the page itself may use."""
    return ", ".join(f"{name}={'(self)' if name in allowed else '()'}" for name in UNUSED_FEATURES)


class PermissionsPolicyMiddleware:
    """Forbids browsers the features that a page does not use. A view that uses another one sets the header itself."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault(
            "Permissions-Policy", permissions_policy(*(RECORDING if _records(response) else ()))
        )
        return response


def _records(response: HttpResponseBase) -> bool:
    # Not by address: a page with a question for files is also the response to what starts its flow.
    if not isinstance(response, HttpResponse) or not response.get("Content-Type", "").startswith("text/html"):
        return False
    return any(mark in response.content for mark in RECORDERS)


class PrivateAnswerMiddleware:
    """Keeps responses that depend on a session out of every shared or stored cache.

    A view may allow the browser's own cache by saying `private` itself; anything else is replaced.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == HTTPStatus.NOT_FOUND:
            # Whether a session was read or not: the headers must not show that something hidden is there.
            response["Vary"] = NOT_FOUND_VARY
            response["Cache-Control"] = caching_of(request, response)
        elif depends_on_session(request, response) and "private" not in response.get("Cache-Control", ""):
            response["Cache-Control"] = caching_of(request, response)
        return response


def caching_of(request: HttpRequest, response: HttpResponse) -> str:
    # A refused form may stay in the history of its browser: without a copy, Back ends at the browser's own error page
    # and what was typed is lost.
    is_refused_form = (
        request.method == "POST" and HTTPStatus.BAD_REQUEST <= response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR
    )
    return "private, max-age=0" if is_refused_form else "private, no-store"


def depends_on_session(request: HttpRequest, response: HttpResponse) -> bool:
    """True when the session was read, or the response sets a cookie or varies by one."""
    session = getattr(request, "session", None)
    varies = response.get("Vary", "").lower()
    return bool(getattr(session, "accessed", False)) or bool(response.cookies) or "cookie" in varies
