"""What the landing page shows of the demo: a code to scan and the people to sign in as."""

from typing import Any

from config.common.qr import qr_svg
from config.demo.fleet import landing_code
from config.demo.people import DEMO_PASSWORD, is_demo, signed_in_people
from fleet.services.codes import url_of


def landing_context() -> dict[str, Any]:
    """Code and people of the demo in three queries; empty without demo data."""
    if not is_demo():
        return {}
    people = [
        {"name": p.name, "email": p.email, "role": p.get_role_display(), "password": DEMO_PASSWORD}
        for p in signed_in_people()
    ]
    return {"demo_people": people, **_code()}


def _code() -> dict[str, Any]:
    code = landing_code()
    if code is None:
        return {}
    url = url_of(code)
    return {"demo_code_url": url, "demo_code_svg": qr_svg(url)}
