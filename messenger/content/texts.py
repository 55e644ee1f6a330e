"""Texts: what can be read from the first letter to the last one, whatever those letters are.

No library serves here: charset-normalizer, which guesses among a hundred character sets, takes "Größe 12 mm" for Urdu.
Only four are written by what people here work with.
"""

import codecs
import re
from collections.abc import Iterator

from messenger.bounded_files import CHUNK_BYTES, BoundedFile
from messenger.content.file_types import CSV, EML, PLAIN_TEXTS, TXT, VCF, FileType
from messenger.content.refusals import Seen, refusal
from messenger.content.sample import Sample

UTF_8, UTF_16, WINDOWS, DOS = "utf-8", "utf-16", "cp1252", "cp850"
# As protocols call them.
CHARSETS = {UTF_8: "utf-8", UTF_16: "utf-16", WINDOWS: "windows-1252", DOS: "ibm850"}
_MARKS_OF_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# All but tab, line feeds, form feed, and the escape of coloured logs.
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_CONTROL_BYTES = re.compile(_CONTROLS.pattern.encode())
_END_OF_DOS = "\x1a"
_UNKNOWN_TO_WINDOWS = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
# Letters of DOS that are quotes and signs in Windows, inside or at the beginning of words; the lines of its tables.
_LETTER_OF_DOS = re.compile(
    rb"(?<=[A-Za-z])[\x80-\x91\x93-\x9f](?=[a-z\xe1])|[\x80\x87-\x8a\x8c\x8e-\x90\x97-\x9a](?=[a-z])|([\xb0-\xdf])\1\1"
)
_LETTER_OF_WINDOWS = re.compile(rb"(?<=[A-Za-z])[\xc0-\xe0\xe2-\xff]|[\xc0-\xe0\xe2-\xff](?=[a-z])")
_SCRIPT_SUFFIXES = re.compile(
    r"""
    bat | cmd | ps1 | psm1 | psd1 | vbs | vbe | js | jse | mjs | cjs | wsf | wsh | sct | sh | bash | zsh | csh
    | ksh | command | py | pyw | pl | rb | php | phtml | asp | aspx | jsp | cgi | lua | tcl | applescript
    | reg | inf | hta | jnlp | desktop | url | webloc | lnk | scf | rdp
    """,
    re.VERBOSE,
)
_WEB_SUFFIXES = frozenset(["htm", "html", "xhtml", "xht", "shtml", "mht", "mhtml", "svg", "xsl", "xslt"])
_DOCUMENT_SUFFIXES = frozenset(["rtf", "ps", "eps", "tex", "fodt", "fods", "fodp", "dxf"])
_SCRIPT = re.compile(r"\s*+(?:#!|<\?php|@echo off)", re.IGNORECASE)
_MARKUP = re.compile(
    r"\s*+(?:<\?xml[^>]*+>\s*+)?+(?:(?><!--.*?-->)\s*+)*+(?:<!doctype\s+(?:html|svg)|<(?:html|svg|script|body|head|iframe)\b)",
    re.IGNORECASE | re.DOTALL,
)
_MAIL = re.compile(r"(?:(?:[!-9;-~]+:[^\n]*|[ \t]+[^\n]*|From [^\n]*|>From [^\n]*)\r?\n){2}")
_LETTERS_OF_HEAD = 4096


def encoding_of(file: BoundedFile) -> str | None:
    """The encoding of the whole file if it is readable text, else None."""
    head = file.peek(0, 4)
    if head.startswith(_MARKS_OF_UTF_16):
        return UTF_16 if _is_readable(file, UTF_16) else None
    if _is_readable(file, UTF_8):
        return UTF_8
    if not _is_readable(file, DOS):
        return None
    # Every byte is a letter in DOS, and nearly every one in Windows.
    return DOS if _is_of_dos(file) else WINDOWS


def may_be_text(head: bytes) -> bool:
    """Whether nothing at the beginning says that it is none."""
    return head.startswith(_MARKS_OF_UTF_16) or not _CONTROL_BYTES.search(head.rstrip(b"\x1a"))


def as_utf_8(file: BoundedFile) -> Iterator[bytes]:
    """The text for readers who know no other encoding, with no more than a mark of its own taken away."""
    encoding = encoding_of(file) or WINDOWS
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
    if _SCRIPT_SUFFIXES.fullmatch(suffix) or _SCRIPT.match(letters):
        return Seen.SCRIPT
    if suffix in _DOCUMENT_SUFFIXES or letters.startswith(("{\\rtf", "%!PS-Adobe")):
        return Seen.DOCUMENT
    return None


def _is_readable(file: BoundedFile, encoding: str) -> bool:
    # Read piece by piece: the limit of size depends on the type and is checked later.
    decoder = codecs.getincrementaldecoder(encoding)()
    is_over = False
    try:
        for chunk in _chunks(file):
            letters = decoder.decode(chunk)
            text = letters.rstrip(_END_OF_DOS)
            if _CONTROLS.search(text) or (is_over and text):
                return False
            is_over = is_over or len(text) < len(letters)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_of_dos(file: BoundedFile) -> bool:
    dos = windows = 0
    for chunk in _chunks(file):
        if _UNKNOWN_TO_WINDOWS.search(chunk):
            return True
        dos += sum(1 for _found in _LETTER_OF_DOS.finditer(chunk))
        windows += sum(1 for _found in _LETTER_OF_WINDOWS.finditer(chunk))
    return dos > windows


def _chunks(file: BoundedFile) -> Iterator[bytes]:
    for position in range(0, file.size, CHUNK_BYTES):
        yield file.peek(position, CHUNK_BYTES)
