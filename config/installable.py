"""What lets a browser install Fleetdesk and be pushed to: the service worker, the manifest, the icons."""

import re
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fleet.access import device_for
from fleet.models import Device
from fleet.organisation import organisation
from fleet.requests import Request
from ticketing.surfaces import PORTAL

STATIC = settings.BASE_DIR / "static"
PRODUCT = "Fleetdesk"
# Below an icon there is room for about so many characters.
SHORT_NAME = 12
DAY = "public, max-age=86400"
MANIFEST = "application/manifest+json"


@require_safe
def service_worker(_request: Request) -> HttpResponse:
    """At the root, because it works only below its own address; browsers ask for it again on each visit."""
    headers = {"Cache-Control": "no-cache", "Service-Worker-Allowed": "/"}
    return HttpResponse(_text("js/service-worker.js"), content_type="text/javascript; charset=utf-8", headers=headers)


@require_safe
def icon(_request: Request, name: str) -> FileResponse:
    """Under names that do not change: the service worker and other systems know them."""
    path = STATIC / "img" / "icons" / f"{name}.png"
    if not path.is_file():
        raise Http404
    return FileResponse(path.open("rb"), content_type="image/png", headers={"Cache-Control": DAY})


@require_safe
def office_manifest(_request: Request) -> JsonResponse:
    """The back office as an app; browsers show what it looks like before it is installed."""
    screens = [_screen("wide", "1280x800"), _screen("narrow", "390x844")]
    return _manifest(_house(), reverse("office:home"), PRODUCT, screenshots=screens)


@require_safe
def device_manifest(request: Request, slug: str) -> JsonResponse:
    """The page of a device as an app, for those who may open it."""
    device: Device = device_for(request.actor, slug)
    return _manifest(f"{device.name} · {_house()}", PORTAL.url("device", slug=device.slug), device.name)


def _house() -> str:
    house = organisation()
    return house.name if house else PRODUCT


def _manifest(name: str, start_url: str, short_name: str, **more: object) -> JsonResponse:
    manifest = {
        "id": start_url,
        "name": name,
        "short_name": short_name[:SHORT_NAME].strip(),
        "description": _("Service desk for machines and vehicles"),
        "lang": get_language() or settings.LANGUAGE_CODE,
        "start_url": start_url,
        "scope": "/",
        "display": "standalone",
        "background_color": _colour("surface-page"),
        "theme_color": _colour("accent"),
        "icons": [
            _picture("icon-192", 192, "any"),
            _picture("icon-512", 512, "any"),
            _picture("maskable-192", 192, "maskable"),
            _picture("maskable-512", 512, "maskable"),
        ],
        **more,
    }
    return JsonResponse(manifest, content_type=MANIFEST)


def _picture(name: str, size: int, purpose: str) -> dict[str, str]:
    return {
        "src": reverse("icon", args=[name]),
        "sizes": f"{size}x{size}",
        "type": "image/png",
        "purpose": purpose,
    }


def _screen(form_factor: str, size: str) -> dict[str, str]:
    return {
        "src": static(f"img/screens/{form_factor}.png"),
        "sizes": size,
        "type": "image/png",
        "form_factor": form_factor,
        "label": _("The list of tickets"),
    }


@cache
def _text(name: str) -> str:
    return Path(STATIC / name).read_text(encoding="utf-8")


@cache
def _colour(token: str) -> str:
    """A colour of the light theme: the first that the tokens name."""
    found = re.search(rf"--{token}: (#[0-9a-f]{{6}});", _text("css/tokens.css"))
    assert found is not None
    return found[1]
