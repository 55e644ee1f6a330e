"""An element of the device's assistant, read in the course of a ticket."""

from dataclasses import dataclass

from fleet.models import Device
from ticketing.assistants.content import ElementContent
from ticketing.assistants.shown import ShownAssistant
from ticketing.forms.start import StartForm
from ticketing.models import Ticket
from ticketing.pages.assistant import Places, ShownElement, shown_element
from ticketing.pages.conversation import shown_at
from ticketing.pages.help_cards import HelpUrls
from ticketing.surfaces import Surface


@dataclass(frozen=True)
class TicketHelpPage:
    """`element` is None where it is not there any more; this phone keeps the ticks of its steps as `keep_as`."""

    ticket: Ticket
    surface: Surface
    device: Device | None
    element: ShownElement | None
    back_url: str
    keep_as: str


def ticket_help_page(
    ticket: Ticket, surface: Surface, shown: ShownAssistant | None, element: ElementContent | None
) -> TicketHelpPage:
    """With the ways to other elements, and without those into flows: there is a ticket already."""
    return TicketHelpPage(
        ticket=ticket,
        surface=surface,
        device=ticket.device,
        element=_element(ticket, surface, shown, element) if shown and element else None,
        back_url=shown_at(surface, ticket, "message"),
        keep_as=f"{ticket.device.slug}.{element.key}" if ticket.device and element else "",
    )


def _element(ticket: Ticket, surface: Surface, shown: ShownAssistant, element: ElementContent) -> ShownElement:
    urls = HelpUrls(surface, ticket)
    places = Places(shown.content.by_key, {}, urls.element, urls.file, urls.poster, StartForm)
    return shown_element(element, places)
