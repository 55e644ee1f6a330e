"""Pairing on the spot: an employee in front of a machine or vehicle puts a sticker on it and scans that."""

import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.common.errors import DomainError, InvalidInput, NotVisible
from config.common.rows import get_or_none
from config.common.rules import require
from fleet.actors import KnownActor
from fleet.models import Code, CodeEvent, CodeEventKind, Customer, Device, Template
from fleet.models.devices import TemplateKind
from fleet.services.codes import pair_code
from fleet.services.devices import save_device


class PairedMeanwhile(DomainError):
    """Someone else has paired the code since the page was made."""

    code = "paired_meanwhile"
    http_status = 409
    default_message = _("This code has just been paired with another device. What you entered is still there.")


@dataclass(frozen=True)
class NewDevice:
    """What is known on the spot. The rest of a vehicle is filled in at a desk."""

    template: Template
    name: str
    serial_number: str = ""
    licence_plate: str = ""
    customer: Customer | None = None


def pair_with_device(*, actor: KnownActor, code_id: uuid.UUID, device: Device) -> Code:
    """Pair an unpaired code. The second of two equal calls changes nothing.

    Raises the refusal of ``fleet.pair_code``, `PairedMeanwhile` for a code with another device.
    """
    with transaction.atomic():
        code = _locked_code(actor, code_id)
        if code.device_id == device.pk:
            return code
        if code.device_id is not None:
            raise PairedMeanwhile
        return pair_code(actor=actor, code=code, device=device)


def pair_with_new_device(*, actor: KnownActor, code_id: uuid.UUID, new: NewDevice) -> Code:
    """Create the device and pair the unpaired code with it. The second half of a double click changes nothing.

    Raises the refusal of ``fleet.pair_with_new_device``, `PairedMeanwhile` for a code with another device, and
    `InvalidInput` for a vehicle without a licence plate.
    """
    require(actor, "fleet.pair_with_new_device")
    if new.template.kind == TemplateKind.VEHICLE and not new.licence_plate:
        raise InvalidInput(_("Vehicles need a licence plate."), field="licence_plate")
    with transaction.atomic():
        code = _locked_code(actor, code_id)
        if _is_repeated(code, actor, new):
            return code
        if code.device_id is not None:
            raise PairedMeanwhile
        device = Device(**vars(new))
        save_device(device, changed=())
        return pair_code(actor=actor, code=code, device=device)


def _locked_code(actor: KnownActor, code_id: uuid.UUID) -> Code:
    require(actor, "fleet.pair_code")
    # Without its device: beside a row that was waited for, PostgreSQL joins what stood there before.
    code = get_or_none(Code.objects.select_for_update().filter(pk=code_id))
    if code is None:
        raise NotVisible
    return code


def _is_repeated(code: Code, actor: KnownActor, new: NewDevice) -> bool:
    """Whether the same person has just paired the code with a device of this description."""
    device = code.device
    if device is None or (device.template_id, device.name) != (new.template.pk, new.name):
        return False
    last = CodeEvent.objects.filter(code=code, kind=CodeEventKind.PAIRED).first()
    return last is not None and last.person_id == actor.person.pk
