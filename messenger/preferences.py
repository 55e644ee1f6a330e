"""By which channel a person wants to hear of what, and when.

In this order: muted tickets, exceptions, own choices, the defaults of the role.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from fleet.models import Person, Role
from messenger.models import Channel, Choice, Exemption, Mute, Occasion, Pace, Preferences, RoleDefault
from messenger.source import Scope

EMAIL, PUSH = Channel.EMAIL, Channel.PUSH
# As they are shown, beside the bell.
CHANNELS = (PUSH, EMAIL)
_GROUPS: tuple[tuple[str | Promise, tuple[Occasion, ...]], ...] = (
    (
        _("What needs you"),
        (
            Occasion.OFFER,
            Occasion.ASSIGNMENT,
            Occasion.WITHDRAWAL,
            Occasion.MENTION,
            Occasion.NEW_TICKET,
            Occasion.SENT_TO_MANAGERS,
        ),
    ),
    (
        _("What is written"),
        (
            Occasion.MESSAGE,
            Occasion.UPDATE,
            Occasion.INTERNAL_UPDATE,
            Occasion.NOT_FIXED,
            Occasion.AFFECTED,
            Occasion.RATING,
        ),
    ),
    (_("What changes"), (Occasion.STATUS, Occasion.PRIORITY, Occasion.VISIBILITY)),
    (
        _("What someone has to look after"),
        (Occasion.NO_ONE_RESPONSIBLE, Occasion.ALL_REJECTED, Occasion.CONFIGURATION, Occasion.DELIVERY),
    ),
)
# What people would not like to have sent, unless they ask for it. All else is on.
_OFF_FOR_EMPLOYEES: Mapping[Occasion, Collection[Channel]] = {
    Occasion.STATUS: (EMAIL,),
    Occasion.AFFECTED: (EMAIL,),
    Occasion.INTERNAL_UPDATE: (EMAIL,),
    Occasion.PRIORITY: (EMAIL, PUSH),
    Occasion.VISIBILITY: (EMAIL, PUSH),
    Occasion.RATING: (EMAIL, PUSH),
    # Where e-mail fails, e-mail does not help.
    Occasion.DELIVERY: (EMAIL,),
}
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_MOST_STEPS = 9
_OF_ROLE = ("role", "occasion", "channel", "is_on")
_OF_PERSON = ("person", "occasion", "channel", "is_on")


def is_on_by_default(role: str, occasion: Occasion, channel: Channel) -> bool:
    """As the product comes, before an administrator changes the defaults of a role."""
    # Customers get everything that concerns them until they switch it off.
    return Role(role) in (Role.MANAGER, Role.SUBSCRIBER, Role.CODE_USER) or channel not in _OFF_FOR_EMPLOYEES.get(
        occasion, ()
    )


def defaults_of(role: str) -> dict[tuple[str, str], bool]:
    """Whether people of the role get each occasion by each channel unless they choose otherwise; one query."""
    changed = RoleDefault.objects.filter(role=role).values_list("occasion", "channel", "is_on")
    return _defaults(role) | {(occasion, channel): is_on for occasion, channel, is_on in changed}


def _defaults(role: str) -> dict[tuple[str, str], bool]:
    return {
        (occasion.value, channel.value): is_on_by_default(role, occasion, channel)
        for occasion in Occasion
        for channel in Channel
    }


@dataclass(frozen=True)
class Wishes:
    """All that a person has set, read at once."""

    preferences: Preferences
    channels: Mapping[tuple[str, str], bool]
    exemptions: tuple[Exemption, ...]
    muted: frozenset[int]

    def wants(self, occasion: Occasion, channel: Channel, scope: Scope) -> bool:
        """Whether the person wants to be sent something of this occasion by the channel."""
        said = [each.is_on for each in self.exemptions if each.channel == channel and _is_about(each, scope)]
        # Who switched off one of two teams that a ticket was offered to wants to hear less.
        return all(said) if said else self.channels[occasion.value, channel.value]

    def hears(self, ticket_id: int, moment: datetime) -> bool:
        """Whether a tone may sound about the ticket, on a page that is open."""
        wants_quiet = ticket_id in self.muted or self.may_be_sent_at(moment) > moment
        return self.preferences.plays_sound and not wants_quiet

    def always(self, channel: Channel, scope: Scope) -> list[Exemption]:
        """The exceptions by which something is sent whatever the person has chosen for its occasion."""
        return [each for each in self.exemptions if each.channel == channel and each.is_on and _is_about(each, scope)]

    def may_be_sent_at(self, moment: datetime) -> datetime:
        """The moment itself, or the end of the quiet hours and days off in which it lies."""
        own = self.preferences
        zone = ZoneInfo(own.time_zone)
        local = moment.astimezone(zone)
        # Each step ends a quiet time or a day off. Nothing comes later than the morning of the only working day, of
        # which only quiet hours were left: the night, six days off, and the quiet hours before that morning.
        for _number in range(_MOST_STEPS):
            if own.working_days and not own.works_on(local.weekday()):
                local = _at(local + _DAY, time(), zone)
            elif (end := _end_of_quiet(own, local, zone)) is not None:
                local = end
            else:
                break
        # Where clocks are set back, quiet hours may end a second time: what waited once goes out.
        return max(local.astimezone(moment.tzinfo), moment)

    def digest_at(self, moment: datetime) -> datetime | None:
        """When the next e-mail goes out that gathers what came up to this moment; None where each is sent at once."""
        own = self.preferences
        local = moment.astimezone(ZoneInfo(own.time_zone))
        if own.pace == Pace.HOURLY:
            # Not by the clock on the wall, which leaves out an hour in spring and repeats one in autumn.
            found = (
                moment + _HOUR - timedelta(minutes=local.minute, seconds=local.second, microseconds=moment.microsecond)
            )
        elif own.pace == Pace.DAILY:
            today = _at(local, own.digest_at, ZoneInfo(own.time_zone))
            found = today if today > local else _at(local + _DAY, own.digest_at, ZoneInfo(own.time_zone))
        else:
            return None
        return self.may_be_sent_at(found.astimezone(moment.tzinfo))


def wishes_of(person: Person, muted_at: datetime) -> Wishes:
    """Five queries."""
    return wishes_of_all([person], muted_at)[person.pk]


def wishes_of_all(people: Collection[Person], muted_at: datetime) -> dict[int, Wishes]:
    """By the id of the person; five queries, however many people."""
    ids, roles = [person.pk for person in people], {person.role for person in people}
    stored = {each.person_id: each for each in Preferences.objects.filter(person__in=ids)}
    defaults = {role: _defaults(role) for role in roles}
    for role, occasion, channel, is_on in RoleDefault.objects.filter(role__in=roles).values_list(*_OF_ROLE):
        defaults[role][occasion, channel] = is_on
    chosen: dict[int, dict[tuple[str, str], bool]] = {key: {} for key in ids}
    for key, occasion, channel, is_on in Choice.objects.filter(person__in=ids).values_list(*_OF_PERSON):
        chosen[key][occasion, channel] = is_on
    exemptions, mutes = Exemption.objects.filter(person__in=ids), Mute.objects.filter(person__in=ids)
    exempted, muted = list(exemptions), list(mutes.lasting(muted_at).values_list("person", "ticket"))
    return {
        person.pk: Wishes(
            preferences=stored.get(person.pk) or Preferences(person=person),
            channels=defaults[person.role] | chosen[person.pk],
            exemptions=tuple(each for each in exempted if each.person_id == person.pk),
            muted=frozenset(ticket for key, ticket in muted if key == person.pk),
        )
        for person in people
    }


def hears_any(person: Person, tickets: Collection[int], moment: datetime) -> bool:
    """Whether a tone may sound about one of the tickets, on a page that is open; two queries."""
    mutes = Mute.objects.filter(person=person, ticket__in=tickets).lasting(moment)
    muted = frozenset(mutes.values_list("ticket", flat=True))
    wishes = Wishes(preferences_of(person), channels={}, exemptions=(), muted=muted)
    return any(wishes.hears(ticket_id, moment) for ticket_id in tickets)


def preferences_of(person: Person) -> Preferences:
    """The stored ones, or those of a new row that is not saved."""
    return Preferences.objects.filter(person=person).first() or Preferences(person=person)


def occasions_for(role: str) -> list[Occasion]:
    """What a person of the role can be told of at all."""
    customers = {
        Occasion.NEW_TICKET,
        Occasion.SENT_TO_MANAGERS,
        Occasion.MESSAGE,
        Occasion.UPDATE,
        Occasion.STATUS,
    }
    superiors = {Occasion.NO_ONE_RESPONSIBLE, Occasion.ALL_REJECTED, Occasion.CONFIGURATION}
    if role == Role.SUBSCRIBER:
        left_out = set(Occasion) - customers | {Occasion.NEW_TICKET, Occasion.SENT_TO_MANAGERS}
    elif role == Role.MANAGER:
        left_out = set(Occasion) - customers
    elif role == Role.MEMBER:
        left_out = {*superiors, Occasion.SENT_TO_MANAGERS, Occasion.DELIVERY}
    elif role == Role.MODERATOR:
        left_out = {Occasion.SENT_TO_MANAGERS, Occasion.DELIVERY}
    else:
        left_out = {Occasion.SENT_TO_MANAGERS}
    return [occasion for occasion in Occasion if occasion not in left_out]


def grouped(occasions: Iterable[Occasion]) -> list[tuple[str | Promise, list[Occasion]]]:
    """The occasions under headings, without headings that would have none."""
    wanted = set(occasions)
    groups = [(label, [each for each in members if each in wanted]) for label, members in _GROUPS]
    return [(label, members) for label, members in groups if members]


def _is_about(exemption: Exemption, scope: Scope) -> bool:
    if exemption.template_id is not None:
        return exemption.template_id == scope.template_id
    return exemption.team_id in scope.team_ids


def _end_of_quiet(own: Preferences, local: datetime, zone: ZoneInfo) -> datetime | None:
    """When the quiet hours end in which the moment lies; None where it lies in none."""
    begin, end = own.quiet_from, own.quiet_until
    if begin is None or end is None or begin == end:
        return None
    at = local.time().replace(tzinfo=None)
    if begin < end:
        return _at(local, end, zone) if begin <= at < end else None
    # Over midnight.
    if at >= begin:
        return _at(local + _DAY, end, zone)
    return _at(local, end, zone) if at < end else None


def _at(day: datetime, moment: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day.date(), moment, tzinfo=zone)
