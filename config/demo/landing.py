"""What the landing page of a demo shows: a code to scan and the people to sign in as."""

from typing import Any

from django.conf import settings

from config.common.qr import qr_svg
from config.demo.fleet import LANDING_SERIAL
from config.demo.people import DEMO_PASSWORD, is_demo, signed_in_people
from fleet.models import Code
from fleet.services.codes import url_of


def demo_context() -> dict[str, Any]:
    """Code and people of the demo in three queries; empty without demo data and outside demo settings."""
    if not settings.DEMO or not is_demo():
        return {}
    people = [
        {"name": p.name, "email": p.email, "role": p.get_role_display(), "password": DEMO_PASSWORD}
        for p in signed_in_people()
    ]
    return {"demo_people": people, **_code()}


def _code() -> dict[str, Any]:
    usable = Code.objects.filter(device__serial_number=LANDING_SERIAL, is_enabled=True, pin_hash="")
    code = usable.order_by("created_at", "pk").first()
    if code is None:
        return {}
    url = url_of(code)
    return {"demo_code_url": url, "demo_code_svg": qr_svg(url)}
