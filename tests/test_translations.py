"""Every text of the interface in every language: messages are compared, not bytes of files."""

import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import polib
import pytest

from tests.source import PACKAGES, ROOT

LANGUAGES = ("de", "fr")
NAMED = re.compile(r"%\((\w+)\)[sd]|(?<!{){(\w*)}(?!})")
Key = tuple[str | None, str]


@cache
def messages_of_the_code() -> dict[str, polib.POFile]:
    """What makemessages finds in a copy of the product that has no translations yet, by language."""
    with TemporaryDirectory() as directory:
        copy = Path(directory)
        for name in (*PACKAGES, "templates"):
            shutil.copytree(ROOT / name, copy / name)
        shutil.copy(ROOT / "manage.py", copy)
        (copy / "locale").mkdir()
        (copy / "static").mkdir()
        chosen = [option for language in LANGUAGES for option in ("--locale", language)]
        command = [sys.executable, "manage.py", "makemessages", *chosen, "--no-location", "--no-wrap"]
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
        subprocess.run(command, cwd=copy, env=environment, check=True, capture_output=True)
        return {language: polib.pofile(str(file_of(language, "po", copy))) for language in LANGUAGES}


def file_of(language: str, kind: str, root: Path = ROOT) -> Path:
    return root / "locale" / language / "LC_MESSAGES" / f"django.{kind}"


def by_key(entries: polib.POFile | polib.MOFile) -> dict[Key, polib.POEntry | polib.MOEntry]:
    return {(entry.msgctxt or None, entry.msgid): entry for entry in entries if not entry.obsolete and entry.msgid}


def texts(entry: polib.POEntry | polib.MOEntry) -> list[str]:
    """The translations of an entry: one, or one for each plural form."""
    return [form for _, form in sorted(entry.msgstr_plural.items())] if entry.msgid_plural else [entry.msgstr]


def placeholders(text: str) -> set[str]:
    return {first or second for first, second in NAMED.findall(text)}


def needs_gettext() -> None:
    if not shutil.which("xgettext"):
        pytest.skip("xgettext was not found: install gettext, or missing translations are not noticed")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_the_code_is_translated(language: str) -> None:
    needs_gettext()
    wanted = by_key(messages_of_the_code()[language])
    present = by_key(polib.pofile(str(file_of(language, "po"))))

    missing = [key for key in wanted if key not in present or not all(texts(present[key]))]

    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_left_over(language: str) -> None:
    needs_gettext()
    wanted = by_key(messages_of_the_code()[language])
    present = by_key(polib.pofile(str(file_of(language, "po"))))

    assert [key for key in present if key not in wanted] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_a_guess(language: str) -> None:
    assert [entry.msgid for entry in polib.pofile(str(file_of(language, "po"))) if entry.fuzzy] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_the_placeholders(language: str) -> None:
    wrong = []
    for entry in by_key(polib.pofile(str(file_of(language, "po")))).values():
        known = placeholders(entry.msgid) | placeholders(entry.msgid_plural or "")
        # "1 ticket" may leave the number out; nothing else may be lost or invented.
        needed = placeholders(entry.msgid) & placeholders(entry.msgid_plural or entry.msgid)
        optional = {"n", "count", "counter", "number"} if entry.msgid_plural else set()
        wrong += [text for text in texts(entry) if text and not needed - optional <= placeholders(text) <= known]

    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_compiled_messages_equal_the_written_ones(language: str) -> None:
    written = by_key(polib.pofile(str(file_of(language, "po"))))
    compiled = by_key(polib.mofile(str(file_of(language, "mo"))))

    assert {key: texts(entry) for key, entry in compiled.items()} == {
        key: texts(entry) for key, entry in written.items() if all(texts(entry))
    }


def test_french_keeps_its_typography() -> None:
    # A straight apostrophe, or no no-break space before two-part punctuation.
    wrong = re.compile(r"\w'\w|[^\u00a0\u202f][?!;:](?=\s|$)")
    entries = by_key(polib.pofile(str(file_of("fr", "po")))).values()

    assert [text for entry in entries for text in texts(entry) if wrong.search(re.sub(r"&\w+;", "x", text))] == []
