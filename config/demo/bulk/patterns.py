"""The demo's tickets as patterns, each with all rows that hang on it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import chain
from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone

from config.common.languages import texts_of
from config.demo.bulk.search import SearchTexts
from config.demo.bulk.stamps import MARK, Stamp, Times, stamps_of
from config.demo.bulk.tables import (
    ANSWERS,
    CONVERSATIONS,
    MESSAGES,
    NOTIFICATIONS,
    OF_TICKET,
    TICKETS,
    UPDATES,
    Row,
    Table,
)
from config.demo.fleet import DEVICES
from config.demo.people import CUSTOMERS
from config.demo.tickets import READ_AFTER
from fleet.models import Person
from messenger.models import Attachment, Conversation, Message, MessageVersion
from messenger.text import MARKUP_VERSION, render_text
from ticketing.models import Source, Ticket, TicketStatus
from ticketing.services.drafts import MAX_SUBJECT

OVER = (TicketStatus.CLOSED, TicketStatus.CANCELLED)


@dataclass(frozen=True, eq=False)
class Pattern:
    """A ticket to copy; `rows` holds those of each table in the order in which they were made."""

    ticket: Row
    reporter: Person
    rows: Mapping[Table, list[Row]]
    search: SearchTexts
    stamps: Mapping[Table, list[Stamp]]
    times: Times

    @cached_property
    def is_live(self) -> bool:
        return self.ticket["status"] not in OVER

    @property
    def is_draft(self) -> bool:
        return bool(self.ticket["status"] == TicketStatus.DRAFT)

    @property
    def customer_id(self) -> int:
        return int(self.ticket["customer_id"])

    @property
    def began(self) -> datetime:
        """When it was opened; of a draft, when it was begun."""
        moment: datetime = self.ticket["opened_at"] or self.ticket["created_at"]
        return moment

    @cached_property
    def day(self) -> date:
        return timezone.localdate(self.began)

    @property
    def people(self) -> set[int]:
        """The ids of all who have a part in it."""
        tables = {TICKETS: [self.ticket], **self.rows}
        named = (row[column] for table, rows in tables.items() for row in rows for column in table.people)
        return {person_id for person_id in named if person_id is not None}


def read_patterns() -> list[Pattern]:
    """The tickets of the demo's devices. Copies belong to copies of devices, so that none is copied again."""
    demo = Ticket.objects.filter(
        source=Source.FLOW,
        device__serial_number__in=DEVICES,
        device__customer__number__in=[row["number"] for row in CUSTOMERS.values()],
        device__customer=F("customer"),
    )
    # Their journals prove texts that copies do not have.
    demo = demo.exclude(conversation__in=MessageVersion.objects.values("message__conversation"))
    tickets = list(demo.select_related("flow", "creator", "person").order_by("pk"))
    ids = [ticket.pk for ticket in tickets]
    conversations = [ticket.conversation_id for ticket in tickets]
    made = {
        CONVERSATIONS: _grouped(CONVERSATIONS, Conversation.objects.filter(pk__in=conversations), by="id"),
        MESSAGES: _grouped(MESSAGES, Message.objects.filter(conversation__in=conversations), by="conversation_id"),
    }
    for table in OF_TICKET:
        made[table] = _grouped(table, table.model._default_manager.filter(ticket__in=ids), by="ticket_id")
    _name_files(made[MESSAGES], "message_id")
    _name_files(made[UPDATES], "update_id")
    # The bell goes on showing what is new in the demo.
    for notification in chain(*made[NOTIFICATIONS].values()):
        notification["read_at"] = notification["created_at"] + READ_AFTER
    return [_pattern(ticket, made) for ticket in tickets]


def _grouped(table: Table, found: QuerySet[Any], *, by: str) -> dict[int, list[Row]]:
    groups: dict[int, list[Row]] = defaultdict(list)
    for row in table.rows(found.order_by("pk")):
        groups[row[by]].append(row)
    return groups


def _name_files(groups: dict[int, list[Row]], parent: str) -> None:
    """A file belongs to one row, so copies have none; what consists of files only says their names instead."""
    names: dict[int, list[str]] = defaultdict(list)
    for parent_id, name in Attachment.objects.exclude(**{parent: None}).values_list(parent, "name"):
        names[parent_id].append(name)
    for rows in groups.values():
        for row in rows:
            # An erased text has no salt and stays empty.
            if row["salt"]:
                row["text"] = row["text"] or ", ".join(names[row["id"]])


def _pattern(ticket: Ticket, made: Mapping[Table, Mapping[int, list[Row]]]) -> Pattern:
    of_conversation = (CONVERSATIONS, MESSAGES)
    rows = {
        table: groups.get(ticket.conversation_id if table in of_conversation else ticket.pk, [])
        for table, groups in made.items()
    }
    row = TICKETS.rows([ticket])[0] | {"follows_id": None}
    _mark_texts(row, rows)
    flow_names = tuple(texts_of(ticket.flow, "name").values()) if ticket.flow else ()
    stamps, times = stamps_of({TICKETS: [row], **rows})
    return Pattern(row, ticket.reporter, rows, SearchTexts(row, rows, flow_names), stamps, times)


def _mark_texts(ticket: Row, rows: Mapping[Table, list[Row]]) -> None:
    """Subject and first message tell copies apart; the answer that became the subject stays the same as it."""
    subject, marked = ticket["subject"], f"{ticket['subject']} ({MARK})"
    if subject and len(marked) <= MAX_SUBJECT:
        ticket["subject"] = marked
    for answer in rows[ANSWERS]:
        if answer["value"].get("text", "").strip() == subject:
            answer["value"] = {**answer["value"], "text": ticket["subject"]}
    if rows[MESSAGES] and rows[MESSAGES][0]["text"]:
        rows[MESSAGES][0]["text"] += f" ({MARK})"
    for written in (*rows[MESSAGES], *rows[UPDATES]):
        written |= {"markup": str(render_text(written["text"])), "markup_version": MARKUP_VERSION}
