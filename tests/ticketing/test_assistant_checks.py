"""What is wrong with an assistant, what changes, and how it is drawn: pure functions over its content."""

from dataclasses import replace

import pytest

from tests.assistants import button, element, guide, part, texts, yes_no
from ticketing.assistants.changes import ChangeKind, changes_between
from ticketing.assistants.checks import problems_of
from ticketing.assistants.content import Content, ElementContent, FileContent, Texts
from ticketing.assistants.graph import FlowState, from_start
from ticketing.assistants.map import WIDTH, Node, draw
from ticketing.models import ButtonTarget, ElementFileKind, ElementKind

FLOWS = {
    "1": FlowState(texts("Report"), is_active=True, open_to_code_users=True),
    "2": FlowState(texts("Old"), is_active=False, open_to_code_users=True),
    "3": FlowState(texts("Inside"), is_active=True, open_to_code_users=False),
}
FLOW, ADDRESS = ButtonTarget.FLOW, ButtonTarget.ADDRESS
GOOD = Content((element("a", button("Go", "b"), button("Report", "1", leads_to=FLOW)), guide("b")))


def said(*elements: ElementContent) -> dict[str, list[str]]:
    """Sentences by the element, errors with a ! before."""
    found: dict[str, list[str]] = {}
    for problem in problems_of(Content(elements), FLOWS):
        found.setdefault(problem.key, []).append(("! " if problem.is_error else "") + str(problem.text))
    return found


def test_a_good_assistant_has_no_problem() -> None:
    assert problems_of(GOOD, FLOWS) == ()


@pytest.mark.parametrize(
    ("elements", "key", "words"),
    [
        ((), "", "! There is no element yet."),
        ((element("a"),), "a", "! Dead end: the question has no answers yet."),
        ((element("a", button("On", "b")), element("b", button("Back", "a"))), "b", "! Dead end: no way"),
        ((guide("a"), guide("b", is_searchable=False)), "b", "Found by no one"),
        ((element("a", button("Go", "gone"), button("Or", "b")), guide("b")), "a", "! The button “Go” leads nowhere."),
        ((element("a", button("Go", "9", leads_to=FLOW)),), "a", "! The button “Go” leads to a creation flow of an"),
        ((element("a", button("Go", "2", leads_to=FLOW)),), "a", "! The button “Go” leads to the creation flow “Old”"),
        ((element("a", button("Go", "3", leads_to=FLOW)),), "a", "The button “Go” leads to the creation flow “Inside”"),
        ((element("a", button("Go", "http://x.example", leads_to=ADDRESS)),), "a", "! The button “Go” leads to an add"),
        ((replace(guide("a"), title=Texts({"en": "", "de": "x", "fr": "x"})),), "a", "! There is no text in English"),
        ((replace(guide("a"), title=Texts({"en": "x", "de": "", "fr": "x"})),), "a", "There is no text in German: ti"),
        ((replace(guide("a"), body=Texts({"en": "x", "de": "x", "fr": ""})),), "a", "There is no text in French: te"),
        ((replace(guide("a"), title=texts("x" * 71)),), "a", "Long text in English: title (71 characters, better"),
        ((replace(guide("a"), body=texts("x" * 601)),), "a", "Long text in English: text (601"),
        ((element("a", button("x" * 41, "b")), guide("b")), "a", "Long text in English: label of a button (41"),
        ((element("a", *yes_no("b", "b")[:1], kind=ElementKind.YES_NO), guide("b")), "a", "! A yes/no question has ex"),
        ((element("a", kind=ElementKind.GUIDE),), "a", "! It says nothing yet"),
        ((element("a", kind=ElementKind.GUIDE, parts=[part("", "")]),), "a", "! Nothing is written in step 1."),
        (
            (replace(guide("a"), files=(FileContent("f", ElementFileKind.PICTURE, texts(), 1, 1, has_poster=True),)),),
            "a",
            "A picture or film has no description",
        ),
    ],
)
@pytest.mark.any_database
def test_each_problem_is_found_at_its_element(elements: tuple[ElementContent, ...], key: str, words: str) -> None:
    assert any(sentence.startswith(words) for sentence in said(*elements)[key]), said(*elements)


def test_a_circle_with_a_way_out_is_no_dead_end() -> None:
    circle = (element("a", button("On", "b")), element("b", button("Back", "a"), button("Out", "c")), guide("c"))

    assert said(*circle) == {}


def test_what_changes_is_said_field_by_field_in_each_language() -> None:
    old, new = GOOD.elements[0], replace(GOOD.elements[0], title=Texts({"en": "New", "de": "Title a de", "fr": "Neuf"}))
    content = Content((new, guide("c")))

    changes = changes_between(GOOD, content, FLOWS)

    assert [(each.kind, each.key) for each in changes.elements] == [
        (ChangeKind.CHANGED, "a"),
        (ChangeKind.ADDED, "c"),
        (ChangeKind.REMOVED, "b"),
    ]
    fields = {(str(each.label), each.language): (each.old, each.new) for each in changes.elements[0].fields}
    assert fields[("Title", "en")] == (str(old.title), "New")
    assert ("Title", "de") not in fields
    assert fields[("Title", "fr")] == ("Title a fr", "Neuf")


def test_another_goal_another_file_and_another_start_are_changes_but_another_order_is_none() -> None:
    picture = FileContent("f", ElementFileKind.PICTURE, texts("Jaw"), 1, 1, has_poster=True)
    start, b, c = element("a", button("Go", "b"), button("Or", "c")), guide("b"), replace(guide("c"), files=(picture,))
    before = Content((start, b, c))

    other_goal = Content((replace(start, buttons=(button("Go", "c"), button("Or", "c"))), b, c))
    other_file = Content((start, b, replace(c, files=(replace(picture, id="g"),))))

    goal = changes_between(before, other_goal, FLOWS).elements[0].fields[0]
    assert (goal.label, goal.old, goal.new) == ("Button 1 leads to", "Title b", "Title c")
    assert [str(each.label) for each in changes_between(before, other_file, FLOWS).elements[0].fields] == ["Picture 1"]
    assert changes_between(before, Content((b, start, c)), FLOWS).start is not None
    assert not changes_between(before, Content((start, c, b)), FLOWS)


def boxes_overlap(one: Node, other: Node) -> bool:
    return abs(one.x - other.x) < WIDTH and one.y < other.y + other.height and other.y < one.y + one.height


def test_the_map_has_columns_by_distance_and_no_box_over_another() -> None:
    many = [guide(f"g{number}") for number in range(8)]
    content = Content(
        (
            element("a", *(button(f"To {each.key}", each.key) for each in many), button("Out", "1", leads_to=FLOW)),
            *(replace(each, buttons=(button("Back", "a"), button("Gone", "gone"))) for each in many),
            guide("alone", button("Back", "a")),
        )
    )

    drawing = draw(content, FLOWS)

    by_id = {node.id: node for node in drawing.nodes}
    assert from_start(content) == {"a": 0, **{each.key: 1 for each in many}}
    assert by_id["a"].x < by_id["g0"].x == by_id["g7"].x == by_id["flow:1"].x
    assert drawing.apart is not None
    assert by_id["alone"].y > drawing.apart > max(node.y for node in drawing.nodes if node.id != "alone")
    pairs = [(one, other) for one in drawing.nodes for other in drawing.nodes if one is not other]
    assert not any(boxes_overlap(*pair) for pair in pairs)
    assert all(node.x + WIDTH <= drawing.width and node.y + node.height <= drawing.height for node in drawing.nodes)
    # A line for each button that leads somewhere.
    assert len(drawing.edges) == 8 + 1 + 8 + 1
    assert [row.leads_nowhere for row in by_id["g0"].rows] == [False, True]
