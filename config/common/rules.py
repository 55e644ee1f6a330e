"""The registry of rules: who may do what.

Each app's ``permissions.py`` registers its rules with ``@rule("app.verb")``. A rule takes an actor and an object and
returns a `Verdict`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise

from config.common.errors import DomainError, NotAllowed, NotVisible, WrongStatus


@dataclass(frozen=True)
class Verdict:
    """Yes, or a refusal: `error` says of which kind (404, 403, 409), `reason` is the sentence for the reader."""

    allowed: bool
    error: type[DomainError] = NotAllowed
    reason: str | Promise = ""

    def __bool__(self) -> bool:
        return self.allowed

    def __and__(self, other: "Verdict") -> "Verdict":
        return self if not self.allowed else other


YES = Verdict(allowed=True)
HIDDEN = Verdict(allowed=False, error=NotVisible)
# An actor and an object; their types are known to the apps only.
Rule = Callable[..., Verdict]
R = TypeVar("R", bound=Rule)
_rules: dict[str, Rule] = {}


def no(reason: str | Promise) -> Verdict:
    """The refusal of an actor who may know of the object (403)."""
    return Verdict(allowed=False, error=NotAllowed, reason=reason)


def not_now(reason: str | Promise = "") -> Verdict:
    """The refusal because of the present status (409)."""
    return Verdict(allowed=False, error=WrongStatus, reason=reason)


def rule(name: str) -> Callable[[R], R]:
    """Register a rule under ``app.verb``. Raises `ImproperlyConfigured` for a name that is taken."""

    def register(function: R) -> R:
        if name in _rules:
            raise ImproperlyConfigured(f"The rule {name} is registered twice.")
        _rules[name] = function
        return function

    return register


def may(actor: object, name: str, obj: object = None) -> Verdict:
    """Ask a rule. Raises `ImproperlyConfigured` for a name that is not registered."""
    try:
        function = _rules[name]
    except KeyError:
        raise ImproperlyConfigured(f"There is no rule {name}.") from None
    return function(actor, obj)


def require(actor: object, name: str, obj: object = None) -> None:
    """Ask a rule. Raises its refusal: `NotVisible`, `NotAllowed` or `WrongStatus`."""
    verdict = may(actor, name, obj)
    if not verdict:
        raise verdict.error(verdict.reason or None)


def rule_names() -> frozenset[str]:
    """The registered names, for checks at start-up and in tests."""
    return frozenset(_rules)
