"""Pairing a code on the spot: what the page proposes, and what it says afterwards."""

from dataclasses import dataclass
from typing import Any

from fleet.access import devices_for
from fleet.actors import Actor, KnownActor
from fleet.forms.pairing import NewDeviceForm, PairForm
from fleet.models import Assignment, Code, CodeEvent, CodeEventKind, Device
from fleet.services.code_secrets import short_id_for

WORKED_ON, SAME_CUSTOMER = 3, 4  # So many are proposed.


@dataclass(frozen=True)
class PairPage:
    """`nearby` are the devices that are likely the one in front of the reader; `taken_by` has the code meanwhile.

    `short_id` is empty for those who do not print it.
    """

    code: Code
    short_id: str
    existing: PairForm
    new: NewDeviceForm
    nearby: list[Device]
    taken_by: Device | None = None
    refusal: str = ""

    @property
    def vehicle_templates(self) -> str:
        return " ".join(map(str, self.new.vehicle_templates))


@dataclass(frozen=True)
class PairedPage:
    """The device that the code opens now; `name` is the id to type for those who print it, else its label."""

    device: Device
    name: str


def pair_page(
    actor: KnownActor,
    code: Code,
    *,
    existing: PairForm | None = None,
    new: NewDeviceForm | None = None,
    refusal: str = "",
) -> PairPage:
    last = _last_paired(actor)
    return PairPage(
        code=code,
        short_id=short_id_for(actor, code),
        existing=existing or PairForm(actor=actor),
        new=new or NewDeviceForm(actor=actor, initial=_like(last)),
        nearby=_nearby(actor, last),
        taken_by=code.device,
        refusal=refusal,
    )


def paired_page(actor: Actor, code: Code) -> PairedPage:
    assert code.device is not None
    return PairedPage(code.device, short_id_for(actor, code) or str(code))


def _last_paired(actor: KnownActor) -> Device | None:
    events = CodeEvent.objects.filter(person=actor.person_id, kind=CodeEventKind.PAIRED, device__isnull=False)
    last = events.select_related("device__customer").first()
    return last.device if last else None


def _like(last: Device | None) -> dict[str, Any]:
    """Who puts stickers on a fleet has more of the same kind before them."""
    return {"template": last.template_id, "customer": last.customer} if last else {}


def _nearby(actor: KnownActor, last: Device | None) -> list[Device]:
    """What the reader works on, then devices without a code of the customer at whose place they paired last."""
    assigned = Assignment.objects.filter(person=actor.person_id, ticket__device__isnull=False)
    keys = list(dict.fromkeys(assigned.order_by("-started_at", "-pk").values_list("ticket__device", flat=True)[:20]))
    worked_on = devices_for(actor).in_bulk(keys[:WORKED_ON])
    found = [worked_on[key] for key in keys[:WORKED_ON] if key in worked_on]
    if last is not None and last.customer_id is not None:
        without = devices_for(actor).filter(customer=last.customer_id, codes__isnull=True, is_active=True)
        found += without.exclude(pk__in=worked_on).order_by("name", "pk")[:SAME_CUSTOMER]
    return found
