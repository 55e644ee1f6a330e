"""What is supplied from above is there: rules, notification kinds and live topics, by every name the product uses."""

import ast
import re
from collections.abc import Iterator
from typing import TypeVar

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.common.rules import rule_names
from messenger.kinds import require_kind
from messenger.topics import Topic, register_topic
from tests.source import ROOT, modules
from ticketing import entry_kinds
from ticketing.entry_kinds import ENTRY_KINDS, EntryKind, EntryNotification

K = TypeVar("K")
RULE = re.compile(r"(fleet|messenger|ticketing|ratings)\.[a-z_]+")


def constants(tree: ast.AST) -> Iterator[str]:
    return (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))


def is_file(text: str) -> bool:
    return text.endswith(".toml") or (ROOT / f"{text.replace('.', '/')}.py").exists()


def used_rules() -> set[str]:
    """The names of rules in the source, but for where they are registered; modules and data files look alike."""
    found: list[str] = []
    for _path, tree in modules():
        named = [text for text in constants(tree) if RULE.fullmatch(text) and not is_file(text)]
        for text in registered_in(tree):
            named.remove(text)
        found += named
    return set(found)


def registered_in(tree: ast.AST) -> Iterator[str]:
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    decorators = (call for function in functions for call in function.decorator_list if isinstance(call, ast.Call))
    return (text for call in decorators if ast.unparse(call.func) == "rule" for text in constants(call))


def declared(kind: type[K]) -> list[K]:
    """The constants of `ticketing.entry_kinds` of that type."""
    return [value for value in vars(entry_kinds).values() if isinstance(value, kind)]


def test_every_rule_that_is_asked_is_registered() -> None:
    assert len(used_rules()) > 30
    assert used_rules() <= rule_names()


def test_every_rule_that_is_registered_is_asked() -> None:
    assert rule_names() - used_rules() == set()


def test_every_kind_of_entry_can_be_found_by_its_name() -> None:
    assert declared(EntryKind) == list(ENTRY_KINDS.values())


def test_every_notification_is_registered_with_a_sentence() -> None:
    of_entries = [notification for kind in ENTRY_KINDS.values() for notification in kind.notifications]
    notifications = [*of_entries, *declared(EntryNotification)]

    assert len(notifications) > 8
    assert all(require_kind(each.name).sentence for each in notifications)


def test_a_topic_guarded_by_no_rule_stops_the_start() -> None:
    with pytest.raises(ImproperlyConfigured):
        register_topic(Topic(re.compile("unguarded"), "ticketing.no_such_rule", list, list))

    with pytest.raises(ImproperlyConfigured):
        require_kind("no_such_kind")
