"""A video session between a phone and a desktop: picture and sound both ways, and nobody else."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from messenger.models import VideoSession, VideoStatus
from tests.browser.conftest import OpenPage
from tests.cast import Cast
from ticketing.models import JournalEntry

pytestmark = pytest.mark.browser
FRAMES = "document.querySelector('[data-other]').getVideoPlaybackQuality().totalVideoFrames"
# The fake microphone beeps once a second.
LOUDEST = """async () => {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  const [track] = document.querySelector('[data-other]').srcObject.getAudioTracks();
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const values = new Float32Array(analyser.fftSize);
  let loudest = 0;
  for (let round = 0; round < 60; round++) {
    await new Promise((done) => setTimeout(done, 25));
    analyser.getFloatTimeDomainData(values);
    loudest = Math.max(loudest, ...values.map(Math.abs));
  }
  await context.close();
  return loudest;
}"""

# The question whether camera and microphone may be used, until `allow()` answers it.
ASKS = """(() => {
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  const asked = new Promise((answer) => { window.allow = answer; });
  navigator.mediaDevices.getUserMedia = async (wish) => { await asked; return open(wish); };
})()"""
# Patience of one second instead of ten.
HASTY = "((later) => { window.setTimeout = (act, wait) => later(act, wait === 10_000 ? 1_000 : wait); })(setTimeout)"
OWN_TRACKS = "document.querySelector('[data-own]').srcObject.getTracks().length"


def join(page: Page) -> None:
    page.get_by_role("button", name="Join", exact=True).click()
    expect(page.locator(".call")).to_have_attribute("data-state", "call")


def wait_until(page: Page, script: str) -> None:
    """Playwright's own way evaluates in the page again, which the policy forbids."""
    begin = time.monotonic()
    while not page.evaluate(script):
        assert time.monotonic() - begin < 30, script
        page.wait_for_timeout(100)


def expect_picture(page: Page) -> None:
    expect(page.locator("[data-status]")).to_contain_text(re.compile("[Cc]onnected( with)?"))
    wait_until(page, f"{FRAMES} > 3")


def test_both_see_and_hear_each_other_and_nobody_else_gets_in(
    open_page: OpenPage, cast: Cast, is_accessible: Callable[[Page], None]
) -> None:
    desk = open_page("responsible")
    phone = open_page("reporter")
    desk.get_by_role("button", name="Video session").click()
    phone.get_by_role("link", name="Join the video session").click()
    for page in (desk, phone):
        join(page)
    for page in (desk, phone):
        expect_picture(page)
        is_accessible(page)
    assert VideoSession.objects.get().status == VideoStatus.IN_PROGRESS

    assert phone.evaluate(LOUDEST) > 0.01
    desk.get_by_role("button", name="Microphone off").click()
    wait_until(phone, f"async () => await ({LOUDEST})() < 0.001")

    third = open_page("holder")
    third.goto(phone.url)
    third.get_by_role("button", name="Join", exact=True).click()
    expect(third.locator("[data-problem]")).to_contain_text("Somebody else has joined")

    phone.reload()
    expect(desk.locator("[data-status]")).to_contain_text("is away")
    join(phone)
    for page in (phone, desk):
        expect_picture(page)

    phone.get_by_role("button", name="Leave").click()
    expect(desk.locator("[data-ending]")).not_to_be_empty()
    assert VideoSession.objects.get().status == VideoStatus.DONE
    kinds = [*JournalEntry.objects.filter(ticket=cast.ticket, kind__startswith="video").values_list("kind", flat=True)]
    joined, left = ["video_joined"] * 2, ["video_left"] * 2
    assert kinds == ["video_invited", *joined, "video_started", *left, "video_ended"]
    phone.get_by_role("link", name="Back to the conversation").first.click()
    expect(phone.locator(".bubble", has_text="DONE")).to_contain_text("It took")


def test_who_only_listens_behind_a_closed_network_learns_what_else_there_is(open_page: OpenPage, cast: Cast) -> None:
    desk, phone = open_page("responsible"), open_page("reporter")
    # Only over a relay, of which there is none.
    phone.add_init_script(
        """const Open = RTCPeerConnection;
        window.RTCPeerConnection = function (given) { return new Open({...given, iceTransportPolicy: "relay"}); };"""
    )
    # The camera is refused.
    refusal = "Promise.reject(new DOMException('', 'NotAllowedError'))"
    phone.add_init_script(f"navigator.mediaDevices.getUserMedia = () => {refusal};")
    desk.get_by_role("button", name="Video session").click()
    phone.get_by_role("link", name="Join the video session").click()
    expect(phone.locator("[data-problem]")).to_contain_text("may not use camera")
    expect(phone.get_by_label("Only listen")).to_be_checked()
    for page in (desk, phone):
        join(page)

    expect(phone.locator("[data-blocked]")).to_be_visible()


def test_what_is_allowed_late_is_sent_and_only_if_it_is_still_wanted(open_page: OpenPage, cast: Cast) -> None:
    desk, phone = open_page("responsible"), open_page("reporter")
    phone.add_init_script(ASKS)
    desk.get_by_role("button", name="Video session").click()
    join(desk)

    phone.get_by_role("link", name="Join the video session").click()
    phone.get_by_label("Only listen and watch").check()
    phone.evaluate("allow()")
    phone.wait_for_timeout(1000)
    assert phone.evaluate(OWN_TRACKS) == 0

    phone.reload()
    join(phone)
    phone.evaluate("allow()")
    expect_picture(desk)


def test_who_waits_for_somebody_who_went_away_is_not_told_that_the_network_is_to_blame(
    open_page: OpenPage, cast: Cast
) -> None:
    desk, phone = open_page("responsible"), open_page("reporter")
    desk.add_init_script(HASTY)
    desk.get_by_role("button", name="Video session").click()
    phone.get_by_role("link", name="Join the video session").click()
    for page in (desk, phone):
        join(page)
    expect_picture(desk)

    phone.goto("about:blank")
    expect(desk.locator("[data-status]")).to_contain_text("is away")
    # The browser takes five to notice that there is no way any more.
    desk.wait_for_timeout(8_000)
    expect(desk.locator("[data-blocked]")).to_be_hidden()
