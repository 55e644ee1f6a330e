"""A code user's browser in tests: scans, starts flows, answers steps."""

import uuid
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from fleet.models import Code, Device
from fleet.services.code_tokens import token_of
from messenger.models import Attachment
from tests.factories import ChoiceFactory, CodeFactory, DeviceFactory, FlowFactory, QuestionFactory, StepFactory
from ticketing.models import Answer, Choice, CreationFlow, Question, QuestionKind, Ticket


@dataclass
class PortalBrowser:
    """Holds the code of its device, as if it had been scanned."""

    code: Code = field(default_factory=CodeFactory)
    client: Client = field(default_factory=Client)

    def __post_init__(self) -> None:
        self.client.get(reverse("portal:scan", args=[token_of(self.code)]))

    @property
    def device(self) -> Device:
        assert self.code.device is not None
        return self.code.device

    def url(self, name: str, **kwargs: Any) -> str:
        return reverse(f"portal:{name}", kwargs={"slug": self.device.slug, **kwargs})

    def get(self, name: str, **kwargs: Any) -> Any:
        return self.client.get(self.url(name, **kwargs))

    def post(self, name: str, data: dict[str, Any] | None = None, **kwargs: Any) -> Any:
        return self.client.post(self.url(name, **kwargs), data or {})

    def start(self, flow: CreationFlow, **data: Any) -> Ticket:
        """A new draft."""
        key = uuid.uuid4()
        self.post("flow_start", {"client_key": str(key), **data}, flow_id=flow.pk)
        return Ticket.objects.get(client_key=key)

    def answer(self, draft: Ticket, number: int, action: str = "next", **data: Any) -> Any:
        return self.post("flow_step", {"action": action, **data}, ticket_id=draft.pk, number=number)


@dataclass
class LongFlow:
    """Two steps with one question of each kind; every one of the first step is required, none of the second."""

    flow: CreationFlow
    text: Question
    long_text: Question
    single: Question
    number: Question
    photo: Question
    multiple: Question
    day: Question
    yes_no: Question
    choices: list[Choice]
    options: list[Choice]

    @property
    def first(self) -> dict[str, Any]:
        """Good answers to the first step."""
        return {
            f"q{self.text.pk}": "Drum squeals",
            f"q{self.long_text.pk}": "Since this morning.\nOnly when it is warm.",
            f"q{self.single.pk}": str(self.choices[1].pk),
            f"q{self.number.pk}": "12,50",
            f"q{self.photo.pk}": photo(),
        }

    @property
    def without_photo(self) -> dict[str, Any]:
        """Good answers to the first step, but for its photo."""
        return {name: given for name, given in self.first.items() if name != f"q{self.photo.pk}"}


def make_long_flow(device: Device) -> LongFlow:
    flow = FlowFactory(template=device.template, name="Problem report", button_label="Report a problem")
    one, two = StepFactory(flow=flow, title="What is wrong?"), StepFactory(flow=flow, title="More")
    kinds = QuestionKind
    required = [kinds.TEXT, kinds.LONG_TEXT, kinds.SINGLE_CHOICE, kinds.NUMBER, kinds.FILES]
    optional = [kinds.MULTIPLE_CHOICE, kinds.DATE, kinds.YES_NO]
    asked = [QuestionFactory(step=one, kind=kind, text=f"First {kind.label}?") for kind in required]
    more = [QuestionFactory(step=two, kind=kind, text=f"More {kind.label}?", is_required=False) for kind in optional]
    choices: list[Any] = [ChoiceFactory(question=asked[2], label=label) for label in ("Noise", "Leak")]
    options: list[Any] = [ChoiceFactory(question=more[0], label=label) for label in ("Warm", "Cold", "Wet")]
    first = dict(zip(("text", "long_text", "single", "number", "photo"), asked, strict=True))
    second = dict(zip(("multiple", "day", "yes_no"), more, strict=True))
    return LongFlow(flow=flow, choices=choices, options=options, **first, **second)


def answered_draft(phone: PortalBrowser, asked: LongFlow) -> Ticket:
    """A draft with both steps answered, ready to be sent."""
    draft = phone.start(asked.flow)
    phone.answer(draft, 1, **asked.first)
    phone.answer(draft, 2)
    return draft


def value_of(draft: Ticket, question: Question) -> dict[str, Any]:
    value: dict[str, Any] = Answer.objects.get(ticket=draft, question=question).value
    return value


def files_of(draft: Ticket) -> list[str]:
    """The names of all files of its answers."""
    return list(Attachment.objects.filter(answer__ticket=draft).values_list("name", flat=True))


def photo(name: str = "drum.png", colour: str = "red") -> SimpleUploadedFile:
    """A small real picture."""
    content = BytesIO()
    Image.new("RGB", (40, 30), colour).save(content, "PNG")
    return SimpleUploadedFile(name, content.getvalue(), "image/png")


def make_device(**fields: Any) -> Device:
    """A device with a name that is found on a page."""
    device: Device = DeviceFactory(**{"name": "Washer 3", "model": "WX 200", "serial_number": "SN-77", **fields})
    return device
