"""The actor of a request or socket: a person or none, and the codes and private links that the browser holds."""

import uuid
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import QuerySet

from config.common import clock
from config.common.rows import get_or_none
from fleet.models import Code, Person, PrivateLink, Role

CODES_KEY = "codes"
CODE_USER_KEY = "code_user"
LINKS_KEY = "links"
# By hand, because each page behind a code needs it: Django takes longer to put two such statements together than the
# database takes to carry them out. What else a person has serves signing in, and is fetched where it is asked for.
_CODE_USER_WITH_CODES = """
    SELECT person.id, person.role, person.email, person.contact_email, person.phone, person.first_name,
        person.last_name, person.language, person.customer_id, person.is_active,
        code.id AS code_id, code.epoch AS code_epoch, code.device_id AS code_device_id
    FROM fleet_person person CROSS JOIN fleet_code code
    WHERE person.id = %%s AND person.role = %%s AND person.is_active = %%s
        AND code.is_enabled = %%s AND code.device_id IS NOT NULL AND code.id IN (%(keys)s)
"""


@dataclass(frozen=True)
class Actor:
    """The subject of every rule."""

    # Only a `KnownActor` has one.
    person: Person | None = field(default=None, init=False)
    device_ids: frozenset[int] = field(default_factory=frozenset)
    # For limits, not for rules: the code held for each device, the one scanned last at the end, and the address as
    # `config.common.addresses` returns it; empty where the actor came over no network.
    code_ids: dict[int, uuid.UUID] = field(default_factory=dict, compare=False)
    address: str = field(default="", compare=False)
    # The tickets that private links open for the browser, each with the code user as whom it acts there.
    links: Mapping[int, Person] = field(default_factory=dict, compare=False)
    # Those of `device_ids` that only codes open which were shared for a time.
    passing_ids: frozenset[int] = field(default_factory=frozenset)

    @property
    def person_id(self) -> int | None:
        return self.person.pk if self.person else None

    @property
    def is_employee(self) -> bool:
        return self.person is not None and self.person.is_employee

    @property
    def is_superior(self) -> bool:
        return self.person is not None and self.person.is_superior

    @property
    def is_administrator(self) -> bool:
        return self.person is not None and self.person.is_administrator

    @property
    def is_manager(self) -> bool:
        return self.person is not None and self.person.role == Role.MANAGER

    @property
    def is_customer_person(self) -> bool:
        return self.person is not None and self.person.is_customer_person

    @property
    def is_signed_in(self) -> bool:
        return self.person is not None and not self.person.is_code_user

    @property
    def customer_id(self) -> int | None:
        """The customer of a manager or subscriber; None for everyone else."""
        return self.person.customer_id if self.person and self.person.is_customer_person else None

    def holds(self, device_id: int | None) -> bool:
        """Whether the browser holds a valid code of the device."""
        return device_id in self.device_ids

    def holds_for_a_time(self, device_id: int | None) -> bool:
        """Whether the browser holds only codes of the device that were shared for a time."""
        return device_id in self.passing_ids

    def opens(self, ticket_id: int) -> bool:
        """Whether the browser holds a private link of the ticket."""
        return ticket_id in self.links

    def with_person(self, person: Person) -> "KnownActor":
        return KnownActor(person, self.device_ids, self.code_ids, self.address, self.links, self.passing_ids)

    def at_ticket(self, ticket_id: int) -> "Actor":
        """The same browser as it acts on that ticket: behind a private link as the code user who created it.

        People who signed in act under their own names.
        """
        person = self.links.get(ticket_id)
        return self if person is None or self.is_signed_in else self.with_person(person)


@dataclass(frozen=True)
class KnownActor(Actor):
    """An actor who is a person with a row: all that is written has an author."""

    person: Person = field(init=True)


ANONYMOUS = Actor()


# The epoch and the device of a code that opens one.
CodePlace = tuple[int, int]
# The ticket that a private link opens, and its person.
LinkPlace = tuple[int, Person]


def actor_of(user: AbstractBaseUser | AnonymousUser | None, session: Mapping[str, Any], address: str = "") -> Actor:
    """The actor behind a request, from its user and session.

    A deactivated person counts as not signed in. Codes count while they are enabled, paired, and of the epoch at which
    the browser scanned them. Costs one query, or two where the code user or all codes no longer count, and one more
    where private links were opened.
    """
    places, code_user = _read_session(session)
    return actor_from(user, session, places, lambda: code_user, find_links(held_links(session)), address)


def actor_from(
    user: AbstractBaseUser | AnonymousUser | None,
    session: Mapping[str, Any],
    places: Mapping[uuid.UUID, CodePlace],
    find_code_user: Callable[[], Person | None],
    links: Mapping[int, LinkPlace],
    address: str = "",
) -> Actor:
    """As `actor_of`, with codes and links as `find_codes` and `find_links` return them.

    Asks for the code user only where it counts.
    """
    held = held_codes(session)
    opened = dict(links[key] for key in held_links(session) if key in links)
    codes = {places[key][1]: key for key, epoch in held.items() if key in places and places[key][0] == epoch}
    passing = frozenset(codes) - _lasting(session, places)
    if isinstance(user, Person) and user.is_active and not user.is_code_user:
        # Employees act as employees only, also on a device whose code they scanned.
        codes, opened = ({}, {}) if user.is_employee else (codes, opened)
        return KnownActor(person=user, device_ids=frozenset(codes), code_ids=codes, address=address, links=opened)
    actor = Actor(device_ids=frozenset(codes), code_ids=codes, address=address, links=opened, passing_ids=passing)
    # A code user is known by a code only: when the last one is invalid, so is the person.
    person = find_code_user() if codes else None
    return actor.with_person(person) if person else actor


def _lasting(session: Mapping[str, Any], places: Mapping[uuid.UUID, CodePlace]) -> set[int]:
    """The devices of codes that are held without an end."""
    lasting = ((places[key], epoch) for key, (epoch, end) in _holdings(session) if end is None and key in places)
    return {device for (present, device), epoch in lasting if present == epoch}


# What a session keeps of a code: the epoch at which it was scanned, and when that ends where it was shared for a time.
Holding = tuple[int, datetime | None]


def held_codes(session: Mapping[str, Any]) -> dict[uuid.UUID, int]:
    """The epoch at which the browser scanned each code, in the order in which they were scanned.

    Without those that were shared for a time that has ended.
    """
    return {key: epoch for key, (epoch, end) in _holdings(session) if end is None or end > clock.now()}


def holding_of(session: Mapping[str, Any], key: uuid.UUID) -> Holding | None:
    """How the browser holds the code; None where it does not, or not any more."""
    held = dict(_holdings(session)).get(key)
    return held if held is not None and (held[1] is None or held[1] > clock.now()) else None


def next_end(session: Mapping[str, Any]) -> datetime | None:
    """When the first of the held codes ends that were shared for a time; None where there is none."""
    ends = [end for _key, (_epoch, end) in _holdings(session) if end is not None and end > clock.now()]
    return min(ends, default=None)


def stored_holding(epoch: int, end: datetime | None) -> int | list[int]:
    """As a session keeps it, where only seconds since 1970 stand for a time."""
    return epoch if end is None else [epoch, int(end.timestamp())]


def _holdings(session: Mapping[str, Any]) -> Iterator[tuple[uuid.UUID, Holding]]:
    for key, kept in (session.get(CODES_KEY) or {}).items():
        epoch, end = kept if isinstance(kept, list) else (kept, None)
        yield uuid.UUID(key), (epoch, None if end is None else datetime.fromtimestamp(end, UTC))


def find_codes(keys: Collection[uuid.UUID]) -> dict[uuid.UUID, CodePlace]:
    """Those of the codes that open a device; no query for none."""
    if not keys:
        return {}
    found = _opening(keys).values_list("pk", "epoch", "device_id")
    return {key: (epoch, device) for key, epoch, device in found if device}


def held_links(session: Mapping[str, Any]) -> list[int]:
    """The private links that the browser opened."""
    return list(session.get(LINKS_KEY) or ())


def find_links(keys: Collection[int]) -> dict[int, LinkPlace]:
    """Those of the private links that open their ticket; no query for none."""
    if not keys:
        return {}
    found = PrivateLink.objects.opening().filter(pk__in=keys).select_related("person")
    return {link.pk: (link.ticket_id, link.person) for link in found}


def code_user_of(session: Mapping[str, object]) -> Person | None:
    """The active code user whose row a session names; no query where it names none."""
    person_id = session.get(CODE_USER_KEY)
    return None if person_id is None else get_or_none(_active_code_user(person_id))


def _read_session(session: Mapping[str, Any]) -> tuple[dict[uuid.UUID, CodePlace], Person | None]:
    """Says the same as `find_codes` and `code_user_of`, in one query where both are there."""
    keys, person_id = list(held_codes(session)), session.get(CODE_USER_KEY)
    if not keys or person_id is None:
        return find_codes(keys), None
    ids = [Code._meta.pk.get_db_prep_value(key, connection) for key in keys]
    query = _CODE_USER_WITH_CODES % {"keys": ", ".join(["%s"] * len(keys))}
    rows: list[Any] = list(Person.objects.raw(query, [person_id, Role.CODE_USER, True, True, *ids]))
    if not rows:
        return find_codes(keys), None
    places = {uuid.UUID(str(row.code_id)): (row.code_epoch, row.code_device_id) for row in rows}
    return places, rows[0]


def _opening(keys: Collection[uuid.UUID]) -> QuerySet[Code]:
    return Code.objects.filter(pk__in=keys, is_enabled=True, device__isnull=False)


def _active_code_user(person_id: object) -> QuerySet[Person]:
    return Person.objects.filter(pk=person_id, role=Role.CODE_USER, is_active=True)
