"""The registry of rules: default deny, one answer of each kind, no silent mistakes."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.common import rules
from config.common.errors import DomainError, InvalidInput, NotAllowed, NotVisible, WrongStatus
from config.common.rules import HIDDEN, YES, may, no, not_now, require, rule, rule_names


@pytest.fixture(autouse=True)
def own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "_rules", dict(rules._rules))


def test_an_unknown_rule_is_an_error_and_never_a_yes() -> None:
    with pytest.raises(ImproperlyConfigured):
        may(None, "test.unknown")

    with pytest.raises(ImproperlyConfigured):
        require(None, "test.unknown")


def test_a_rule_is_registered_once() -> None:
    rule("test.open")(lambda actor, obj: YES)

    assert "test.open" in rule_names()
    with pytest.raises(ImproperlyConfigured):
        rule("test.open")(lambda actor, obj: YES)


@pytest.mark.parametrize(
    ("verdict", "error", "status"),
    [(HIDDEN, NotVisible, 404), (no("You may not."), NotAllowed, 403), (not_now("Too late."), WrongStatus, 409)],
)
def test_a_refusal_is_raised_as_what_it_is_with_its_reason(
    verdict: rules.Verdict, error: type[DomainError], status: int
) -> None:
    rule("test.refuse")(lambda actor, obj: verdict)

    with pytest.raises(error) as caught:
        require(None, "test.refuse")
    assert caught.value.http_status == status
    assert str(caught.value) == (str(verdict.reason) or str(error.default_message))
    assert not may(None, "test.refuse")


def test_a_yes_raises_nothing() -> None:
    rule("test.allow")(lambda actor, obj: YES)
    require(None, "test.allow")
    assert may(None, "test.allow")


def test_the_first_refusal_of_several_counts() -> None:
    refusal = no("No.")

    assert (YES & refusal) is refusal
    assert (HIDDEN & refusal) is HIDDEN
    assert (refusal & HIDDEN) is refusal
    assert YES & YES


def test_every_refusal_has_a_sentence_and_a_code() -> None:
    for error in (DomainError, NotVisible, NotAllowed, WrongStatus, InvalidInput):
        raised = error()
        assert str(raised).endswith(".")
        assert raised.code
        assert 400 <= raised.http_status < 500

    assert InvalidInput("No.", code="empty", field="text").field == "text"


def test_the_rules_of_every_app_are_registered_at_start() -> None:
    assert {name.split(".")[0] for name in rule_names()} >= {"fleet", "ticketing", "ratings"}
