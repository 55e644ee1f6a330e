"""Copies one ticket with all that hangs on it: new ids, keys, salts and times, and a journal that is true of them."""

import hashlib
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from config.demo.bulk.databases import database
from config.demo.bulk.plans import Plan
from config.demo.bulk.stamps import MARK, Cells, Stamp, canonical
from config.demo.bulk.tables import (
    ANSWERS,
    ASSIGNMENTS,
    CONVERSATIONS,
    JOURNAL,
    MESSAGES,
    NOTIFICATIONS,
    OFFERS,
    RATINGS,
    TICKETS,
    UPDATES,
    Table,
)
from messenger.composed import evidence_of
from ticketing.entry_kinds import ASSIGNEE, OFFERED_TO, REPORTER, WITHDRAWN_FROM
from ticketing.services.journal import digest_text

Ids = Mapping[Table, Iterator[str]]
Rows = dict[Table, list[Cells]]
# Keys in the data of journal entries whose values name nothing that a copy has anew.
UNCHANGED = {"before", "after", "score"}


class TicketCopy:
    """A copy in the making. `mark` stands in the subject and in the first message, to tell copies apart."""

    def __init__(self, plan: Plan, ids: Ids, random: Random, mark: str) -> None:
        self.plan, self.ids, self.random, self.mark = plan, ids, random, mark
        self.ticket_id, conversation_id = next(ids[TICKETS]), next(ids[CONVERSATIONS])
        self.own_ids = {TICKETS: self.ticket_id, CONVERSATIONS: conversation_id}
        self.parents = {"ticket_id": self.ticket_id, "conversation_id": conversation_id}
        self.times = plan.pattern.times.moved(plan.shift)
        self.time_cells = list(map(database().time_cell, self.times))
        # New ids by those in the pattern.
        self.answer_ids: dict[str, str] = {}
        # Also by what the data of journal entries call such a row.
        self.named_ids: dict[str, dict[int, int]] = {"offer": {}, "assignment": {}}
        # By the id of an answer in the pattern, and by the sequence of a text; erased ones have none.
        self.answer_digests: dict[str, str] = {}
        self.text_digests: dict[int, str] = {}

    def rows(self) -> Rows:
        """All of them, the ticket still without its number."""
        made: Rows = {table: self._copies(table) for table in (CONVERSATIONS, NOTIFICATIONS)}
        made[ANSWERS] = [self._answer(stamp) for stamp in self._stamps(ANSWERS)]
        made[OFFERS] = [self._named(stamp, "offer") for stamp in self._stamps(OFFERS)]
        made[ASSIGNMENTS] = [self._named(stamp, "assignment") for stamp in self._stamps(ASSIGNMENTS)]
        made[MESSAGES] = [self._written(stamp, "text") for stamp in self._stamps(MESSAGES)]
        made[UPDATES] = [self._written(stamp, "text") for stamp in self._stamps(UPDATES)]
        made[RATINGS] = [self._written(stamp, "comment") for stamp in self._stamps(RATINGS)]
        made[JOURNAL] = list(self._journal())
        made[TICKETS] = [self._ticket(made[JOURNAL])]
        return made

    def _stamps(self, table: Table) -> list[Stamp]:
        return self.plan.pattern.stamps[table]

    def _copies(self, table: Table) -> list[Cells]:
        return [self._copy(stamp) for stamp in self._stamps(table)]

    def _copy(self, stamp: Stamp) -> Cells:
        """The row at its new time, of the people of the branch, with a key and a salt of its own."""
        cells, table = stamp.cells.copy(), stamp.table
        cells[table.places["id"]] = self.own_ids.get(table) or next(self.ids[table])
        for place, name in stamp.parents:
            cells[place] = self.parents[name]
        for place, moment in stamp.times:
            cells[place] = self.time_cells[moment]
        for place, person_id in stamp.people:
            cells[place] = str(self._person(person_id))
        for place in stamp.marked:
            cells[place] = self._marked(cells[place])
        for place in stamp.random:
            cells[place] = self.random.randbytes(16).hex()
        return cells

    def _person(self, person_id: int) -> int:
        copied = self.plan.branch.people.get(person_id)
        return copied.pk if copied else person_id

    def _marked(self, text: str) -> str:
        return text.replace(MARK, self.mark)

    # Texts -----------------------------------------------------------------------------------------------------------

    def _answer(self, stamp: Stamp) -> Cells:
        cells, old_id = self._copy(stamp), str(stamp.row["id"])
        self.answer_ids[old_id] = cells[ANSWERS.places["id"]]
        if stamp.row["salt"]:
            value = self._marked(stamp.canonical_value)
            self.answer_digests[old_id] = digest_text(cells[ANSWERS.places["salt"]], value)
        return cells

    def _written(self, stamp: Stamp, column: str) -> Cells:
        cells, row = self._copy(stamp), stamp.row
        if row["salt"]:
            salt = cells[stamp.table.places["salt"]]
            self.text_digests[row["sequence"]] = digest_text(
                salt, self._marked(evidence_of(row[column], row.get("composed")))
            )
        return cells

    # What happened ---------------------------------------------------------------------------------------------------

    def _named(self, stamp: Stamp, name: str) -> Cells:
        cells = self._copy(stamp)
        self.named_ids[name][stamp.row["id"]] = int(cells[stamp.table.places["id"]])
        return cells

    def _journal(self) -> Iterator[Cells]:
        data_place, previous, digest_place = (JOURNAL.places[x] for x in ("data", "previous_digest", "digest"))
        digest = ""
        for stamp in self._stamps(JOURNAL):
            cells = self._copy(stamp)
            cells[previous] = digest
            cells[data_place] = data = self._data(stamp)
            cells[digest_place] = digest = self._digest(stamp, data, digest)
            yield cells

    def _digest(self, stamp: Stamp, data: str, previous: str) -> str:
        """What `ticketing.services.journal.digest_of` makes of the entry, in a fraction of the time."""
        person_id = stamp.row["person_id"]
        person = "null" if person_id is None else self._person(person_id)
        [(_place, moment)] = stamp.times
        at = self.times[moment].isoformat(timespec="microseconds")
        fact = f'[{self.ticket_id},{stamp.canonical_kind},{person},"{at}",{data},"{previous}"]'
        return hashlib.sha256(fact.encode()).hexdigest()

    def _data(self, stamp: Stamp) -> str:
        row = stamp.row
        if row["data"].keys() <= UNCHANGED:
            return stamp.canonical_data
        return canonical({key: self._fact(key, value, row["sequence"]) for key, value in row["data"].items()})

    def _fact(self, key: str, value: Any, sequence: int) -> object:
        """What the data of an entry hold under a key, in terms of the copy."""
        match key:
            case "digest":
                return self.text_digests.get(sequence, value)
            case "answers":
                return {self.answer_ids[pk]: self.answer_digests.get(pk, digest) for pk, digest in value.items()}
            case "offer" | "assignment":
                return self.named_ids[key][value]
            case _ if key == OFFERED_TO:
                return [self._person(person_id) for person_id in value]
            case _ if key in (ASSIGNEE, WITHDRAWN_FROM, REPORTER):
                return self._person(value)
            case _ if key in UNCHANGED:
                return value
        raise NotImplementedError(f"The generator does not know what a journal entry holds under {key!r}.")

    def _ticket(self, journal: list[Cells]) -> Cells:
        pattern, branch = self.plan.pattern, self.plan.branch
        device = branch.devices[pattern.ticket["device_id"]]
        cells = self._copy(pattern.stamps[TICKETS][0])
        changed: dict[str, object] = {
            "device_id": device.pk,
            "customer_id": branch.customer.pk,
            "journal_head": journal[-1][JOURNAL.places["digest"]] if journal else "",
        }
        if not pattern.is_draft:
            reporter = branch.people.get(pattern.reporter.pk, pattern.reporter)
            found_by = pattern.search.columns(device, reporter)
            # Folded, as everything in these columns.
            changed |= {name: text.replace(MARK.lower(), self.mark.lower()) for name, text in found_by.items()}
        for name, value in changed.items():
            place = TICKETS.places[name]
            cells[place] = database().cell(TICKETS.fields[place], value)
        return cells
