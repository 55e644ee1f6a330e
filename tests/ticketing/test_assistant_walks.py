"""A thousand assistants that nobody would write: whoever walks through them gets on, gets out, and gets back."""

from collections.abc import Callable, Collection
from dataclasses import replace
from random import Random

import pytest

from fleet.actors import ANONYMOUS
from fleet.models import Device
from tests.ticketing.help import element, text, to
from ticketing.assistants.checks import problems_of
from ticketing.assistants.content import ButtonContent, Content, ElementContent
from ticketing.assistants.graph import FlowState
from ticketing.assistants.shown import ShownAssistant
from ticketing.assistants.walk import (
    ENDS,
    LONGEST_PATH,
    Path,
    flow_on_path,
    host_of,
    is_end,
    read_path,
    walked,
    ways_on,
    written,
)
from ticketing.models import ButtonAnswer, ButtonTarget, CreationFlow, ElementKind
from ticketing.portal.pages import assistant as pages
from ticketing.portal.pages.assistant import HelpPage, help_page

pytestmark = pytest.mark.any_database
ASSISTANTS = 1_000
PRESET = [ButtonAnswer.YES, ButtonAnswer.NO]
STEPS = 60
LIVE_FLOWS = {1, 2}
TARGETS = ("gone", "https://example.org/", "http://example.org/", "javascript:alert(1)", "https://")


def make_button(random: Random, keys: list[str]) -> ButtonContent:
    """Also one that leads to a removed element, a flow that is not offered, or an address that is not safe."""
    answer = random.choice(list(ButtonAnswer))
    if random.random() < 0.2:
        return ButtonContent(answer, text(""), ButtonTarget.FLOW, str(random.randint(0, 4)))
    return to(random.choice((*keys, *keys, *TARGETS)), answer=answer)


def make_content(random: Random) -> Content:
    keys = [f"k{number}" for number in range(random.randint(1, 40))]
    return Content(
        tuple(
            element(
                key,
                *(make_button(random, keys) for _number in range(random.choice((0, 1, 2, 2, 5)))),
                kind=random.choice(list(ElementKind)),
                is_searchable=random.random() < 0.8,
            )
            for key in keys
        )
    )


def next_keys(at: ElementContent, content: Content) -> list[str]:
    ways = ways_on(at, content.by_key, LIVE_FLOWS)
    return [way.target for way in ways if way.leads_to == ButtonTarget.ELEMENT]


@pytest.fixture(scope="module")
def assistants() -> list[Content]:
    random = Random(11)
    return [make_content(random) for _number in range(ASSISTANTS)]


def test_no_button_leads_nowhere(assistants: list[Content]) -> None:
    shown = [way for c in assistants for e in c.elements for way in ways_on(e, c.by_key, LIVE_FLOWS)]

    assert {way.leads_to for way in shown} == set(ButtonTarget)
    assert not {"gone", *TARGETS[2:]} & {way.target for way in shown}
    assert {way.target for way in shown if way.leads_to == ButtonTarget.FLOW} == {"1", "2"}


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://example.org/x", "example.org"),
        ("https://evil.example\\@good.example/", ""),
        ("https://good.example@evil.example/", ""),
        ("https://good.example /", ""),
        ("https://good.example\t.evil.example/", ""),
        ("http://example.org/", ""),
        ("https://[", ""),
    ],
)
def test_an_address_leads_to_the_host_that_is_shown_or_nowhere(address: str, host: str) -> None:
    assert host_of(address) == host
    assert [way.target for way in ways_on(element("a", to(address)), (), ())] == [address] * bool(host)
    errors = [str(each.text) for each in problems_of(Content((element("a", to(address, "Go")),)), {}) if each.is_error]
    assert any("The button “Go” leads to an address" in error for error in errors) == (not host)


# What the checks let through, on its pages ---------------------------------------------------------------------------

FLOWS = {str(key): FlowState(text("Report"), is_active=key in LIVE_FLOWS, open_to_code_users=True) for key in range(4)}


@pytest.fixture(scope="module")
def accepted() -> list[Content]:
    """What may be published, with circles and buttons that leave the assistant, but mostly without an error."""
    random, found = Random(13), list[Content]()
    while len(found) < ASSISTANTS:
        content = make_sound_content(random)
        if not any(problem.is_error for problem in problems_of(content, FLOWS)):
            found.append(content)
    return found


def make_sound_content(random: Random) -> Content:
    keys = [f"k{number}" for number in range(random.randint(1, 9))]
    targets = (*keys, *keys, "https://example.org/")

    def make_element(key: str) -> ElementContent:
        kind = random.choice((*ElementKind, ElementKind.CHOICE, ElementKind.CHOICE))
        answers = [ButtonAnswer.OTHER] * random.choice((0, 1, 2, 2)) if kind != ElementKind.YES_NO else PRESET
        buttons = [to(random.choice(targets), "Go", answer=answer) for answer in answers]
        if random.random() < 0.1:
            buttons[:1] = [replace(to("", "Go"), leads_to=ButtonTarget.FLOW, target=str(random.randint(0, 3)))]
        return element(key, *buttons, kind=kind, body="Do it.", is_searchable=random.random() < 0.8)

    return Content(tuple(map(make_element, keys)))


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Callable[..., HelpPage]:
    """The page of an element, for who is offered the flows."""
    offered: list[CreationFlow] = []
    monkeypatch.setattr(pages, "flows_for", lambda _actor, _device: offered)
    monkeypatch.setattr(pages, "organisation", lambda: None)

    def read_page(content: Content, key: str, via: str = "", flows: Collection[int] = LIVE_FLOWS) -> HelpPage:
        offered[:] = [CreationFlow(pk=each, button_label_en="Report") for each in flows]
        shown = ShownAssistant(Device(slug="washer"), 1, 1, content)
        return help_page(ANONYMOUS, shown, content.by_key[key], via=via)

    return read_page


def place(url: str) -> tuple[str, str]:
    """The key and the path in the address of an element; no key for the page of the device."""
    path, _mark, query = url.partition("?via=")
    return (path.split("/")[4] if "/help/" in path else "", query)


def links(page: HelpPage) -> list[tuple[str, str]]:
    return [place(button.url) for button in page.element.buttons if button.url and not button.host]


def test_from_every_element_the_buttons_lead_to_an_end(accepted: list[Content], read: Callable[..., HelpPage]) -> None:
    circles = 0
    for content in accepted:
        drawn = {key: read(content, key) for key in content.by_key}
        on = {key: {other for other, _via in links(page)} for key, page in drawn.items()}
        out = {key for key, page in drawn.items() if page.is_end or any(b.flow or b.host for b in page.element.buttons)}
        circles += len(drawn) - len(out)
        while more := {key for key in drawn.keys() - out if on[key] & out}:
            out |= more
        assert out == drawn.keys(), content
    assert circles > ASSISTANTS, "Questions in between"


def test_without_a_flow_there_is_a_search_where_nothing_else_is(
    accepted: list[Content], read: Callable[..., HelpPage]
) -> None:
    stuck = 0
    for content in accepted:
        for key in content.by_key:
            page = read(content, key, flows=())
            assert page.element.buttons or page.is_stuck or (page.is_end and not page.can_report)
            stuck += page.is_stuck
    assert stuck, "Some led to nothing but a flow"


def test_back_always_leads_to_where_somebody_came_from(accepted: list[Content], read: Callable[..., HelpPage]) -> None:
    random = Random(14)
    for content in accepted:
        page, been = read(content, content.elements[0].key), list[str]()
        while len(been) < 9 and (ways := links(page)):
            been.append(page.element.key)
            page = read(content, *random.choice(ways))
        seen = {page.element.key}
        while (back := place(page.back_url))[0]:
            # Each once, so that it ends.
            assert back[0] in been
            assert back[0] not in seen
            seen.add(back[0])
            page = read(content, *back)
        assert page.is_start


def test_walks_keep_a_path_that_leads_back(assistants: list[Content]) -> None:
    random, longest = Random(12), 0
    for content in assistants:
        path: Path = (content.elements[0].key,)
        for _step in range(STEPS):
            on = next_keys(content.by_key[path[-1]], content) or [content.elements[0].key]
            before, path = path, walked(path, random.choice(on))
            longest = max(longest, len(path))

            assert read_path(written(path), content.by_key) == path
            assert len(path) == len(set(path)) <= LONGEST_PATH
            # Back is where somebody came from, or where they had been before they walked a circle.
            assert len(path) == 1 or path[-2] in before
            flow = flow_on_path(path, content.by_key, LIVE_FLOWS)
            assert flow is None or flow in LIVE_FLOWS
    assert longest > 10


def test_a_path_from_an_address_is_read_with_care() -> None:
    known = {f"k{number}" for number in range(50)}

    assert read_path("", known) == ()
    assert read_path("k1..k9x.<b>.k2", known) == ("k1", "k2")
    assert read_path("k1.k2.k3.k2", known) == ("k1", "k2")
    assert read_path("k1." * 100_000, known) == ("k1",)
    assert read_path(".".join(sorted(known)), known) == tuple(sorted(known)[-LONGEST_PATH:])


@pytest.mark.parametrize("kind", ENDS)
def test_instructions_ask_if_they_helped_also_where_they_lead_on(kind: ElementKind) -> None:
    guide, question = element("a", to("b"), kind=kind), element("b", to("a"))

    assert is_end(guide, guide.buttons)
    assert not is_end(question, question.buttons)
    assert is_end(question, ())
