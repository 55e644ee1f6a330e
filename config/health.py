"""Health: is the process alive, and can it do its work?"""

import logging
from collections.abc import Callable
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache

from config.serving.database import existing_pool, watch

logger = logging.getLogger(__name__)

DATABASE_SECONDS = 2


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Answers as long as the process serves requests; touches nothing else."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when every part that the product needs works, else 503; names the parts, never their addresses or errors."""
    parts = {"database": works("database", ask_database), "channel_layer": works("channel layer", ask_channel_layer)}
    ready = all(parts.values())
    report: dict[str, Any] = {"ready": ready, **{name: "ok" if fine else "failed" for name, fine in parts.items()}}
    return JsonResponse(report, status=200 if ready else 503, headers={} if ready else {"Retry-After": "10"})


def works(name: str, ask: Callable[[], None]) -> bool:
    try:
        ask()
    except Exception as error:  # whatever a backend raises means the same: this part is not there
        logger.warning("Not ready: the %s failed (%s).", name, type(error).__name__)
        return False
    return True


def ask_database() -> None:
    if not watch.is_ready:
        raise OperationalError("No connection came back to the pool.")
    pool = existing_pool()
    if pool is not None:
        # Shorter than a page waits: who asks wants an answer now.
        with pool.connection(timeout=DATABASE_SECONDS) as asked:
            asked.execute("SELECT 1")
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def ask_channel_layer() -> None:
    """Sends to a group that nobody is in: reaches Redis where there is one."""
    layer = get_channel_layer()
    async_to_sync(layer.group_send)("health", {"type": "health.ping"})
