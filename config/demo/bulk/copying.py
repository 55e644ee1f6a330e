"""Copies one ticket with all that hangs on it: new ids, keys, salts and times, and a journal that is true of them."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from config.demo.bulk.plans import Plan
from config.demo.bulk.search import search_columns
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
    Row,
    Table,
)
from config.demo.tickets import READ_AFTER
from messenger.models.conversations import make_salt
from messenger.text import MARKUP_VERSION, render_text
from ticketing.entry_kinds import ASSIGNEE, OFFERED_TO, WITHDRAWN_FROM
from ticketing.models import JournalEntry
from ticketing.services.drafts import MAX_SUBJECT
from ticketing.services.journal import digest_answer, digest_of, digest_text

# Most texts come again and again.
_render = lru_cache(maxsize=20_000)(render_text)

Ids = Mapping[Table, Iterator[int]]
Rows = dict[Table, list[Row]]


@dataclass
class TicketCopy:
    """A copy in the making. `mark` is added to the subject and to the first message, to tell copies apart."""

    plan: Plan
    ids: Ids
    mark: str
    made: Rows = field(default_factory=dict)
    # New ids by those in the pattern.
    answer_ids: dict[str, str] = field(default_factory=dict)
    offer_ids: dict[int, int] = field(default_factory=dict)
    # By the new id of an answer, and by the sequence of a text; erased ones have none.
    answer_digests: dict[str, str] = field(default_factory=dict)
    text_digests: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ticket_id, self.conversation_id = next(self.ids[TICKETS]), next(self.ids[CONVERSATIONS])
        self.subject = self._marked(self.plan.pattern.ticket["subject"])

    def rows(self) -> Rows:
        """All of them, the ticket still without its number."""
        conversation = self._of_pattern(CONVERSATIONS)[0]
        self.made[CONVERSATIONS] = [self._moved(CONVERSATIONS, conversation, id=self.conversation_id)]
        self.made[ANSWERS] = [self._answer(row) for row in self._of_pattern(ANSWERS)]
        self.made[OFFERS] = [self._offer(row) for row in self._of_pattern(OFFERS)]
        self.made[ASSIGNMENTS] = [self._of_ticket(ASSIGNMENTS, row) for row in self._of_pattern(ASSIGNMENTS)]
        self.made[MESSAGES] = [self._message(row, place) for place, row in enumerate(self._of_pattern(MESSAGES))]
        self.made[UPDATES] = [self._update(row) for row in self._of_pattern(UPDATES)]
        self.made[RATINGS] = [self._rating(row) for row in self._of_pattern(RATINGS)]
        self.made[JOURNAL] = list(self._journal())
        self.made[NOTIFICATIONS] = [self._notification(row) for row in self._of_pattern(NOTIFICATIONS)]
        self.made[TICKETS] = [self._ticket()]
        return self.made

    def _of_pattern(self, table: Table) -> list[Row]:
        return self.plan.pattern.rows[table]

    def _moved(self, table: Table, row: Row, **changed: object) -> Row:
        """The row at its new time, of the people of the branch, with a key and a salt of its own."""
        moved = {**row, **changed}
        for column in table.times:
            if row[column] is not None:
                moved[column] = row[column] + self.plan.shift
        for column in table.people:
            moved[column] = self._person(row[column])
        if table.has_client_key:
            moved["client_key"] = uuid.uuid4()
        # An erased text has no salt any more.
        if table.has_salt and row["salt"]:
            moved["salt"] = make_salt()
        return moved

    def _of_ticket(self, table: Table, row: Row, **changed: object) -> Row:
        return self._moved(table, row, id=next(self.ids[table]), ticket_id=self.ticket_id, **changed)

    def _person(self, person_id: int) -> int:
        return self.plan.branch.people.get(person_id, person_id)

    def _marked(self, text: str) -> str:
        marked = f"{text} ({self.mark})"
        return marked if text and len(marked) <= MAX_SUBJECT else text

    # Texts -----------------------------------------------------------------------------------------------------------

    def _answer(self, row: Row) -> Row:
        value = row["value"]
        # The answer that became the subject stays the same as it.
        if value.get("text", "").strip() == self.plan.pattern.ticket["subject"]:
            value = {**value, "text": self.subject}
        answer = self._of_ticket(ANSWERS, row, value=value)
        new_id = self.answer_ids[str(row["id"])] = str(answer["id"])
        if answer["salt"]:
            self.answer_digests[new_id] = digest_answer(answer["salt"], value)
        return answer

    def _message(self, row: Row, place: int) -> Row:
        changed: Row = {"id": next(self.ids[MESSAGES]), "conversation_id": self.conversation_id}
        if place == 0 and row["text"]:
            changed["text"] = f"{row['text']} ({self.mark})"
        return self._digested(self._with_markup(self._moved(MESSAGES, row, **changed)), "text")

    def _update(self, row: Row) -> Row:
        return self._digested(self._with_markup(self._of_ticket(UPDATES, row)), "text")

    def _with_markup(self, row: Row) -> Row:
        return {**row, "markup": _render(row["text"]), "markup_version": MARKUP_VERSION}

    def _rating(self, row: Row) -> Row:
        return self._digested(self._of_ticket(RATINGS, row), "comment")

    def _digested(self, row: Row, column: str) -> Row:
        if row["salt"]:
            self.text_digests[row["sequence"]] = digest_text(row["salt"], row[column])
        return row

    # What happened ---------------------------------------------------------------------------------------------------

    def _offer(self, row: Row) -> Row:
        offer = self._of_ticket(OFFERS, row)
        self.offer_ids[row["id"]] = offer["id"]
        return offer

    def _journal(self) -> Iterator[Row]:
        digest = ""
        # One for all: making a model takes longer than the rest of this.
        probe = JournalEntry()
        for row in self._of_pattern(JOURNAL):
            data = {key: self._fact(key, value, row["sequence"]) for key, value in row["data"].items()}
            entry = self._of_ticket(JOURNAL, row, data=data, previous_digest=digest)
            for column, value in entry.items():
                setattr(probe, column, value)
            entry["digest"] = digest = digest_of(probe)
            yield entry

    def _fact(self, key: str, value: Any, sequence: int) -> object:
        """What the data of an entry hold under a key, in terms of the copy."""
        match key:
            case "digest":
                return self.text_digests.get(sequence, value)
            case "answers":
                new_ids = {self.answer_ids[pk]: digest for pk, digest in value.items()}
                return {pk: self.answer_digests.get(pk, digest) for pk, digest in new_ids.items()}
            case "offer":
                return self.offer_ids[value]
            case _ if key == OFFERED_TO:
                return [self._person(person_id) for person_id in value]
            case _ if key in (ASSIGNEE, WITHDRAWN_FROM):
                return self._person(value)
            case "before" | "after" | "score":
                return value
        raise NotImplementedError(f"The generator does not know what a journal entry holds under {key!r}.")

    def _notification(self, row: Row) -> Row:
        notification = self._of_ticket(NOTIFICATIONS, row)
        # The bell goes on showing what is new in the demo.
        notification["read_at"] = notification["created_at"] + READ_AFTER
        return notification

    def _ticket(self) -> Row:
        pattern, branch = self.plan.pattern, self.plan.branch
        device = branch.devices[pattern.ticket["device_id"]]
        journal = self.made[JOURNAL]
        ticket = self._moved(
            TICKETS,
            pattern.ticket,
            id=self.ticket_id,
            conversation_id=self.conversation_id,
            device_id=device.pk,
            customer_id=branch.customer.pk,
            follows_id=None,
            subject=self.subject,
            journal_head=journal[-1]["digest"] if journal else "",
        )
        if not pattern.is_draft:
            texts = self.made[MESSAGES], self.made[UPDATES]
            ticket |= search_columns(ticket, device, pattern.flow_names, self.made[ANSWERS], texts)
        return ticket
