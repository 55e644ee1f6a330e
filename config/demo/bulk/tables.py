"""The tables that are written in bulk: a ticket and everything that hangs on it, but for files."""

from collections.abc import Iterable
from enum import Enum
from operator import attrgetter
from typing import Any

from django.db import connection, models

from fleet.models import Assignment, Offer, Person
from messenger.models import Conversation, Message, Notification
from ratings.models import Rating
from ticketing.models import Answer, JournalEntry, Ticket, Update

Row = dict[str, Any]


class Table:
    """A model's columns, by what a copy of a row needs anew in them; `places` are those of cells in a row."""

    def __init__(self, model: type[models.Model]) -> None:
        self.model = model
        self.name = model._meta.db_table
        # The database itself fills the others.
        self.fields = [field for field in model._meta.concrete_fields if not field.generated]
        self.columns = [field.attname for field in self.fields]
        self.places = {column: place for place, column in enumerate(self.columns)}
        self.times = [field.attname for field in self.fields if isinstance(field, models.DateTimeField)]
        self.people = [field.attname for field in self.fields if field.related_model is Person]

    @property
    def quoted_columns(self) -> str:
        return ", ".join(connection.ops.quote_name(field.column) for field in self.fields if field.column)

    def rows(self, found: Iterable[models.Model]) -> list[Row]:
        values = attrgetter(*self.columns)
        return [dict(zip(self.columns, map(_plain, values(each)), strict=True)) for each in found]


def _plain(value: object) -> object:
    return value.value if isinstance(value, Enum) else value


TICKETS = Table(Ticket)
CONVERSATIONS = Table(Conversation)
MESSAGES = Table(Message)
ANSWERS = Table(Answer)
OFFERS = Table(Offer)
ASSIGNMENTS = Table(Assignment)
UPDATES = Table(Update)
RATINGS = Table(Rating)
JOURNAL = Table(JournalEntry)
NOTIFICATIONS = Table(Notification)
# Those with a foreign key to the ticket.
OF_TICKET = (ANSWERS, OFFERS, ASSIGNMENTS, UPDATES, RATINGS, JOURNAL, NOTIFICATIONS)
ALL = (CONVERSATIONS, TICKETS, MESSAGES, *OF_TICKET)
