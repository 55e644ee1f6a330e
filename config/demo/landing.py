"""What the landing page shows of the demo: a code to scan and the people to sign in as."""

from dataclasses import dataclass

from config.common.qr import qr_svg
from config.demo.fleet import landing_code
from config.demo.people import DEMO_PASSWORD, is_demo, signed_in_people
from fleet.models import Person
from fleet.services.code_tokens import url_of

SHOWN_PEOPLE = 4


@dataclass(frozen=True)
class DemoLanding:
    """`people` has one of each role, `others` are folded; `code_url` and `code_picture` (an SVG) are empty where the
    code is disabled.
    """

    people: list[Person]
    others: list[Person]
    password: str
    code_url: str = ""
    code_picture: str = ""


def demo_landing() -> DemoLanding | None:
    """Code and people of the demo in three queries; None without demo data."""
    if not is_demo():
        return None
    everybody = list(signed_in_people())
    of_roles = {person.role: person for person in reversed(everybody)}
    people = [person for person in everybody if person in of_roles.values()][:SHOWN_PEOPLE]
    others = [person for person in everybody if person not in people]
    code = landing_code()
    if code is None:
        return DemoLanding(people, others, DEMO_PASSWORD)
    url = url_of(code)
    return DemoLanding(people, others, DEMO_PASSWORD, url, qr_svg(url))
