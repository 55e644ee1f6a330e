"""`manage.py deliver` as processes: killed while they work, with a mail server that comes and goes."""

import os
import sys
from pathlib import Path

import pytest

from tests.delivering import Workers, deliver_all, fill
from tests.mail_server import running_mail_server
from tests.server import database_url
from tests.source import ROOT

LETTERS = 60
# The letter of a killed worker would wait for two minutes.
IMPATIENT = """
import django
from datetime import timedelta
from django.core.management import call_command
django.setup()
from messenger.services import outbox
outbox.LEASE = timedelta(seconds=3)
call_command("deliver")
"""


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_killed_workers_and_a_mail_server_that_is_away_lose_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(LETTERS)
    with running_mail_server() as mail:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": database_url(),
            "PYTHONPATH": str(ROOT),
            "EMAIL_URL": f"smtp://127.0.0.1:{mail.port}",
        }
        workers = Workers(environment, tmp_path / "log", (sys.executable, "-c", IMPATIENT))
        found = deliver_all(mail, workers, LETTERS, kill_seconds=3, down_seconds=2)

    assert found.is_well, (found, (tmp_path / "log").read_text()[-2000:])
    assert found.kills
