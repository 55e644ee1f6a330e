"""Samples of the libraries that are installed, and what these write: no error, no wrong kind, no wait."""

import email.message
import io
import sysconfig
import time
import wave
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from PIL import Image, features
from reportlab.lib import pdfencrypt
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from config.common.errors import InvalidInput
from messenger import content as kinds
from messenger.content import FileType, clean_name, file_type_of, name_for
from messenger.metadata import BLANKERS, blank_metadata
from messenger.services.attachments import check_files
from tests.messenger.samples import upload

# The samples of Python's own tests; Debian's Python lacks them, and what is there is tried.
SAMPLES = Path(sysconfig.get_path("stdlib"), "test")
TYPES_BY_SUFFIX = {
    "aifc": kinds.AIFF,
    "aiff": kinds.AIFF,
    "bmp": kinds.BMP,
    "gif": kinds.GIF,
    "jpg": kinds.JPEG,
    "png": kinds.PNG,
    "tiff": kinds.TIFF,
    "txt": kinds.TXT,
    "wav": kinds.WAV,
    "webp": kinds.WEBP,
    "zip": kinds.ZIP,
}
# Files of which only the header was kept, and encodings that nobody here writes.
ODD = {"sndhdr.aifc", "sndhdr.aiff", "sndhdr.wav", "iso2022_kr.txt", "exe_with_zip", "exe_with_z64"}
SECONDS = 2
Written = tuple[str, bytes, FileType]


def installed() -> list[Path]:
    folders = ("audiodata", "sndhdrdata", "imghdrdata", "archivetestdata", "cjkencodings", "xmltestdata")
    found = [path for folder in folders for path in sorted((SAMPLES / folder).glob("*.*"))]
    return [*found, *sorted(SAMPLES.glob("*.zip")), *sorted(SAMPLES.glob("test_email/data/*"))]


def pictures() -> Iterator[Written]:
    formats = {"JPEG": kinds.JPEG, "PNG": kinds.PNG, "GIF": kinds.GIF, "WEBP": kinds.WEBP, "BMP": kinds.BMP}
    formats |= {"TIFF": kinds.TIFF, **({"AVIF": kinds.AVIF} if features.check("avif") else {})}
    for name, file_type in formats.items():
        for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "YCbCr"):
            out = io.BytesIO()
            try:
                Image.new(mode, (32, 24)).save(out, name)
            except (OSError, ValueError, KeyError):
                continue  # The format has no such pictures.
            yield f"{name} {mode}", out.getvalue(), file_type


def recordings() -> Iterator[Written]:
    for channels in (1, 2):
        for width in (1, 2, 3, 4):
            out = io.BytesIO()
            with wave.open(out, "wb") as made:
                made.setparams((channels, width, 8000, 0, "NONE", ""))
                made.writeframes(bytes(channels * width * 50))
            yield f"wave {channels}x{width}", out.getvalue(), kinds.WAV


def documents() -> Iterator[Written]:
    protection = pdfencrypt.StandardEncryption("secret", strength=128)
    for options in ({}, {"pageCompression": 1}, {"invariant": 1, "pdfVersion": (1, 7)}, {"encrypt": protection}):
        out = io.BytesIO()
        page = Canvas(out, pagesize=A4, **options)
        page.drawString(100, 100, "180 bar")
        page.save()
        yield f"pdf {sorted(options)}", out.getvalue(), kinds.PDF
    for is_template in (False, True):
        book = openpyxl.Workbook()
        book.template = is_template
        book.active["A1"] = 180
        out = io.BytesIO()
        book.save(out)
        yield f"workbook {is_template}", out.getvalue(), kinds.XLSX
    for how in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", how) as archive:
            archive.writestr("größe/a.txt", "a" * 500)
            archive.comment = b"made at home"
        yield f"zip {how}", out.getvalue(), kinds.ZIP
    mail = email.message.EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@b.example", "c@d.example", "Störung"
    mail.set_content("It leaks.")
    mail.add_attachment(b"\0\1\2", maintype="application", subtype="octet-stream", filename="a.bin")
    yield "mail.eml", mail.as_bytes(), kinds.EML


WRITTEN = [*pictures(), *recordings(), *documents()]


def looked_at(content: bytes, name: str) -> FileType | None:
    """The type as for an upload; None if it is refused. Never takes longer than two seconds."""
    begin, file, found = time.process_time(), io.BytesIO(content), None
    try:
        found = file_type_of(file, clean_name(name))
        if found.content_type in BLANKERS:
            blank_metadata(file, found, name)
    except InvalidInput as refusal:
        assert refusal.code in ("file_type", "file_damaged"), name  # noqa: PT017
    assert time.process_time() - begin < SECONDS, name
    return found


def test_samples_of_python_are_of_the_kind_that_they_are_called():
    wrong = []
    for path in installed():
        found = looked_at(path.read_bytes(), path.name) if path.is_file() else None
        expected = TYPES_BY_SUFFIX.get(path.suffix[1:])
        if path.name not in ODD and expected != found and (expected or found != kinds.TXT):
            wrong.append((path.name, found))

    assert wrong == []


def test_what_libraries_write_is_of_its_kind():
    wrong = [(name, looked_at(content, name)) for name, content, file_type in WRITTEN]

    assert [
        (name, found) for (name, found), (_n, _c, right) in zip(wrong, WRITTEN, strict=True) if found != right
    ] == []


@pytest.mark.django_db
@pytest.mark.any_database
def test_upload_of_any_of_them_is_stored_or_refused_and_never_fails():
    for name, content, file_type in [
        *WRITTEN[::3],
        *((path.name, path.read_bytes(), None) for path in installed()[::5]),
    ]:
        try:
            [checked] = check_files([upload(content, name)])
        except InvalidInput:
            continue
        assert checked.name == name_for(checked.name, checked.file_type)
        assert file_type is None or checked.file_type.kind == file_type.kind
