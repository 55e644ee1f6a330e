"""Labels in a browser: what is chosen changes the sheet beside it, and the PDF is what was shown."""

from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import expect

from fleet.models import CodeEvent, CodeEventKind
from fleet.services.code_tokens import url_of
from tests.browser.conftest import DESKTOP, NewContext, violations
from tests.cast import client_of
from tests.decoding import codes_on, page_pictures, page_sizes
from tests.factories import CodeFactory, DeviceFactory, ModeratorFactory

pytestmark = [pytest.mark.browser]


@pytest.mark.parametrize("has_scripts", [True, False])
def test_labels_are_chosen_seen_and_printed(
    new_visitor: NewContext, server: str, tmp_path: Path, has_scripts: bool
) -> None:
    codes = [CodeFactory(device=DeviceFactory(name=f"Washer {number}")) for number in range(3)]
    context = new_visitor(DESKTOP, java_script_enabled=has_scripts, accept_downloads=True)
    key = str(client_of(ModeratorFactory()).session.session_key)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": server}])
    page = context.new_page()
    preview = page.locator("#label-preview")

    page.goto("/office/codes/labels/?" + "&".join(f"id={code.pk}" for code in codes))
    expect(preview).to_contain_text("3 labels on 1 sheet")
    expect(preview).to_contain_text("Washer 2")
    page.get_by_label("Size of the labels").select_option(value="a4-21-63.5x38.1")
    page.get_by_label("Labels used already").fill("5")
    page.get_by_label("German").check()
    page.get_by_label("Name of the device").uncheck()
    if not has_scripts:
        page.get_by_role("button", name="Preview").click()
    expect(preview.locator(".label-sheet__label--used")).to_have_count(5)
    expect(preview).not_to_contain_text("Washer 2")
    assert not has_scripts or violations(page) == []

    with page.expect_download() as download:
        page.get_by_role("button", name="PDF").dblclick(delay=20)
    stored = tmp_path / "labels.pdf"
    download.value.save_as(stored)

    pdf = stored.read_bytes()
    assert page_sizes(pdf) == [pytest.approx((210, 297), abs=0.01)]
    found = codes_on(page_pictures(pdf)[0])
    assert {each.text for each in found} == {url_of(code) for code in codes}
    # The sixth place: at the end of the second row.
    assert found[0].x > 140
    assert 53 < found[0].y < 92
    assert CodeEvent.objects.filter(kind=CodeEventKind.PRINTED).count() == 3
