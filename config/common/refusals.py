"""The boundary where domain errors become responses; the only place that does it."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import ResolverMatch
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from config.common.errors import DomainError, NotVisible, TooMuch
from config.common.unsent import unsent_files, unsent_texts

NOWHERE = ResolverMatch(lambda: None, (), {}, url_name="")


class RefusalMiddleware:
    """Turns a `DomainError` that a view did not catch into its page, or into JSON for a script."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and request.method in ("GET", "HEAD"):
            # Mostly the address of a form that was reloaded from the address bar.
            refusal = DomainError(_("This address only takes what a form sends. Go back and use the button there."))
            context = {"refusal": refusal, "back_url": _back_url(request), "unsent": [], "lost_files": []}
            page = render(request, "refusal.html", context, status=HTTPStatus.METHOD_NOT_ALLOWED)
            page["Allow"] = response["Allow"]
            return page
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, DomainError):
            return None
        if isinstance(exception, NotVisible):
            response = not_found(request)
        elif wants_json(request):
            response = _for_script(exception)
        else:
            unsent = {"unsent": unsent_texts(request), "lost_files": unsent_files(request)}
            context = {"refusal": exception, "back_url": _back_url(request), **unsent}
            response = render(request, "refusal.html", context, status=exception.http_status)
        if isinstance(exception, TooMuch):
            response["Retry-After"] = str(exception.retry_after)
        return response


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page for a form without its token: mostly one that was open while its reader signed in elsewhere."""
    if wants_json(request):
        message = _("This page was open for too long. Load it again, then send again.")
        return JsonResponse({"message": message, "code": "forged"}, status=403)
    unsent = {"unsent": unsent_texts(request), "lost_files": unsent_files(request)}
    return render(request, "403_csrf.html", {"back_url": _back_url(request, or_itself=True), **unsent}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None, template: str = "404.html") -> HttpResponse:
    """The page for what does not exist and for what is not for this reader: the same bytes for both.

    `config.common.middleware` gives both the same headers, too.
    """
    if wants_json(request):
        return _for_script(NotVisible())
    # A mistyped link of a code leads here, and what the page loads must not learn that address.
    policy = {"Referrer-Policy": "strict-origin"}
    # The menu says where its reader is, but not where something hidden would have been.
    request.resolver_match = NOWHERE
    # Strangers get no token of a form, which would be the only difference between two answers.
    user = getattr(request, "user", None)
    tokens_of = request if user is not None and user.is_authenticated else None
    # What somebody wrote into a ticket that was hidden meanwhile, or behind a code that was switched off. A browser
    # that brings no session was never anywhere where it could have written.
    was_here = tokens_of is not None or settings.SESSION_COOKIE_NAME in request.COOKIES
    unsent = unsent_texts(request) if was_here else []
    context = {"request": request, "unsent": unsent}
    return HttpResponseNotFound(render_to_string(template, context, tokens_of), headers=policy)


def _for_script(refusal: DomainError) -> HttpResponse:
    return JsonResponse({"message": str(refusal), "code": refusal.code}, status=refusal.http_status)


def wants_json(request: HttpRequest) -> bool:
    """Whether a script sent the request rather than a page."""
    fetched = request.headers.get("X-Requested-With") == "fetch"
    return fetched or "application/json" in request.headers.get("Accept", "")


def _back_url(request: HttpRequest, *, or_itself: bool = False) -> str:
    """The page that the reader came from, if it is one of this host; else the start page.

    `or_itself`: also the page of this very address, where its form was.
    """
    referer = request.headers.get("Referer", "")
    here = url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure())
    return referer if here and (or_itself or not referer.endswith(request.path)) else "/"
