#!/usr/bin/env python
"""Run Django's administrative commands for Fleetdesk."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.conf import settings
    from django.core.management import execute_from_command_line

    # The command comes with the demo; where that is off, Django only knows that there is no such command.
    if sys.argv[1:2] == ["demo"] and not settings.DEMO:
        sys.exit("The demo is off, because everybody knows its passwords. Set FLEETDESK_DEMO=1 to try Fleetdesk out.")
    execute_from_command_line(sys.argv)
