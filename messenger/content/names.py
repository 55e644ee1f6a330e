"""Names of files: one line that reads the same everywhere, and no more than a name."""

import re
import unicodedata
from pathlib import PurePosixPath

from messenger.content.file_types import PLAIN_TEXTS, FileType

MAX_NAME_LENGTH = 160
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,5}")
_NON_JOINER, _JOINER = "\u200c", "\u200d"
_EMOJI_VARIANT = "\ufe0f"
# Part of emoji: a shaken head. For Unicode it is a sign of mathematics.
_ARROW = "\u2194"
_BLACK_FLAG, _TAGS, _END_OF_TAGS = "\U0001f3f4", range(0xE0020, 0xE007F), "\U000e007f"
_SKIN = range(0x1F3FB, 0x1F400)
_REGIONS = range(0x1F1E6, 0x1F200)
# Letters and marks without any look, which are no controls by their category.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?=\.|$)")
_FLAG = re.compile(f"{_BLACK_FLAG}[\U000e0020-\U000e007e]{{1,8}}{_END_OF_TAGS}")
_EMOJI_PLANE = range(0x1F000, 0x1FFFE)
_VARIANTS = frozenset([*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)])


def clean_name(name: str, default: str = "file") -> str:
    """The name without folders, control, direction and invisible characters, with at most 160 characters.

    All kinds of spaces become a space. Joiners stay where they change how letters or emoji look; what readers take for
    one sign is never cut. A suffix alone gets the default name.
    """
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    name = " ".join(_visible(name).split())
    bare = name.strip(". ")
    if bare != name.strip() and _SUFFIX.fullmatch(f".{bare}") and name.lstrip(" ").startswith("."):
        bare = f"{default}.{bare}"
    name = _RESERVED.sub(r"_\g<0>", bare, count=1) if _RESERVED.match(bare) else bare
    return _shortened(name) if any(_is_seen(letter) for letter in name) else default


def name_for(name: str, file_type: FileType) -> str:
    """The name with a suffix of the file's type."""
    suffix = PurePosixPath(name).suffix
    if suffix[1:].lower() in file_type.suffixes:
        return name
    # Of a text the old suffix says what it is about; of all others it was wrong.
    is_wrong = _SUFFIX.fullmatch(suffix) and file_type not in PLAIN_TEXTS
    stem = name.removesuffix(suffix) if is_wrong else name
    return _shortened(f"{stem}.{file_type.suffixes[0]}")


def _visible(name: str) -> str:
    kept, start = [], 0
    for flag in _FLAG.finditer(name):
        kept += [_visible_part(name[start : flag.start()]), flag.group()]
        start = flag.end()
    return "".join([*kept, _visible_part(name[start:])])


def _visible_part(name: str) -> str:
    letters = [letter for letter in name if _may_stay(letter)]
    found = []
    for before, letter, after in zip(["", *letters], letters, [*letters[1:], ""], strict=False):
        if letter in (_NON_JOINER, _JOINER) and not _is_joined(before, letter, after):
            continue
        found.append(" " if letter.isspace() else letter)
    return "".join(found)


def _may_stay(letter: str) -> bool:
    if letter.isspace() or letter in (_NON_JOINER, _JOINER):
        return True
    # New emoji are not known to Python for years.
    if unicodedata.category(letter) == "Cn":
        return ord(letter) in _EMOJI_PLANE
    return not unicodedata.category(letter).startswith("C") and letter not in _BLANK


def _is_joined(before: str, letter: str, after: str) -> bool:
    """Whether the joiner stands where it is seen: in Persian, Arabic and Indian words, and between emoji."""
    if _is_joining_letter(before):
        return letter == _JOINER or _is_joining_letter(after)
    return letter == _JOINER and _is_emoji(before) and _is_emoji(after)


def _is_joining_letter(letter: str) -> bool:
    return bool(letter) and unicodedata.category(letter) in ("Lo", "Mn", "Mc") and ord(letter) not in _VARIANTS


def _is_emoji(letter: str) -> bool:
    return bool(letter) and (unicodedata.category(letter) in ("So", "Sk", "Cn") or letter in (_EMOJI_VARIANT, _ARROW))


def _is_seen(letter: str) -> bool:
    return not (letter.isspace() or letter in ". " or unicodedata.category(letter) in ("Mn", "Me", "Cf"))


def _shortened(name: str) -> str:
    suffix = PurePosixPath(name).suffix
    suffix = suffix if _SUFFIX.fullmatch(suffix) else ""
    stem, most = name.removesuffix(suffix), MAX_NAME_LENGTH - len(suffix)
    if len(stem) > most:
        stem = stem[: next((end for end in range(most, 0, -1) if _is_between(stem, end)), most)]
    return stem.rstrip(" .") + suffix if len(name) > MAX_NAME_LENGTH else name


def _is_between(text: str, position: int) -> bool:
    """Whether readers see one sign end and another one begin there."""
    before, after = text[position - 1], text[position]
    if before == _JOINER or after in (_JOINER, _NON_JOINER) or unicodedata.category(after).startswith("M"):
        return False
    if ord(after) in _SKIN or ord(after) in _TAGS or after == _END_OF_TAGS:
        return False
    if ord(before) in _REGIONS and ord(after) in _REGIONS:
        # Flags are pairs: it is between two of them behind an even number.
        count = 0
        while count < position and ord(text[position - 1 - count]) in _REGIONS:
            count += 1
        return count % 2 == 0
    return True
