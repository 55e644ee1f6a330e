"""The addresses by which a supervisor asks whether the process is alive, and whether it can work."""

import logging
from collections.abc import Callable

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache

from config.serving.database import existing_pool, watch
from fleet.services.code_secrets import has_other_secret
from messenger.ffmpeg import find_program
from messenger.services.outbox import queue_state

logger = logging.getLogger(__name__)

DATABASE_SECONDS = 2


@never_cache
def healthz(_request: HttpRequest) -> HttpResponse:
    """200 as long as the process serves requests."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
def readyz(_request: HttpRequest) -> JsonResponse:
    """200 when the database and the channel layer work, else 503."""
    # Anyone can read this: it never names addresses or errors.
    parts = {
        "database": is_working("database", ask_database),
        "channel_layer": is_working("channel layer", ask_channel_layer),
    }
    ready = all(parts.values())
    report = {"ready": ready, **{name: "ok" if works else "failed" for name, works in parts.items()}}
    if parts["database"]:
        # Pages work without mail: this must not take the process out of service.
        report["delivery"] = "late" if queue_state().is_late else "ok"
        # Nor without CODE_SECRET: what is printed already works.
        report["codes"] = "other secret" if has_other_secret() else "ok"
        # Nor without ffmpeg: recordings are kept and sent all the same.
        report["media"] = "ok" if find_program() else "no ffmpeg"
    return JsonResponse(report, status=200 if ready else 503, headers={} if ready else {"Retry-After": "10"})


def is_working(name: str, ask: Callable[[], None]) -> bool:
    try:
        ask()
    except Exception as error:  # Each backend raises errors of its own, and all mean that the part is gone.
        logger.warning("Not ready: the %s failed (%s).", name, type(error).__name__)
        return False
    return True


def ask_database() -> None:
    if not watch.is_ready:
        raise OperationalError("No connection came back to the pool.")
    pool = existing_pool()
    if pool is not None:
        # A page may wait longer, but the supervisor wants a response now.
        with pool.connection(timeout=DATABASE_SECONDS) as asked:
            asked.execute("SELECT 1")
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def ask_channel_layer() -> None:
    # No one is in this group, but the message goes through Redis where there is one.
    layer = get_channel_layer()
    async_to_sync(layer.group_send)("health", {"type": "health.ping"})
