"""The two pages before a creation flow: which device is it about, and what about it."""

from dataclasses import dataclass

from config.common.rules import may
from fleet.access import devices_for
from fleet.actors import Actor
from fleet.models import Device
from fleet.selectors import find_devices
from ticketing.access import drafts_for, flows_for
from ticketing.forms.search import DeviceSearchForm
from ticketing.forms.start import StartForm
from ticketing.models import CreationFlow, Ticket

MAX_DEVICES = 24  # More do not help: searching does.


@dataclass(frozen=True)
class DeviceCard:
    """A device to choose; place and customer are for those who may know its owner."""

    device: Device
    shows_owner: bool


@dataclass(frozen=True)
class TicketCreatePage:
    """The devices that were found by the words of the search; all if there are none."""

    search: DeviceSearchForm
    words: str
    devices: list[DeviceCard]
    has_more: bool
    limit: int = MAX_DEVICES


@dataclass(frozen=True)
class FlowChoicePage:
    """The flows of a device, each with the form of its button, and the reader's drafts."""

    device: Device
    flows: list[tuple[CreationFlow, StartForm]]
    drafts: list[Ticket]


def ticket_create_page(actor: Actor, search: DeviceSearchForm) -> TicketCreatePage:
    words = search.cleaned_data["q"] if search.is_valid() else ""
    found = list(find_devices(devices_for(actor), words, actor)[: MAX_DEVICES + 1])
    cards = [DeviceCard(each, bool(may(actor, "fleet.see_device_owner", each))) for each in found[:MAX_DEVICES]]
    return TicketCreatePage(search, words, cards, has_more=len(found) > MAX_DEVICES)


def flow_choice_page(actor: Actor, device: Device) -> FlowChoicePage:
    return FlowChoicePage(
        device=device,
        flows=[(flow, StartForm(auto_id=False)) for flow in flows_for(actor, device)],
        drafts=list(drafts_for(actor, device).select_related("flow")),
    )
