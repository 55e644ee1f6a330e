"""Fleetdesk's servers as processes of their own, for tests, rigs and pictures; on this machine only."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from tests.source import ROOT

START_SECONDS = 60
STOP_SECONDS = 15


@dataclass
class Server:
    """A process that serves at `url` and writes what it says into `log`."""

    url: str
    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    @property
    def words(self) -> str:
        return self.log.read_text()

    def memory(self, what: str = "VmRSS") -> float:
        """Megabytes that the process has in memory now (VmRSS), or had at most (VmHWM)."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith(what)).split()[1]) / 1024


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def database_url() -> str:
    """The address of the test database that this very process uses."""
    chosen = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{chosen['NAME']}"
    return f"postgres://{chosen['USER']}:{chosen['PASSWORD']}@/{chosen['HOST']}/{chosen['NAME']}"


def collect_static(environment: Mapping[str, str]) -> None:
    """Puts the static files together for a server with that environment."""
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=True)


def collect_static_once(environment: Mapping[str, str], folder: Path) -> None:
    """The same, once for all workers of a test run, whose directory is `folder`; the others wait until it is done."""
    done = folder / "static-is-collected"
    with (folder / "static.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            collect_static(environment)
            done.touch()


@contextmanager
def running(home: Path, environment: Mapping[str, str], command: Sequence[str] = (), port: int = 0) -> Iterator[Server]:
    """A server that is up, until the end of the block: `manage.py serve`, or a command with ``{port}`` in it."""
    port = port or free_port()
    url = f"http://127.0.0.1:{port}"
    command = command or [sys.executable, "manage.py", "serve", "--port", "{port}"]
    log = home / f"server-{port}.log"
    with log.open("wb") as words:
        process = subprocess.Popen(
            [part.replace("{port}", str(port)) for part in command],
            cwd=ROOT,
            env={**os.environ, "PUBLIC_URL": url, **environment},
            stdout=words,
            stderr=words,
        )
    server = Server(url, process, log)
    try:
        wait_until_up(server)
        yield server
    finally:
        stop(process)


def wait_until_up(server: Server) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            with urllib.request.urlopen(f"{server.url}/healthz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"The server did not come up:\n{server.words}")


def stop(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
