"""The search columns of copies: what `ticketing.services.search` would write, with an eye on speed."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from config.common.text import fold_all
from config.demo.bulk.tables import ANSWERS, MESSAGES, UPDATES, Row, Table
from fleet.models import Device, Person
from messenger.composed import findable_text
from ticketing.services.search import contact_text, device_texts, joined, names_of, searchable

# Each device has many tickets, and each person some.
_fold_all = lru_cache(maxsize=20_000)(fold_all)
_device_texts = lru_cache(maxsize=20_000)(device_texts)
_contact_text = lru_cache(maxsize=20_000)(contact_text)


def _found_by(message: Row) -> str:
    return findable_text(message["text"], message["composed"])


class SearchTexts:
    """What all copies of an opened ticket are found by; folding takes longer than everything else."""

    def __init__(self, ticket: Row, rows: Mapping[Table, list[Row]], flow_names: Iterable[str]) -> None:
        updates, of_answers = rows[UPDATES], [searchable(answer["value"]) for answer in rows[ANSWERS]]
        public = [update["text"] for update in updates if not update["is_internal"]]
        self.subject = fold_all(ticket["subject"])
        self.public = fold_all(*flow_names, ticket["description"], *of_answers, *public)
        self.comment = fold_all(ticket["comment"])
        self.internal = fold_all(*(update["text"] for update in updates if update["is_internal"]))
        # Written while the ticket was INTERNAL, or not.
        self.internal_messages, self.messages = (
            fold_all(
                *(_found_by(message) for message in rows[MESSAGES] if (message["public_sequence"] is None) == is_so)
            )
            for is_so in (True, False)
        )

    def columns(self, device: Device, reporter: Person) -> dict[str, str]:
        """The columns of a copy for the device and the person, still without its number."""
        public, internal = _device_texts(device)
        customer = _fold_all(device.customer.name) if device.customer else ""
        name = _fold_all(*names_of(reporter))
        return {
            "search_public": joined(self.subject, public, self.public),
            "search_internal": joined(internal, name, customer, self.comment, self.internal),
            "search_messages": self.messages,
            "search_internal_messages": self.internal_messages,
            "search_contact": _contact_text(reporter),
        }
