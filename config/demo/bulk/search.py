"""The search columns of copies: what `ticketing.services.search` would write, with an eye on speed."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from config.common.text import fold_all
from config.demo.bulk.tables import ANSWERS, MESSAGES, UPDATES, Row, Table
from fleet.models import Device
from ticketing.services.search import searchable

# Each device has many tickets.
_fold_all = lru_cache(maxsize=20_000)(fold_all)


class SearchTexts:
    """What all copies of an opened ticket are found by; folding takes longer than everything else."""

    def __init__(self, ticket: Row, rows: Mapping[Table, list[Row]], flow_names: Iterable[str]) -> None:
        updates, of_answers = rows[UPDATES], [searchable(answer["value"]) for answer in rows[ANSWERS]]
        public = [update["text"] for update in updates if not update["is_internal"]]
        self.subject = fold_all(ticket["subject"])
        self.public = fold_all(*flow_names, *of_answers, *public)
        self.internal = fold_all(*(update["text"] for update in updates if update["is_internal"]))
        self.messages = fold_all(*(message["text"] for message in rows[MESSAGES]))

    def columns(self, device: Device) -> dict[str, str]:
        """The columns of a copy for the device, still without its number."""
        customer = device.customer.name if device.customer else ""
        of_device = _fold_all(device.name, device.model, device.identification)
        of_owner = _fold_all(customer, device.location, device.serial_number)
        return {
            "search_public": " ".join(filter(None, (self.subject, of_device, self.public))),
            "search_internal": " ".join(filter(None, (of_owner, self.internal))),
            "search_messages": self.messages,
        }
