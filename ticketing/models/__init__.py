"""Everything ticketing stores; import models from here."""

from ticketing.models.affected import Affected
from ticketing.models.assistants import (
    ActionButton,
    Assistant,
    AssistantVersion,
    ButtonAnswer,
    ButtonTarget,
    Element,
    ElementDay,
    ElementFile,
    ElementFileKind,
    ElementKind,
    ElementPart,
    HelpPath,
)
from ticketing.models.changes import TextChange
from ticketing.models.flows import Audience, Category, Choice, CreationFlow, Question, QuestionKind, Step
from ticketing.models.journal import JournalEntry
from ticketing.models.replies import CannedReply
from ticketing.models.tickets import Answer, Priority, Source, Station, Ticket, TicketCounter, Visibility
from ticketing.models.updates import Update
from ticketing.transitions import Stage, TicketStatus

__all__ = [
    "ActionButton",
    "Affected",
    "Answer",
    "Assistant",
    "AssistantVersion",
    "Audience",
    "ButtonAnswer",
    "ButtonTarget",
    "CannedReply",
    "Category",
    "Choice",
    "CreationFlow",
    "Element",
    "ElementDay",
    "ElementFile",
    "ElementFileKind",
    "ElementKind",
    "ElementPart",
    "HelpPath",
    "JournalEntry",
    "Priority",
    "Question",
    "QuestionKind",
    "Source",
    "Stage",
    "Station",
    "Step",
    "TextChange",
    "Ticket",
    "TicketCounter",
    "TicketStatus",
    "Update",
    "Visibility",
]
