"""Whom a text calls by an @."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import ManagerFactory, MemberFactory
from ticketing.services.mentions import mentioned_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "is_called"),
    [
        ("@Tom Whitfield please look", True),
        ("Please look, @TOM  whitfield.", True),
        ("(@Tom\nWhitfield)", True),
        ("Tom Whitfield was here", False),
        ("@Tom was here", False),
        ("@Tom Whitfielder", False),
        ("mail@tom whitfield", True),
    ],
)
def test_a_colleague_is_called_by_an_at_and_the_full_name(text: str, is_called: bool) -> None:
    tom = MemberFactory(first_name="Tom", last_name="Whitfield")
    assert mentioned_in(text) == ([tom.pk] if is_called else [])


def test_only_active_employees_are_called_and_the_longer_name_wins() -> None:
    MemberFactory(first_name="Anne", last_name="Öz", is_active=False)
    ManagerFactory(first_name="Anne", last_name="Öz")
    MemberFactory(first_name="Anne", last_name="Öztürk")
    longer = MemberFactory(first_name="Anne", last_name="Öz-Lange")
    other = MemberFactory(first_name="Jean", last_name="D'Arc")

    assert mentioned_in("@anne öz and @Jean D'Arc, @Anne Öz-Lange") == [longer.pk, other.pk]


def test_a_text_without_an_at_asks_for_no_one() -> None:
    with CaptureQueriesContext(connection) as queries:
        assert mentioned_in("Two hours of work") == []
    assert len(queries) == 0
