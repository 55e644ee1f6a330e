"""Reads that are more than a queryset: who is responsible, who has least to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, Value
from django.db.models.functions import Lower, Replace

from fleet.actors import Actor
from fleet.models import CustomerTeam, Decision, Group, MetaTeam, Person, Team, Template
from fleet.models.devices import DeviceQuerySet


@dataclass(frozen=True)
class Responsible:
    """The employees of a group for a customer, and the meta teams that lead to nobody."""

    people: list[Person]
    unresolved: list[MetaTeam]


def group_for(template: Template | None, chosen: Group | None) -> Group | None:
    """The chosen group, else the first of the template, else none."""
    if chosen is not None or template is None:
        return chosen
    return template.groups.order_by("position", "id").first()


def responsible_people(group: Group | None, customer_id: int | None) -> Responsible:
    """Active employees of the group: its own, those of its teams, and of its meta teams' team for the customer.

    A meta team resolves to the customer's mapped team, else to its default team, else to nobody.
    """
    if group is None:
        return Responsible([], [])
    resolved = {meta: team_for(meta, customer_id) for meta in group.meta_teams.select_related("default_team")}
    teams: list[Team] = [*group.teams.all(), *(team for team in resolved.values() if team)]
    people = Person.objects.employees().filter(Q(pk__in=group.employees.all()) | Q(teams__in=teams)).distinct()
    unresolved = [meta for meta, team in resolved.items() if team is None]
    return Responsible(list(people.order_by("pk")), unresolved)


def team_for(meta_team: MetaTeam, customer_id: int | None) -> Team | None:
    """The team that serves the customer, else the default team."""
    mapping = CustomerTeam.objects.filter(meta_team=meta_team, customer=customer_id).select_related("team").first()
    return mapping.team if mapping else meta_team.default_team


def least_busy(people: Iterable[Person]) -> Person | None:
    """The one with the fewest running assignments; the longest known one on a tie.

    Running means not ended: finished tickets keep their people, so only what is not dealt with counts.
    """
    working = Q(assignments__ended_at=None, assignments__ticket__status__in=("assigned", "in_progress"))
    ranked = Person.objects.filter(pk__in=[p.pk for p in people]).annotate(load=Count("assignments", filter=working))
    return ranked.order_by("load", "pk").first()


def is_responsible(person_id: int | None, ticket: Any) -> bool:
    """Whether the person's assignment to the ticket has not ended; costs no query where assignments are prefetched."""
    return person_id is not None and any(
        a.person_id == person_id and a.ended_at is None for a in ticket.assignments.all()
    )


def has_open_offer(person_id: int | None, ticket: Any) -> bool:
    """Whether an offer of the ticket waits for the person's decision; costs no query where offers are prefetched."""
    return person_id is not None and any(
        o.person_id == person_id and o.decision == Decision.OPEN for o in ticket.offers.all()
    )


def responsible_of(ticket: Any) -> list[Person]:
    """Who is responsible for the ticket now."""
    return [a.person for a in ticket.assignments.all() if a.ended_at is None]


def find_devices(devices: DeviceQuerySet, words: str, actor: Actor) -> DeviceQuerySet:
    """The devices in which all words are found; blanks and dashes of plates and serial numbers do not count.

    Whoever only holds the code of a device finds it by what the code shows, not by its customer or place.
    """
    for column in ("licence_plate", "serial_number"):
        bare = Lower(Replace(Replace(column, Value("-")), Value(" ")))
        devices = devices.annotate(**{f"bare_{column}": bare})
    for word in words.split():
        devices = devices.filter(_on_the_device(word) | (_about_its_owner(word) & _owned_by(actor)))
    return devices.order_by("name", "pk")


def _on_the_device(word: str) -> Q:
    bare_word = _bare(word)
    found = Q(bare_licence_plate__contains=bare_word) | Q(bare_serial_number__contains=bare_word, licence_plate="")
    return found | Q(name__icontains=word) | Q(model__icontains=word) | Q(template__name__icontains=word)


def _about_its_owner(word: str) -> Q:
    found = Q(location__icontains=word) | Q(customer__name__icontains=word)
    return found | Q(bare_serial_number__contains=_bare(word))


def _owned_by(actor: Actor) -> Q:
    return Q() if actor.is_employee else Q(customer__isnull=False, customer=actor.customer_id)


def _bare(word: str) -> str:
    return word.lower().replace("-", "") or word
