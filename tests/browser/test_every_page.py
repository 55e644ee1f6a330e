"""Every page outside the administration, with the demo's data: no violation of axe, never wider than a small phone."""

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from playwright.sync_api import Page

from config.demo.people import DEMO_PASSWORD
from fleet.actors import KnownActor
from fleet.models import Code, Customer, Device, Person, Role
from fleet.services.codes import url_of
from fleet.services.import_files import keep_import_file
from tests.browser.conftest import DESKTOP, PHONE, NewContext, violations
from tests.test_static_files import STYLE_FOLDER, classes_of
from ticketing.models import Source, Ticket, TicketStatus, Visibility

pytestmark = pytest.mark.browser
TABS = ("general", "messenger", "updates", "internal", "offers", "history")
VIEWS = ("messages", "updates", "details", "history")
ALL_CLASSES = classes_of("".join(path.read_text(encoding="utf-8") for path in STYLE_FOLDER.glob("*/*.css")))
SMALL_PHONE = {**PHONE, "viewport": {"width": 320, "height": 640}}


@pytest.fixture
def demo(server: str) -> str:
    call_command("demo", tickets=24, stdout=io.StringIO())
    return server


def faults(page: Page, addresses: Iterator[str], *, expected: tuple[int, ...] = (200,)) -> list[str]:
    """What is wrong with the pages, one line each; an address that answers otherwise than expected counts, too."""
    found = []
    for address in addresses:
        answer = page.goto(address)
        if answer is None or answer.status not in expected:
            found.append(f"{address}: {answer.status if answer else 'no answer'}")
        found += violations(page)
        found += [f"{address}: .{name} is styled on other surfaces only" for name in unstyled(page)]
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            found.append(f"{address}: wider than {page.viewport_size}")
    return found


def unstyled(page: Page) -> list[str]:
    """Classes on the page that stylesheets of ours know, but none that the page has."""
    used, known = page.evaluate(
        """() => {
          const rules = (list) => [...list].flatMap((rule) => (rule.cssRules?.length ? rules(rule.cssRules) : [rule]));
          const all = [...document.styleSheets].flatMap((sheet) => rules(sheet.cssRules));
          const selectors = all.map((rule) => rule.selectorText ?? "");
          const classes = [...document.querySelectorAll("[class]")].flatMap((element) => [...element.classList]);
          return [[...new Set(classes)], selectors.join(" ")];
        }"""
    )
    styled = set(re.findall(r"\.([a-zA-Z][\w-]*)", known))
    return sorted((set(used) & ALL_CLASSES) - styled)


def sign_in(page: Page, role: Role) -> None:
    person = Person.objects.filter(role=role).order_by("pk").first()
    assert person is not None
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(person.email or "")
    page.locator("input[name=password]").fill(DEMO_PASSWORD)
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/office/tickets/**")


def checked_import() -> str:
    """A table with a row of each kind, which waits for the administrator."""
    person = Person.objects.filter(role=Role.ADMINISTRATOR).earliest("pk")
    known = Customer.objects.earliest("pk")
    rows = f"id,name,phone,colour\n{known.pk},{known.name},+49 30 1\n,New customer,\n,,030\n"
    key = keep_import_file(actor=KnownActor(person=person), file=ContentFile(rows.encode()))
    return f"/office/data/customers/{key}/"


def office_pages() -> Iterator[str]:
    """The back office: lists, creating, and a ticket of every status with every tab."""
    yield from (
        f"/office/tickets/?view={view}" for view in ("open", "unassigned", "offered", "mine", "done", "drafts", "all")
    )
    yield from ("/office/tickets/?q=nothing-has-this-word", "/office/notifications/", "/office/tickets/new/")
    yield from ("/office/data/", checked_import())
    yield from (f"/office/tickets/filters/{name}/" for name in ("responsible", "device"))
    yield f"/office/tickets/new/{Device.objects.earliest('pk').slug}/"
    for status in TicketStatus.values:
        ticket = Ticket.objects.filter(status=status).first()
        assert ticket is not None, status
        yield f"/office/tickets/{ticket.pk}/"
    busy = Ticket.objects.filter(status=TicketStatus.IN_PROGRESS).first()
    internal = Ticket.objects.filter(visibility=Visibility.INTERNAL).exclude(status=TicketStatus.DRAFT).first()
    assert busy is not None
    assert internal is not None
    yield from (f"/office/tickets/{ticket.pk}/?tab={tab}" for ticket in (busy, internal) for tab in TABS)
    yield f"/office/tickets/{busy.pk}/assign/"


def portal_pages(device: Device, tickets: list[Ticket]) -> Iterator[str]:
    """Behind a code: the device, its tickets, and each of them in every view."""
    yield from (f"/d/{device.slug}/{page}" for page in ("", "new/", "tickets/"))
    yield from (f"/d/{device.slug}/tickets/{ticket.pk}/?view={view}" for ticket in tickets for view in VIEWS)


def public_tickets(device: Device) -> list[Ticket]:
    """One of each status that a holder of the code sees."""
    seen = device.tickets.filter(visibility=Visibility.PUBLIC, source=Source.FLOW).exclude(status=TicketStatus.DRAFT)
    return list({ticket.status: ticket for ticket in seen}.values())


@pytest.mark.parametrize(
    ("kind", "theme", "locale"), [(DESKTOP, "light", "de"), (SMALL_PHONE, "dark", "fr")], ids=["desktop", "phone"]
)
def test_every_page_is_accessible_and_fits(
    demo: str, new_visitor: NewContext, kind: dict[str, Any], theme: str, locale: str
) -> None:
    def visitor() -> Page:
        return new_visitor(kind, locale=locale, color_scheme=theme).new_page()

    anonymous = visitor()
    found = faults(anonymous, iter(["/", "/accounts/login/"]))
    found += faults(anonymous, iter(["/nothing/", "/c/nothing/"]), expected=(404,))
    locked = next(code for code in Code.objects.filter(is_enabled=True) if code.has_pin)
    found += faults(anonymous, iter([url_of(locked)]), expected=(200, 403))

    busiest = max(
        Device.objects.filter(codes__pin_hash="", codes__is_enabled=True), key=lambda d: len(public_tickets(d))
    )
    holder = visitor()
    found += faults(holder, iter([url_of(busiest.codes.get(pin_hash="", is_enabled=True))]))
    found += faults(holder, portal_pages(busiest, public_tickets(busiest)))

    superior = visitor()
    sign_in(superior, Role.ADMINISTRATOR)
    found += faults(superior, office_pages())
    found += faults(superior, iter(["/office/ui/"]))

    manager = visitor()
    sign_in(manager, Role.MANAGER)
    found += faults(manager, iter(["/office/tickets/?view=all", "/office/notifications/", "/office/tickets/new/"]))
    assert not found, "\n".join(found)
