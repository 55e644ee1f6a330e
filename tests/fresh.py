"""Runs `manage.py` as a new process does, but forked from a warm one: Django's import takes longer than most runs.

`python -m tests.fresh` reads a line of JSON a run, ``{"arguments": […], "variables": {…}, "directory": "/…"}``, writes
what the run said into the files ``stdout`` and ``stderr`` of that directory, and prints its exit code.
"""

import json
import os
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class Fresh:
    """Answers like `subprocess.run`."""

    def __init__(self, process: "subprocess.Popen[str]", directory: Path) -> None:
        self.process = process
        self.directory = directory

    def manage(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """`manage.py` with these arguments, and with no other variables of ours than these."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        wanted = {"arguments": arguments, "variables": variables, "directory": str(self.directory)}
        self.process.stdin.write(f"{json.dumps(wanted)}\n")
        self.process.stdin.flush()
        code = int(self.process.stdout.readline())
        said, complained = ((self.directory / name).read_text() for name in ("stdout", "stderr"))
        return subprocess.CompletedProcess(arguments, code, said, complained)


@contextmanager
def fresh_processes(inherited: dict[str, str]) -> Iterator[Fresh]:
    command = [sys.executable, "-m", "tests.fresh"]
    with (
        tempfile.TemporaryDirectory() as directory,
        subprocess.Popen(
            command, cwd=ROOT, env=inherited, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process,
    ):
        yield Fresh(process, Path(directory))
        assert process.stdin is not None
        process.stdin.close()


def run(arguments: list[str], variables: dict[str, str], directory: Path) -> int:
    """In a fork: what it imports and changes is gone with it. Returns its exit code."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    for number, name in ((1, "stdout"), (2, "stderr")):
        os.dup2(os.open(directory / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    os.environ.update(variables)
    sys.argv = ["manage.py", *arguments]
    code: object = 0
    try:
        runpy.run_path("manage.py", run_name="__main__")
    except SystemExit as end:
        code = end.code
    except BaseException:
        sys.excepthook(*sys.exc_info())
        code = 1
    if isinstance(code, str):
        sys.stderr.write(f"{code}\n")
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 1)


if __name__ == "__main__":
    # What every run imports, and what reads no settings.
    import redis.connection  # noqa: F401

    for line in sys.stdin:
        wanted = json.loads(line)
        print(run(wanted["arguments"], wanted["variables"], Path(wanted["directory"])), flush=True)
