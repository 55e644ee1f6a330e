"""The only way for views to read tickets and what belongs to them: fetch and check in one call."""

import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import (
    Case,
    F,
    Model,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
    prefetch_related_objects,
)
from django.db.models.functions import Coalesce, Greatest, Substr

from config.common.errors import NotVisible
from config.common.languages import LANGUAGES
from config.common.rows import get_or_none, keep_related, planned_once
from config.common.rules import may, require
from config.common.windows import NEWEST, WINDOW_SIZE, Place, Window, merged, window_of
from fleet.actors import Actor, KnownActor
from fleet.models import Assignment, Device, Offer, PrivateLink
from messenger.composed import findable_text, read_text
from messenger.models import Attachment, Message, Upload, VideoSession, VideoVisibility
from messenger.presentation import QUOTED_LENGTH
from messenger.selectors import unsent_columns
from messenger.text import MARKUP_VERSION
from messenger.transitions import UNFINISHED as UNFINISHED_SESSIONS
from ticketing.assistants.content import Texts
from ticketing.entry_kinds import OPENED, STATUS_CHANGED
from ticketing.models import (
    Affected,
    Answer,
    CannedReply,
    CreationFlow,
    HelpPath,
    JournalEntry,
    Ticket,
    TicketStatus,
    Update,
    Visibility,
)
from ticketing.models.journal import JournalQuerySet
from ticketing.models.tickets import NOTHING, SEARCH_COLUMNS, TicketQuerySet, seen_by
from ticketing.selectors import answers_of

M = TypeVar("M", bound=Model)
W = TypeVar("W", Message, Update)

# What the rules ask for and addresses are made of; then what pages show.
_NEEDED = ("device__template",)
_SHOWN = ("device__customer", "flow", "category__parent", "customer", "creator", "person", "reservation")
SHOWN_OF_TICKET = (*_NEEDED, *_SHOWN)
# A step of a flow is asked for often, and each column costs time.
_READ_BY_FLOW = (
    *("number", "status", "visibility", "source", "subject", "creator", "person", "customer", "created_at"),
    *("changed_at", "priority", "device__slug", "device__name", "device__template__portal_scope"),
    "device__template__emergency_number",
    *(f"device__template__next_steps_{language}" for language in LANGUAGES),
    *(f"flow__name_{language}" for language in LANGUAGES),
)
_TO_TICKET = ("message__conversation__ticket__", "update__ticket__", "answer__ticket__")
# What the rules ask of a ticket: a file leaves often, and its ticket's texts are long.
_ASKED_OF_TICKET = ("status", "visibility", "source", "creator", "person", "customer", "device__template__portal_scope")
_READ_OF_FILE = (
    *(field.name for field in Attachment._meta.concrete_fields),
    "message__public_sequence",
    "update__is_internal",
    *(f"{to}{field}" for to in _TO_TICKET for field in _ASKED_OF_TICKET),
)
# What pages show of people, texts and facts: lists of them are long, and so are their other columns.
_SHOWN_OF_PERSON = ("role", "first_name", "last_name")
_SHOWN_OF_TEXT = (
    *("author", "markup", "markup_version", "sequence", "public_sequence", "created_at"),
    *(f"author__{field}" for field in _SHOWN_OF_PERSON),
)
_SHOWN_OF_MESSAGE = (
    *("conversation", "client_key", "kind", "composed", "answered_by"),
    *("edited_at", "taken_back_at", "reply_to", "change_sequence", "public_change_sequence"),
    *(f"reply_to__{field}" for field in ("author", "sequence", "public_sequence", "taken_back_at", "composed")),
    *(f"reply_to__author__{field}" for field in _SHOWN_OF_PERSON),
)
_SHOWN_OF_FILE = (
    *("name", "preview", "content_type", "kind", "size", "width", "height", "message", "update"),
    *("other", "other_type", "duration", "peaks", "created_at"),
    *("remark", "original_name", "original_size", "caption"),
)
_SHOWN_OF_ENTRY = (
    *("ticket", "person", "kind", "at", "data", "sequence", "public_sequence"),
    *(f"person__{field}" for field in _SHOWN_OF_PERSON),
)
STATUS_KINDS = (OPENED.name, STATUS_CHANGED.name)


def _with_people(rows: QuerySet[M], *people: str) -> QuerySet[M]:
    columns = [field.name for field in rows.model._meta.concrete_fields]
    return rows.select_related(*people).only(
        *columns, *(f"{person}__{column}" for person in people for column in _SHOWN_OF_PERSON)
    )


_SHOWN_PEOPLE = (
    Prefetch("offers", _with_people(Offer.objects.all(), "person")),
    Prefetch("assignments", _with_people(Assignment.objects.all(), "person", "assigned_by")),
)


def ticket_for(
    actor: Actor, ticket_id: int, *, below: str = "", rule: str = "ticketing.view_ticket", shown: bool = False
) -> Ticket:
    """Returns the ticket with what the rules ask of it, or also with what its pages show.

    `below` is the slug of the device in whose address the ticket was asked for, if any: other devices' tickets are not
    there. Raises `NotVisible` for those, and for a ticket that does not exist or is hidden from the actor; else the
    refusal of the rule.
    """
    # Hidden ones are not fetched at all: a request for them takes the same path and time as for absent ones.
    found = tickets_for(actor).filter(pk=ticket_id).select_related(*_NEEDED)
    if below:
        found = found.filter(device__slug=below)
    if shown:
        found = found.select_related(*_SHOWN).prefetch_related(*_SHOWN_PEOPLE)
        found = found.annotate(**unsent_columns(actor.person_id))
    elif actor.is_employee and not actor.is_superior:
        # What members may do rests on these, and is asked more than once.
        found = found.prefetch_related("offers", "assignments")
    with planned_once():
        ticket = get_or_none(found)
    if ticket is None:
        raise NotVisible
    if shown:
        read_affected([ticket])
    require(actor, rule, ticket)
    return ticket


def read_affected(tickets: Iterable[Ticket]) -> None:
    """Reads who joined the tickets, as the rules ask it; one query, or none where nobody did."""
    joined = [ticket for ticket in tickets if ticket.affected_count]
    prefetch_related_objects(joined, Prefetch("affected", Affected.objects.only("ticket", "person")))


def flow_ticket_for(actor: Actor, ticket_id: int, *, below: str, rule: str = "ticketing.view_ticket") -> Ticket:
    """As `ticket_for`, with what the pages of its creation flow read of it."""
    found = Ticket.objects.visible_to(actor).filter(pk=ticket_id, device__slug=below)
    with planned_once():
        ticket = get_or_none(found.select_related("device__template", "flow").only(*_READ_BY_FLOW))
    if ticket is None:
        raise NotVisible
    require(actor, rule, ticket)
    return ticket


def tickets_for(actor: Actor) -> TicketQuerySet:
    # Lists look for words in these columns and show none of them: each holds all that was written in a ticket.
    return Ticket.objects.visible_to(actor).defer(*SEARCH_COLUMNS)


def device_tickets_for(actor: Actor, device: Device) -> TicketQuerySet:
    """The posted tickets of a device that the actor may know of, newest first."""
    return tickets_for(actor).posted().filter(device=device).order_by("-opened_at", "-id")


def drafts_for(actor: Actor, device: Device) -> TicketQuerySet:
    """The actor's own unfinished tickets of a device."""
    if actor.person_id is None:
        return Ticket.objects.none()
    return (
        tickets_for(actor)
        .filter(device=device, status=TicketStatus.DRAFT, creator=actor.person_id)
        .order_by("-created_at")
    )


def flows_for(actor: Actor, device: Device) -> list[CreationFlow]:
    flows = _flows_offered(actor, device).order_by("position", "id")
    return [flow for flow in flows if may(actor, "ticketing.start_flow", (flow, device))]


def _flows_offered(actor: Actor, device: Device) -> QuerySet[CreationFlow]:
    flows = CreationFlow.objects.filter(template=device.template_id, is_active=True)
    return flows if actor.is_employee else flows.filter(open_to_code_users=True)


def flow_for(actor: Actor, device: Device, flow_id: int) -> CreationFlow:
    """Raises `NotVisible` for a flow that does not exist or that the actor may not start."""
    flow = get_or_none(_flows_offered(actor, device).filter(pk=flow_id))
    if flow is None:
        raise NotVisible
    require(actor, "ticketing.start_flow", (flow, device))
    return flow


def answers_for(actor: Actor, ticket: Ticket) -> list[Answer]:
    """The answers of the ticket with their files, in the order in which they were asked."""
    require(actor, "ticketing.view_ticket", ticket)
    return answers_of(ticket)


def help_path_for(actor: Actor, ticket: Ticket) -> list[Texts]:
    """The titles of what the reporter had read in the assistant, in that order; for employees only, else none."""
    if not may(actor, "ticketing.read_internal_updates", ticket):
        return []
    path: HelpPath | None = getattr(ticket, "help_path", None)
    return [Texts(each["title"]) for each in path.elements] if path else []


def counted_by(actor: Actor) -> str:
    """The field by which the actor counts what happened; a gap would betray what is internal."""
    return "sequence" if actor.is_employee else "public_sequence"


def messages_for(actor: Actor, ticket: Ticket, *, place: Place = NEWEST) -> Window[Message]:
    """The messages at a place, as pages show them; for customers the public ones."""
    messages = _messages_at(actor, ticket, place)
    _read_files(messages.rows)
    return messages


def conversation_for(actor: Actor, ticket: Ticket, *, place: Place = NEWEST) -> Window[Message | Update]:
    """The messages at a place, and between them, for employees, the internal updates of that time."""
    messages = _messages_at(actor, ticket, place)
    if may(actor, "ticketing.read_internal_updates", ticket):
        # Both have the numbers of the journal, which employees count by.
        updates = _updates_at(actor, ticket, place, internal=True)
        said = merged(messages, updates, number=lambda each: each.sequence, place=place)
    else:
        said = Window([*messages.rows], messages.has_earlier, messages.has_later)
    _read_files(said.rows)
    return said


def message_told_of(ticket_id: int, number: int, *, inside: bool) -> tuple[Message, int, int] | None:
    """A message with its files as one side sees it, by the number by which that side knows it, for who may read it.

    With the number of what stands before it, and of the last change of any message, 0 for none. None where this side
    has no such message, and for customers whose ticket is INTERNAL. Two statements.
    """
    name, change = ("sequence", "change_sequence") if inside else ("public_sequence", "public_change_sequence")
    same = Message.objects.filter(conversation=OuterRef("conversation"))
    before = same.filter(**{f"{name}__lt": OuterRef(name)}).order_by(f"-{name}").values(name)[:1]
    changed = same.filter(**{f"{change}__isnull": False}).order_by(f"-{change}").values(change)[:1]
    found = _with_quotes(Message.objects.filter(conversation__ticket=ticket_id, **{name: number}))
    # Colleagues read internal updates between the messages.
    updates = Update.objects.filter(ticket=ticket_id, is_internal=True, sequence__lt=number if inside else 0)
    newest = updates.order_by("-sequence").values("sequence")[:1]
    found = found.annotate(
        before=Greatest(Coalesce(Subquery(before), 0), Coalesce(Subquery(newest), 0)),
        changed=Coalesce(Subquery(changed), 0),
    )
    shown = found if inside else found.filter(conversation__ticket__visibility=Visibility.PUBLIC)
    message: Any = get_or_none(shown)
    if message is None:
        return None
    _read_files([message])
    return message, message.before, message.changed


def message_number(actor: Actor, ticket: Ticket, sequence: int) -> int | None:
    """The number by which the actor knows a message; None where there is none that the actor may read."""
    if not may(actor, "ticketing.read_messages", ticket):
        return None
    found = Message.objects.filter(conversation=ticket.conversation_id, sequence=sequence)
    return found.values_list(counted_by(actor), flat=True).first()


def message_in(actor: Actor, ticket: Ticket, number: int) -> Message:
    """A message by the number by which the actor knows it, as the rules ask it.

    Raises the refusal of ``ticketing.read_messages``, and `NotVisible` for what is no message that the actor may read.
    """
    require(actor, "ticketing.read_messages", ticket)
    found = Message.objects.filter(conversation=ticket.conversation_id, **{counted_by(actor): number})
    message = get_or_none(found.select_related("author", "reply_to__author"))
    if message is None:
        raise NotVisible
    message.conversation = ticket.conversation
    return message


def changed_messages_for(actor: Actor, ticket: Ticket, since: int) -> list[Message]:
    """Messages that were edited or taken back after that number of the journal, as the actor counts, oldest first."""
    require(actor, "ticketing.read_messages", ticket)
    number = "change_sequence" if actor.is_employee else "public_change_sequence"
    found = _shown_messages(ticket)
    readable = found if actor.is_employee else found.filter(public_sequence__isnull=False)
    changed = list(readable.filter(**{f"{number}__gt": since}).order_by(f"-{number}")[:WINDOW_SIZE])[::-1]
    _read_files(changed)
    return changed


def words_said_in(actor: Actor, ticket: Ticket) -> list[tuple[int, int, datetime, str]]:
    """What the actor may read in the conversation: number, author's id, time and text, or names and captions of files.

    A message with files is there once for its text and once for each of their names and captions. The newest is first.
    Raises the refusal of ``ticketing.read_messages``.
    """
    require(actor, "ticketing.read_messages", ticket)
    number = counted_by(actor)
    messages = Message.objects.filter(conversation=ticket.conversation_id, **{f"{number}__isnull": False})
    found: list[tuple[int, int, datetime, str]] = []
    for *at, text, composed in messages.values_list(number, "author", "created_at", "text", "composed"):
        # What the product says is found by its words in all languages, and best shown in the reader's.
        found += [(*at, each) for each in dict.fromkeys((read_text(text, composed), findable_text(text, composed)))]
    of_messages = Attachment.objects.filter(message__in=messages).order_by()
    found += _words_of(of_messages, f"message__{number}", "message__author", "message__created_at")
    if may(actor, "ticketing.read_internal_updates", ticket):
        updates = Update.objects.filter(ticket=ticket, is_internal=True)
        found += updates.values_list("sequence", "author", "created_at", "text")
        of_updates = Attachment.objects.filter(update__in=updates).order_by()
        found += _words_of(of_updates, "update__sequence", "update__author", "update__created_at")
    return sorted(found, key=lambda each: each[0], reverse=True)


def _words_of(files: QuerySet[Attachment], *parent: str) -> Iterator[tuple[int, int, datetime, str]]:
    for number, author, at, *words in files.values_list(*parent, "caption", "name"):
        yield from ((number, author, at, each) for each in words if each)


def updates_for(actor: Actor, ticket: Ticket, *, internal: bool = False, place: Place = NEWEST) -> Window[Update]:
    """Public or internal updates at a place, as pages show them."""
    updates = _updates_at(actor, ticket, place, internal=internal)
    _read_files(updates.rows)
    return updates


def _messages_at(actor: Actor, ticket: Ticket, place: Place) -> Window[Message]:
    require(actor, "ticketing.read_messages", ticket)
    found = _shown_messages(ticket)
    readable = found if actor.is_employee else found.filter(public_sequence__isnull=False)
    return window_of(readable, number=counted_by(actor), place=place)


def _updates_at(actor: Actor, ticket: Ticket, place: Place, *, internal: bool) -> Window[Update]:
    require(actor, "ticketing.read_internal_updates" if internal else "ticketing.read_public_updates", ticket)
    found = _shown(Update.objects.filter(ticket=ticket, is_internal=internal), "ticket", "is_internal", "client_key")
    return window_of(found, number=counted_by(actor), place=place)


def last_updates_for(actor: Actor, tickets: Collection[Ticket]) -> dict[int, Update]:
    """The newest public update of each of the tickets that has one, by the id of the ticket; one query."""
    for ticket in tickets:
        require(actor, "ticketing.read_public_updates", ticket)
    public = Update.objects.filter(is_internal=False)
    newest = public.filter(ticket=OuterRef("ticket")).order_by("-sequence").values("sequence")[:1]
    found = public.filter(ticket__in=[ticket.pk for ticket in tickets], sequence=Subquery(newest))
    shown = found.select_related("author").only("ticket", *_SHOWN_OF_TEXT, "text")
    return {update.ticket_id: update for update in shown} if tickets else {}


def _shown(rows: QuerySet[W], *columns: str) -> QuerySet[W]:
    """With authors, and with the text only where its markup is out of date."""
    text = Case(When(markup_version=MARKUP_VERSION, then=Value("")), default=F("text"), output_field=TextField())
    return rows.select_related("author").only(*columns, *_SHOWN_OF_TEXT).annotate(unmarked_text=text)


def _shown_messages(ticket: Ticket) -> QuerySet[Message]:
    return _with_quotes(Message.objects.filter(conversation=ticket.conversation_id))


def _with_quotes(messages: QuerySet[Message]) -> QuerySet[Message]:
    """With the beginning of what each answers."""
    found = _shown(messages, *_SHOWN_OF_MESSAGE).select_related("author", "reply_to__author")
    return found.annotate(quoted_text=Substr("reply_to__text", 1, QUOTED_LENGTH))


def _read_files(said: Sequence[Message | Update]) -> None:
    """Reads the files of messages and updates; one query, or none for nothing."""
    if not said:
        return
    messages = [each for each in said if isinstance(each, Message)]
    updates = [each for each in said if isinstance(each, Update)]
    files = Attachment.objects.filter(Q(message__in=messages) | Q(update__in=updates)).only(*_SHOWN_OF_FILE)
    of_parent: dict[tuple[int | None, int | None], list[Attachment]] = {}
    for file in files:
        of_parent.setdefault((file.message_id, file.update_id), []).append(file)
    for message in messages:
        keep_related(message, "attachments", of_parent.get((message.pk, None), ()))
    for update in updates:
        keep_related(update, "attachments", of_parent.get((None, update.pk), ()))


def journal_for(actor: Actor, ticket: Ticket, *, place: Place = NEWEST) -> Window[JournalEntry]:
    """The entries of the journal at a place, as pages show them; for customers the public ones."""
    return window_of(_readable_journal(actor, ticket), number=counted_by(actor), place=place)


def status_entries_for(actor: Actor, ticket: Ticket) -> list[JournalEntry]:
    """The entries that changed the status, oldest first; for customers the public ones."""
    return list(_readable_journal(actor, ticket).filter(kind__in=STATUS_KINDS).order_by("sequence"))


def _readable_journal(actor: Actor, ticket: Ticket) -> JournalQuerySet:
    require(actor, "ticketing.read_journal", ticket)
    entries = JournalEntry.objects.filter(ticket=ticket).select_related("person").only(*_SHOWN_OF_ENTRY)
    return entries if may(actor, "ticketing.read_internal_journal", ticket) else entries.public()


def affected_for(actor: Actor, ticket: Ticket) -> list[Affected]:
    """Who is affected, the first first, with name and contact. Raises the refusal of ``ticketing.see_affected``."""
    require(actor, "ticketing.see_affected", ticket)
    return list(ticket.affected.all())


def key_of_works_again(ticket: Ticket) -> uuid.UUID:
    """The key of a message that says so: one of each person until the ticket is reopened."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"works_again {ticket.pk} {ticket.reopened_count}")


def has_said_works_again(actor: Actor, ticket: Ticket) -> bool:
    """Whether the actor said so since the ticket was reopened last; one query."""
    if actor.person_id is None:
        return False
    said = Message.objects.filter(conversation=ticket.conversation_id, client_key=key_of_works_again(ticket))
    return said.filter(author=actor.person_id).exists()


def video_session_for(actor: Actor, ticket: Ticket, session_id: int) -> VideoSession:
    """Raises `NotVisible` for one that is not linked to the ticket or hidden, and the refusal of reading messages."""
    require(actor, "ticketing.read_messages", ticket)
    session = get_or_none(video_sessions_for(actor, ticket).filter(pk=session_id))
    if session is None:
        raise NotVisible
    return session


def video_sessions_for(actor: Actor, ticket: Ticket) -> QuerySet[VideoSession]:
    """The sessions that were made in a ticket and that the actor may know of, who may read its messages.

    Those that are only linked to it are joined by their own ticket.
    """
    found = VideoSession.objects.filter(message__conversation=ticket.conversation_id)
    return found if actor.is_employee else found.filter(visibility=VideoVisibility.PUBLIC)


def listed_video_sessions(actor: Actor) -> QuerySet[VideoSession]:
    """All of them. Raises the refusal of ``ticketing.list_video_sessions``."""
    require(actor, "ticketing.list_video_sessions")
    return VideoSession.objects.select_related("device", "creator")


def listed_video_session(actor: Actor, session_id: int) -> VideoSession:
    """Raises `NotVisible` for absent ones, and the refusal of ``ticketing.list_video_sessions``."""
    found = listed_video_sessions(actor).filter(pk=session_id).select_related("message__conversation__ticket")
    session = get_or_none(found)
    if session is None:
        raise NotVisible
    return session


def key_of_new_session(actor: KnownActor, ticket: Ticket, seen: int | None) -> uuid.UUID:
    """The same page, which showed so much of the ticket, makes the same session until that is over.

    Back shows the page again, and then another one is wanted.
    """
    key = uuid.uuid5(uuid.NAMESPACE_URL, f"video {ticket.pk} {seen}")
    over = VideoSession.objects.filter(creator=actor.person).exclude(status__in=UNFINISHED_SESSIONS)
    while over.filter(client_key=key).exists():
        key = uuid.uuid5(key, "again")
    return key


def has_links(actor: Actor, ticket: Ticket) -> bool:
    """Whether there are private links that the actor may revoke."""
    allowed = may(actor, "ticketing.revoke_private_links", ticket)
    return bool(allowed) and PrivateLink.objects.opening().filter(ticket=ticket).exists()


def record_for(actor: Actor, device: Device, *, for_customer: bool = False) -> JournalQuerySet:
    """The service record of a device: the entries of its tickets that the actor may read, with their tickets.

    With `for_customer` what the device's customer may read, which managers get in any case. Raises the refusal of
    ``fleet.view_device``.
    """
    require(actor, "fleet.view_device", device)
    of_device = JournalEntry.objects.filter(seen_by(actor, "ticket__"), ticket__device=device)
    entries = of_device.exclude(ticket__status=TicketStatus.DRAFT)
    if actor.is_employee and for_customer:
        entries = entries.filter(ticket__customer=device.customer_id)
    if for_customer or not actor.is_employee:
        entries = entries.public().filter(ticket__visibility=Visibility.PUBLIC)
    return entries.select_related("person", "ticket__flow").defer(*(f"ticket__{name}" for name in SEARCH_COLUMNS))


def record_updates_for(
    actor: Actor, lines: Collection[tuple[int, int]]
) -> dict[tuple[int, int], tuple[Update, list[tuple[str, str]]]]:
    """The updates that the actor may read among these pairs of ticket and sequence, each with name and caption of those
    of its files that have one. One query, or none for nothing.
    """
    if not lines:
        return {}
    found = Update.objects.filter(seen_by(actor, "ticket__")).filter(
        ticket__in={ticket_id for ticket_id, _sequence in lines}, sequence__in={sequence for _id, sequence in lines}
    )
    readable = found if actor.is_employee else found.filter(is_internal=False)
    # A row for each file.
    files = {"file": F("attachments__name"), "caption": F("attachments__caption")}
    updates: dict[tuple[int, int], tuple[Update, list[tuple[str, str]]]] = {}
    for update in readable.annotate(**files).order_by("attachments__position", "attachments__created_at"):
        _update, captions = updates.setdefault((update.ticket_id, update.sequence), (update, []))
        # Annotated, so that the update has no such attributes to type checkers.
        if caption := getattr(update, "caption", ""):
            captions.append((getattr(update, "file", ""), caption))
    return updates


def attachment_for(actor: Actor, attachment_id: uuid.UUID) -> Attachment:
    """Raises `NotVisible` for a file that does not exist or is hidden from the actor."""
    actor = _before_file(actor, attachment_id)
    # What the rule hides is left out, so that it is never fetched.
    # Over joined columns, not over a list of visible tickets: the file is found by its key, its parents by theirs.
    of_message, of_update, of_answer = (seen_by(actor, to_ticket) for to_ticket in _TO_TICKET)
    said = Q(message__isnull=False) & of_message
    posted = Q(update__isnull=False) & of_update
    answered = Q(answer__isnull=False) & of_answer
    if not actor.is_employee:
        said &= Q(message__public_sequence__isnull=False)
        posted &= Q(update__is_internal=False)
    waiting = Q(message=None, update=None, answer=None, uploader=actor.person_id) if actor.person_id else NOTHING
    found = Attachment.objects.select_related(*(f"{to}device__template" for to in _TO_TICKET)).only(*_READ_OF_FILE)
    with planned_once():
        attachment = get_or_none(found.filter(said | posted | answered | waiting, pk=attachment_id))
    if attachment is None:
        raise NotVisible
    require(actor, "ticketing.download_attachment", attachment)
    return attachment


def _before_file(actor: Actor, attachment_id: uuid.UUID) -> Actor:
    """The actor of the ticket for which the file is on its way, if a private link opens that."""
    if not actor.links:
        return actor
    tickets = Upload.objects.filter(pk=attachment_id, ticket__in=actor.links).values_list("ticket", flat=True)
    return next(map(actor.at_ticket, tickets), actor)


def replies_for(actor: Actor) -> list[CannedReply]:
    """One's own canned replies and those for all, by name. Raises the refusal of ``ticketing.use_replies``."""
    require(actor, "ticketing.use_replies", None)
    return list(CannedReply.objects.filter(Q(owner=actor.person_id) | Q(owner=None)))


def reply_for(actor: Actor, reply_id: int) -> CannedReply:
    """One that the actor may change. Raises `NotVisible` for one of somebody else; the refusal of the rule."""
    require(actor, "ticketing.use_replies", None)
    reply = get_or_none(CannedReply.objects.filter(Q(owner=actor.person_id) | Q(owner=None), pk=reply_id))
    if reply is None:
        raise NotVisible
    require(actor, "ticketing.change_reply", reply)
    return reply
