"""The door of the back office."""

from collections.abc import Callable

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from config.common.refusals import wants_json
from config.common.rules import may
from config.common.unsent import is_own_form, unsent_files, unsent_texts
from fleet.requests import Request
from ticketing.office.kept_forms import keep_desk_form


class OfficeMiddleware:
    """Lets only signed-in people into the namespace ``office``, even if a view forgets to ask; code users never.

    A page leads to sign-in and back; what was written into it is shown first. A script gets 401.
    """

    def __init__(self, get_response: Callable[[Request], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: Request, view: object, args: object, kwargs: object) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or "office" not in match.namespaces:
            return None
        if may(request.actor, "fleet.use_back_office"):
            return None
        # A sign-in page must not land inside another page.
        if wants_json(request) or request.headers.get("HX-Request"):
            return HttpResponse(status=401)
        wanted = request.get_full_path()
        if request.method not in ("GET", "HEAD"):
            # The address of a form shows nothing by itself: back to the page on which it stood.
            referer = request.headers.get("Referer", "")
            wanted = referer if url_has_allowed_host_and_scheme(referer, {request.get_host()}) else "/"
        sign_in = redirect_to_login(wanted)
        typed, lost_files = unsent_texts(request), unsent_files(request)
        is_desk_form = match.view_name == "office:desk_form" and is_own_form(request)
        if is_desk_form:
            keep_desk_form(request)
        if is_desk_form or typed or lost_files:
            context = {"unsent": typed, "lost_files": lost_files, "sign_in_url": sign_in.url}
            return render(request, "signed_out.html", context, status=403)
        return sign_in
