"""Sockets that know no one and nothing, in our server: what a live channel costs at least. Beside `tests.rigs.live`."""

import json
import os
import sys
from contextlib import suppress
from typing import Any
from unittest import mock

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from autobahn.exception import Disconnected  # noqa: E402

from config.serving.server import serve  # noqa: E402

HINT = json.dumps({"kind": "hint", "topic": "ticket.5.messages", "event": "message_sent", "sequence": 5})
PONG = json.dumps({"kind": "pong"})
_sockets: set[Any] = set()


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})
        return
    await receive()
    await send({"type": "websocket.accept"})
    _sockets.add(send)
    while (message := await receive())["type"] != "websocket.disconnect":
        kind = json.loads(message["text"])["kind"]
        if kind == "ping":
            await send({"type": "websocket.send", "text": PONG})
        elif kind == "send":
            for each in list(_sockets):
                with suppress(Disconnected):
                    await each({"type": "websocket.send", "text": HINT})
    _sockets.discard(send)


if __name__ == "__main__":
    serve(application, mock.Mock(), "127.0.0.1", int(sys.argv[1]))
