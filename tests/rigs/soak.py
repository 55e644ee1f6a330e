"""Does it stay well? Twenty minutes of visitors who leave, locks and lost connections; loopback only.

In the end no connection to the database may be taken any more, and all of the pool must be there to be taken.
"""

import json
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import psycopg  # noqa: E402

from tests.postgres import find_programs, throwaway_cluster  # noqa: E402
from tests.rigs.load import Visitor  # noqa: E402
from tests.server import Server, collect_static, free_port, running  # noqa: E402
from tests.serving.raw import MEGABYTE, connected, head  # noqa: E402

MINUTES = float(os.environ.get("SOAK_MINUTES", "20"))
VISITORS, POOL, CALM_SECONDS, MOST_MEGABYTES = 24, 8, 45, 250
OF_SERVER = "datname = current_database() AND pid <> pg_backend_pid() AND application_name <> 'soak'"


class Soak:
    """Visitors of one server, who do at random what phones, proxies and rude people do."""

    def __init__(self, server: Server, database: str, link: str, person: dict[str, str]) -> None:
        self.server, self.database = server, database
        self.over = threading.Event()
        self.counts: Counter[str] = Counter()
        self.phone, self.employee = Visitor(server.url), Visitor(server.url)
        self.phone.get(link.removeprefix(server.url))
        self.employee.sign_in(person)
        self.device = self.phone.opener.open(link, timeout=60).geturl().removeprefix(server.url)
        self.file = self.find_file()
        self.acts: dict[str, Callable[[], object]] = {
            "page": lambda: self.phone.get(self.device),
            "list": lambda: self.employee.get("/office/tickets/?view=all"),
            "left page": lambda: self.leave(head("GET", self.device, Cookie=self.cookies(self.phone))),
            "left list": lambda: self.leave(head("GET", "/office/tickets/", Cookie=self.cookies(self.employee))),
            "half a form": self.leave_half_a_form,
            "left download": lambda: self.leave(head("GET", self.file, Cookie=self.cookies(self.employee))),
            "refused and stays": self.stay_refused,
            "socket": self.open_socket,
        }

    def find_file(self) -> str:
        """The address of a photo of the demo that the employee may read."""
        for number in dict.fromkeys(re.findall(r"/office/tickets/([1-9]\d*)/", self.employee.get("/office/tickets/"))):
            found = re.search(r"/files/[0-9a-f-]{36}/", self.employee.get(f"/office/tickets/{number}/"))
            if found:
                return found[0]
        raise SystemExit("No ticket of the demo shows a file to this member.")

    def stay_refused(self) -> None:
        with connected(self.server.url) as line:
            line.sendall(head("POST", "/accounts/login/", Content_Length=str(9 * MEGABYTE)) + b"x" * MEGABYTE)
            time.sleep(random.random() * 40)

    @staticmethod
    def cookies(visitor: Visitor) -> str:
        return "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())

    def leave(self, request: bytes) -> None:
        with connected(self.server.url) as line:
            line.sendall(request)
            time.sleep(random.random())

    def leave_half_a_form(self) -> None:
        path, form = f"{self.device}tickets/1/messages/send/", {"Content_Type": "multipart/form-data; boundary=x"}
        cookies = self.cookies(self.phone)
        self.leave(head("POST", path, Cookie=cookies, Content_Length=str(9 * MEGABYTE), **form) + b"x" * MEGABYTE)

    def open_socket(self) -> None:
        upgrade = {
            "Upgrade": "websocket",
            "Sec_WebSocket_Version": "13",
            "Sec_WebSocket_Key": "x3JJHMbDL1EzLkh9GBhXDw==",
        }
        # As `head` names the host.
        cookie, origin = self.cookies(self.employee), "http://127.0.0.1"
        with connected(self.server.url) as line:
            line.sendall(head("GET", "/ws/", Connection="Upgrade", Cookie=cookie, Origin=origin, **upgrade))
            line.recv(4096)
            time.sleep(random.random() * 3)

    def visit(self) -> None:
        while not self.over.is_set():
            name = random.choice(list(self.acts))
            try:
                self.acts[name]()
                self.counts[name] += 1
            except urllib.error.HTTPError as refusal:
                self.counts[f"{name}: {refusal.code}"] += 1
            except OSError as error:
                self.counts[f"{name}: {type(error).__name__}"] += 1

    def lock(self) -> None:
        while not self.over.wait(15):
            with self.connection() as other:
                other.execute("LOCK TABLE ticketing_ticket IN ACCESS EXCLUSIVE MODE")
                self.over.wait(random.choice((1, 5, 12)))
                self.counts["lock"] += 1

    def end_connections(self) -> None:
        while not self.over.wait(10):
            with self.connection() as other:
                ended = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {OF_SERVER}"
                self.counts["ended connections"] += len(other.execute(f"{ended} ORDER BY random() LIMIT 2").fetchall())

    def connection(self) -> "psycopg.Connection[tuple[int]]":
        place, _, name = self.database.partition("@/")[2].rpartition("/")
        return psycopg.connect(host=place, dbname=name, user="fleetdesk", application_name="soak")

    def run(self, minutes: float) -> None:
        with ThreadPoolExecutor(VISITORS + 2) as pool:
            jobs = [pool.submit(job) for job in (*[self.visit] * VISITORS, self.lock, self.end_connections)]
            time.sleep(minutes * 60)
            self.over.set()
            for job in jobs:
                job.result()

    def taken(self) -> int:
        """How many connections of the server do something, or hold a transaction open."""
        with self.connection() as other:
            found = other.execute(f"SELECT count(*) FROM pg_stat_activity WHERE {OF_SERVER} AND state <> 'idle'")
            return (found.fetchone() or (0,))[0]

    def usable(self) -> int:
        """How many connections the server can use at once: so many wait at a lock when more pages are asked for."""
        with ThreadPoolExecutor(2 * POOL) as pool:
            with self.connection() as other:
                other.execute("LOCK TABLE ticketing_ticket IN ACCESS EXCLUSIVE MODE")
                pages = [pool.submit(self.phone.get, self.device) for _ in range(2 * POOL)]
                time.sleep(5)
                count = f"SELECT count(*) FROM pg_stat_activity WHERE {OF_SERVER} AND wait_event_type = 'Lock'"
                found = (other.execute(count).fetchone() or (0,))[0]
            for page in pages:
                page.result()
        return found


def main() -> None:
    programs = find_programs()
    if programs is None:
        raise SystemExit("initdb and pg_ctl were not found: install postgresql.")
    with throwaway_cluster(programs) as database, tempfile.TemporaryDirectory(prefix="fleetdesk-soak-") as home:
        port = free_port()
        own = {"DEBUG": "0", "FLEETDESK_DEMO": "1", "LOG_LEVEL": "ERROR", "PUBLIC_URL": f"http://127.0.0.1:{port}"}
        own |= {"DATABASE_URL": database, "DATABASE_POOL": str(POOL), "REDIS_URL": ""}
        own |= {"MEDIA_ROOT": f"{home}/media", "STATIC_ROOT": f"{home}/static"}
        environment = {**os.environ, **own}
        manage = [sys.executable, "manage.py"]
        collect_static(environment)
        subprocess.run([*manage, "migrate", "--verbosity", "0"], cwd=ROOT, env=environment, check=True)
        said = subprocess.run(
            [*manage, "demo", "--json", "--tickets", "30"],
            cwd=ROOT,
            env=environment,
            check=True,
            stdout=subprocess.PIPE,
        )
        demo = json.loads(said.stdout)
        with running(Path(home), own, port=port) as server:
            member = next(person for person in demo["people"] if person["role"] == "member")
            judge(Soak(server, database, demo["devices"][0]["url"], member))


def judge(soak: Soak) -> None:
    print(f"{VISITORS} visitors for {MINUTES:g} minutes ...", flush=True)
    soak.run(MINUTES)
    time.sleep(CALM_SECONDS)
    for name, count in sorted(soak.counts.items()):
        print(f"{name:38}{count:9}")
    taken, usable, memory = soak.taken(), soak.usable(), soak.server.memory("VmHWM")
    print(f"connections still taken: {taken}; usable: {usable} of {POOL}; most memory: {memory:.0f} MB")
    if taken or usable < POOL or memory > MOST_MEGABYTES:
        raise SystemExit("The server did not stay well.")


if __name__ == "__main__":
    main()
