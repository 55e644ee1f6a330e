"""Is everything delivered, once? 10,000 letters to a real mail server that is away for a while, by workers that are
killed at random; loopback only.

None may be lost, and none come twice but those that a killed worker was just sending: these carry the same Message-ID.
"""

import importlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import django  # noqa: E402

from tests.mail_server import running_mail_server  # noqa: E402
from tests.postgres import find_programs, throwaway_cluster  # noqa: E402

LETTERS = int(os.environ.get("DELIVERIES", "10000"))
KILL_SECONDS, DOWN_SECONDS = 10, 30


def main() -> int:
    programs = find_programs()
    if programs is None:
        sys.exit("initdb and pg_ctl were not found: install postgresql.")
    with throwaway_cluster(programs) as url, running_mail_server() as mail, tempfile.TemporaryDirectory() as folder:
        os.environ.update(
            DATABASE_URL=url,
            DJANGO_SETTINGS_MODULE="config.settings",
            EMAIL_URL=f"smtp://127.0.0.1:{mail.port}",
            LOG_LEVEL="CRITICAL",
        )
        subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], cwd=ROOT, check=True)
        django.setup()
        # Needs the settings.
        delivering: Any = importlib.import_module("tests.delivering")
        delivering.fill(LETTERS)
        workers = delivering.Workers(os.environ, Path(folder) / "log")
        found = delivering.deliver_all(mail, workers, LETTERS, kill_seconds=KILL_SECONDS, down_seconds=DOWN_SECONDS)
    print(f"letters                             {LETTERS}")
    print(f"ended as                            {dict(found.states)}")
    print(f"lost                                {found.lost}")
    print(f"came again with the same Message-ID {found.repeated}")
    print(f"workers killed                      {found.kills}")
    print(f"seconds                             {found.seconds:.0f}")
    return 0 if found.is_well else 1


if __name__ == "__main__":
    sys.exit(main())
