"""Middleware that every answer passes."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

GetResponse = Callable[[HttpRequest], HttpResponse]


UNUSED_FEATURES = ("camera", "display-capture", "geolocation", "microphone", "midi", "payment", "serial", "usb")
# All that any 404 may depend on, in one order.
NOT_FOUND_VARY = "Accept, Accept-Language, Cookie, X-Requested-With"
TEXT_TYPES = ("text/", "application/javascript", "application/json", "image/svg+xml")


class CompressTextMiddleware(GZipMiddleware):
    """Compresses pages, styles and scripts for phones on a slow net; leaves pictures, films and ranges as they are."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compressed when it is text and whole."""
        if response.status_code == 200 and response.get("Content-Type", "").startswith(TEXT_TYPES):
            return super().process_response(request, response)
        return response


class PermissionsPolicyMiddleware:
    """Forbids browsers what no page of ours uses, so that no script that got in can use it either.

    A file input that opens the camera needs no permission. A view that does use something names the header itself.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", ", ".join(f"{feature}=()" for feature in UNUSED_FEATURES))
        return response


class PrivateAnswerMiddleware:
    """Keeps answers that depend on a session out of every shared or stored cache.

    Every 404 says so, whether a session was read for it or not: its headers must not show whether something hidden is
    there. A view may allow the browser's own cache by saying `private` itself; anything else is replaced. A
    form that came back with what is wrong may stay in the history of its browser: without a copy, Back ends at the
    browser's own error page and what was typed is lost.
    Stands outside SessionMiddleware, because that one sets `Vary: Cookie` on the way out.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == HTTPStatus.NOT_FOUND:
            response["Vary"] = NOT_FOUND_VARY
            response["Cache-Control"] = caching_of(request, response)
        elif depends_on_session(request, response) and "private" not in response.get("Cache-Control", ""):
            response["Cache-Control"] = caching_of(request, response)
        return response


def caching_of(request: HttpRequest, response: HttpResponse) -> str:
    return "private, max-age=0" if came_back(request, response) else "private, no-store"


def came_back(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether the answer is a form that its sender has to correct or copy."""
    return request.method == "POST" and 400 <= response.status_code < 500


def depends_on_session(request: HttpRequest, response: HttpResponse) -> bool:
    """True when the session was read, or the answer sets or varies by a cookie."""
    session = getattr(request, "session", None)
    varies = response.get("Vary", "").lower()
    return bool(getattr(session, "accessed", False)) or bool(response.cookies) or "cookie" in varies
