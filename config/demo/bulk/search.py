"""The search columns of copies: what `ticketing.services.search` would write, with an eye on speed."""

from collections.abc import Iterable
from functools import lru_cache

from config.common import text
from config.demo.bulk.tables import Row
from fleet.models import Device
from ticketing.services.search import searchable

# Folding takes longer than everything else, and most texts come again and again.
_fold = lru_cache(maxsize=20_000)(text.fold)


def search_columns(
    ticket: Row, device: Device, flow_names: Iterable[str], answers: Iterable[Row], texts: tuple[list[Row], list[Row]]
) -> dict[str, str]:
    """The columns of an opened ticket, still without its number; `texts` are its messages and updates."""
    messages, updates = texts
    customer = device.customer.name if device.customer else ""
    public = [update["text"] for update in updates if not update["is_internal"]]
    internal = [update["text"] for update in updates if update["is_internal"]]
    of_answers = [searchable(answer["value"]) for answer in answers]
    of_device = (device.name, device.model, device.identification)
    return {
        "search_public": _folded(ticket["subject"], *of_device, *flow_names, *of_answers, *public),
        "search_internal": _folded(customer, device.location, device.serial_number, *internal),
        "search_messages": _folded(*(message["text"] for message in messages)),
    }


def _folded(*parts: str) -> str:
    return " ".join(folded for part in parts if part and (folded := _fold(part)))
