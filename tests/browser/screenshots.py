"""Makes the pictures of the README from the real product: scratch data, a real server, a phone and a desktop."""

import io
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from PIL import Image  # noqa: E402
from playwright.sync_api import Browser, Page, expect, sync_playwright  # noqa: E402

from config.demo.pictures import draw_photo  # noqa: E402
from tests.chromium import CHROMIUM_ARGUMENTS, DESKTOP, PHONE, find_chromium  # noqa: E402
from tests.server import collect_static, free_port, running  # noqa: E402

PICTURES = ROOT / ".github" / "screenshots"
MAX_BYTES = 250_000
COLORS = (256, 128, 64)
CAR = "Elbflitz 07"
TECHNICIAN, FRENCH = "Tom Whitfield", "Claire Fontaine"


@dataclass(frozen=True)
class Demo:
    """A running product with demo data: its address, sign-ins by name, and links behind codes by device."""

    url: str
    people: dict[str, dict[str, str]]
    links: dict[str, str]


@contextmanager
def running_demo(home: Path) -> Iterator[Demo]:
    """Fills a scratch database under `home` and serves it until the end."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {
        **{name: value for name, value in os.environ.items() if name != "REDIS_URL"},
        "DEBUG": "0",
        "FLEETDESK_DEMO": "1",
        "LOG_LEVEL": "WARNING",
        "PUBLIC_URL": url,
        "DATABASE_URL": f"sqlite:///{home / 'db.sqlite3'}",
        "MEDIA_ROOT": str(home / "media"),
        "STATIC_ROOT": str(home / "static"),
    }
    manage = [sys.executable, "manage.py"]
    collect_static(environment)
    subprocess.run([*manage, "migrate", "--verbosity", "0"], cwd=ROOT, env=environment, check=True)
    said = subprocess.run([*manage, "demo", "--json"], cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE)
    printed = json.loads(said.stdout)
    with running(home, environment, port=port) as server:
        people = {person["name"]: person for person in printed["people"]}
        yield Demo(server.url, people, {device["name"]: device["url"] for device in printed["devices"]})


class Studio:
    """Opens pages of one demo and keeps what they show."""

    def __init__(self, browser: Browser, demo: Demo) -> None:
        self.browser, self.demo = browser, demo

    def open(self, kind: dict[str, Any], locale: str = "en", **options: Any) -> Page:
        context = self.browser.new_context(
            **{"base_url": self.demo.url, "locale": locale, "reduced_motion": "reduce", **kind, **options}
        )
        context.set_default_timeout(20_000)
        return context.new_page()

    def sign_in(self, page: Page, name: str) -> None:
        page.goto("/accounts/login/")
        page.locator("input[name=login]").fill(self.demo.people[name]["email"])
        page.locator("input[name=password]").fill(self.demo.people[name]["password"])
        page.locator("main button[type=submit]").click()
        page.wait_for_url(re.compile("/office/tickets/"))

    def take(self, page: Page, name: str) -> None:
        """Waits until the page is quiet, then writes it as a small PNG."""
        page.wait_for_load_state("networkidle")
        page.evaluate("document.fonts.ready")
        while page.locator(".toast button").count():
            page.locator(".toast button").first.click()
        page.mouse.move(0, 0)
        taken = page.screenshot(animations="disabled", caret="hide")
        path = PICTURES / f"{name}.png"
        path.write_bytes(small(taken))
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1000} kB")


def small(png: bytes) -> bytes:
    """The picture in true colours if that fits into the limit, else with a palette that does."""
    with Image.open(io.BytesIO(png)) as taken:
        picture = taken.convert("RGB")
    palettes = (picture.quantize(colors, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE) for colors in COLORS)
    for candidate in chain([picture], palettes):
        file = io.BytesIO()
        candidate.save(file, "PNG", optimize=True)
        if file.tell() <= MAX_BYTES:
            return file.getvalue()
    raise SystemExit(f"A picture has {file.tell()} bytes even with {COLORS[-1]} colours.")


def next_step(page: Page) -> None:
    page.locator(".flow__actions button[value=next]").click()


def write(page: Page, text: str, photo: str = "") -> None:
    if photo:
        page.locator("form[data-composer] input[type=file]").first.set_input_files([picture(photo)])
        expect(page.locator("form[data-composer] .upload progress")).to_have_count(0)
    page.locator("form[data-composer] textarea").fill(text)
    page.locator("form[data-composer] .composer__end button:visible").click()


def picture(name: str) -> Any:
    return {"name": f"{name}.jpg", "mimeType": "image/jpeg", "buffer": draw_photo(name)}


def report(studio: Studio, phone: Page) -> None:
    """A driver reports a dent: the device page and a step on the way."""
    phone.goto(studio.demo.links[CAR])
    studio.take(phone, "phone-device")
    phone.locator(".action-card--primary").click()
    phone.locator("input[type=file]").first.set_input_files([picture("dent")])
    phone.get_by_label("What is wrong, in one sentence?").fill("Dent in the left rear door")
    next_step(phone)
    phone.get_by_text("No", exact=True).first.click()
    phone.get_by_text("Yes, safely").click()
    phone.evaluate("scrollTo(0, 0)")
    studio.take(phone, "phone-step")
    next_step(phone)
    phone.get_by_role("button", name="Today").click()
    phone.get_by_label("Where is the car now?").fill("Station Ottensen, space 4")
    phone.get_by_text("Scratch or dent").click()
    phone.get_by_label("Anything else we should know?").fill("Found it like this this morning. The door still closes.")
    next_step(phone)
    phone.get_by_label("Name", exact=True).fill("Grace")
    phone.get_by_role("button", name="Send", exact=True).last.click()
    phone.wait_for_url(re.compile("/sent/"))


def converse(studio: Studio, phone: Page, desk: Page) -> None:
    """The technician takes it, they talk, work is done, the driver rates."""
    studio.sign_in(desk, TECHNICIAN)
    desk.get_by_role("link", name="Dent in the left rear door").first.click()
    desk.get_by_role("button", name="Accept", exact=True).click()
    desk.get_by_role("button", name="Start work", exact=True).wait_for()
    desk.goto(f"{desk.url.split('?')[0]}?tab=messenger")
    phone.get_by_role("link", name="Open the ticket").click()
    write(desk, "Good morning Grace, thank you for the photo. Was the car parked **inside the marks**?")
    expect(phone.locator(".bubble").filter(has_text="inside the marks")).to_be_visible()
    write(phone, "Yes, on space 4. There is some paint on the post next to it, too.", "dent")
    expect(desk.locator(".bubble img")).to_be_visible()
    write(desk, "Then it was the post, and not you. You can drive; we straighten the door **tomorrow at 8**.")
    desk.get_by_role("button", name="Start work", exact=True).click()
    expect(phone.locator(".status-bar [aria-current=step]")).to_contain_text("In progress", ignore_case=True)
    write(phone, "Great, thank you.")
    expect(desk.locator(".bubble").filter(has_text="Great")).to_be_visible()
    studio.take(phone, "phone-ticket")
    studio.take(desk, "ticket")
    desk.get_by_role("button", name="Finish", exact=True).or_(desk.get_by_role("link", name="Finish")).first.click()
    desk.locator("dialog[open]").get_by_role("button", name="Finish", exact=True).click()
    phone.locator(".rating__answer summary").first.click()
    phone.locator(".rating").scroll_into_view_if_needed()
    studio.take(phone, "phone-rating")


def first_impressions(studio: Studio) -> None:
    """The landing page, and the list of tickets by day and by night."""
    desk = studio.open(DESKTOP)
    desk.goto("/")
    studio.take(desk, "landing")
    studio.sign_in(desk, TECHNICIAN)
    studio.take(desk, "tickets")
    night = studio.open(DESKTOP, color_scheme="dark")
    studio.sign_in(night, TECHNICIAN)
    studio.take(night, "tickets-dark")


def other_languages(studio: Studio) -> None:
    """A machine in German, a list in French."""
    german = studio.open(PHONE, locale="de")
    german.goto(next(iter(studio.demo.links.values())))
    studio.take(german, "phone-device-de")
    french = studio.open(DESKTOP, locale="fr")
    studio.sign_in(french, FRENCH)
    studio.take(french, "tickets-fr")


def main() -> None:
    chromium = find_chromium()
    if chromium is None:
        raise SystemExit("Chromium was not found: install it, or name it in CHROMIUM.")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="fleetdesk-pictures-") as home,
        running_demo(Path(home)) as demo,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS) as browser,
    ):
        studio = Studio(browser, demo)
        phone = studio.open(PHONE)
        first_impressions(studio)
        report(studio, phone)
        converse(studio, phone, studio.open(DESKTOP))
        other_languages(studio)


if __name__ == "__main__":
    main()
