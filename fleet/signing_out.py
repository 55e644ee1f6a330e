"""What apps above have to end when somebody signs out of a browser; they register it at start."""

from collections.abc import Callable, Mapping
from typing import Any

Session = Mapping[str, Any]

_ending: list[Callable[[Session], None]] = []


def on_sign_out(end: Callable[[Session], None]) -> None:
    """Calls `end` with the session of everybody who signs out, in the same transaction."""
    if end not in _ending:
        _ending.append(end)


def end_of_session(session: Session) -> None:
    """A building block: the caller holds the transaction."""
    for end in _ending:
        end(session)
