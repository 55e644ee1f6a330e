"""The landing page of the demo, and the e-mails that would have been sent."""

from csp.constants import SELF
from csp.decorators import csp_replace
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.demo.landing import demo_landing
from config.demo.mails import mail_list, page_of_mail, require_mails, shown_mail
from fleet.requests import Request

# It is somebody's text: no script, no request, nothing of the reader's session; links open elsewhere.
_OF_MAILS = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; form-action 'none'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)


@require_safe
def landing(request: Request) -> HttpResponse:
    """The product's landing page with what the demo adds; nothing is added without demo data."""
    return render(request, "demo/landing.html", {"demo": demo_landing()})


@require_safe
def mails(request: Request) -> HttpResponse:
    require_mails(request.actor)
    return render(request, "demo/mails.html", {"page": mail_list()})


@require_safe
@csp_replace({"frame-src": [SELF]})  # type: ignore[arg-type]  # It takes views with arguments, too.
def mail(request: Request, name: str) -> HttpResponse:
    require_mails(request.actor)
    return render(request, "demo/mail.html", {"page": shown_mail(name)})


@require_safe
def mail_page(request: Request, name: str) -> HttpResponse:
    """What its reader would see, for a frame."""
    require_mails(request.actor)
    headers = {"Content-Security-Policy": _OF_MAILS, "X-Frame-Options": "SAMEORIGIN"}
    return HttpResponse(page_of_mail(name), headers=headers)
