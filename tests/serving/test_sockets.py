"""The live channel on our server: frames are made once, no browser gets more than it takes, and all find room."""

import signal
import socket
from contextlib import ExitStack
from typing import Any

from autobahn.websocket.protocol import WebSocketProtocol
from twisted.internet.abstract import FileDescriptor

from config.serving.sockets import DirectLine
from tests.server import Server


class Connection(FileDescriptor):
    """A connection whose other end takes nothing until it is asked to."""

    connected = 1

    def startWriting(self) -> None:
        pass

    def stopWriting(self) -> None:
        pass

    def writeSomeData(self, data: bytes) -> int:
        return len(data)


class Protocol:
    state = WebSocketProtocol.STATE_OPEN

    def __init__(self) -> None:
        self.transport = Connection(reactor=object())  # type: ignore[arg-type]
        self.transport.registerProducer(object(), streaming=True)  # type: ignore[arg-type]
        self.frames: list[bytes] = []

    def sendPreparedMessage(self, prepared: Any) -> None:
        self.frames.append(prepared.payloadHybi)
        self.transport.write(prepared.payloadHybi)


def test_a_frame_is_made_once_and_sent_to_each() -> None:
    protocols = [Protocol(), Protocol()]
    lines = [DirectLine(protocol) for protocol in protocols]

    assert all(line.send("Grüße") for line in lines)

    payload = "Grüße".encode()
    assert [protocol.frames for protocol in protocols] == [[b"\x81" + bytes([len(payload)]) + payload]] * 2
    assert protocols[0].frames[0] is protocols[1].frames[0]


def test_a_browser_that_takes_nothing_gets_no_more_until_it_does() -> None:
    protocol = Protocol()
    line = DirectLine(protocol)
    text = "x" * 1000
    sent = 0
    while line.send(text):
        sent += 1
        assert sent < 100

    assert sent > 60
    assert len(protocol.frames) == sent
    while protocol.transport.dataBuffer or protocol.transport._tempDataBuffer:
        protocol.transport.doWrite()
    assert line.send(text)


def test_nothing_is_sent_to_a_socket_that_closes() -> None:
    protocol = Protocol()
    line = DirectLine(protocol)
    protocol.state = WebSocketProtocol.STATE_CLOSING

    assert line.send("late")
    assert protocol.frames == []


def test_a_crowd_that_comes_while_the_server_is_busy_is_not_turned_away(server: Server) -> None:
    server.process.send_signal(signal.SIGSTOP)
    try:
        with ExitStack() as crowd:
            for _number in range(400):
                # The kernel lets them wait; where it has no room it says nothing for a second.
                crowd.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=0.5))
    finally:
        server.process.send_signal(signal.SIGCONT)
