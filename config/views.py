"""Pages of the whole house: the landing page, and the style guide for administrators."""

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.styleguide import style_guide
from fleet.organisation import organisation
from fleet.requests import Request


@require_safe
def landing(request: Request) -> HttpResponse:
    """What the product is, and the way in."""
    return render(request, "config/landing.html")


@require_safe
def logo(_request: Request) -> FileResponse:
    """The organisation's, for everybody."""
    house = organisation()
    if house is None or not house.logo:
        raise Http404
    try:
        picture = house.logo.open("rb")
    except OSError as error:
        raise Http404 from error
    return FileResponse(picture, content_type="image/jpeg", headers={"Cache-Control": "public, max-age=600"})


@require_safe
@login_required
def styleguide(request: Request) -> HttpResponse:
    """Every component in every state, for administrators only."""
    if not request.actor.is_administrator:
        raise Http404
    return render(request, "config/styleguide.html", {"guide": style_guide()})
