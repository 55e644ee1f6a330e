"""The drawing of an assistant: elements in columns by their distance from the start, and lines where buttons lead."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ticketing.assistants.content import ButtonContent, Content, ElementContent
from ticketing.assistants.graph import Flows, from_start, next_keys
from ticketing.assistants.walk import host_of
from ticketing.models import ButtonAnswer, ButtonTarget

# In units of the drawing, each a pixel at the usual size of text.
WIDTH, HEAD, ROW, END = 216, 62, 26, 40
BETWEEN_COLUMNS, BETWEEN_ROWS, MARGIN = 88, 22, 12
HEADING = 30


@dataclass(frozen=True)
class Row:
    """A button in the box of its element; `middle` is where its line begins."""

    label: str
    middle: int
    leads_nowhere: bool


@dataclass
class Node:
    """A box: an element, or with `element` None where a way ends. `column` counts from the start."""

    id: str
    element: ElementContent | None
    column: int
    label: str = ""
    icon: str = ""
    x: int = 0
    y: int = 0
    rows: list[Row] = field(default_factory=list)
    leads_to: list[str] = field(default_factory=list)

    @property
    def height(self) -> int:
        if self.element is None:
            return END
        return HEAD + ROW * len(self.element.buttons) + (6 if self.element.buttons else 0)


@dataclass(frozen=True)
class Edge:
    """The line of a button; `path` as SVG takes it. Some lead back."""

    path: str
    is_back: bool


@dataclass(frozen=True)
class Drawing:
    """`apart` is where the elements begin that no button reaches; None where there are none."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    width: int
    height: int
    apart: int | None


def draw(content: Content, flows: Flows) -> Drawing:
    """Boxes never overlap; a column is ordered by where its lines come from, so that few cross."""
    columns = from_start(content)
    reached = [_node(each, columns[each.key]) for each in content.elements if each.key in columns]
    others = [_node(each, 0) for each in content.elements if each.key not in columns]
    nodes = {node.id: node for node in [*reached, *others]}
    ends = {node.id: node for node in _ends([*reached, *others], flows)}
    low = _place(_in_columns([*reached, *ends.values()]), MARGIN)
    apart = low + HEADING if others else None
    if apart is not None:
        low = _place_apart(others, apart + HEADING)
    nodes |= ends
    for node in nodes.values():
        _fill_rows(node, nodes)
    edges = tuple(edge for node in nodes.values() for edge in _edges(node, nodes))
    right = max((node.x for node in nodes.values()), default=0) + WIDTH + MARGIN
    return Drawing(tuple(nodes.values()), edges, right, low, apart)


def _node(element: ElementContent, column: int) -> Node:
    return Node(element.key, element, column, label=str(element.title))


def end_id(button: ButtonContent) -> str:
    """Of the box in which the way ends; one for all buttons that lead there."""
    return f"{button.leads_to.value}:{button.target}"


def _ends(nodes: Sequence[Node], flows: Flows) -> list[Node]:
    """Where ways leave the assistant, behind the last column of an element that leads there."""
    found: dict[str, Node] = {}
    for node in nodes:
        for button in node.element.buttons if node.element else ():
            if button.leads_to == ButtonTarget.ELEMENT:
                continue
            is_flow = button.leads_to == ButtonTarget.FLOW
            flow = flows.get(button.target)
            label = (
                str(flow.name)
                if is_flow and flow
                else (host_of(button.target) or button.target)
                if not is_flow
                else "?"
            )
            end = found.setdefault(
                end_id(button), Node(end_id(button), None, 1, label, "list-checks" if is_flow else "external-link")
            )
            end.column = max(end.column, node.column + 1)
    return list(found.values())


def _in_columns(nodes: Sequence[Node]) -> list[list[Node]]:
    columns: list[list[Node]] = [[] for _ in range(max((node.column for node in nodes), default=-1) + 1)]
    for node in nodes:
        columns[node.column].append(node)
    return columns


def _place(columns: Sequence[Sequence[Node]], top: int) -> int:
    """Sets x and y; returns where the lowest box ends."""
    low, wanted = top, dict[str, list[float]]()
    for number, column in enumerate(columns):
        y = top
        for node in sorted(column, key=lambda each: _middle(wanted.get(each.id))):
            node.x, node.y = MARGIN + number * (WIDTH + BETWEEN_COLUMNS), y
            y += node.height + BETWEEN_ROWS
            for place, target in enumerate(_targets(node)):
                wanted.setdefault(target, []).append(node.y + HEAD + place * ROW)
        low = max(low, y)
    return low


def _middle(places: Sequence[float] | None) -> float:
    return sum(places) / len(places) if places else float("inf")


def _place_apart(nodes: Sequence[Node], top: int) -> int:
    in_line = 3
    low = y = top
    for place, node in enumerate(nodes):
        if place % in_line == 0:
            y = low
        node.x, node.y = MARGIN + place % in_line * (WIDTH + BETWEEN_COLUMNS), y
        low = max(low, y + node.height + BETWEEN_ROWS)
    return low


def _targets(node: Node) -> list[str]:
    return [target_id(button) for button in node.element.buttons] if node.element else []


def target_id(button: ButtonContent) -> str:
    """Of the box that a button leads to."""
    return button.target if button.leads_to == ButtonTarget.ELEMENT else end_id(button)


def _fill_rows(node: Node, nodes: dict[str, Node]) -> None:
    if node.element is None:
        return
    for place, button in enumerate(node.element.buttons):
        label = str(button.label if button.answer == ButtonAnswer.OTHER else button.answer.label)
        middle = node.y + HEAD + ROW * place + ROW // 2
        node.rows.append(Row(label, middle, leads_nowhere=target_id(button) not in nodes))
    node.leads_to = [key for key in next_keys(node.element) if key in nodes]


def _edges(node: Node, nodes: dict[str, Node]) -> list[Edge]:
    if node.element is None:
        return []
    pairs = zip(node.rows, node.element.buttons, strict=True)
    return [_edge(node, row, nodes[target_id(button)]) for row, button in pairs if not row.leads_nowhere]


def _edge(source: Node, row: Row, target: Node) -> Edge:
    x1, y1 = source.x + WIDTH, row.middle
    x2, y2 = target.x - 6, target.y + (HEAD // 2 if target.element else END // 2)
    # A line that leads back needs room to turn.
    bend = max(BETWEEN_COLUMNS // 2, min(abs(x2 - x1) // 2, 160))
    return Edge(f"M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}", is_back=target.x <= source.x)
