"""Tables as programs and countries write them, and files that are none."""

import io
import zipfile

import pytest
from django.core.files.base import ContentFile

from config.common import clock
from config.common.errors import InvalidInput, NotVisible
from fleet.exchange import tables
from fleet.exchange.cells import masked, text_of
from fleet.exchange.tables import open_table
from fleet.models import Customer
from fleet.services import import_files
from fleet.services.import_files import (
    MAX_AGE,
    MAX_WAITING,
    delete_import_file,
    keep_import_file,
    open_import_file,
    remove_expired_import_files,
)
from tests.fleet.tables import bring_in, csv_file, superior, xlsx_file

HEADERS = ("Kundennummer", "Name", "Adresse")
ROW = ("007", "Müller; Söhne, „Œuvre“", "Straße 1\nKöln")


def read(file: io.BytesIO) -> list[object]:
    with open_table(file) as table:
        return [table.headers, *(row for _number, row in table.rows)]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_csv_is_read_as_programs_write_it(separator: str, encoding: str) -> None:
    file = csv_file(HEADERS, ROW, separator=separator, encoding=encoding)

    assert read(file) == [list(HEADERS), list(ROW)]
    # It can be read again.
    assert read(file) == [list(HEADERS), list(ROW)]


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_what_is_stored_is_what_was_written(encoding: str) -> None:
    bring_in("customers", file=csv_file(HEADERS, ROW, encoding=encoding))

    acme = Customer.objects.get()
    assert (acme.number, acme.name, acme.address) == ROW


def test_a_first_line_may_name_the_separator() -> None:
    assert read(io.BytesIO(b"sep=|\r\nname|phone\r\na;b|1\r\n")) == [["name", "phone"], ["a;b", "1"]]


def test_blank_rows_are_left_out_and_counted() -> None:
    with open_table(io.BytesIO(b"name;phone\n\n;\nAcme;030;\n")) as table:
        assert list(table.rows) == [(4, ["Acme", "030"])]
    with open_table(xlsx_file(("name",), (None,), ("Acme",))) as table:
        assert list(table.rows) == [(3, ["Acme"])]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        b"PK\x03\x04 and nothing more",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01",
        b"name\n\x81\x8d\x8f",
        ("x;" * 200).encode(),
    ],
    ids=["empty", "blank", "old Excel", "cut off", "picture", "no letters", "wide"],
)
def test_files_that_are_no_tables_are_refused(content: bytes) -> None:
    with pytest.raises(InvalidInput):
        read(io.BytesIO(content))


def test_archives_that_are_no_tables_are_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")

    with pytest.raises(InvalidInput):
        read(file)


def test_a_table_that_grows_when_it_is_unpacked_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    file = xlsx_file(("name",), ("x" * 30_000,))
    assert len(read(file)) == 2
    monkeypatch.setattr(tables, "MAX_UNPACKED_BYTES", 30_000)

    with pytest.raises(InvalidInput, match="too large"):
        read(file)


@pytest.mark.parametrize("text", ["=1+1", "+49 30 1", "-5", "@home", "'=x", "''+x", "O'Neil", "'quoted'", "", "plain"])
def test_what_would_be_a_formula_is_masked_and_unmasked(text: str) -> None:
    assert masked(text)[:1] not in ("=", "+", "-", "@")
    assert text_of(masked(text)) == text


# Waiting files -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_file_waits_for_its_own_person_only_and_for_a_day() -> None:
    anna, bo = superior(), superior()
    key = keep_import_file(actor=anna, file=ContentFile(b"name\nAcme"))

    with open_import_file(anna, key) as file:
        assert file.read() == b"name\nAcme"
    with pytest.raises(NotVisible), open_import_file(bo, key):
        pass
    delete_import_file(actor=bo, key=key)
    with clock.freeze(clock.now() + MAX_AGE * 0.9), open_import_file(anna, key):
        pass
    with clock.freeze(clock.now() + MAX_AGE * 1.1), pytest.raises(NotVisible), open_import_file(anna, key):
        pass
    with clock.freeze(clock.now() + MAX_AGE * 1.1):
        assert remove_expired_import_files() >= 1
    with pytest.raises(NotVisible), open_import_file(anna, key):
        pass


@pytest.mark.django_db
def test_only_a_few_files_of_a_person_wait() -> None:
    anna, bo = superior(), superior()
    other = keep_import_file(actor=bo, file=ContentFile(b"name"))
    keys = [keep_import_file(actor=anna, file=ContentFile(b"name")) for _n in range(MAX_WAITING + 2)]

    waiting = import_files._names(f"{anna.person.pk}-")

    assert len(waiting) == MAX_WAITING
    with open_import_file(anna, keys[-1]), open_import_file(bo, other):
        pass


@pytest.mark.django_db
def test_empty_and_large_files_do_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_files, "_MEGABYTE", 10)

    assert keep_import_file(actor=superior(), file=ContentFile(b"x" * 100))
    for content in (b"", b"x" * 101):
        with pytest.raises(InvalidInput):
            keep_import_file(actor=superior(), file=ContentFile(content))
