"""`manage.py` with less patience for slow senders, so that a test need not have it."""

import sys

import django

django.setup()

from django.core.management import execute_from_command_line  # noqa: E402

from config.serving import limits, server  # noqa: E402

limits.PATIENCE_SECONDS = 2
server.PACE_SECONDS = 0.5  # type: ignore[assignment]

if __name__ == "__main__":
    execute_from_command_line(["manage.py", *sys.argv[1:]])
