"""The registry of rules: the one place that answers who may do what.

Each app's ``permissions.py`` registers its rules with ``@rule("app.verb")``. A rule takes an actor and an object and
answers with a `Verdict`. Unknown and duplicate names are programming errors and raise at once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

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


YES = Verdict(True)
HIDDEN = Verdict(False, NotVisible)
Rule = Callable[[Any, Any], Verdict]
_rules: dict[str, Rule] = {}


def no(reason: str | Promise) -> Verdict:
    """Refuse somebody who knows the object (403)."""
    return Verdict(False, NotAllowed, reason)


def not_now(reason: str | Promise = "") -> Verdict:
    """Refuse because of the present status (409)."""
    return Verdict(False, WrongStatus, reason)


def rule(name: str) -> Callable[[Rule], Rule]:
    """Register a rule under ``app.verb``; a second one of that name is an error."""

    def register(function: Rule) -> Rule:
        if name in _rules:
            raise ImproperlyConfigured(f"The rule {name} is registered twice.")
        _rules[name] = function
        return function

    return register


def may(actor: Any, name: str, obj: Any = None) -> Verdict:
    """Ask a rule. Raises `ImproperlyConfigured` for a name that nobody registered."""
    try:
        function = _rules[name]
    except KeyError:
        raise ImproperlyConfigured(f"There is no rule {name}.") from None
    return function(actor, obj)


def require(actor: Any, name: str, obj: Any = None) -> None:
    """Ask a rule and raise its refusal: `NotVisible`, `NotAllowed` or `WrongStatus`."""
    verdict = may(actor, name, obj)
    if not verdict:
        raise verdict.error(verdict.reason or None)


def rule_names() -> frozenset[str]:
    """All names that are registered, for checks at start-up and in tests."""
    return frozenset(_rules)
