"""A private throw-away PostgreSQL cluster for one test run; also as root."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FAST = (
    "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0 "
    "-c jit=off -c max_connections=200"
)


def find_programs() -> Path | None:
    """The directory with initdb and pg_ctl: from PATH, else the newest that Debian installed; None without any."""
    on_path = shutil.which("initdb")
    if on_path and shutil.which("pg_ctl"):
        return Path(on_path).resolve().parent
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(found, key=lambda path: float(path.parent.name), default=None)


def as_owner() -> list[str]:
    """Prefix that leaves root, which PostgreSQL refuses; empty for all others."""
    return ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []


def run(*command: str | Path) -> None:
    """Runs one program as the cluster's owner; raises RuntimeError with what it said."""
    # A server started by pg_ctl keeps pipes open for ever, so its words go to a file.
    with tempfile.TemporaryFile("w+") as words:
        done = subprocess.run([*as_owner(), *map(str, command)], stdout=words, stderr=words, cwd="/", check=False)
        words.seek(0)
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed:\n{words.read()}")


@contextmanager
def throwaway_cluster(programs: Path) -> Iterator[str]:
    """Starts a cluster that listens on a UNIX socket only and yields its DATABASE_URL; always stops and removes it."""
    # Short, because a socket's path has at most 107 characters.
    home = Path(tempfile.mkdtemp(prefix="fd-pg-", dir="/tmp"))
    try:
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(home, owner.pw_uid, owner.pw_gid)
        data = home / "data"
        options = "-A trust -U fleetdesk --no-sync -E UTF8 --locale=C.UTF-8"
        run(programs / "initdb", "-D", data, *options.split())
        run(programs / "pg_ctl", "-D", data, "-w", "-l", home / "log", "-o", f"-k {home} -h '' {FAST}", "start")
        try:
            yield f"postgres://fleetdesk@/{home}/postgres"
        finally:
            run(programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)
