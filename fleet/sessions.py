"""The actors of many stored sessions at once, in three statements, or four where private links were opened."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, load_backend
from django.contrib.sessions.models import Session
from django.utils.crypto import constant_time_compare

from config.common import clock
from config.common.gathering import Gathering
from fleet.actors import (
    ANONYMOUS,
    CODE_USER_KEY,
    Actor,
    CodePlace,
    LinkPlace,
    actor_from,
    find_codes,
    find_links,
    held_codes,
    held_links,
    next_end,
)
from fleet.models import Person, Role


@dataclass(frozen=True)
class SessionActor:
    """The actor of a session; `ends_at` is None where there is no such session, or none any more.

    A code that was shared for a time may end before the session: then the actor is another one, and is asked for again.
    """

    actor: Actor
    ends_at: datetime | None = None


NO_SESSION = SessionActor(ANONYMOUS)


async def actor_of_session(key: str | None) -> Actor:
    """The actor of a stored session, read afresh, together with all that are asked for at the same time."""
    found = await _readings.ask(key) if key else NO_SESSION
    return found.actor


def actors_of_sessions(keys: Collection[str]) -> dict[str, SessionActor]:
    """The actor of each session that has not ended, as `actor_of` says it."""
    stored = Session.objects.filter(pk__in=keys, expire_date__gt=clock.now())
    sessions = {session.pk: (session.get_decoded(), session.expire_date) for session in stored}
    everything = [data for data, _end in sessions.values()]
    people = _people_of(everything)
    places = find_codes({key for data in everything for key in held_codes(data)})
    links = find_links({key for data in everything for key in held_links(data)})
    return {
        key: SessionActor(_actor_of(data, people, places, links), min(end, next_end(data) or end))
        for key, (data, end) in sessions.items()
    }


def _actor_of(
    data: Mapping[str, Any],
    people: Mapping[int, Person],
    places: Mapping[uuid.UUID, CodePlace],
    links: Mapping[int, LinkPlace],
) -> Actor:
    return actor_from(_user_of(data, people), data, places, lambda: _code_user_of(data, people), links)


def _people_of(sessions: Sequence[Mapping[str, Any]]) -> dict[int, Person]:
    named = {int(data[name]) for data in sessions for name in (SESSION_KEY, CODE_USER_KEY) if data.get(name)}
    return Person.objects.in_bulk(named) if named else {}


def _user_of(data: Mapping[str, Any], people: Mapping[int, Person]) -> Person | None:
    """Says the same as `django.contrib.auth.get_user`, and writes nothing."""
    path = data.get(BACKEND_SESSION_KEY)
    person = people.get(int(data[SESSION_KEY])) if SESSION_KEY in data else None
    if person is None or path not in settings.AUTHENTICATION_BACKENDS:
        return None
    # As pages do; a new password or secret ends the session.
    if not load_backend(path).user_can_authenticate(person):  # type: ignore[attr-defined]
        return None
    stored = data.get(HASH_SESSION_KEY) or ""
    hashes = (person.get_session_auth_hash(), *person.get_session_auth_fallback_hash())
    return person if any(constant_time_compare(stored, each) for each in hashes) else None


def _code_user_of(data: Mapping[str, Any], people: Mapping[int, Person]) -> Person | None:
    person = people.get(data.get(CODE_USER_KEY) or 0)
    return person if person is not None and person.role == Role.CODE_USER and person.is_active else None


def _read(keys: Sequence[str]) -> list[SessionActor]:
    found = actors_of_sessions(set(keys))
    return [found.get(key, NO_SESSION) for key in keys]


_readings: Gathering[str, SessionActor] = Gathering(_read)
