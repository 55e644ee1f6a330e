"""Limits for the connections of a serving process, and a watch that ends the process when its pool is stuck."""

import logging
import os
import signal
import time
from collections.abc import Mapping
from threading import Thread, Timer
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connections

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg_pool import ConnectionPool

logger = logging.getLogger(__name__)

# Each below the next: a lock gives up before its statement, and a statement before a request for a connection does.
LOCK_SECONDS, STATEMENT_SECONDS = 20, 25
WATCH_SECONDS = 5
# Longer than any statement may take: a connection that is held until then does not come back.
UNREADY_SECONDS, STUCK_SECONDS = 30, 60
LAST_SECONDS = 30  # For a process that was asked to end and does not.
# While nothing connects, a new page says so after this time instead of waiting for a connection that cannot come.
UNREACHABLE_SECONDS = 1


def serve_with_limits() -> None:
    """Let every connection of this process give up statements and locks that take too long, and start the watch.

    For servers only: a migration or a check of the journal may take as long as it takes. Does nothing on SQLite.
    """
    options = connections["default"].settings_dict["OPTIONS"]
    if "pool" in options:
        limits = f"-c lock_timeout={LOCK_SECONDS}s -c statement_timeout={STATEMENT_SECONDS}s"
        options["options"] = f"{options.get('options', '')} {limits}".strip()
        options["pool"]["reset"] = watch.count_return
        watch.start()


class PoolWatch(Thread):
    """Ends this process when the pool is empty, requests wait, and no connection comes back for `STUCK_SECONDS`.

    Also shortens the wait for a connection while the database cannot be reached.
    """

    def __init__(self) -> None:
        super().__init__(name="pool-watch", daemon=True)
        self.empty_since: float | None = None
        self.is_unreachable = False
        self.returned = 0
        self.came_back = 0
        self.errors = 0

    @property
    def stuck_seconds(self) -> float:
        """For how long no connection has come back although requests wait, in seconds; 0 while all is well."""
        return time.monotonic() - self.empty_since if self.empty_since is not None else 0

    @property
    def is_ready(self) -> bool:
        return self.stuck_seconds < UNREADY_SECONDS

    def count_return(self, _connection: object) -> None:
        """Called by the pool for each connection that is given back."""
        # The pool's own figures count only those that came back broken.
        self.returned += 1

    def run(self) -> None:
        while self.stuck_seconds < STUCK_SECONDS:
            time.sleep(WATCH_SECONDS)
            pool = existing_pool()
            if pool is not None:
                self.look(pool.get_stats())
                pool.timeout = UNREACHABLE_SECONDS if self.is_unreachable else settings.DATABASE_WAIT_SECONDS
        logger.critical("No connection to the database came back for %d s: this process ends.", STUCK_SECONDS)
        # The supervisor of the process starts it again.
        end_process()

    def look(self, figures: Mapping[str, int]) -> None:
        """Update `empty_since` and `is_unreachable` from the statistics of psycopg_pool."""
        # A pool that is only busy gets connections back all the time. Its number of waiting requests would not show the
        # difference: it includes those that gave up.
        came_back = self.returned + figures.get("returns_bad", 0)
        moves = came_back != self.came_back
        errors = figures.get("connections_errors", 0)
        # Until the first one comes back: without requests the pool stops trying and counts no errors.
        self.is_unreachable = not moves and (self.is_unreachable or errors > self.errors)
        self.came_back, self.errors = came_back, errors
        waiting = figures.get("requests_waiting", 0)
        is_stuck = waiting > 0 and figures.get("pool_available", 0) == 0 and not moves and not self.is_unreachable
        if not is_stuck:
            self.empty_since = None
        elif self.empty_since is None:
            self.empty_since = time.monotonic()
            logger.warning("All connections to the database are taken, and requests wait.")


def existing_pool() -> "ConnectionPool[Connection] | None":
    """The pool of this process; None before the first connection."""
    # Django's property `pool` would make one here, in the thread that only looks.
    pool: ConnectionPool[Connection] | None = getattr(connections["default"], "_connection_pools", {}).get("default")
    return pool


def end_process() -> None:
    """Ask this process to end in order, and kill it after `LAST_SECONDS` if it has not."""
    last = Timer(LAST_SECONDS, os._exit, [1])
    last.daemon = True
    last.start()
    os.kill(os.getpid(), signal.SIGTERM)


watch = PoolWatch()
