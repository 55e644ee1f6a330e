"""Sessions are written where they changed, and no more often."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session

from fleet.session_store import SessionStore

pytestmark = pytest.mark.django_db


def test_a_new_session_is_written_at_once(django_assert_num_queries: Callable[[int], Any]) -> None:
    session = SessionStore()
    session["seen"] = "yes"

    # Two of them are the savepoint around it.
    with django_assert_num_queries(3):
        session.save()

    assert SessionStore(session.session_key)["seen"] == "yes"


def test_a_session_is_saved_again_only_when_it_changed(django_assert_num_queries: Callable[[int], Any]) -> None:
    session = SessionStore()
    session["codes"] = {"a": 1}
    session.save()

    with django_assert_num_queries(0):
        session.save()
    session["codes"]["b"] = 2
    session.save()

    assert SessionStore(session.session_key)["codes"] == {"a": 1, "b": 2}


def test_a_session_with_a_new_key_is_saved_under_it() -> None:
    session = SessionStore()
    session["seen"] = "yes"
    session.save()
    before = session.session_key

    session.cycle_key()
    session.save()

    assert session.session_key != before
    assert Session.objects.get().pk == session.session_key
    assert SessionStore(session.session_key)["seen"] == "yes"
