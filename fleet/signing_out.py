"""What apps above have to end when somebody signs out, or gets a new password; they register it at start."""

from collections.abc import Callable, Mapping
from typing import Any

from fleet.models import Person

Session = Mapping[str, Any]

_ending: list[Callable[[Session], None]] = []
_ending_others: list[Callable[[Person, Session], None]] = []


def on_sign_out(end: Callable[[Session], None]) -> None:
    """Calls `end` with the session of everybody who signs out, in the same transaction."""
    if end not in _ending:
        _ending.append(end)


def end_of_session(session: Session) -> None:
    """A building block: the caller holds the transaction."""
    for end in _ending:
        end(session)


def on_new_password(end: Callable[[Person, Session], None]) -> None:
    """Calls `end` with everybody who gets a new password, and the only session that stays, in the same transaction."""
    if end not in _ending_others:
        _ending_others.append(end)


def end_of_other_sessions(person: Person, session: Session) -> None:
    """A building block: the caller holds the transaction."""
    for end in _ending_others:
        end(person, session)
