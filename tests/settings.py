"""Settings of the test suite: the product's own, made fast, private to one run, and closed to the world."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# The first process of a run makes the directory; xdist workers and servers under test inherit it.
if "FLEETDESK_TEST_DIR" not in os.environ:
    os.environ["FLEETDESK_TEST_DIR"] = tempfile.mkdtemp(prefix="fleetdesk-test-")
    atexit.register(shutil.rmtree, os.environ["FLEETDESK_TEST_DIR"], ignore_errors=True)
TEST_DIR = Path(os.environ["FLEETDESK_TEST_DIR"])

os.environ["DEBUG"] = "0"
os.environ["FLEETDESK_DEMO"] = "1"
os.environ["SECRET_KEY"] = "only-for-tests"
# Each worker its own, as with the database: sweeping looks at all stored files.
os.environ["MEDIA_ROOT"] = str(TEST_DIR / f"media-{os.environ.get('PYTEST_XDIST_WORKER', '')}")
os.environ["STATIC_ROOT"] = str(TEST_DIR / "static")
# A worker of the outbox is told the address of the test's own server.
if not os.environ.get("EMAIL_URL", "").startswith("smtp://127.0.0.1:"):
    os.environ["EMAIL_URL"] = "memorymail://"
# Servers under test deliver only where a test asks for it: they would write while the next test empties the tables.
os.environ.setdefault("DELIVER_IN_SERVER", "0")
# Of no other use: made for the tests.
os.environ["VAPID_PRIVATE_KEY"] = "KSkTzrYP4IrkKN3P0Fk2L0zH-Cj3Xx6L91rJElPOpwA"
os.environ.setdefault("LOG_LEVEL", "WARNING")
os.environ.setdefault("PUBLIC_URL", "http://testserver")
os.environ.setdefault("DATABASE_URL", f"sqlite:///{TEST_DIR / 'db.sqlite3'}")

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES, MIDDLEWARE, STORAGES  # noqa: E402

MAIL_DIR = TEST_DIR / f"mail-{os.environ.get('PYTEST_XDIST_WORKER', '')}"
if "sqlite3" in str(DATABASES["default"]["ENGINE"]):
    # A file, not memory: tests with threads and the server under test open it a second time.
    DATABASES["default"]["TEST"] = {"NAME": str(TEST_DIR / "test.sqlite3")}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if "LIVE_SERVER" not in os.environ:
    # Collecting takes a second or two; only browsers ask for static files.
    MIDDLEWARE = [name for name in MIDDLEWARE if "whitenoise" not in name]
    STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
