"""A client that speaks HTTP by hand: sends what no browser would, as slowly as it likes, and reads as it likes."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

MEGABYTE = 1024 * 1024
NOISE = b"\x5a" * 65536
UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec_WebSocket_Version": "13",
    "Sec_WebSocket_Key": "x3JJHMbDL1EzLkh9GBhXDw==",
}


@contextmanager
def connected(url: str) -> Iterator[socket.socket]:
    address = urlsplit(url)
    with socket.create_connection((address.hostname or "", address.port or 80), timeout=60) as line:
        yield line


def head(method: str, path: str, **headers: str) -> bytes:
    """The head of a request; ``Content_Length="5"`` becomes ``Content-Length: 5``."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


def send_body(line: socket.socket, size: int, *, chunked: bool) -> int:
    """Sends so many bytes until the server closes; returns how many left."""
    sent = 0
    try:
        while sent < size:
            line.sendall(b"%x\r\n%b\r\n" % (len(NOISE), NOISE) if chunked else NOISE)
            sent += len(NOISE)
    except OSError:
        pass
    return sent


def answer(line: socket.socket) -> bytes:
    """All that comes until the server closes, or the first bytes when it does not."""
    received = b""
    try:
        while chunk := line.recv(65536):
            received += chunk
    except OSError:
        pass
    return received


def seconds_until_closed(line: socket.socket, byte_every: float, at_most: float) -> float:
    """Sends a byte in a while until the server ends it; returns after how long that was."""
    begin = time.monotonic()
    line.settimeout(byte_every)
    while time.monotonic() - begin < at_most:
        try:
            line.sendall(b"x")
            if line.recv(65536):
                break
        except TimeoutError:
            continue
        except OSError:
            break
    return time.monotonic() - begin
