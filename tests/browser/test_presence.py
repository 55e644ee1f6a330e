"""Two sides of a conversation see each other: who is there and writes, what was seen, what is new."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, expect_messenger_ready
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.any_database]


def test_both_sides_see_who_writes_what_was_seen_and_what_is_new(cast: Cast, open_page: OpenPage) -> None:
    worker, guest = open_page("responsible", "?tab=messenger"), open_page("reporter", "?view=messages")
    for page in (worker, guest):
        expect_messenger_ready(page)
    expect(guest.locator(".company")).to_have_text("The service team is here.")
    expect(worker.locator(".company")).to_contain_text("looking at this")

    guest.locator("[name=text]").press_sequentially("It smokes")
    expect(worker.locator(".company")).to_contain_text("writing")
    guest.locator("[name=text]").press("Control+Enter")
    expect(worker.locator(".bubble").last).to_contain_text("It smokes")
    expect(guest.locator(".bubble--mine").last.locator("[data-state]")).to_have_text("Seen")

    worker.get_by_role("radio", name="Internal").check(force=True)
    worker.locator("[name=text]").press_sequentially("A note")
    colleague = open_page("moderator", "?tab=general")
    expect(colleague.locator(".company")).to_contain_text(f"{cast.person('responsible').name} is writing")
    expect(guest.locator(".company")).to_have_text("The service team is here.")

    worker.goto("about:blank")
    expect(guest.locator(".company")).to_have_text("The service team is here.", timeout=100)
    colleague.goto("about:blank")
    expect(guest.locator(".company")).to_have_text("")
    for text in ("Still smokes", "Flames now"):
        guest.locator("[name=text]").fill(text)
        guest.locator("[name=text]").press("Control+Enter")
    expect(guest.locator(".bubble--sending")).to_have_count(0)
    worker = open_page("responsible", "?tab=messenger")
    expect(worker.locator(".unread-separator")).to_have_text("2 new messages")
    expect(worker.locator(".unread-separator + .bubble")).to_contain_text("Still smokes")
