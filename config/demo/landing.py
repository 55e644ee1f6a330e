"""What the landing page shows of the demo: a code to scan and the people to sign in as."""

from dataclasses import dataclass

from config.common.qr import qr_svg
from config.demo.fleet import landing_code
from config.demo.people import DEMO_PASSWORD, is_demo, signed_in_people
from fleet.models import Person
from fleet.services.codes import url_of


@dataclass(frozen=True)
class DemoLanding:
    """`code_url` and `code_picture` (an SVG) are empty where the code is disabled."""

    people: list[Person]
    password: str
    code_url: str = ""
    code_picture: str = ""


def demo_landing() -> DemoLanding | None:
    """Code and people of the demo in three queries; None without demo data."""
    if not is_demo():
        return None
    people = list(signed_in_people())
    code = landing_code()
    if code is None:
        return DemoLanding(people, DEMO_PASSWORD)
    url = url_of(code)
    return DemoLanding(people, DEMO_PASSWORD, url, qr_svg(url))
