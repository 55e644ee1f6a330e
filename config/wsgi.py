"""WSGI entry point: the pages, for servers that run workers and threads."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from config.serving.start import load_pages

# Loads the app registry; what is imported below needs it.
pages = load_pages()

from config.serving.bodies import BodyGuard  # noqa: E402
from config.serving.database import serve_with_limits  # noqa: E402

serve_with_limits()
application = BodyGuard(pages)
