"""Scans are counted by day, odd ones are found, and a link for a time ends."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from config.common import clock
from config.common.errors import NotVisible
from fleet.actors import ANONYMOUS, Actor, KnownActor, actor_of
from fleet.code_scans import odd_scans, with_odd_scans
from fleet.models import Code, CodeDay
from fleet.services import code_scans, code_tokens, codes
from fleet.services.codes import PinNeeded, WrongPin
from fleet.sessions import actors_of_sessions
from tests.cast import client_of
from tests.factories import CodeFactory, ManagerFactory, MemberFactory, ModeratorFactory

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LAST = NOON.date()


def scan(code: Code, session: dict[str, Any] | None = None, actor: Actor = ANONYMOUS, pin: str | None = None) -> None:
    held: dict[str, Any] = {} if session is None else session
    codes.enter_code(actor=actor, token=code_tokens.token_of(code), session=held, pin=pin)


def counted(code: Code) -> list[tuple[date, int, int, int]]:
    return [(each.day, each.scans, each.browsers, each.refused) for each in code.days.all()]


def test_scans_are_counted_by_day_and_those_of_employees_are_not() -> None:
    code, session = CodeFactory(pin="4711"), dict[str, Any]()

    with clock.freeze(NOON):
        for pin in (None, "0000"):
            with pytest.raises(PinNeeded):
                scan(code, session, pin=pin)
        scan(code, session, pin="4711")
        with CaptureQueriesContext(connection) as asked:
            scan(code, session)
        scan(code, actor=KnownActor(person=ManagerFactory(customer=code.device.customer)))
        scan(code, actor=KnownActor(person=MemberFactory()))
    with clock.freeze(NOON + timedelta(days=1)):
        scan(code, session)

    assert counted(code) == [(date(2026, 11, 21), 1, 0, 0), (LAST, 3, 2, 1)]
    assert Code.objects.get(pk=code.pk).last_scanned_at == NOON + timedelta(days=1)
    assert len(asked) == 3


def test_own_people_who_scan_a_disabled_code_are_no_new_browsers() -> None:
    code, session = CodeFactory(is_enabled=False), dict[str, Any]()

    with clock.freeze(NOON):
        for _time in range(2):
            scan(code, session, KnownActor(person=ManagerFactory(customer=code.device.customer)))

    assert counted(code) == [(LAST, 2, 0, 0)]


def test_scans_of_shut_codes_are_counted_by_the_statements_of_unknown_ones() -> None:
    disabled, unpaired, renewed = CodeFactory(is_enabled=False), CodeFactory(device=None), CodeFactory()
    asked = []
    tokens = [code_tokens.token_of(code) for code in (disabled, unpaired, renewed)]
    codes.rotate_code(actor=KnownActor(person=ModeratorFactory()), code=renewed)

    with clock.freeze(NOON):
        for token in (*tokens, "a" * 32):
            with CaptureQueriesContext(connection) as statements, pytest.raises(NotVisible):
                codes.enter_code(actor=ANONYMOUS, token=token, session={})
            asked.append(len(statements))

    assert [counted(code) for code in (disabled, unpaired, renewed)] == [[(LAST, 0, 0, 1)], [(LAST, 0, 0, 1)], []]
    assert asked == [2] * 4


@pytest.mark.any_database
def test_a_scan_that_cannot_be_counted_opens_the_device(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr(code_scans, "_execute", fail)
    code, session = CodeFactory(), dict[str, Any]()

    scan(code, session)

    assert actor_of(None, session).holds(code.device_id)


def days(*, browsers: dict[int, int] | None = None, refused: dict[int, int] | None = None) -> list[CodeDay]:
    """By how many days ago."""
    new, wrong = browsers or {}, refused or {}
    return [
        CodeDay(day=LAST - timedelta(days=back), browsers=new.get(back, 0), refused=wrong.get(back, 0))
        for back in {*new, *wrong}
    ]


@pytest.mark.parametrize(
    ("found", "is_odd"),
    [
        (days(), False),
        (days(browsers={0: 9}), False),
        (days(browsers={0: 10}), True),
        (days(browsers={1: 10}), True),
        (days(browsers={2: 100}), False),
        (days(browsers={0: 40, **dict.fromkeys(range(1, 31), 8)}), True),
        (days(browsers={0: 39, **dict.fromkeys(range(1, 31), 8)}), False),
        # Before the thirty days that are compared.
        (days(browsers={0: 12, 31: 900}), True),
        (days(refused={0: 19}), False),
        (days(refused={1: 20}), True),
    ],
)
def test_what_is_odd_is_found_by_page_and_list_alike(found: list[CodeDay], is_odd: bool) -> None:
    code = CodeFactory()
    for each in found:
        CodeDay.objects.create(code=code, day=each.day, browsers=each.browsers, refused=each.refused)

    with clock.freeze(NOON):
        listed = with_odd_scans(Code.objects.all()).exists()

    assert (odd_scans(found, LAST) is not None, listed) == (is_odd, is_odd)


# For a time -------------------------------------------------------------------------------------------------------


@pytest.fixture
def moderator() -> Actor:
    return KnownActor(person=ModeratorFactory())


def shared_token(actor: Actor, code: Code) -> str:
    return codes.share_code(actor=actor, code=code).url.rstrip("/").rsplit("/", 1)[1]


def test_a_link_for_a_time_opens_for_thirty_minutes_on_pages_and_sockets(moderator: Actor) -> None:
    code, session = CodeFactory(), dict[str, Any]()
    with clock.freeze(NOON):
        token = shared_token(moderator, code)
    with clock.freeze(NOON + timedelta(minutes=29)):
        codes.enter_code(actor=ANONYMOUS, token=token, session=session)
        key = client_of(session=session).session.session_key or ""
        assert actor_of(None, session).holds(code.device_id)
        assert actors_of_sessions([key])[key].ends_at == NOON + timedelta(minutes=30)
        assert actors_of_sessions([key])[key].actor.holds(code.device_id)
    with clock.freeze(NOON + timedelta(minutes=30)):
        assert actor_of(None, session) == ANONYMOUS
        assert actors_of_sessions([key])[key].actor == ANONYMOUS
        with pytest.raises(NotVisible):
            codes.enter_code(actor=ANONYMOUS, token=token, session={})


def test_a_link_for_a_time_takes_nothing_from_who_scanned_the_sticker(moderator: Actor) -> None:
    code = CodeFactory()
    with clock.freeze(NOON):
        token, both, later = shared_token(moderator, code), dict[str, Any](), dict[str, Any]()
        scan(code, both)
        codes.enter_code(actor=ANONYMOUS, token=token, session=both)
        codes.enter_code(actor=ANONYMOUS, token=token, session=later)
        scan(code, later)
    with clock.freeze(NOON + timedelta(hours=1)):
        assert actor_of(None, both).holds(code.device_id)
        assert actor_of(None, later).holds(code.device_id)


def test_a_link_for_a_time_ends_with_what_logs_out_and_asks_for_the_pin(moderator: Actor) -> None:
    code = CodeFactory(pin="4711")
    token, session = shared_token(moderator, code), dict[str, Any]()
    with pytest.raises(WrongPin):
        codes.enter_code(actor=ANONYMOUS, token=token, session=session, pin="0000")
    codes.enter_code(actor=ANONYMOUS, token=token, session=session, pin="4711")
    # Written in another way it would be another token to try PINs of.
    for other in (token[:-1] + ("a" if token[-1] != "a" else "b"), token.upper(), token[:-8] + "=" * 8, "é" * 64):
        with pytest.raises(NotVisible):
            codes.enter_code(actor=ANONYMOUS, token=other, session={}, pin="4711")

    codes.log_out_code_users(actor=moderator, code=code)

    assert not actor_of(None, session).device_ids
    with pytest.raises(NotVisible):
        codes.enter_code(actor=ANONYMOUS, token=token, session={}, pin="4711")
