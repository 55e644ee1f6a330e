"""Responses that views of several pages return."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect


class SeeOther(HttpResponseRedirect):
    """After a form was sent: look there, by GET."""

    status_code = 303


def never_kept(response: HttpResponse) -> HttpResponse:
    """The page of a form that was not accepted."""
    # A copy that Back shows would hold a key that is used: what is changed there and sent again would be dropped.
    response["Cache-Control"] = "private, no-store"
    return response


def unless_shown(request: HttpRequest, number: int | str, draw: Callable[[], HttpResponse]) -> HttpResponse:
    """What `draw` makes, with the number that it has; 204 for an open page that shows it with this number already."""
    if request.headers.get("X-Shown-Number") == str(number):
        return HttpResponse(status=204)
    response = draw()
    response["X-Number"] = str(number)
    return response
