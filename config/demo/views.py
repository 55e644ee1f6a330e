"""The landing page of the demo."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.demo.landing import demo_landing


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """The product's landing page with what the demo adds; nothing is added without demo data."""
    return render(request, "demo/landing.html", {"demo": demo_landing()})
