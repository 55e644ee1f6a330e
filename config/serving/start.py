"""Whether a process may serve: a wrong setting ends it with a sentence instead of a traceback."""

import sys
from typing import NoReturn

from django.core.checks import run_checks
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application

from config.checks import ENVIRONMENT
from config.environment import WrongSetting

# Gunicorn's code for an application that cannot be loaded. After any other it would start the worker again, for ever.
CANNOT_BE_LOADED = 4


def load_pages() -> WSGIHandler:
    """Django's own application, with sound settings. Ends the process where they are wrong."""
    try:
        pages = get_wsgi_application()
    except WrongSetting as error:
        refuse(str(error))
    errors = [f"{message.msg} {message.hint}" for message in run_checks(tags=[ENVIRONMENT]) if message.is_serious()]
    if errors:
        refuse("\n".join(errors))
    return pages


def refuse(sentence: str) -> NoReturn:
    sys.stderr.write(f"{sentence}\n")
    sys.exit(CANNOT_BE_LOADED)
