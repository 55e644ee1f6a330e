"""Where the buttons of an assistant lead: how far each element is from the start, and from which an end is in reach."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from config.common.languages import LANGUAGES
from ticketing.assistants.content import ButtonContent, Content, ElementContent, Texts
from ticketing.assistants.walk import host_of
from ticketing.models import ButtonTarget, CreationFlow, ElementKind

# Readers of these say at their end whether it helped.
GUIDES = (ElementKind.GUIDE, ElementKind.ANSWERS)


@dataclass(frozen=True)
class FlowState:
    """What buttons need to know of a creation flow."""

    name: Texts
    is_active: bool
    open_to_code_users: bool


# The flows of the assistant's template, by their ids as `ButtonContent.target` has them.
Flows = Mapping[str, FlowState]


def flow_states(flows: Iterable[CreationFlow]) -> dict[str, FlowState]:
    """By id, for `Flows`."""
    return {str(flow.pk): FlowState(texts_of_flow(flow), flow.is_active, flow.open_to_code_users) for flow in flows}


def texts_of_flow(flow: CreationFlow) -> Texts:
    """Its name in all languages."""
    return Texts({language: getattr(flow, f"name_{language}") or "" for language in LANGUAGES})


def next_keys(element: ElementContent) -> list[str]:
    """The elements that its buttons lead to, each once, in the order of the buttons."""
    found = (button.target for button in element.buttons if button.leads_to == ButtonTarget.ELEMENT and button.target)
    return list(dict.fromkeys(found))


def distances(content: Content, starts: Iterable[str]) -> dict[str, int]:
    """By key the least number of buttons from one of `starts`; without elements that none of them leads to."""
    by_key = content.by_key
    found = {key: 0 for key in starts if key in by_key}
    waiting = deque(found)
    while waiting:
        key = waiting.popleft()
        for other in next_keys(by_key[key]):
            if other in by_key and other not in found:
                found[other] = found[key] + 1
                waiting.append(other)
    return found


def from_start(content: Content) -> dict[str, int]:
    """How many buttons each element is from the start, as far as it is reached."""
    return distances(content, [content.start.key] if content.start else [])


def ending(content: Content, flows: Flows) -> set[str]:
    """The elements from which an end can be reached: a guide that may have helped, a flow, or another address."""
    reached = {element.key for element in content.elements if element.kind in GUIDES or _leads_out(element, flows)}
    while more := {
        element.key
        for element in content.elements
        if element.key not in reached and reached.intersection(next_keys(element))
    }:
        reached |= more
    return reached


def leads_out(button: ButtonContent, flows: Flows) -> bool:
    """Whether it leads out of the assistant, to where there is something."""
    if button.leads_to == ButtonTarget.FLOW:
        return button.target in flows and flows[button.target].is_active
    return button.leads_to == ButtonTarget.ADDRESS and bool(host_of(button.target))


def _leads_out(element: ElementContent, flows: Flows) -> bool:
    return any(leads_out(button, flows) for button in element.buttons)
