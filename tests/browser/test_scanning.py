"""Scanning, typing and pairing on a phone."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import segno
from django.conf import settings
from PIL import Image
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from fleet.models import Code, Device
from fleet.services.code_tokens import short_id_of, url_of
from fleet.short_ids import ALPHABET
from tests.browser.conftest import Complaints, NewContext
from tests.browser.story import say
from tests.cast import client_of
from tests.chromium import CHROMIUM_ARGUMENTS, PHONE, find_chromium
from tests.factories import CodeFactory, CustomerFactory, MemberFactory, TemplateFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTH, HEIGHT = 640, 480
MOST_TAPS = 6
Camera = Callable[[str], BrowserContext]


def qr(text: str, side: int) -> Image.Image:
    content = io.BytesIO()
    segno.make(text, micro=False).save(content, kind="png", scale=8, border=4)
    return Image.open(content).convert("L").resize((side, side))


def film_of(picture: Image.Image, path: Path) -> Path:
    """A film for Chromium's camera that shows the grey picture, a little askew."""
    frame = Image.new("L", (WIDTH, HEIGHT), 190)
    turned = picture.rotate(8, expand=True, fillcolor=190)
    frame.paste(turned, ((WIDTH - turned.width) // 2, (HEIGHT - turned.height) // 2))
    colourless = bytes([128]) * (WIDTH * HEIGHT // 2)
    head = f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode()
    path.write_bytes(head + 10 * (b"FRAME\n" + frame.tobytes() + colourless))
    return path


@pytest.fixture
def camera(playwright: Playwright, server: str, complaints: Complaints, tmp_path: Path) -> Iterator[Camera]:
    """A phone whose camera sees a QR code of the text."""
    browsers = []

    def open_phone(text: str) -> BrowserContext:
        film = film_of(qr(text, 300), tmp_path / "camera.y4m")
        arguments = [*CHROMIUM_ARGUMENTS, f"--use-file-for-fake-video-capture={film}"]
        browsers.append(playwright.chromium.launch(executable_path=find_chromium(), args=arguments))
        phone: dict[str, Any] = {"base_url": server, "permissions": ["camera"], **PHONE}
        context = browsers[-1].new_context(**phone)
        context.set_default_timeout(30_000)
        complaints.listen(context)
        return context

    yield open_phone
    for each in browsers:
        each.close()


def sign_in(page: Page, server: str) -> None:
    key = str(client_of(MemberFactory()).session.session_key)
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": server}])


def nameplate(text: str) -> Any:
    content = io.BytesIO()
    qr(text, 400).save(content, "PNG")
    return {"name": "plate.png", "mimeType": "image/png", "buffer": content.getvalue()}


def test_an_unpaired_sticker_is_paired_with_a_new_device(
    server: str, phone: Page, is_accessible: Callable[[Page], None]
) -> None:
    code, customer = CodeFactory(device=None), CustomerFactory(name="Kern Verpackung")
    TemplateFactory(name="Flowpack")
    TemplateFactory(name="Van", kind="vehicle")
    taps = 0
    phone.goto(url_of(code))
    expect(phone.get_by_role("heading", level=1)).to_have_text(say("en", "This code does not open anything"))
    is_accessible(phone)

    sign_in(phone, server)
    phone.goto(url_of(code))
    assert "/c/" not in phone.url
    is_accessible(phone)
    plate = phone.get_by_label(say("en", "Licence plate"))
    expect(plate).to_be_hidden()
    phone.get_by_label(say("en", "Template")).select_option("Van")
    expect(plate).to_be_visible()
    phone.get_by_label(say("en", "Template")).select_option("Flowpack")
    expect(plate).to_be_hidden()
    phone.locator("#id_name").tap()
    phone.keyboard.type("Line 3")
    phone.get_by_label(say("en", "Photo of the nameplate")).set_input_files(nameplate("SN-2024-77"))
    expect(phone.locator("#id_serial_number")).to_have_value("SN-2024-77")
    field = phone.locator("#id_customer")
    expect(field).to_have_attribute("role", "combobox")
    field.tap()
    phone.keyboard.type("ker")
    phone.get_by_role("option", name="Kern Verpackung").tap()
    taps += 5  # Template, name, photo, customer, its suggestion.

    # Without a connection nothing leaves the page.
    phone.context.set_offline(True)
    phone.get_by_role("button", name=say("en", "Create and pair")).tap()
    expect(phone.locator("#no-network")).to_be_visible()
    expect(phone.locator("#id_name")).to_have_value("Line 3")
    phone.context.set_offline(False)
    expect(phone.locator("#no-network")).to_be_hidden()
    phone.get_by_role("button", name=say("en", "Create and pair")).tap()
    taps += 1

    expect(phone.get_by_role("heading", level=1)).to_have_text(say("en", "Paired"))
    is_accessible(phone)
    assert taps <= MOST_TAPS
    device = Device.objects.get(name="Line 3")
    assert (device.serial_number, device.customer) == ("SN-2024-77", customer)
    assert Code.objects.get(pk=code.pk).device == device
    phone.get_by_role("link", name=say("en", "Open the device")).tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Line 3")


def test_a_typed_id_with_a_wrong_check_character_and_then_right(
    phone: Page, is_accessible: Callable[[Page], None]
) -> None:
    code = CodeFactory()
    right = short_id_of(code)
    other = ALPHABET[(ALPHABET.index(right[-1]) + 1) % len(ALPHABET)]
    phone.goto("/c/nothing/")
    phone.get_by_role("link", name=say("en", "Type the id, or scan again")).tap()
    field = phone.get_by_label(say("en", "Id on the sticker"))

    # Without waiting for the script that shows it in halves.
    field.fill(right[:-1].lower() + other.lower())
    field.press("Enter")
    expect(phone.locator(".field__errors")).to_contain_text(
        say("en", "One character is wrong. Compare the id with the sticker once more.")
    )
    expect(field).to_have_attribute("aria-invalid", "true")
    is_accessible(phone)
    field.fill("")
    field.press_sequentially(right.lower())
    expect(field).to_have_value(f"{right[:4]}-{right[4:]}")
    field.press("Enter")

    phone.wait_for_url(f"**/d/{code.device.slug}/")


def test_the_camera_opens_what_it_sees(camera: Camera, is_accessible: Callable[[Page], None]) -> None:
    code, seen = CodeFactory(), CodeFactory()
    page = camera(url_of(seen)).new_page()
    page.goto(url_of(code))

    page.get_by_role("link", name=say("en", "Scan a code")).tap()

    page.wait_for_url(f"**/d/{seen.device.slug}/")
    # Its own browser reads no codes: the server does.
    assert not page.evaluate("'BarcodeDetector' in window")


def test_a_browser_that_fails_to_read_leaves_it_to_the_server(camera: Camera) -> None:
    seen = CodeFactory()
    page = camera(url_of(seen)).new_page()
    page.add_init_script(
        """
        window.BarcodeDetector = class {
          static getSupportedFormats() { return Promise.resolve(["qr_code"]); }
          detect() { return Promise.reject(new DOMException("no service", "NotSupportedError")); }
        };
        const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
        window.streams = [];
        window.until = async (isTrue) => {
          for (let tries = 0; !isTrue(); tries += 1) {
            if (tries > 200) throw new Error("in vain");
            await new Promise((resolve) => { setTimeout(resolve, 50); });
          }
        };
        navigator.mediaDevices.getUserMedia = async (wish) => {
          const stream = await ask(wish);
          window.streams.push(stream);
          if (window.streams.length === 1) await new Promise((resolve) => { window.answer = resolve; });
          return stream;
        };
        """
    )
    page.goto("/code/#camera")

    # Whoever leaves before the camera is allowed does not leave it on.
    page.evaluate("until(() => window.answer)")
    page.evaluate("dispatchEvent(new Event('pagehide')); answer()")
    page.evaluate("until(() => streams[0].getTracks().every((track) => track.readyState === 'ended'))")
    page.get_by_role("button", name=say("en", "Use the camera")).tap()

    page.wait_for_url(f"**/d/{seen.device.slug}/")


@pytest.mark.parametrize(("host", "opens"), [("desk.example", True), ("evil.example", False)])
def test_a_browser_that_reads_opens_links_of_the_public_address(camera: Camera, host: str, opens: bool) -> None:
    seen = CodeFactory()
    link = url_of(seen)
    page = camera(link).new_page()
    read = link.replace(link.split("/")[2], host)
    page.add_init_script(
        f"""
        window.BarcodeDetector = class {{
          static getSupportedFormats() {{ return Promise.resolve(["qr_code"]); }}
          detect() {{ return Promise.resolve([{{rawValue: "{read}"}}]); }}
        }};
        """
    )
    page.goto("/code/")
    page.locator("[data-public-url]").evaluate("element => { element.dataset.publicUrl = 'https://desk.example' }")

    page.get_by_role("button", name=say("en", "Use the camera")).tap()

    if opens:
        page.wait_for_url(f"**/d/{seen.device.slug}/")
    else:
        expect(page.locator(".scanner__said")).to_have_text(say("en", "This is not a code of this service desk."))


def test_a_refused_camera_leaves_the_other_ways(new_visitor: NewContext) -> None:
    page = new_visitor(PHONE, locale="de").new_page()
    code = CodeFactory()
    page.add_init_script(
        "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'))"
    )
    page.goto("/code/#camera")

    expect(page.locator(".scanner__said")).to_have_text(
        say("de", "This browser may not use the camera. Take a photo of the code, or type its id.")
    )
    photo = io.BytesIO()
    qr(url_of(code), 400).save(photo, "PNG")
    page.locator("input[type=file]").set_input_files(
        {"name": "code.png", "mimeType": "image/png", "buffer": photo.getvalue()}
    )

    page.wait_for_url(f"**/d/{code.device.slug}/")
