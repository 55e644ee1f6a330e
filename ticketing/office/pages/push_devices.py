"""One's own browsers that take push notifications."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fleet.actors import KnownActor
from fleet.requests import Request
from messenger.models import PushDevice
from messenger.models.push import DEVICE_KEY
from ticketing.forms.push import DeviceNameForm
from ticketing.pages.push import PushSwitch, office_switch


@dataclass(frozen=True)
class ListedPushDevice:
    """`is_here` for the browser in which the page is shown."""

    device: PushDevice
    is_here: bool
    form: DeviceNameForm


@dataclass(frozen=True)
class PushDevices:
    """`switch` is None where there are no push notifications."""

    switch: PushSwitch | None
    devices: list[ListedPushDevice]


def push_switch_of(request: Request) -> PushSwitch | None:
    """As every page of the back office has it: whether its session knows this browser. No query."""
    return office_switch(request.actor, is_on_here=DEVICE_KEY in request.session)


def push_devices(actor: KnownActor, session: Mapping[str, Any]) -> PushDevices:
    """One query."""
    here = session.get(DEVICE_KEY)
    devices = [
        ListedPushDevice(each, each.pk == here, DeviceNameForm({"name": each.name}, auto_id=f"device-{each.pk}-%s"))
        for each in PushDevice.objects.filter(person=actor.person)
    ]
    return PushDevices(office_switch(actor, is_on_here=any(each.is_here for each in devices)), devices)
