"""What becomes of the buttons that lead to an element when it is removed."""

from dataclasses import dataclass

from django.urls import reverse

from config.common.errors import NotVisible
from ticketing.assistants.content import ElementContent
from ticketing.models import Assistant, ButtonAnswer, ButtonTarget
from ticketing.office.pages.elements import Workshop


@dataclass(frozen=True)
class LeadingButton:
    """A button of another element, by its words."""

    element: str
    label: str


@dataclass(frozen=True)
class RemovalPage:
    assistant: Assistant
    element: ElementContent
    buttons: list[LeadingButton]
    back_url: str


def removal_page(workshop: Workshop, key: str) -> RemovalPage:
    """Raises `NotVisible` where the element is gone."""
    element = workshop.content.by_key.get(key)
    if element is None:
        raise NotVisible
    buttons = [
        LeadingButton(
            str(other.title), str(button.label if button.answer == ButtonAnswer.OTHER else button.answer.label)
        )
        for other in workshop.content.elements
        for button in other.buttons
        if other.key != key and button.leads_to == ButtonTarget.ELEMENT and button.target == key
    ]
    back = reverse("office:element_edit", args=[workshop.assistant.template_id, key])
    return RemovalPage(workshop.assistant, element, buttons, back)
