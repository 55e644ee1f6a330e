"""The prose for contributors keeps up with the product: names, links and tables are compared with it."""

import re
from pathlib import Path

import polib
import pytest

from tests import authorization_page
from tests.documents import Product, broken_links, documents, guides, rows, spans
from tests.source import ROOT
from tests.ticketing.test_authorization import NOT_BUILT

GLOSSARY = ROOT / "docs" / "glossary.md"
SECTIONS = ("People", "Things", "Tickets", "Status", "Conversation and record", "Places")
A_WORD_OF_THE_CODE = "–"


@pytest.fixture(scope="module")
def fleetdesk() -> Product:
    return Product()


def named_by(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("document", guides(), ids=named_by)
def test_what_stands_in_backticks_exists(document: Path, fleetdesk: Product) -> None:
    names = spans(document.read_text(encoding="utf-8"))

    assert [name for name in names if not fleetdesk.has(name)] == []


@pytest.mark.parametrize("document", documents(), ids=named_by)
def test_links_lead_somewhere(document: Path) -> None:
    assert broken_links(document) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("ticketing/services/messages.py", "ticketing/services/letters.py"),
        ("ticketing/{office,portal}/urls.py", "ticketing/{office,garage}/urls.py"),
        ("messenger.js", "messenger.mjs.js"),
        ("ticketing.services.messages.send_message", "ticketing.services.messages.send_letter"),
        ("messages.send_message", "messages.send_letter"),
        ("Hub.follow", "Hub.fellow"),
        ("ticketing.write_message", "ticketing.write_letter"),
        ("lock_ticket(ticket_id, actor)", "lock_letter(ticket_id, actor)"),
        ("data-behaviour", "data-letter"),
        ("make rigs", "make letters"),
        ("manage.py verify_journal", "manage.py verify_letters"),
    ],
)
def test_a_wrong_name_is_found(right: str, wrong: str, fleetdesk: Product) -> None:
    assert fleetdesk.has(right)
    assert not fleetdesk.has(wrong)


def test_a_wrong_link_is_found(tmp_path: Path) -> None:
    (tmp_path / "words.md").write_text("# All the words\n")
    page = tmp_path / "page.md"
    page.write_text("# Page\n[a](words.md) [b](words.md#all-the-words) [c](#page) [d](https://example.com/none)\n")
    assert broken_links(page) == []

    page.write_text("# Page\n[a](word.md) [b](words.md#few-words) [c](#pages)\n")

    assert broken_links(page) == ["word.md", "words.md#few-words", "#pages"]


def test_the_page_of_rights_agrees_with_the_table() -> None:
    written = authorization_page.PAGE.read_text(encoding="utf-8")

    assert written == authorization_page.page()


def test_the_page_of_rights_says_what_is_not_built() -> None:
    sentence = re.search(
        r"^- Rows? (.+) (?:are|is) decided and not built\.$", authorization_page.PAGE.read_text(), re.MULTILINE
    )

    assert sentence
    assert re.findall(r"[0-9]+", sentence[1]) == sorted(NOT_BUILT)


@pytest.mark.parametrize(("language", "column"), [("de", 1), ("fr", 2)])
def test_the_glossary_has_the_words_of_the_interface(language: str, column: int) -> None:
    entries = polib.pofile(str(ROOT / "locale" / language / "LC_MESSAGES" / "django.po"))
    used: dict[str, set[str]] = {}
    for entry in entries:
        used.setdefault(entry.msgid.casefold(), set()).add(entry.msgstr.casefold())
    glossary = GLOSSARY.read_text(encoding="utf-8")
    words = [row for section in SECTIONS for row in rows(glossary, section)]

    found = {row[0]: row[column] for row in words if row[0].casefold() in used}
    wrong = {word: term for word, term in found.items() if term.casefold() not in used[word.casefold()]}

    assert len(found) > 50
    assert wrong == {}
    assert [row[0] for row in words if row[0] not in found and row[column] != A_WORD_OF_THE_CODE] == ["Superior"]
