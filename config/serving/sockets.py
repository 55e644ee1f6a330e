"""Frames from the live channel straight to the connection: made once for all sockets that get the same."""

from functools import lru_cache
from typing import Any

from autobahn.websocket.protocol import PreparedMessage
from daphne.ws_protocol import WebSocketProtocol


class DirectLine:
    """The line of a socket of our server. It is full while Twisted holds 64 KB that the client has not taken."""

    def __init__(self, protocol: WebSocketProtocol) -> None:
        self.protocol = protocol
        self.is_full = False
        # The HTTP channel, which brought the connection, is done with it.
        transport: Any = protocol.transport
        transport.unregisterProducer()
        transport.registerProducer(self, streaming=True)

    def send(self, text: str) -> bool:
        if self.is_full:
            return False
        if self.protocol.state == WebSocketProtocol.STATE_OPEN:
            self.protocol.sendPreparedMessage(_prepared(text))
        return True

    def close(self, code: int) -> None:
        self.protocol.sendClose(code=code)

    # Called by the transport, under Twisted's names.

    def pauseProducing(self) -> None:
        self.is_full = True

    def resumeProducing(self) -> None:
        self.is_full = False

    def stopProducing(self) -> None:
        self.is_full = True


@lru_cache(maxsize=64)
def _prepared(text: str) -> PreparedMessage:
    return PreparedMessage(text.encode(), isBinary=False, applyMask=False, doNotCompress=True)
