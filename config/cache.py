"""The cache over Redis: it holds only what is counted against guessing, and must never shut the door."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

# A Redis that does not answer costs a second a question, and a sign-in asks some ten: so it is left alone for a while.
LEFT_ALONE_SECONDS = 10


def _in_redis_or_here(name: str) -> Callable[..., Any]:
    def method(self: "SteadyRedisCache", *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= SteadyRedisCache.back_at:
            try:
                return getattr(RedisCache, name)(self, *args, **kwargs)
            except RedisError as error:
                SteadyRedisCache.back_at = time.monotonic() + LEFT_ALONE_SECONDS
                logger.warning("Redis is away (%s): this process counts for itself.", type(error).__name__)
        return getattr(self.here, name)(*args, **kwargs)

    return method


class SteadyRedisCache(RedisCache):
    """Redis; while it is away, the memory of this process: people sign in all the same, and guessing stays slow."""

    back_at = 0.0  # Of the monotonic clock; of the whole process, as each request has a cache of its own.

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        # Above this, counts are thrown away. With Django's 300, guessing from many addresses forgets itself.
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
