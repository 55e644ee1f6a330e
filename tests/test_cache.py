"""Redis is gone and everything works: no one stays outside because a limit cannot be counted."""

from typing import Any

import pytest
from django.core.cache import cache
from django.core.cache.backends.redis import RedisCache
from django.test import Client
from redis.exceptions import RedisError

from config.cache import SteadyRedisCache
from config.common.attempts import Guard, Limit
from fleet.services.code_tokens import token_of
from tests.factories import PASSWORD, CodeFactory, MemberFactory

pytestmark = pytest.mark.django_db


BACKEND = f"{SteadyRedisCache.__module__}.{SteadyRedisCache.__qualname__}"


@pytest.fixture(autouse=True)
def redis_is_away(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SteadyRedisCache, "back_at", 0.0)
    settings.CACHES = {"default": {"BACKEND": BACKEND, "LOCATION": "redis://127.0.0.1:1/0"}}
    cache.clear()


@pytest.fixture
def redis_is_there(settings: Any, redis_url: str, redis_is_away: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SteadyRedisCache, "back_at", 0.0)
    settings.CACHES = {"default": {"BACKEND": BACKEND, "LOCATION": redis_url}}


@pytest.mark.usefixtures("redis_is_there")
def test_tries_are_counted_in_redis() -> None:
    guard = Guard(pair=Limit("pair", tries=3, seconds=60), secret=Limit("secret", tries=3, seconds=60))

    assert [guard.take("secret", "one") for _ in range(4)] == [True, True, True, False]
    guard.forget("secret", "one")
    assert [guard.take("secret", "one") for _ in range(3)] == [True, False, False]
    assert guard.take("secret", "another")
    assert not SteadyRedisCache.back_at


def test_a_redis_that_is_away_is_not_asked_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def fail(self: RedisCache, key: str, *args: Any, **kwargs: Any) -> Any:
        asked.append(key)
        raise RedisError

    monkeypatch.setattr(RedisCache, "get", fail)
    monkeypatch.setattr(SteadyRedisCache, "back_at", 0.0)

    assert [cache.get(key) for key in ("a", "b")] == [None, None]
    assert asked == ["a"]
    monkeypatch.setattr(SteadyRedisCache, "back_at", 0.0)
    assert cache.get("c") is None
    assert asked == ["a", "c"]


def test_people_sign_in_without_redis(client: Client) -> None:
    person = MemberFactory()

    response = client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})

    assert response.status_code == 302
    assert "_auth_user_id" in client.session


def test_guessing_a_pin_stays_slow_without_redis(client: Client) -> None:
    address = f"/c/{token_of(CodeFactory(pin='1234'))}/"
    assert [client.post(address, {"pin": "9999"}).status_code for _ in range(6)] == [403] * 5 + [429]
    assert client.post(address, {"pin": "1234"}).status_code == 429


def test_what_is_counted_here_can_be_read_and_taken_away() -> None:
    cache.set("a", 1)
    cache.set_many({"b": 2})

    assert (cache.incr("a"), cache.touch("a"), cache.has_key("b")) == (2, True, True)
    assert cache.get_many(["a", "b"]) == {"a": 2, "b": 2}

    cache.delete("a")
    cache.delete_many(["b"])
    assert cache.get("a") is cache.get("b") is None
