"""Static files: what templates and modules name exists, and what comes from packages is what was reviewed."""

import hashlib
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from pytest_django import Settings

from tests import source

# The official Bootstrap 5.3.8 files: a changed package is noticed before it is served.
BOOTSTRAP = {
    "bootstrap/css/bootstrap.min.css": "d85327d99c7a3ee1f9b5d0500d1370acea3ad2db39c163c2f51f232baedbdede",
    "bootstrap/js/bootstrap.bundle.min.js": "e4fd49181388c48ec5040bd3fe66f57c29c8e67fcd8502b3354b96ec7ab47cc7",
}
STATIC_TAG = re.compile(r"{%\s*static\s+[\"']([^\"']+)[\"']")
COMPUTED_IMPORT = re.compile(r"\bimport\(\s*[^\"'\s)]")


@pytest.mark.parametrize("name", BOOTSTRAP)
def test_bootstrap_is_the_official_release(name: str) -> None:
    path = finders.find(name)
    assert path
    assert hashlib.sha256(Path(path).read_bytes()).hexdigest() == BOOTSTRAP[name]


def test_static_files_named_in_templates_exist() -> None:
    missing = [
        f"{path.relative_to(source.ROOT)}: {name}"
        for path, text in source.templates()
        for name in STATIC_TAG.findall(text)
        if not finders.find(name)
    ]

    assert missing == []


def test_modules_compute_no_import_path() -> None:
    # A computed path cannot be hashed, so it would break in production only.
    scripts = (source.ROOT / "static").rglob("*.js")
    assert [str(path) for path in scripts if COMPUTED_IMPORT.search(path.read_text(encoding="utf-8"))] == []


def test_production_hashes_every_static_file(settings: Settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "config.storage.HashedStaticFilesStorage"}}

    call_command("collectstatic", interactive=False, verbosity=0)

    assert (tmp_path / "staticfiles.json").is_file()
