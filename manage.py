#!/usr/bin/env python
"""Run Django's administrative commands for Fleetdesk."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.conf import settings
    from django.core.management import execute_from_command_line

    from config.environment import WrongSetting

    try:
        # The command comes with the demo; where that is off, Django only knows that there is no such command.
        if sys.argv[1:2] == ["demo"] and not settings.DEMO:
            sys.exit("The demo is off: its passwords are public. Set FLEETDESK_DEMO=1 to try Fleetdesk out.")
        execute_from_command_line(sys.argv)
    except WrongSetting as error:
        sys.exit(str(error))
