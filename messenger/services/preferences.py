"""What people, and administrators for those of a role, set about their notifications."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from config.common.rules import require
from fleet.actors import KnownActor
from fleet.models import Person
from messenger.models import Channel, Choice, Exemption, Mute, Occasion, Preferences, RoleDefault
from messenger.preferences import defaults_of, is_on_by_default
from messenger.services import outbox

# Whether something is on, by occasion and channel.
Channels = Mapping[tuple[str, str], bool]


@dataclass(frozen=True)
class WantedExemption:
    """A channel, always or never, for one template or one team."""

    channel: str
    is_on: bool
    template_id: int | None = None
    team_id: int | None = None


@dataclass(frozen=True)
class Settings:
    """All that a person sets at once; `values` are the fields of `Preferences`."""

    values: Mapping[str, Any]
    channels: Channels
    exemptions: Collection[WantedExemption]
    language: str


@transaction.atomic
def save_settings(*, actor: KnownActor, wanted: Settings) -> None:
    """Store the actor's own settings, also for what waits to be sent.

    What stays as it is, is no choice: there the defaults of the role go on to apply. Raises `NotVisible` for people who
    do not sign in.
    """
    require(actor, "messenger.change_own_settings")
    # Two windows of one person, one after the other.
    person = Person.objects.select_for_update(no_key=True).get(pk=actor.person.pk)
    Preferences.objects.update_or_create(person=person, defaults=dict(wanted.values))
    _store_choices(person, wanted.channels)
    Exemption.objects.filter(person=person).delete()
    # The last one counts where two are about the same.
    exemptions = {(each.template_id, each.team_id, each.channel): each for each in wanted.exemptions}
    Exemption.objects.bulk_create(Exemption(person=person, **vars(each)) for each in exemptions.values())
    if person.language != wanted.language:
        Person.objects.filter(pk=person.pk).update(language=wanted.language)
    outbox.reconsider(person)


def _store_choices(person: Person, channels: Channels) -> None:
    defaults = defaults_of(person.role)
    chosen = {(row.occasion, row.channel): row for row in Choice.objects.filter(person=person)}
    for key, is_on in channels.items():
        row = chosen.get(key)
        if is_on == (row.is_on if row else defaults[key]):
            continue
        if row is not None and is_on == defaults[key]:
            row.delete()
        else:
            occasion, channel = key
            Choice.objects.update_or_create(
                person=person, occasion=occasion, channel=channel, defaults={"is_on": is_on}
            )


@transaction.atomic
def reset_choices(*, actor: KnownActor) -> None:
    """Let the actor have the channels of their role again; all else that they set stays.

    Raises `NotVisible` for people who do not sign in.
    """
    require(actor, "messenger.change_own_settings")
    Choice.objects.filter(person=actor.person_id).delete()


def mute(*, actor: KnownActor, ticket_id: int, until: datetime | None) -> Mute:
    """Keep the ticket out of the actor's e-mails and push notifications until then, or for good.

    A building block: the caller holds the transaction, and knows that the actor sees the ticket.
    """
    require(actor, "messenger.change_own_settings")
    found, _is_new = Mute.objects.update_or_create(person=actor.person, ticket_id=ticket_id, defaults={"until": until})
    return found


@transaction.atomic
def unmute(*, actor: KnownActor, ticket_id: int) -> bool:
    """Send the actor again what is new about the ticket, which they need not see any more; returns if it was muted.

    Raises `NotVisible` for people who do not sign in.
    """
    require(actor, "messenger.change_own_settings")
    count, _rows = Mute.objects.filter(person=actor.person_id, ticket=ticket_id).delete()
    return bool(count)


@dataclass(frozen=True)
class ChangedDefault:
    """A default of a role that is another one now; `row` has no key where it is the product's again."""

    row: RoleDefault
    was_on: bool


@transaction.atomic
def set_role_defaults(*, actor: KnownActor, role: str, channels: Channels) -> list[ChangedDefault]:
    """Store what people of the role get unless they choose otherwise; what they have chosen stays.

    Returns what changed. Raises `NotAllowed` for all but administrators.
    """
    require(actor, settings.ADMINISTRATION_RULE)
    before = defaults_of(role)
    changed = []
    for (occasion, channel), is_on in channels.items():
        if is_on == before[occasion, channel]:
            continue
        fact = {"role": role, "occasion": occasion, "channel": channel}
        RoleDefault.objects.filter(**fact).delete()
        row = RoleDefault(**fact, is_on=is_on)
        # The product's own defaults may change with a new version: who never wanted another one gets the new one.
        if is_on != is_on_by_default(role, Occasion(occasion), Channel(channel)):
            row.save()
        changed.append(ChangedDefault(row, was_on=not is_on))
    return changed
