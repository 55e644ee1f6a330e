"""Tries are counted: for which address, for how long, and what gives them back."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache

from config.common.attempts import Guard, Limit

LIMIT = Limit("test", tries=3, seconds=60)
GUARD = Guard(pair=Limit("test-pair", tries=3, seconds=60), secret=Limit("test-secret", tries=5, seconds=600))


def tries(address: str, count: int) -> list[bool]:
    return [GUARD.take("secret", address) for _ in range(count)]


def test_a_limit_counts_each_one_for_itself_until_its_window_ends(later: Callable[[float], None]) -> None:
    assert [LIMIT.take("alice"), LIMIT.take("alice"), LIMIT.take("bob")] == [1, 2, 1]

    later(59)
    assert LIMIT.take("alice") == 3

    later(2)
    assert LIMIT.take("alice") == 1


def test_what_is_given_back_or_forgotten_counts_no_more() -> None:
    for _ in range(3):
        LIMIT.take("alice")

    LIMIT.give_back("alice")
    after_giving_back = LIMIT.take("alice")
    LIMIT.forget("alice")

    assert (after_giving_back, LIMIT.take("alice")) == (3, 1)


def test_giving_back_after_the_window_leaves_no_credit(later: Callable[[float], None]) -> None:
    LIMIT.take("alice")
    later(61)

    LIMIT.give_back("alice")

    assert LIMIT.take("alice") == 1


def test_a_count_that_ends_while_it_is_taken_begins_anew_and_ends_again(
    monkeypatch: pytest.MonkeyPatch, later: Callable[[float], None]
) -> None:
    def incr_as_redis_without_end(self: LocMemCache, key: str, delta: int = 1) -> int:
        cache.set(key, 1, timeout=None)
        return 1

    with monkeypatch.context() as patch:
        patch.setattr(LocMemCache, "incr", incr_as_redis_without_end)
        assert LIMIT.take("alice") == 1
    assert LIMIT.take("alice") == 2
    later(61)
    assert LIMIT.take("alice") == 1


def test_counts_are_not_thrown_away_by_many_others() -> None:
    for _ in range(3):
        LIMIT.take("alice")

    for number in range(1_000):
        LIMIT.take(str(number))

    assert LIMIT.take("alice") == 4


def test_a_pair_has_some_tries_and_then_waits_from_the_last_one(later: Callable[[float], None]) -> None:
    assert tries("one", 2) == [True, True]

    later(50)
    assert tries("one", 3) == [True, False, False]

    later(50)
    assert tries("one", 1) == [False]
    assert tries("another", 1) == [True]

    later(11)
    assert tries("one", 1) == [True]


def test_guessing_from_everywhere_becomes_slow_and_shuts_no_place_out(later: Callable[[float], None]) -> None:
    assert tries("one", 3) + tries("two", 2) == [True] * 5
    assert tries("three", 4) == [True, False, False, False]
    assert tries("four", 2) == [True, False]

    later(61)
    assert tries("three", 2) == [True, False]

    later(600)
    assert tries("three", 4) == [True, True, True, False]


def test_refused_tries_do_not_use_up_what_all_addresses_share() -> None:
    tries("one", 50)
    assert tries("two", 3) == [True, True, False]


def test_a_right_secret_is_no_guess() -> None:
    for _ in range(20):
        assert tries("one", 1) == [True]
        GUARD.forget("secret", "one")

    assert tries("two", 3) == [True, True, True]
