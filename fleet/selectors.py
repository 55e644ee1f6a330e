"""Reads of fleet that are more than a queryset: responsibility, and searches for devices, customers and people."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from config.common.text import name_words
from fleet.actors import Actor
from fleet.models import Code, CustomerTeam, Decision, Device, FormerToken, Group, MetaTeam, Person, Team, Template
from fleet.models.customers import CustomerQuerySet
from fleet.models.devices import DeviceQuerySet
from fleet.models.people import PersonQuerySet
from fleet.models.reservations import ReservationQuerySet, number_key
from fleet.models.responsibility import TicketLike
from fleet.services.code_tokens import clean_token, hash_short_id, hash_token, shared_code_of
from fleet.short_ids import clean_short_id

_TOKEN = re.compile(r"[a-z2-7]{20,}")


@dataclass(frozen=True)
class Responsible:
    """The employees of a group for a customer, and the meta teams without a team for that customer."""

    people: list[Person]
    unresolved: list[MetaTeam]


def group_for(template: Template | None, chosen: Group | None) -> Group | None:
    """The chosen group, or else the template's default group, which is its first one; without a template the desk's."""
    if chosen is not None:
        return chosen
    return Group.objects.filter(template=template).order_by("position", "id").first()


def responsible_people(group: Group | None, customer_id: int | None) -> Responsible:
    """Active employees of the group: its own, those of its teams, and of its meta teams' team for the customer."""
    if group is None:
        return Responsible([], [])
    resolved = teams_for(list(group.meta_teams.select_related("default_team")), customer_id)
    named = Q(pk__in=group.employees.all()) | Q(teams__in=group.teams.all())
    if teams := [team for team in resolved.values() if team]:
        named |= Q(teams__in=teams)
    people = Person.objects.employees().filter(named).distinct()
    unresolved = [meta for meta, team in resolved.items() if team is None]
    return Responsible(list(people.order_by("pk")), unresolved)


def groups_with(person_id: int, groups: Collection[tuple[int, int | None]]) -> set[tuple[int, int | None]]:
    """Those pairs of a group and a customer for which the person is among its `responsible_people`.

    Four queries, however many; the person is an active employee.
    """
    keys = {group for group, _customer in groups}
    if not keys:
        return set()
    own = set(Team.objects.filter(members=person_id).values_list("pk", flat=True))
    of_groups = Group.objects.filter(pk__in=keys)
    named = set(of_groups.filter(Q(employees=person_id) | Q(teams__in=own)).values_list("pk", flat=True))
    meta_teams = list(
        of_groups.filter(meta_teams__isnull=False).values_list("pk", "meta_teams", "meta_teams__default_team")
    )
    found = CustomerTeam.objects.filter(
        meta_team__in={meta for _key, meta, _team in meta_teams},
        customer__in={customer for _group, customer in groups if customer is not None},
    )
    mapped: dict[tuple[int, int | None], int] = {
        (meta, customer): team for meta, customer, team in found.values_list("meta_team", "customer", "team")
    }

    def is_in(group: int, customer: int | None) -> bool:
        teams = (mapped.get((meta, customer), team) for key, meta, team in meta_teams if key == group)
        return group in named or any(team in own for team in teams)

    return {pair for pair in groups if is_in(*pair)}


def teams_for(meta_teams: Collection[MetaTeam], customer_id: int | None) -> dict[MetaTeam, Team | None]:
    """The team of each meta team that the customer is mapped to, or else the default team, if there is one."""
    if not meta_teams:
        return {}
    mappings = CustomerTeam.objects.filter(meta_team__in=meta_teams, customer=customer_id).select_related("team")
    mapped = {mapping.meta_team_id: mapping.team for mapping in mappings}
    return {meta: mapped.get(meta.pk, meta.default_team) for meta in meta_teams}


def is_responsible(person_id: int | None, ticket: TicketLike) -> bool:
    """Whether the person has an assignment to the ticket that has not ended; no query where they are prefetched."""
    return person_id is not None and any(
        a.person_id == person_id and a.ended_at is None for a in ticket.assignments.all()
    )


def has_open_offer(person_id: int | None, ticket: TicketLike) -> bool:
    """Whether an offer of the ticket waits for the person's decision; no query where they are prefetched."""
    return person_id is not None and any(
        o.person_id == person_id and o.decision == Decision.OPEN for o in ticket.offers.all()
    )


def responsible_of(ticket: TicketLike) -> list[Person]:
    """The employees who are responsible for the ticket now; no query where assignments are prefetched."""
    return [a.person for a in ticket.assignments.all() if a.ended_at is None]


def find_devices(devices: DeviceQuerySet, words: str, actor: Actor) -> DeviceQuerySet:
    """The devices in which all words are found, in any spelling: case, accents, blanks and dashes do not count."""
    # A person who only holds the code of a device finds it by what the code shows.
    owned = Q() if actor.is_employee else Q(customer__isnull=False, customer=actor.customer_id)
    for word in name_words(words):
        devices = devices.filter(Q(search_public__contains=word) | (Q(search_internal__contains=word) & owned))
    return devices.order_by("name", "pk")


def find_customers(customers: CustomerQuerySet, words: str) -> CustomerQuerySet:
    """The customers in whose name or number all words are found, in any spelling."""
    for word in name_words(words):
        customers = customers.filter(search__contains=word)
    return customers.order_by("name", "pk")


def find_people(people: PersonQuerySet, words: str) -> PersonQuerySet:
    """The people in whose name, e-mail or phone all words are found, in any spelling."""
    for word in name_words(words):
        people = people.filter(search__contains=word)
    return people.order_by("last_name", "pk")


def find_reservations(reservations: ReservationQuerySet, words: str, actor: Actor) -> ReservationQuerySet:
    """The reservations whose number begins with the words, or whose vehicle or person is found by them."""
    if not name_words(words):
        return reservations
    devices = find_devices(Device.objects.all(), words, actor).order_by().values("pk")
    # Who drives a customer's vehicle may be another customer's: no one must learn their phone by trying digits.
    people = find_people(Person.objects.visible_to(actor), words).order_by().values("pk")
    number = Q(key__startswith=number_key(words).removeprefix("#"))
    return reservations.filter(number | Q(device__in=devices) | Q(person__in=people))


def search_codes(codes: QuerySet[Code], words: str) -> QuerySet[Code]:
    """The codes in whose label or device all words are found; or the one whose link or typed id this is.

    Also by a link or id that it had before it was renewed.
    """
    if token := _token_of(words):
        shared = shared_code_of(token)
        return codes.filter(pk=shared.code_id) if shared else _with_hash(codes, token_hash=hash_token(token))
    named = Q()
    for word in name_words(words):
        of_device = Q(device__search_public__contains=word) | Q(device__search_internal__contains=word)
        named &= Q(search__contains=word) | of_device
    if short_id := clean_short_id(words):
        named |= Q(pk__in=_with_hash(Code.objects.order_by(), short_hash=hash_short_id(short_id)).values("pk"))
    return codes.filter(named)


def _token_of(words: str) -> str:
    """That of a link as it was pasted, with what stands behind it; empty where there is none."""
    for word in words.split():
        parts = [part for part in word.split("/") if any(map(str.isalnum, part))]
        if parts and _TOKEN.fullmatch(token := clean_token(parts[-1])):
            return token
    return ""


def _with_hash(codes: QuerySet[Code], **hashed: str) -> QuerySet[Code]:
    return codes.filter(Q(**hashed) | Q(pk__in=FormerToken.objects.filter(**hashed).order_by().values("code")))
