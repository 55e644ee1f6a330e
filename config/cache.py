"""The cache in Redis. It only holds counters against guessing, so people sign in although it is gone."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

# Each try costs a second while Redis is gone, and a sign-in asks it some ten times.
PAUSE_SECONDS = 10


def _in_redis_or_here(name: str) -> Callable[..., Any]:
    def method(self: "SteadyRedisCache", *args: object, **kwargs: object) -> object:
        if time.monotonic() >= SteadyRedisCache.back_at:
            try:
                return getattr(RedisCache, name)(self, *args, **kwargs)
            except RedisError as error:
                SteadyRedisCache.back_at = time.monotonic() + PAUSE_SECONDS
                logger.warning("Redis is away (%s): this process counts for itself.", type(error).__name__)
        return getattr(self.here, name)(*args, **kwargs)

    return method


class SteadyRedisCache(RedisCache):
    """Redis, or the memory of this process while Redis is gone: guessing stays slow."""

    # Of the monotonic clock, and of the whole process: each request has a cache of its own.
    back_at = 0.0

    def __init__(self, server: str, params: dict[str, object]) -> None:
        super().__init__(server, params)
        # Above this, entries are deleted: with Django's 300, an attack from many addresses would delete its own counts.
        self.here = LocMemCache("redis-is-away", {**params, "max_entries": 50_000})

    add = _in_redis_or_here("add")
    get = _in_redis_or_here("get")
    set = _in_redis_or_here("set")
    touch = _in_redis_or_here("touch")
    delete = _in_redis_or_here("delete")
    get_many = _in_redis_or_here("get_many")
    has_key = _in_redis_or_here("has_key")
    incr = _in_redis_or_here("incr")
    set_many = _in_redis_or_here("set_many")
    delete_many = _in_redis_or_here("delete_many")
    clear = _in_redis_or_here("clear")
