"""Responses to requests that are refused before their body is read: too large, too slow, without a length."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, parse_cookie
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from config.common.refusals import wants_json
from config.serving.limits import MEGABYTE

_CODES = {
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large",
    HTTPStatus.REQUEST_TIMEOUT: "too_slow",
    HTTPStatus.LENGTH_REQUIRED: "without_length",
}


@dataclass(frozen=True)
class Refusal:
    """A whole response, ready for any server."""

    status: HTTPStatus
    headers: tuple[tuple[str, str], ...]
    body: bytes


def too_large(head: Mapping[str, str], limit: int) -> Refusal:
    """413, in the language of the browser. `head` holds the headers under their WSGI names, `limit` is in bytes."""
    return _refusal(head, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, limit // MEGABYTE)


def too_slow(head: Mapping[str, str]) -> Refusal:
    """408, for a request that does not end in time."""
    return _refusal(head, HTTPStatus.REQUEST_TIMEOUT)


def without_length(head: Mapping[str, str]) -> Refusal:
    """411, for a body whose length is not known before it is read."""
    return _refusal(head, HTTPStatus.LENGTH_REQUIRED)


def _refusal(head: Mapping[str, str], status: HTTPStatus, megabytes: int = 0) -> Refusal:
    # Made by hand, for its language and its kind only: there is no session and no view.
    request = HttpRequest()
    request.META = dict(head)
    request.COOKIES = parse_cookie(head.get("HTTP_COOKIE", ""))
    language = translation.get_language_from_request(request)
    return _response(status, language, megabytes, as_json=wants_json(request))


# A flood of large bodies gets the same few responses, which are made once.
@lru_cache(maxsize=32)
def _response(status: HTTPStatus, language: str, megabytes: int, *, as_json: bool) -> Refusal:
    with translation.override(language):
        message = _sentence(status, megabytes)
        if as_json:
            text = json.dumps({"message": message, "code": _CODES[status]})
        else:
            text = render_to_string("refused_early.html", {"message": message})
    body = text.encode()
    kind = "application/json" if as_json else "text/html; charset=utf-8"
    headers = {
        "Content-Type": kind,
        "Content-Length": str(len(body)),
        "Content-Language": language,
        "Cache-Control": "no-store",
        "Connection": "close",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": settings.X_FRAME_OPTIONS,
    }
    return Refusal(status, tuple(headers.items()), body)


def _sentence(status: HTTPStatus, megabytes: int) -> str:
    match status:
        case HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return _("This is too large: at most %(limit)s MB can be sent at once from here.") % {"limit": megabytes}
        case HTTPStatus.REQUEST_TIMEOUT:
            return _("It took too long until everything was here. The connection may be too slow at the moment.")
        case _:
            return _("This was sent in a way that this address does not take.")
