"""The icons of the menu in one file: they are around every page of the back office, and browsers load them once."""

import hashlib
from functools import cache

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from config.common.interface import ComponentError, icon_symbols
from ticketing.office.pages.menu import MENU_ICONS

FOR_EVER = "public, max-age=31536000, immutable"
# Of a page that a server of another version made.
FOR_NOW = "no-cache"


@require_safe
def menu_icons(_request: HttpRequest, digest: str) -> HttpResponse:
    """The present ones, whatever the address names."""
    caching = FOR_EVER if digest == _digest() else FOR_NOW
    return HttpResponse(_file(), content_type="image/svg+xml", headers={"Cache-Control": caching})


@cache
def menu_icon(name: str) -> SafeString:
    """One of them; the stylesheet says how large."""
    if name not in MENU_ICONS:
        raise ComponentError(f"{name!r} is no icon of the menu.")
    address = reverse("menu_icons", args=[_digest()])
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#icon-{}"/></svg>', address, name)


@cache
def _file() -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg">{icon_symbols(dict.fromkeys(MENU_ICONS))}</svg>'


@cache
def _digest() -> str:
    return hashlib.sha256(_file().encode()).hexdigest()[:8]
