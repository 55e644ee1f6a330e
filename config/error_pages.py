"""Pages for requests that no view could handle."""

import sys

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token
from django.views.defaults import server_error

from config.serving.limits import MAX_FILES_BYTES
from config.serving.refusals import too_large

RETRY_SECONDS = 10
TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400 for a request that no view has seen: it holds too much at once, or something that no page of ours sends."""
    context = {"is_too_much": isinstance(exception, TOO_MUCH)}
    return HttpResponseBadRequest(render_to_string("400.html", context, request))


def too_large_for_proxy(request: HttpRequest) -> HttpResponse:
    """The page that a proxy shows in place of its own when it refuses a body by its length."""
    refusal = too_large(request.META, MAX_FILES_BYTES)
    headers = {name: value for name, value in refusal.headers if name != "Connection"}
    return HttpResponse(refusal.body, status=refusal.status, headers=headers)


@requires_csrf_token
def handle_error(request: HttpRequest) -> HttpResponse:
    """503 with Retry-After when the database is gone or overloaded, else 500."""
    # Django calls this while the exception is being handled.
    if isinstance(sys.exc_info()[1], (OperationalError, InterfaceError)):
        # The template reads neither the person nor the session, which are in the database.
        headers = {"Retry-After": str(RETRY_SECONDS), "Cache-Control": "no-store"}
        return HttpResponse(render_to_string("503.html"), status=503, headers=headers)
    return server_error(request)
