"""The registry of what fields propose while someone types into them: people, devices and what other apps register.

An app registers its sources by `register_source` at start. A source knows what an actor may be shown.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model
from django.utils.functional import Promise

from config.common import attempts
from config.common.errors import TooMuch
from config.common.text import start_key, without_nul

MIN_LENGTH = 3  # Letters and digits. Fewer fit nearly everything.
MAX_LENGTH = 100  # Characters.
MAX_SUGGESTIONS = 10
# Nobody types so much all the time, and who collects names by trying letters gets no further.
_LIMIT = attempts.Limit("suggestions", tries=300, seconds=attempts.WAIT_SECONDS)


class Asker(Protocol):
    """Who types: an actor, as far as it is known here."""

    @property
    def person_id(self) -> int | None: ...


@dataclass(frozen=True)
class Suggestion:
    """A row to choose; `detail` tells it from others with the same label."""

    row: Model
    label: str
    detail: str = ""

    @property
    def value(self) -> str:
        return str(self.row.pk)


@dataclass(frozen=True)
class Source:
    """How an actor finds rows.

    ``find(actor, words, limit)`` returns those that begin with the words, ``get(actor, id)`` the one with that id, or
    None. Both leave out what the actor may not see. `nothing` is said where nothing was found.
    """

    # The type of an actor is known to the apps only.
    find: Callable[..., list[Suggestion]]
    get: Callable[..., Suggestion | None]
    nothing: str | Promise


@dataclass(frozen=True)
class Found:
    """`is_cut` where there are more than these."""

    suggestions: list[Suggestion]
    is_cut: bool = False


_sources: dict[str, Source] = {}


def register_source(name: str, source: Source) -> None:
    """Raises `ImproperlyConfigured` for a name that is taken."""
    if name in _sources:
        raise ImproperlyConfigured(f"The source {name} is registered twice.")
    _sources[name] = source


def source_names() -> frozenset[str]:
    return frozenset(_sources)


def source_of(name: str) -> Source:
    """Raises `ImproperlyConfigured` for a name that is not registered."""
    try:
        return _sources[name]
    except KeyError:
        raise ImproperlyConfigured(f"There is no source {name}.") from None


def suggest(actor: Asker, name: str, words: str) -> Found | None:
    """What begins with the words; None as long as they are too short. Raises `TooMuch` for whoever asks too often."""
    words = without_nul(words[:MAX_LENGTH])
    if sum(map(str.isalnum, words)) < MIN_LENGTH or not start_key(words):
        return None
    if _LIMIT.take(str(actor.person_id)) > _LIMIT.tries:
        raise TooMuch(retry_after=_LIMIT.seconds)
    found = source_of(name).find(actor, words, MAX_SUGGESTIONS + 1)
    return Found(found[:MAX_SUGGESTIONS], is_cut=len(found) > MAX_SUGGESTIONS)
