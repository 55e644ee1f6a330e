"""Drawing on a picture before it is sent, and saying what is seen in it."""

import io
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from messenger.models import Attachment
from tests.browser.conftest import OpenPage, expect_uploads_ready
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.any_database]
CAPTION = "The belt frays"


def lying_photo() -> FilePayload:
    """15 megapixels, taken upright by a phone that stores them lying."""
    stored, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (5000, 3000), "white").save(stored, "JPEG", exif=exif)
    return {"name": "belt.jpg", "mimeType": "image/jpeg", "buffer": stored.getvalue()}


def draw_an_arrow(page: Page) -> None:
    expect(page.locator(".drawing__stage")).to_have_attribute("aria-busy", "false")
    box = page.locator(".drawing canvas").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + 40, box["y"] + box["height"] / 2 + 60, steps=4)
    page.mouse.up()


def is_drawn_on(file: Attachment) -> bool:
    with file.file.open() as stored, Image.open(stored) as picture:
        red, green, blue = picture.convert("RGB").getpixel((picture.width // 2, picture.height // 2))  # type: ignore[misc]
    return bool(red > 180 and green < 90 and blue < 90)


def only_file(page: Page) -> Attachment:
    expect(page.locator(".uploader__file[data-state=done]")).to_have_count(1)
    # What it takes the place of is taken back behind it.
    for _try in range(50):
        if Attachment.objects.count() == 1:
            break
        page.wait_for_timeout(100)
    [file] = Attachment.objects.all()
    return file


def test_a_picture_is_drawn_on_without_a_network_kept_over_a_reload_and_sent_with_its_caption(
    cast: Cast, open_page: OpenPage, is_accessible: Callable[[Page], None]
) -> None:
    page = open_page("reporter")
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    page.locator("input[type=file]").first.set_input_files([lying_photo()])
    row = page.locator(".uploader__file[data-state=done]")
    expect(row).to_have_count(1)
    expect(page.locator("dialog.drawing")).to_be_attached()
    page.wait_for_load_state("networkidle")
    assert len([url for url in loaded if "drawing" in url]) == 2  # Its script and its stylesheet.

    page.context.set_offline(True)
    page.get_by_role("button", name="Draw on it").click()
    expect(page.locator(".drawing [data-clear]")).to_be_disabled()
    is_accessible(page)
    expect(page.get_by_role("textbox", name="Caption", exact=True)).to_be_visible()
    page.get_by_role("textbox", name="Caption", exact=True).fill(CAPTION)
    draw_an_arrow(page)
    draw_an_arrow(page)
    page.keyboard.press("Control+z")
    expect(page.locator(".drawing [data-clear]")).to_be_enabled()
    page.get_by_role("button", name="Done", exact=True).click()
    expect(page.get_by_role("button", name="Back to the original")).to_be_visible()
    page.context.set_offline(False)
    expect(row).to_have_count(1)

    page.reload()
    expect_uploads_ready(page)
    expect(page.get_by_role("textbox", name="Caption: belt.jpg")).to_have_value(CAPTION)
    expect(page.get_by_role("button", name="Back to the original")).to_be_visible()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("link", name=CAPTION)).to_be_visible()
    expect(page.locator(".bubble[data-number] .attachment__caption")).to_have_text(CAPTION)

    [file] = Attachment.objects.all()
    assert file.caption == CAPTION
    assert (file.width or 0) < (file.height or 0)
    assert is_drawn_on(file)


def test_the_original_comes_back(open_page: OpenPage) -> None:
    page = open_page("responsible")
    page.locator("input[type=file]").first.set_input_files([lying_photo()])
    page.get_by_role("button", name="Draw on it").click()
    draw_an_arrow(page)
    page.get_by_role("button", name="Done", exact=True).click()
    back = page.get_by_role("button", name="Back to the original")
    expect(back).to_be_visible()
    assert is_drawn_on(only_file(page))

    back.click()

    expect(back).to_be_hidden()
    expect(page.locator(".uploader__file")).to_have_count(1)
    assert not is_drawn_on(only_file(page))
