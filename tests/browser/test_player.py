"""A recording that this browser does not play: it says so, and leaves the way to save it."""

import pytest
from playwright.sync_api import FilePayload, expect

from tests.browser.conftest import OpenPage
from tests.cast import Cast
from tests.messenger import media

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("focused", [True, False])
def test_what_is_not_played_is_saved(cast: Cast, open_page: OpenPage, focused: bool) -> None:
    page = open_page("reporter")
    voice = FilePayload(name="voice memo.caf", mimeType="audio/x-caf", buffer=media.recording("caf"))
    page.locator("#id_files").set_input_files([voice])
    expect(page.locator(".uploader__file[data-state=done]")).to_have_count(1)
    page.locator("form[data-composer] button[type=submit]:visible").click()
    player, link = page.locator(".attachment__played audio"), page.locator(".attachment__played a")
    expect(player).to_be_visible()
    expect(page.locator(".attachment__note")).to_be_hidden()

    if focused:
        player.focus()
    player.evaluate("player => { player.play().catch(() => {}); }")

    expect(page.locator(".attachment__note")).to_be_visible()
    expect(player).to_be_hidden()
    expect(link).to_contain_text("voice memo.caf")
    assert link.evaluate("link => link === document.activeElement") == focused
    with page.expect_download() as saving:
        link.click()
    assert saving.value.suggested_filename == "voice memo.caf"
