"""Redis is gone and everything works: nobody stays outside because a limit cannot be counted."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from config.cache import SteadyRedisCache
from fleet.services.codes import token_of
from tests.factories import PASSWORD, CodeFactory, MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def redis_is_away(settings: Any) -> None:
    backend = f"{SteadyRedisCache.__module__}.{SteadyRedisCache.__qualname__}"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": "redis://127.0.0.1:1/0"}}
    cache.clear()


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
