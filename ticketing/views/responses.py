"""Responses that views of several pages return."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, HttpResponseRedirect
from django.utils.http import parse_etags


class SeeOther(HttpResponseRedirect):
    """After a form was sent: look there, by GET."""

    status_code = 303


def never_kept(response: HttpResponse) -> HttpResponse:
    """The page of a form that was not accepted."""
    # A copy that Back shows would hold a key that is used: what is changed there and sent again would be dropped.
    response["Cache-Control"] = "private, no-store"
    return response


def unless_shown(request: HttpRequest, number: int | str, draw: Callable[[], HttpResponse]) -> HttpResponse:
    """What `draw` makes, tagged with its number; 304 and nothing drawn for an open page that shows this number already.

    Pages name the number of the last response, or of the topic when they were drawn: `If-None-Match: W/"12"`.
    """
    tag = f'W/"{number}"'
    is_shown = tag in parse_etags(request.headers.get("If-None-Match", ""))
    response = HttpResponseNotModified() if is_shown else draw()
    response["ETag"] = tag
    return response
