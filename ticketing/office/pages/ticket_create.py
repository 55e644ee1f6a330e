"""Creating a ticket: which device is it about, what about it, and the page that asks all of it at once."""

from dataclasses import dataclass

from config.common.rules import may
from fleet.access import devices_for
from fleet.actors import Actor
from fleet.models import Device, Person
from fleet.selectors import find_devices
from ticketing.access import drafts_for, flows_for
from ticketing.forms.search import DeviceSearchForm
from ticketing.forms.start import DeviceChoiceForm, StartForm
from ticketing.forms.steps import StepForm
from ticketing.forms.whole_flow import WholeFlowForms
from ticketing.models import CreationFlow, Ticket
from ticketing.pages.flow import (
    FilesQuestion,
    SummaryStep,
    alerts_of,
    device_of,
    files_of,
    flow_url,
    summary_steps,
    waiting_in,
)
from ticketing.selectors import FlowProgress
from ticketing.surfaces import OFFICE

MAX_DEVICES = 24  # More do not help: searching does.


@dataclass(frozen=True)
class DeviceCard:
    """A device to choose; place and customer are for those who may know its owner."""

    device: Device
    shows_owner: bool


@dataclass(frozen=True)
class TicketCreatePage:
    """The devices that were found by the words of the search; all if there are none.

    Employees choose theirs while they type, in `choice`.
    """

    choice: DeviceChoiceForm | None
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


@dataclass(frozen=True)
class FormSection:
    """A step of the flow."""

    title: str
    help_text: str
    form: StepForm


@dataclass(frozen=True)
class TicketFormPage:
    """All steps of a draft; `summary` has them as they are kept.

    `files` has the questions for files, by the names of their fields; `alerts` what to do first, by the value of the
    choice that says so.
    """

    draft: Ticket
    device: Device
    forms: WholeFlowForms
    sections: list[FormSection]
    summary: list[SummaryStep]
    files: dict[str, FilesQuestion]
    alerts: dict[str, str]
    emergency_number: str
    url: str
    upload_url: str
    delete_url: str

    @property
    def reporter(self) -> Person | None:
        return self.draft.person


def ticket_create_page(
    actor: Actor, search: DeviceSearchForm, choice: DeviceChoiceForm | None = None
) -> TicketCreatePage:
    words = search.cleaned_data["q"] if search.is_valid() else ""
    found = list(find_devices(devices_for(actor), words, actor)[: MAX_DEVICES + 1])
    cards = [DeviceCard(each, bool(may(actor, "fleet.see_device_owner", each))) for each in found[:MAX_DEVICES]]
    return TicketCreatePage(choice, search, words, cards, has_more=len(found) > MAX_DEVICES)


def flow_choice_page(actor: Actor, device: Device) -> FlowChoicePage:
    return FlowChoicePage(
        device=device,
        flows=[(flow, StartForm(auto_id=False)) for flow in flows_for(actor, device)],
        drafts=list(drafts_for(actor, device).select_related("flow")),
    )


def ticket_form_page(actor: Actor, progress: FlowProgress, forms: WholeFlowForms) -> TicketFormPage:
    draft, device = progress.ticket, device_of(progress.ticket)
    return TicketFormPage(
        draft=draft,
        device=device,
        forms=forms,
        sections=[
            FormSection(each.step.title, each.step.help_text, form)
            for each, form in zip(progress.steps, forms.steps, strict=True)
        ],
        summary=summary_steps(progress),
        files=files_of(progress, forms.steps, waiting_in(actor, progress)),
        alerts=alerts_of(progress.questions),
        emergency_number=device.template.emergency_number,
        url=flow_url(OFFICE, draft, "ticket_form"),
        upload_url=OFFICE.ticket_url("upload_add", draft),
        delete_url=flow_url(OFFICE, draft, "draft_delete"),
    )
