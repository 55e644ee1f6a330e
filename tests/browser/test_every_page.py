"""Every page with the demo's data: no violation of axe, and those that are ours never wider than a small phone."""

import io
import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.core.files.base import ContentFile
from django.core.mail import EmailMessage
from django.core.management import call_command
from playwright.sync_api import Page

from config.demo.people import DEMO_PASSWORD
from fleet.actors import KnownActor
from fleet.models import Code, Customer, Device, Person, Reservation, Role
from fleet.services.code_batches import create_batch
from fleet.services.code_tokens import url_of
from fleet.services.import_files import keep_import_file
from messenger.carriers.folder import FolderBackend, kept_mails
from messenger.models import Occasion
from messenger.services.unsubscribing import token_for
from tests.assistants import button, element, film_tears, make_assistant
from tests.browser.conftest import DESKTOP, PHONE, NewContext, found_by_axe, violations
from tests.factories import CodeFactory, TemplateFactory
from tests.test_static_files import STYLE_FOLDER, classes_of
from ticketing.assistants.content import Content, draft_of, shown_version
from ticketing.models import Assistant, CreationFlow, ElementKind, Source, Ticket, TicketStatus, Visibility
from ticketing.services.assistants import publish_assistant, save_element
from ticketing.services.drafts import start_draft
from ticketing.transitions import DEALT_WITH, WORK

pytestmark = pytest.mark.browser
TABS = ("general", "messenger", "updates", "internal", "offers", "notifications", "history")
VIEWS = ("messages", "updates", "details", "history")
# Without what htmx sets for a moment.
ALL_CLASSES = classes_of("".join(path.read_text(encoding="utf-8") for path in STYLE_FOLDER.glob("*/*.css"))) - {
    "htmx-request"
}
# Of all that axe asks, what has to do with colours.
RULES_OF_COLOURS = ("color-contrast", "link-in-text-block")
GROUND = "getComputedStyle(document.body).backgroundColor"
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


def sign_in(page: Page, role: Role) -> Person:
    person = Person.objects.filter(role=role).order_by("pk").first()
    assert person is not None
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(person.email or "")
    page.locator("input[name=password]").fill(DEMO_PASSWORD)
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/office/*/**")
    return person


def checked_import() -> str:
    """A table with a row of each kind, which waits for the administrator."""
    person = Person.objects.filter(role=Role.ADMINISTRATOR).earliest("pk")
    known = Customer.objects.earliest("pk")
    rows = f"id,name,phone,colour\n{known.pk},{known.name},+49 30 1\n,New customer,\n,,030\n"
    key = keep_import_file(actor=KnownActor(person=person), file=ContentFile(rows.encode()))
    return f"/office/data/customers/{key}/"


def office_pages(reader: Person) -> Iterator[str]:
    """The back office: lists, creating, and a ticket of every status with every tab."""
    yield from (
        f"/office/tickets/?view={view}" for view in ("open", "unassigned", "offered", "mine", "done", "drafts", "all")
    )
    yield from (
        "/office/tickets/?q=nothing-has-this-word",
        "/office/notifications/",
        "/office/settings/notifications/",
        "/office/settings/devices/",
        "/office/settings/replies/",
        "/office/settings/replies/new/",
        "/office/tickets/new/",
    )
    yield from ("/office/data/", checked_import())
    yield from label_pages(reader)
    yield from (f"/office/tickets/filters/{name}/" for name in ("responsible", "device"))
    device = Device.objects.earliest("pk")
    yield f"/office/tickets/new/{device.slug}/"
    flow = CreationFlow.objects.filter(template=device.template).earliest("pk")
    # Only who began a draft can open its form.
    draft = start_draft(actor=KnownActor(person=reader), device=device, flow=flow, client_key=uuid.uuid4())
    yield f"/office/tickets/new/{device.slug}/drafts/{draft.pk}/form/"
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
    yield from (f"/office/tickets/{busy.pk}/help/", f"/office/tickets/{busy.pk}/help/?q=nothing-has-this-word")
    written = Ticket.objects.filter(source=Source.DESK).exclude(status__in=DEALT_WITH).earliest("pk")
    yield from ("/office/tickets/new/form/", f"/office/tickets/{written.pk}/", f"/office/tickets/{written.pk}/edit/")
    yield from sheet_pages()
    yield from assistant_pages(KnownActor(person=reader))


def assistant_pages(editor: KnownActor) -> Iterator[str]:
    """The editor of assistants: a published one that was changed, with something to mend, and an empty one."""
    flow = CreationFlow.objects.filter(is_active=True).latest("pk")
    template = flow.template
    assistant = Assistant.objects.filter(template=template).first()
    if assistant is None:
        assistant = make_assistant(editor, template, *film_tears(flow).elements)
    if not assistant.versions.exists():
        publish_assistant(actor=editor, assistant=assistant)
    wrong = element("wrong", button("Where to?"), title="Something to mend")
    save_element(actor=editor, assistant=assistant, element=wrong, seen="")
    base = f"/office/assistants/{template.pk}/"
    yield from ("/office/assistants/", base, f"/office/assistants/{TemplateFactory().pk}/")
    yield from (f"{base}{page}/" for page in ("publish", "versions/1", "copy", "copy-template", "elements/new"))
    for each in draft_of(assistant).elements:
        yield f"{base}elements/{each.key}/"
    yield from (f"{base}elements/wrong/{page}/" for page in ("remove", "copy"))


def label_pages(reader: Person) -> Iterator[str]:
    """Batches of codes, and labels with a preview and with what is wrong."""
    actor = KnownActor(person=reader)
    batch = create_batch(actor=actor, size=3, pattern="Roll 3, sticker {n}", client_key=uuid.uuid4())
    yield from ("/office/codes/batch/", f"/office/codes/labels/?batch={batch.pk}")
    yield "/office/codes/labels/?which=customer&layout=own&skipped=-1"


def sheet_pages() -> Iterator[str]:
    """Lists and sheets with all their parts, and the forms in which they are edited."""
    vehicle = Device.objects.filter(reservations__isnull=False, tickets__isnull=False).earliest("pk")
    reservation, subscriber = Reservation.objects.earliest("pk"), Person.objects.filter(role=Role.SUBSCRIBER)[0]
    sheets = {
        f"/office/devices/{vehicle.slug}/": ("open", "tickets", "record", "reservations", "codes"),
        f"/office/customers/{vehicle.customer_id}/": ("devices", "people", "tickets", "teams"),
        f"/office/people/{subscriber.pk}/": ("tickets", "reservations"),
        f"/office/reservations/{reservation.pk}/": (),
    }
    for sheet, tabs in sheets.items():
        yield from (sheet, f"{sheet}edit/", *(f"{sheet}?tab={tab}" for tab in tabs))
    for name in ("devices", "customers", "people", "reservations"):
        yield from (f"/office/{name}/", f"/office/{name}/?q=nothing-has-this-word", f"/office/{name}/new/")
    yield f"/office/devices/{vehicle.slug}/record/"
    shut, code = (
        Code.objects.filter(is_enabled=False).earliest("pk"),
        Code.objects.filter(is_enabled=True).earliest("pk"),
    )
    yield from ("/office/codes/", "/office/codes/?q=nothing-has-this-word", "/office/codes/new/")
    yield from (f"/office/codes/{shut.pk}/", *(f"/office/codes/{code.pk}/{page}" for page in ("", "edit/", "pin/")))
    unpaired, paired = CodeFactory(device=None), CodeFactory(device=vehicle)
    yield from (f"/office/codes/{unpaired.pk}/pair/", f"/office/codes/{paired.pk}/paired/")


def mail_pages() -> Iterator[str]:
    """E-mails that would have been sent, and the page behind their link by which they are switched off."""
    manager = Person.objects.filter(role=Role.MANAGER).earliest("pk")
    FolderBackend().send_messages([EmailMessage("Hello", "Hello", to=[manager.email or ""])])
    yield from ("/demo/mails/", f"/demo/mails/{kept_mails()[0].stem}/")
    yield f"/unsubscribe/{token_for(person=manager, occasions=[*Occasion], exemptions=[])}/"


def portal_pages(device: Device, tickets: list[Ticket]) -> Iterator[str]:
    """Behind a code: the device, its tickets, and each of them in every view."""
    yield from (f"/d/{device.slug}/{page}" for page in ("", "new/", "tickets/"))
    yield from help_pages(device)
    yield f"/d/{device.slug}/tickets/?show=closed"
    yield from (f"/d/{device.slug}/tickets/{ticket.pk}/?view={view}" for ticket in tickets for view in VIEWS)
    yield from (f"/d/{device.slug}/tickets/{ticket.pk}/join/" for ticket in tickets if ticket.status in WORK)


def help_pages(device: Device) -> Iterator[str]:
    """An element of each kind of the device's assistant, if it has one, and its search."""
    if (version := shown_version(device.template_id)) is None:
        return
    elements = Content.read(version.content).elements
    yield from (f"/d/{device.slug}/help/?q={word}" for word in ("E", "nothing-has-this-word"))
    one_of_each = {element.kind: element.key for element in elements}
    assert set(one_of_each) == set(ElementKind)
    yield from (f"/d/{device.slug}/help/{key}/?via={elements[0].key}" for key in one_of_each.values())


def administration_pages(page: Page) -> Iterator[str]:
    """The start, and of each model its list, its form for a new row and, of one row, form, history and deletion.

    What is refused has no link on the page before, which has been opened when the next address is asked for.
    """
    yield "/admin/"
    for model in admin.site._registry:
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        yield base
        if page.locator(".object-tools .addlink").count():
            yield f"{base}add/"
        if (row := model._default_manager.first()) is not None:
            yield f"{base}{row.pk}/change/"
            may_delete = page.locator(".submit-row .deletelink").count() > 0
            yield f"{base}{row.pk}/history/"
            if may_delete:
                yield f"{base}{row.pk}/delete/"


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
    found = faults(anonymous, iter(["/", "/accounts/login/", "/code/"]))
    found += faults(anonymous, mail_pages())
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
    administrator = sign_in(superior, Role.ADMINISTRATOR)
    found += faults(superior, office_pages(administrator))
    found += faults(superior, iter(["/office/ui/"]))

    manager = visitor()
    sign_in(manager, Role.MANAGER)
    found += faults(
        manager,
        iter(
            [
                "/office/overview/",
                "/office/tickets/?view=all",
                "/office/notifications/",
                "/office/settings/notifications/",
                "/office/tickets/new/",
            ]
        ),
    )
    assert not found, "\n".join(found)


def test_every_page_of_the_administration_is_accessible_in_both_themes(demo: str, new_visitor: NewContext) -> None:
    administrator = new_visitor(DESKTOP, locale="fr", color_scheme="light").new_page()
    sign_in(administrator, Role.ADMINISTRATOR)
    found, grounds = [], set()

    for address in administration_pages(administrator):
        answer = administrator.goto(address)
        assert answer is not None
        assert answer.ok, address
        found += violations(administrator)
        grounds.add(administrator.evaluate(GROUND))
        # The other theme is other colours for the same page.
        administrator.emulate_media(color_scheme="dark")
        found += found_by_axe(administrator, *RULES_OF_COLOURS)
        grounds.add(administrator.evaluate(GROUND))
        administrator.emulate_media(color_scheme="light")

    assert not found, "\n".join(found)
    assert len(grounds) == 2
