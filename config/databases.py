"""Where data are kept: SQLite or PostgreSQL, and what processes share, in Redis or in the memory of the only one."""

import warnings
from typing import Any

import environ

from config.environment import WrongSetting

TEN_YEARS = 10 * 365 * 24 * 60 * 60  # Seconds.

# Anything less loses writes when several requests write at once.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;",
}


def database(url: str, *, pool_size: int, wait_seconds: int, prepares: bool) -> dict[str, Any]:
    """DATABASE_URL as Django reads it: SQLite made safe for concurrent writes, PostgreSQL with a connection pool."""
    try:
        with warnings.catch_warnings():
            # The library warns of parts that it leaves out, and shows the password.
            warnings.simplefilter("error")
            found: dict[str, Any] = environ.Env.db_url_config(url)
    except (ValueError, UserWarning):
        # What is not understood as a whole is refused below.
        found = {}
    engine = str(found.get("ENGINE", ""))
    if engine.endswith("sqlite3") and found["NAME"]:
        return {**found, "OPTIONS": SQLITE_OPTIONS}
    if engine.endswith("postgresql") and found["NAME"]:
        # A gap in the connection is not worth minutes of waiting for the next try.
        pool = {"min_size": 2, "max_size": pool_size, "timeout": wait_seconds, "reconnect_timeout": 10}
        # A connection that the server ended is replaced, not handed to a page.
        # Needed to prepare a statement at all; which ones are prepared is said by `planned_once`.
        options = {**found.get("OPTIONS", {}), "pool": pool, "server_side_binding": prepares}
        return {**found, "OPTIONS": options, "CONN_HEALTH_CHECKS": True}
    raise WrongSetting(
        "DATABASE_URL cannot be read. It must begin with sqlite:/// or postgres:// and name a database: "
        "sqlite:////path/to/fleetdesk.sqlite3 or postgres://user:password@host/name."
    )


def channel_layers(redis_url: str) -> dict[str, Any]:
    if not redis_url:
        # All sockets of the process share one channel, for as long as it runs: by default it would forget its groups
        # after a day, and hints beyond the hundredth that waits.
        config = {"capacity": 10_000, "group_expiry": TEN_YEARS}
        return {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": config}}
    return {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [redis_url], "prefix": "fleetdesk"},
        }
    }


def caches(redis_url: str) -> dict[str, Any]:
    if not redis_url:
        return {
            "default": {
                "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
                # Above this, counts are thrown away. With Django's 300, guessing from many addresses forgets itself.
                "OPTIONS": {"MAX_ENTRIES": 50_000},
            }
        }
    return {
        "default": {
            "BACKEND": "config.cache.SteadyRedisCache",
            "LOCATION": redis_url,
            "KEY_PREFIX": "fleetdesk",
            # Seconds: a Redis that does not answer must not keep people from signing in.
            "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
        }
    }
