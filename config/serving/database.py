"""Connections to the database of a process that serves: none waits for ever, and none that is lost stays unnoticed."""

import logging
import os
import signal
import time
from threading import Thread, Timer
from typing import Any

from django.conf import settings
from django.db import connections

logger = logging.getLogger(__name__)

# One below the other: a lock gives up before its statement, a statement before who waits for a connection.
LOCK_SECONDS, STATEMENT_SECONDS = 20, 25
WATCH_SECONDS = 5
# Longer than any statement may take: who holds a connection until then will not give it back.
UNREADY_SECONDS, STUCK_SECONDS = 30, 60
LAST_SECONDS = 30  # For a process that was asked to end and does not.
# While nothing connects, a page says so after this time instead of waiting for a connection that cannot come.
UNREACHABLE_SECONDS, REMEMBERED_SECONDS = 1, 15


def serve_with_limits() -> None:
    """Make every connection of this process give up a statement or a lock that takes too long, and watch the pool.

    For servers only: a migration or a check of the journal may take as long as it takes. Nothing on SQLite.
    """
    options = connections["default"].settings_dict["OPTIONS"]
    if "pool" in options:
        limits = f"-c lock_timeout={LOCK_SECONDS}s -c statement_timeout={STATEMENT_SECONDS}s"
        options["options"] = f"{options.get('options', '')} {limits}".strip()
        watch.start()


class PoolWatch(Thread):
    """Notices when the pool is empty, somebody waits, and no connection comes back: then this process must end.

    A pool that is only busy gives connections out all the time. Whoever supervises the process starts it anew.
    Also shortens the waiting for a connection while the database cannot be reached.
    """

    def __init__(self) -> None:
        super().__init__(name="pool-watch", daemon=True)
        self.empty_since: float | None = None
        self.served = -1
        self.errors = 0
        self.failed_at = float("-inf")

    @property
    def stuck_seconds(self) -> float:
        """For how long no connection has come back although somebody waits; 0 while all is well."""
        return time.monotonic() - self.empty_since if self.empty_since is not None else 0

    @property
    def is_ready(self) -> bool:
        return self.stuck_seconds < UNREADY_SECONDS

    @property
    def is_unreachable(self) -> bool:
        """Whether a connection could not be made lately."""
        return time.monotonic() - self.failed_at < REMEMBERED_SECONDS

    def run(self) -> None:
        while self.stuck_seconds < STUCK_SECONDS:
            time.sleep(WATCH_SECONDS)
            pool = existing_pool()
            if pool is not None:
                self.look(pool.get_stats())
                pool.timeout = UNREACHABLE_SECONDS if self.is_unreachable else settings.DATABASE_WAIT_SECONDS
        logger.critical("No connection to the database came back for %d s: this process ends.", STUCK_SECONDS)
        end_process()

    def look(self, figures: dict[str, int]) -> None:
        """Take notice of the pool's figures, as psycopg_pool counts them."""
        if figures.get("connections_errors", 0) > self.errors:
            self.failed_at = time.monotonic()
        self.errors = figures.get("connections_errors", 0)
        waiting = figures.get("requests_waiting", 0)
        served = figures.get("requests_num", 0) - figures.get("requests_errors", 0) - waiting
        is_stuck = waiting > 0 and figures.get("pool_available", 0) == 0 and served == self.served
        self.served = served
        if not is_stuck:
            self.empty_since = None
        elif self.empty_since is None:
            self.empty_since = time.monotonic()
            logger.warning("All connections to the database are taken, and %d requests wait.", waiting)


def existing_pool() -> Any:
    """The pool of this process; None before the first connection."""
    # Asked through Django's property it would be made here, in the thread that only looks.
    return getattr(connections["default"], "_connection_pools", {}).get("default")


def end_process() -> None:
    """Ask this process to end in order; end it when it does not."""
    last = Timer(LAST_SECONDS, os._exit, [1])
    last.daemon = True
    last.start()
    os.kill(os.getpid(), signal.SIGTERM)


watch = PoolWatch()
