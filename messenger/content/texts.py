"""Texts: what can be read from the first letter to the last one, whatever those letters are.

No library serves here: charset-normalizer, which guesses among a hundred character sets, takes "Größe 12 mm" for Urdu.
Only four are written by what people here work with.
"""

import codecs
import re
from collections.abc import Iterator
from typing import Self

from messenger.bounded_files import BoundedFile
from messenger.content.file_types import CSV, EML, PLAIN_TEXTS, TXT, VCF, FileType
from messenger.content.refusals import Seen, refusal
from messenger.content.sample import Sample

UTF_8, UTF_16, WINDOWS, DOS = "utf-8", "utf-16", "cp1252", "cp850"
# As protocols call them.
CHARSETS = {UTF_8: "utf-8", UTF_16: "utf-16", WINDOWS: "windows-1252", DOS: "ibm850"}
_MARKS_OF_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# All but tab, line feeds, form feed, and the escape of coloured logs.
_CONTROLS = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_CONTROL_BYTES = re.compile(_CONTROLS.pattern.encode())
# Protocols of machines have one at both ends of each line, and pictures, films and programs more than these.
_MAX_SHARE_OF_CONTROLS = 1 / 5
_MAX_SHARE_OF_OTHERS = 1 / 4
# Behind the end of a text: the mark of DOS, and what fills the rest of a sector.
_FILLING = "\0\x1a"
_UNKNOWN_TO_WINDOWS = b"\x81\x8d\x8f\x90\x9d"
# Letters of DOS that are quotes and signs in Windows, inside or at the beginning of words; the lines of its tables.
_LETTER_OF_DOS = re.compile(
    rb"(?<=[A-Za-z])[\x80-\x91\x93-\x9f](?=[a-z\xe1])|[\x80\x87-\x8a\x8c\x8e-\x90\x97-\x9a](?=[a-z])|([\xb0-\xdf])\1\1"
)
_LETTER_OF_WINDOWS = re.compile(rb"(?<=[A-Za-z])[\xc0-\xe0\xe2-\xff]|[\xc0-\xe0\xe2-\xff](?=[a-z])")
_SCRIPT_SUFFIXES = re.compile(
    r"""
    bat | cmd | ps1 | psm1 | psd1 | vbs | vbe | js | jse | mjs | cjs | wsf | wsh | sct | sh | bash | zsh | csh
    | ksh | command | py | pyw | rb | php | phtml | asp | aspx | jsp | cgi | lua | tcl | applescript
    | reg | hta | jnlp | desktop | url | webloc | lnk | scf | rdp
    """,
    re.VERBOSE,
)
_WEB_SUFFIXES = frozenset(["htm", "html", "xhtml", "xht", "shtml", "mht", "mhtml", "svg", "xsl", "xslt"])
_DOCUMENT_SUFFIXES = frozenset(["rtf", "ps", "eps", "tex", "fodt", "fods", "fodp", "dxf"])
_SCRIPT = re.compile(r"\s*+(?:#!|<\?php|@echo off)", re.IGNORECASE)
# With these names people write about a Polish web site, and machines their settings.
_SCRIPTS_BY_WORDS = {
    "pl": re.compile(
        r"^\s*+(?:use\s+[A-Za-z:]+|require\s|package\s+[A-Za-z:]+|my\s*[$@%(]|sub\s+\w+|print\b).*[;{]", re.MULTILINE
    ),
    "inf": re.compile(r"^\s*+\[(?:version|autorun|default(?:un)?install)", re.IGNORECASE | re.MULTILINE),
}
_MARKUP = re.compile(
    r"\s*+(?:<\?xml[^>]*+>\s*+)?+(?:(?><!--.*?-->)\s*+)*+(?:<!doctype\s+(?:html|svg)|<(?:html|svg|script|body|head|iframe)\b)",
    re.IGNORECASE | re.DOTALL,
)
_MAIL = re.compile(r"(?:(?:[!-9;-~]+:[^\n]*|[ \t]+[^\n]*|From [^\n]*|>From [^\n]*)\r?\n){2}")
_LETTERS_OF_HEAD = 4096
_CHUNK_BYTES = 64 * 1024
_LOOKS = 16  # At as many chunks with letters beyond ASCII, which are a megabyte.


def encoding_of(file: BoundedFile) -> str | None:
    """The encoding of the whole file if it is readable text, else None."""
    found = encoding_of_text(file)
    return found if _is_readable(file, found) else None


def encoding_of_text(file: BoundedFile) -> str:
    """The encoding of a file of which is known that it is text."""
    if file.peek(0, 4).startswith(_MARKS_OF_UTF_16):
        return UTF_16
    # Every byte is a letter in DOS, and nearly every one in Windows.
    return UTF_8 if _is_utf_8(file) else DOS if _is_of_dos(file) else WINDOWS


def may_be_text(head: bytes) -> bool:
    """Whether nothing at the beginning says that it is none."""
    if head.startswith(_MARKS_OF_UTF_16):
        return True
    text = head.rstrip(_FILLING.encode())
    if not text or b"\0" in text:
        return not text and b"\0" not in head
    try:
        return _Letters().add(codecs.getincrementaldecoder(UTF_8)().decode(text)).are_text(UTF_8)
    except UnicodeDecodeError:
        return _Letters().add(text.decode(DOS)).are_text(DOS)


def has_odd_letters(head: bytes) -> bool:
    """Whether there is something at the beginning that few texts have."""
    return b"\0" in head or bool(_CONTROL_BYTES.search(head.rstrip(_FILLING.encode())))


def as_utf_8(file: BoundedFile, encoding: str) -> Iterator[bytes]:
    """The text for readers who know no other encoding, with no more than a mark of its own taken away."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for chunk in _chunks(file):
        yield decoder.decode(chunk).encode()
    yield decoder.decode(b"", final=True).encode()


def text_type(sample: Sample) -> FileType | None:
    """The type of a text; None for something else. Raises a refusal for a script and a web page under their own names.

    Under the name of a text even those are only texts: nothing here or there executes them.
    """
    encoding = encoding_of(sample.file)
    if encoding is None:
        return None
    letters = sample.head.decode(encoding, "ignore").lstrip("\ufeff")[:_LETTERS_OF_HEAD]
    named = next((found for found in PLAIN_TEXTS if sample.suffix in found.suffixes), None)
    if letters.lstrip().upper().startswith("BEGIN:VCARD") and named in (None, VCF):
        return VCF
    if named is EML and _MAIL.match(letters):
        return EML
    if named in (TXT, CSV):
        return named
    if seen := _program(sample.suffix, letters):
        raise refusal(sample.name, seen)
    return TXT


def _program(suffix: str, letters: str) -> Seen | None:
    if suffix in _WEB_SUFFIXES or _MARKUP.match(letters):
        return Seen.WEB_PAGE
    words = _SCRIPTS_BY_WORDS.get(suffix)
    if _SCRIPT_SUFFIXES.fullmatch(suffix) or _SCRIPT.match(letters) or (words and words.search(letters)):
        return Seen.SCRIPT
    if suffix in _DOCUMENT_SUFFIXES or letters.startswith(("{\\rtf", "%!PS-Adobe")):
        return Seen.DOCUMENT
    return None


class _Letters:
    """Counts what texts have little of."""

    def __init__(self) -> None:
        self._all = self._controls = self._ascii = 0

    def add(self, text: str) -> Self:
        self._all += len(text)
        self._controls += _CONTROLS.subn("", text)[1]
        self._ascii += len(text.encode("ascii", "ignore"))
        return self

    def are_text(self, encoding: str) -> bool:
        if encoding in (UTF_8, UTF_16):
            return self._controls <= _MAX_SHARE_OF_CONTROLS * self._all
        # Where all bytes are letters, only the letters that all texts have tell one from anything else.
        others = self._controls + self._all - self._ascii
        return not self._controls or others <= _MAX_SHARE_OF_OTHERS * self._all


def _is_readable(file: BoundedFile, encoding: str) -> bool:
    # Read piece by piece: the limit of size depends on the type and is checked later.
    decoder = codecs.getincrementaldecoder(DOS if encoding == WINDOWS else encoding)()
    letters, is_over = _Letters(), False
    try:
        for chunk in _chunks(file):
            filled = decoder.decode(chunk)
            text = filled.rstrip(_FILLING)
            if "\0" in text or (is_over and text):
                return False
            is_over = is_over or "\0" in filled[len(text) :]
            letters.add(text)
    except UnicodeDecodeError:
        return False
    return letters.are_text(encoding)


def _is_utf_8(file: BoundedFile) -> bool:
    decoder = codecs.getincrementaldecoder(UTF_8)()
    is_ascii = True
    try:
        for chunk in _chunks(file):
            is_ascii = decoder.decode(chunk).isascii() and is_ascii
    except UnicodeDecodeError:
        return False
    # A log may end within a letter. But one of Windows may have its only "é" at the end.
    return not decoder.getstate()[0] or not is_ascii


def _is_of_dos(file: BoundedFile) -> bool:
    dos = windows = 0
    looks = _LOOKS
    for chunk in _chunks(file):
        if chunk.isascii():
            continue
        if len(chunk.translate(None, _UNKNOWN_TO_WINDOWS)) < len(chunk):
            return True
        if looks:
            looks -= 1
            dos += sum(1 for _found in _LETTER_OF_DOS.finditer(chunk))
            windows += sum(1 for _found in _LETTER_OF_WINDOWS.finditer(chunk))
    return dos > windows


def _chunks(file: BoundedFile) -> Iterator[bytes]:
    for position in range(0, file.size, _CHUNK_BYTES):
        yield file.peek(position, _CHUNK_BYTES)
