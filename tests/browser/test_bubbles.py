"""Where several people read a conversation, a message comes to them with its hint."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.test_messenger import bubbles, fill, write
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.any_database]


def test_a_bubble_comes_without_a_request_and_what_is_missing_before_it_is_asked_for(
    cast: Cast, open_page: OpenPage
) -> None:
    writer, page = open_page("responsible"), open_page("moderator")
    # Their pages make the crowd that a bubble is drawn for.
    open_page("administrator")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "after=" in request.url else None)

    write(writer, "It **leaks**")
    expect(page.locator(".bubble strong")).to_have_text("leaks")
    expect(page.locator(".day-separator")).to_have_count(1)
    assert asked == []

    fill(cast, 2)
    write(writer, "Behind a gap")
    expect(bubbles(page).last).to_contain_text("Behind a gap")
    expect(bubbles(page)).to_have_count(4)
    assert len(asked) == 1
