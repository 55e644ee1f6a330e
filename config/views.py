"""Pages of the whole house: the landing page, and the style guide for administrators."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.demo.landing import demo_context
from config.styleguide import style_guide


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """What the product is, and the way in; with demo data also a code to scan and the people to sign in as."""
    return render(request, "config/landing.html", demo_context() if settings.DEMO else {})


@require_safe
@login_required
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component in every state, for administrators only."""
    if not request.actor.is_administrator:  # type: ignore[attr-defined]
        raise Http404
    return render(request, "config/styleguide.html", {"guide": style_guide()})
