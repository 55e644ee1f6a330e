"""What is said of a ticket outside Fleetdesk, to whom, and why: the source of the outbox."""

from collections.abc import Collection, Mapping, Sequence
from functools import partial

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from config.common.marks import isolated
from config.common.rows import get_or_none
from config.common.rules import may
from fleet.actors import Actor, KnownActor
from fleet.models import Person
from fleet.selectors import teams_for
from messenger.composed import Composed, words_of
from messenger.help_links import HelpLink, reworded
from messenger.kinds import NotificationKind, require_kind
from messenger.models import Delivery, Message, Preferences, TicketPush
from messenger.source import News, NewsLine, Quote, Scope, register_source
from ticketing.audiences import circle_of
from ticketing.entry_kinds import AUDIENCES, ENTRY_KINDS, MESSAGES, tab_of
from ticketing.models import JournalEntry, Ticket, TicketStatus, Update
from ticketing.models.tickets import SEARCH_COLUMNS
from ticketing.selectors import responsible_group

PRODUCT = "Fleetdesk"


class Tickets:
    """Supplies messenger with what it may say of tickets."""

    def scope(self, ticket_id: int) -> Scope:
        ticket = _read(ticket_id)
        group = responsible_group(ticket)
        if group is None:
            return Scope(ticket.device.template_id if ticket.device else None)
        resolved = teams_for(list(group.meta_teams.select_related("default_team")), ticket.customer_id)
        teams = {team.pk for team in resolved.values() if team}
        teams |= set(group.teams.values_list("pk", flat=True))
        return Scope(ticket.device.template_id if ticket.device else None, frozenset(teams))

    def concerned(self, person: Person, ticket_id: int, rows: Sequence[Delivery]) -> Collection[int]:
        """Asks the rules again, because rights may have changed since the rows were made."""
        ticket, entries = _read(ticket_id, person), _entries(ticket_id, rows)
        actor = actor_for(person, ticket)
        gone = _taken_back(ticket, entries)
        return [
            row.pk
            for row in rows
            if row.sequence in entries
            and row.sequence not in gone
            and circle_of(AUDIENCES[row.kind], actor, ticket, entries[row.sequence])
        ]

    def news(self, person: Person, ticket_id: int, rows: Sequence[Delivery]) -> News:
        ticket, entries = _read(ticket_id, person), _entries(ticket_id, rows)
        actor = actor_for(person, ticket)
        url = _address(actor, ticket)
        texts = _texts(actor, ticket, entries)
        kinds: dict[str, list[Delivery]] = {}
        for row in rows:
            kinds.setdefault(row.kind, []).append(row)
        lines = [_line(require_kind(kind), of_kind, ticket, url, texts) for kind, of_kind in kinds.items()]
        circles = [circle_of(AUDIENCES[row.kind], actor, ticket, entries[row.sequence]) for row in rows]
        return News(
            ticket_id=ticket.pk,
            reference=ticket.reference,
            title=ticket.title,
            status=str(ticket.status.label if person.is_employee else ticket.stage_label),
            tone=_tone(person, ticket),
            device=" · ".join(map(isolated, filter(None, [ticket.device.name, ticket.device.identification])))
            if ticket.device
            else "",
            url=url,
            why=next((str(circle.why) for circle in circles if circle), ""),
            lines=sorted(lines, key=lambda line: (not line.is_urgent, line.at)),
        )


def actor_for(person: Person, ticket: Ticket) -> Actor:
    """The person as they would open the ticket now; a code user with what the browsers hold that asked for it."""
    if not person.is_code_user:
        return KnownActor(person=person)
    wanted = TicketPush.objects.standing().filter(ticket=ticket, push_device__person=person).select_related("code")
    held = list(wanted)
    return KnownActor(
        person=person,
        device_ids=frozenset(each.code.device_id for each in held if each.code and each.code.device_id),
        links={ticket.pk: person} if any(each.link_id for each in held) else {},
    )


def _read(ticket_id: int, person: Person | None = None) -> Ticket:
    """With what the rules and circles ask of it, also about a person."""
    related = ("device__template", "flow", "person", "customer")
    found = Ticket.objects.select_related(*related).prefetch_related("offers", "assignments")
    if person is not None and person.is_customer_person:
        found = found.prefetch_related("affected")
    return found.defer(*SEARCH_COLUMNS).get(pk=ticket_id)


def _entries(ticket_id: int, rows: Sequence[Delivery]) -> dict[int, JournalEntry]:
    found = JournalEntry.objects.filter(ticket=ticket_id, sequence__in={row.sequence for row in rows})
    return {entry.sequence: entry for entry in found}


def _taken_back(ticket: Ticket, entries: Mapping[int, JournalEntry]) -> set[int]:
    """The messages among the entries that were taken back before they were told of; mostly no query."""
    if not any(ENTRY_KINDS[entry.kind] in MESSAGES for entry in entries.values()):
        return set()
    gone = Message.objects.filter(conversation=ticket.conversation_id, taken_back_at__isnull=False)
    return set(gone.filter(sequence__in=[*entries]).values_list("sequence", flat=True))


def _address(actor: Actor, ticket: Ticket) -> str:
    """Where the ticket is read: in the back office, or by code users on the page of its device."""
    if actor.is_signed_in or ticket.device is None:
        return f"{settings.PUBLIC_URL}{ticket.get_absolute_url()}"
    return f"{settings.PUBLIC_URL}{reverse('portal:ticket_detail', args=[ticket.device.slug, ticket.pk])}"


def _tone(person: Person, ticket: Ticket) -> str:
    stage = ticket.status.stage
    is_coarse = stage is not None and not person.is_employee and ticket.status != TicketStatus.CANCELLED
    return stage.tone if stage and is_coarse else ticket.status.tone


def _line(
    kind: NotificationKind, rows: Sequence[Delivery], ticket: Ticket, url: str, texts: Mapping[int, str]
) -> NewsLine:
    last = rows[-1]
    name = isolated(_name(last))
    if len(rows) > 1 and kind.several:
        others = {row.actor_id for row in rows} != {last.actor_id}
        who = _("%(name)s and others") % {"name": name} if others else name
        sentence = f"{who} · {kind.several % {'n': len(rows)}}"
    else:
        sentence = str(kind.sentence) % {"actor": name, "ticket": ticket.reference}
    return NewsLine(
        sentence=sentence,
        brief=kind.in_brief(len(rows)),
        at=last.created_at,
        url=f"{url}?tab={tab_of(kind.name)}",
        occasion=kind.occasion,
        quotes=tuple(Quote(_name(row), texts[row.sequence]) for row in rows if texts.get(row.sequence)),
        is_urgent=kind.is_urgent,
    )


def _name(row: Delivery) -> str:
    return row.actor.name if row.actor else PRODUCT


def _texts(actor: Actor, ticket: Ticket, entries: Collection[int]) -> dict[int, str]:
    """What was written under these sequences and may leave the house, as far as the actor may read it."""
    found: dict[int, str] = {}
    # Internal updates never leave it: employees read them in Fleetdesk.
    readable = Update.objects.filter(ticket=ticket, is_internal=False, sequence__in=[*entries])
    if may(actor, "ticketing.read_public_updates", ticket):
        found |= dict(readable.filter(public_sequence__isnull=False).values_list("sequence", "text"))
    if may(actor, "ticketing.read_messages", ticket):
        messages = Message.objects.filter(conversation=ticket.conversation_id, sequence__in=[*entries])
        # Those that were written while it was INTERNAL are internal, too.
        rows = messages.filter(public_sequence__isnull=False).values_list("sequence", "text", "composed")
        found |= {sequence: _said(actor, text, composed) for sequence, text, composed in rows}
    return {sequence: reworded(text, partial(_linked, actor, ticket)) for sequence, text in found.items()}


def _linked(actor: Actor, ticket: Ticket, link: HelpLink) -> str:
    """In Markdown, to the help below the ticket, which says so where the element is gone."""
    if ticket.device is None or link.slug != ticket.device.slug:
        return link.words
    return f"[{link.words}]({_address(actor, ticket)}help/{link.key}/)"


def _said(actor: Actor, text: str, composed: Composed | None) -> str:
    if composed is None:
        return text
    # Its times are the reader's, as far as that is known.
    own = get_or_none(Preferences.objects.filter(person=actor.person_id).only("time_zone"))
    with timezone.override(own.time_zone if own else None):
        return words_of(composed)


def register() -> None:
    """Supplies messenger with what it says of tickets; called at start-up."""
    register_source(Tickets())
