"""Pages of the whole house: the landing page, and the style guide for administrators."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.styleguide import style_guide
from fleet.requests import Request


@require_safe
def landing(request: Request) -> HttpResponse:
    """What the product is, and the way in."""
    return render(request, "config/landing.html")


@require_safe
@login_required
def styleguide(request: Request) -> HttpResponse:
    """Every component in every state, for administrators only."""
    if not request.actor.is_administrator:
        raise Http404
    return render(request, "config/styleguide.html", {"guide": style_guide()})
