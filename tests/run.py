"""Everything that CI runs, in one go: style, types, migrations, production settings, both databases, browsers."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.chromium import find_chromium  # noqa: E402
from tests.migrated import VARIABLE as MIGRATED  # noqa: E402
from tests.postgres import find_programs, throwaway_cluster  # noqa: E402

PYTHON = sys.executable
PROCESSORS = min(os.cpu_count() or 2, 4)
NO_DATABASE = {"DATABASE_URL": "sqlite://:memory:"}
PRODUCTION = {
    **NO_DATABASE,
    "DEBUG": "0",
    "FLEETDESK_DEMO": "0",
    "SECRET_KEY": "a-production-key-of-this-check-only-0123456789-abcdefghijklmnop",
    "CODE_SECRET": "another-production-key-of-this-check-only-0123456789-abcdefghijklmnop",
    "PUBLIC_URL": "https://desk.example.com",
}
results: list[tuple[str, str, float]] = []


def say(text: str) -> None:
    print(f"\n\033[1m== {text}\033[0m" if sys.stdout.isatty() else f"\n== {text}", flush=True)


def step(name: str, *command: str, env: Mapping[str, str] | None = None, stdout: int | None = None) -> bool:
    """Runs one check and remembers how it went; later checks run all the same."""
    say(name)
    begin = time.monotonic()
    variables = {**os.environ, **(env or {})}
    code = subprocess.run(command, cwd=ROOT, env=variables, stdout=stdout, check=False).returncode
    results.append((name, "ok" if code == 0 else "FAILED", time.monotonic() - begin))
    return code == 0


@contextmanager
def beside(name: str, *command: str) -> Iterator[None]:
    """The same for a check that keeps one processor busy, while what is inside the block keeps the others so."""
    begin = time.monotonic()
    with tempfile.TemporaryFile() as words:
        process = subprocess.Popen(command, cwd=ROOT, stdout=words, stderr=words)
        try:
            yield
            code = process.wait()
        finally:
            process.kill()
            process.wait()
        say(name)
        words.seek(0)
        print(words.read().decode(errors="replace"), end="", flush=True)
    results.append((name, "ok" if code == 0 else "FAILED", time.monotonic() - begin))


def skip(name: str, reason: str) -> None:
    say(f"{name}: SKIPPED\n!! {reason}\n!! This part of the suite did NOT run.")
    results.append((name, "SKIPPED", 0))


def installed(package: str, found: Callable[[], object]) -> bool:
    """True when a system program is there, installing its Debian package first when this is root with apt."""
    if found():
        return True
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say(f"installing {package}")
        # The run level keeps Debian from starting the services that it installs.
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
        subprocess.run(["apt-get", "update", "-qq"], env=quiet, check=False)
        subprocess.run(["apt-get", "install", "-y", "-qq", package], env=quiet, stdout=subprocess.DEVNULL, check=False)
    return bool(found())


def pytest(name: str, *arguments: str, env: Mapping[str, str] | None = None, workers: int = PROCESSORS + 2) -> bool:
    # Two more than processors, because many tests wait for a clock or a browser.
    # Those who are done take over tests of the others: a few last for half a minute.
    spread = ("-n", str(workers), "--dist", "worksteal")
    return step(name, PYTHON, "-m", "pytest", "-q", *spread, *arguments, env=env)


def static_checks() -> None:
    step("style (ruff)", PYTHON, "-m", "ruff", "check", ".")
    step("format (ruff)", PYTHON, "-m", "ruff", "format", "--check", ".")
    step("missing migrations", PYTHON, "manage.py", "makemigrations", "--check", "--dry-run", env=NO_DATABASE)
    step("production settings", PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING", env=PRODUCTION)


def preparation(sqlite: str) -> None:
    """What every process of the tests would do for itself: compiling all tests, and migrating an empty database."""
    # Their names, which nobody reads here. What cannot be imported fails each run of tests as well, and says why.
    step("compiled tests", PYTHON, "-m", "pytest", "--collect-only", stdout=subprocess.DEVNULL)
    step("migrations on SQLite", PYTHON, "-m", "tests.migrated", sqlite)


def tests_on_sqlite() -> None:
    if not installed("gettext", lambda: shutil.which("xgettext")):
        skip("translations", "xgettext was not found: install gettext to notice texts that are not translated.")
    for program in ("ffmpeg", "strace"):
        if not installed(program, partial(shutil.which, program)):
            skip(
                f"tests with {program}",
                f"{program} was not found: install it to test what becomes of films.",
            )
    pytest("tests on SQLite", "-m", "not browser")


def tests_on_postgresql() -> None:
    if not installed("postgresql", find_programs):
        skip("tests on PostgreSQL", "initdb and pg_ctl were not found: install postgresql to run the suite on it, too.")
        return
    for package, program in (("redis-server", "redis-server"), ("nginx", "nginx")):
        if not installed(package, partial(shutil.which, program)):
            skip(f"tests with {program}", f"{program} was not found: install {package} to run what needs it, too.")
    programs = find_programs()
    assert programs
    with throwaway_cluster(programs) as url:
        database = {"DATABASE_URL": url, MIGRATED: "migrated"}
        step("migrations on PostgreSQL", PYTHON, "-m", "tests.migrated", database[MIGRATED], env=database)
        # The server has work to do as well.
        pytest("tests on PostgreSQL", "-m", "not browser", "--database-only", env=database, workers=PROCESSORS + 1)


def browser_tests() -> None:
    # Debian has the shell alone, Ubuntu the whole browser.
    if not (installed("chromium-headless-shell", find_chromium) or installed("chromium", find_chromium)):
        skip("browser tests", "Chromium was not found: install it, or name it in CHROMIUM.")
        return
    # A browser has processes of its own.
    pytest("browser tests", "-m", "browser", env={"CHROMIUM": find_chromium() or ""}, workers=PROCESSORS + 1)


def summary() -> int:
    say("summary")
    for name, result, seconds in results:
        print(f"{result:8} {seconds:6.0f} s  {name}")
    failed = [name for name, result, _ in results if result == "FAILED"]
    print("\nFAILED: " + ", ".join(failed) if failed else "\nAll that ran is green.")
    return 1 if failed else 0


def main() -> int:
    # A test run chooses its own databases: what the caller's shell names is real data.
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)
    # Twenty processes read what the first has compiled.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory(prefix="fleetdesk-run-") as home:
        sqlite = os.environ[MIGRATED] = str(Path(home) / "migrated.sqlite3")
        with beside("types (mypy)", PYTHON, "-m", "mypy", "."):
            static_checks()
            preparation(sqlite)
        tests_on_sqlite()
        tests_on_postgresql()
        browser_tests()
    return summary()


if __name__ == "__main__":
    sys.exit(main())
