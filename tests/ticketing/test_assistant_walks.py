"""A thousand assistants that nobody would write: whoever walks through them gets on, gets out, and gets back."""

from random import Random

import pytest

from tests.ticketing.help import element, text, to
from ticketing.assistants.content import ButtonContent, Content, ElementContent
from ticketing.assistants.finding import MOST_FOUND, find_elements
from ticketing.assistants.walk import (
    ENDS,
    LONGEST_PATH,
    Path,
    flow_on_path,
    is_end,
    read_path,
    walked,
    ways_on,
    written,
)
from ticketing.models import ButtonAnswer, ButtonTarget, ElementKind

pytestmark = pytest.mark.any_database
ASSISTANTS = 1_000
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


def leads_out(at: ElementContent, content: Content) -> bool:
    """Where people are asked if it helped, or a ticket begins, or another site."""
    ways = ways_on(at, content.by_key, LIVE_FLOWS)
    return is_end(at, ways) or any(way.leads_to != ButtonTarget.ELEMENT for way in ways)


@pytest.fixture(scope="module")
def assistants() -> list[Content]:
    random = Random(11)
    return [make_content(random) for _number in range(ASSISTANTS)]


def test_no_button_leads_nowhere(assistants: list[Content]) -> None:
    shown = [way for c in assistants for e in c.elements for way in ways_on(e, c.by_key, LIVE_FLOWS)]

    assert {way.leads_to for way in shown} == set(ButtonTarget)
    assert not {"gone", *TARGETS[2:]} & {way.target for way in shown}
    assert {way.target for way in shown if way.leads_to == ButtonTarget.FLOW} == {"1", "2"}


def test_nobody_is_left_without_a_way_on(assistants: list[Content]) -> None:
    for content in assistants:
        for at in content.elements:
            assert next_keys(at, content) or leads_out(at, content)


def test_every_circle_has_a_way_out(assistants: list[Content]) -> None:
    """Where all ways lead round and round, the page leads to the start, which finds every element that has an end."""
    for content in assistants:
        searched = {found.key for found in find_elements(content, "k")}
        ends = {each.key for each in content.elements if each.is_searchable and leads_out(each, content)}
        assert searched == {each.key for each in content.elements if each.is_searchable} or len(searched) == MOST_FOUND
        for at in content.elements:
            reached, waiting = set[str](), [at.key]
            while waiting:
                key = waiting.pop()
                if key not in reached:
                    reached.add(key)
                    waiting += next_keys(content.by_key[key], content)
            is_out = any(leads_out(content.by_key[key], content) for key in reached)
            assert is_out or ends <= searched or len(searched) == MOST_FOUND


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
