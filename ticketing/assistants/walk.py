"""How people walk through an assistant: the path behind them, and the ways on that lead somewhere."""

from collections.abc import Container, Iterable, Mapping
from urllib.parse import urlsplit

from config.common.numbers import whole_number
from ticketing.assistants.content import ButtonContent, ElementContent
from ticketing.models import ButtonTarget, ElementKind

# Keys of elements in the order in which they were seen, each once.
Path = tuple[str, ...]

LONGEST_PATH = 30
MOST_READ = 200  # Keys; an address may hold anything.
ENDS = (ElementKind.GUIDE, ElementKind.ANSWERS)


def read_path(text: str, known: Container[str]) -> Path:
    """The path that an address carries, without what is not known; who came back to an element walked no circle.

    >>> read_path("a.b.gone.c.b", {"a", "b", "c"})
    ('a', 'b')
    """
    path: Path = ()
    for key in text.split(".")[:MOST_READ]:
        if key in known:
            path = walked(path, key)
    return path


def walked(path: Path, key: str) -> Path:
    """The path with the element at its end; what came after an earlier visit of it is left out, and of long ones the
    beginning."""
    before = path[: path.index(key)] if key in path else path
    return (*before, key)[-LONGEST_PATH:]


def written(path: Path) -> str:
    """As `read_path` reads it."""
    return ".".join(path)


def ways_on(element: ElementContent, elements: Container[str], flows: Container[int]) -> tuple[ButtonContent, ...]:
    """The buttons that lead somewhere: to one of the elements, to one of the flows, or to an address."""
    return tuple(button for button in element.buttons if _leads_on(button, elements, flows))


def _leads_on(button: ButtonContent, elements: Container[str], flows: Container[int]) -> bool:
    match button.leads_to:
        case ButtonTarget.ELEMENT:
            return button.target in elements
        case ButtonTarget.FLOW:
            return whole_number(button.target) in flows
        case ButtonTarget.ADDRESS:
            return bool(host_of(button.target))


def host_of(address: str) -> str:
    """Where an external address leads; empty for one that is not safe to follow.

    >>> host_of("https://example.org/manual"), host_of("https://elsewhere.example\\\\@example.org/")
    ('example.org', '')
    """
    # Browsers read a backslash as a slash, and leave out blanks: they would go to another host than the one shown.
    if "\\" in address or " " in address or not address.isprintable():
        return ""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return (parts.hostname or "") if parts.scheme == "https" and "@" not in parts.netloc else ""


def is_end(element: ElementContent, ways: Iterable[ButtonContent]) -> bool:
    """Whether people are asked here if it helped: instructions, and what leads to no other element."""
    return element.kind in ENDS or all(way.leads_to != ButtonTarget.ELEMENT for way in ways)


def names_flows(elements: Iterable[ElementContent]) -> bool:
    return any(button.leads_to == ButtonTarget.FLOW for element in elements for button in element.buttons)


def flow_on_path(path: Path, by_key: Mapping[str, ElementContent], flows: Container[int]) -> int | None:
    """The flow to which the last element on the path leads that leads to one at all."""
    for key in reversed(path):
        for button in ways_on(by_key[key], (), flows):
            if button.leads_to == ButtonTarget.FLOW:
                return whole_number(button.target)
    return None
