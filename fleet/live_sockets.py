"""Counts of open sockets by code and by address: in Redis for all processes, or without Redis in this process."""

import logging
import threading
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol

from asgiref.sync import sync_to_async
from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

from config.common import clock

logger = logging.getLogger(__name__)

# An open socket renews its place, and a place that is not renewed runs out, so that a process that dies blocks none.
RENEW_AFTER = 60  # Seconds; a socket without a beat is closed after about as many.
LIFETIME = 180  # Seconds.
PREFIX = "fleetdesk:sockets:"


@dataclass(frozen=True)
class Place:
    """The place of one socket under each name, with the name's limit, as `fleet.services.limits` returns them."""

    limits: Mapping[str, int]
    key: str = field(default_factory=lambda: uuid.uuid4().hex)


class Places(Protocol):
    """Where open sockets are counted."""

    def take(self, place: Place) -> bool:
        """Take the place; returns False and takes nothing where one of its names has no room left."""

    def renew(self, *places: Place) -> bool:
        """Keep the places for another `LIFETIME`, also those that were lost meanwhile."""

    def leave(self, place: Place) -> bool:
        """Give the place back; harmless for one that was never taken."""


class PlacesHere:
    """In the memory of this process."""

    def __init__(self) -> None:
        self._ends: defaultdict[str, dict[str, float]] = defaultdict(dict)
        self._lock = threading.Lock()

    def take(self, place: Place) -> bool:
        with self._lock:
            self._forget_ended()
            if any(len(self._ends[name]) >= limit for name, limit in place.limits.items()):
                return False
            return self._enter(place)

    def renew(self, *places: Place) -> bool:
        with self._lock:
            for place in places:
                self._enter(place)
        return True

    def leave(self, place: Place) -> bool:
        with self._lock:
            for name in place.limits:
                self._ends[name].pop(place.key, None)
        return True

    def _enter(self, place: Place) -> bool:
        for name in place.limits:
            self._ends[name][place.key] = _ends_at()
        return True

    def _forget_ended(self) -> None:
        for name, ends in list(self._ends.items()):
            self._ends[name] = {key: end for key, end in ends.items() if end > _now()}
            if not self._ends[name]:
                del self._ends[name]


class PlacesInRedis:
    """In Redis, for all processes. Raises `RedisError` while Redis is away."""

    def __init__(self, client: "Redis") -> None:
        self._client = client

    def take(self, place: Place) -> bool:
        with self._client.pipeline() as pipeline:
            # Each name is a sorted set of sockets, ordered by when their places run out.
            for name in place.limits:
                pipeline.zremrangebyscore(PREFIX + name, "-inf", _now())
                pipeline.zadd(PREFIX + name, {place.key: _ends_at()})
                pipeline.expire(PREFIX + name, LIFETIME)
                pipeline.zcard(PREFIX + name)
            counts = pipeline.execute()[3::4]
        # Entered before it is counted: of two at once that see the last place, at most one keeps it.
        if any(count > limit for count, limit in zip(counts, place.limits.values(), strict=True)):
            self.leave(place)
            return False
        return True

    def renew(self, *places: Place) -> bool:
        with self._client.pipeline() as pipeline:
            for place in places:
                for name in place.limits:
                    pipeline.zadd(PREFIX + name, {place.key: _ends_at()})
                    pipeline.expire(PREFIX + name, LIFETIME)
            pipeline.execute()
        return True

    def leave(self, place: Place) -> bool:
        with self._client.pipeline() as pipeline:
            for name in place.limits:
                pipeline.zrem(PREFIX + name, place.key)
            pipeline.execute()
        return True

    def counts(self) -> dict[str, int]:
        """The number of open sockets under each name that has any."""
        names = sorted(key.decode().removeprefix(PREFIX) for key in self._client.scan_iter(f"{PREFIX}*"))
        counts = {name: int(self._client.zcount(PREFIX + name, _now(), "+inf")) for name in names}
        return {name: count for name, count in counts.items() if count}

    def clear(self, names: Iterable[str]) -> None:
        """Forget the places under these names; open sockets take theirs again when they renew them."""
        for name in names:
            self._client.delete(PREFIX + name)


@cache
def shared_places() -> PlacesInRedis | None:
    """The places that all processes share; None without Redis."""
    if not settings.REDIS_URL:
        return None
    # Seconds: a Redis that does not respond must not make every page wait for its socket.
    return PlacesInRedis(Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1))


async def take_place(place: Place) -> bool:
    """Take a place; returns False where too many sockets are open. A place without limits is always free."""
    return not place.limits or await _call(lambda places: places.take(place))


async def renew_places(places: Sequence[Place]) -> None:
    """Keep the places of sockets that are still open."""
    if places:
        await _call(lambda counted: counted.renew(*places))


async def leave_place(place: Place) -> None:
    """Give back the place of a socket that was closed."""
    if place.limits:
        await _call(lambda places: places.leave(place))


_here = PlacesHere()


async def _call(operation: Callable[[Places], bool]) -> bool:
    """Do it in Redis; without Redis, or while it is away, in this process."""

    def call() -> bool:
        shared = shared_places()
        if shared is not None:
            try:
                return operation(shared)
            except RedisError as error:
                logger.warning("Redis is away (%s): this process counts its sockets for itself.", type(error).__name__)
        return operation(_here)

    # Not on the thread that all queries of sockets share: Redis may let it wait.
    return await sync_to_async(call, thread_sensitive=False)()


def _now() -> float:
    return clock.now().timestamp()


def _ends_at() -> float:
    return _now() + LIFETIME
