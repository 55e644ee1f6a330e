"""What dashes are, and what turns the direction of writing: marks that nobody sees, and letters from the right.

Our own words keep their places whatever people write: a text of theirs that could move what stands beside it is
isolated, in markup as a `bdi` element (`config.isolating`), and in sentences and attributes between two characters.
"""

import re
from collections.abc import Iterator


def characters_in(ranges: str) -> Iterator[str]:
    """Of what stands between the brackets of a pattern.

    >>> "".join(characters_in("xa-d"))
    'xabcd'
    """
    for first, last in re.findall(r"(.)(?:-(.))?", ranges):
        yield from map(chr, range(ord(first), ord(last or first) + 1))


# Whatever stands for a hyphen, a dash or a minus. The wave dash of Japan is none of them: before a number it says
# "about", between two "from … to", so nothing is read below zero by it. It only parts the digits of a phone number.
DASHES = frozenset(
    characters_in(
        "\u058a\u05be\u1400\u1806\u2010-\u2015\u2043\u207b\u208b\u2212\u2e17\u2e1a\u2e3a\u2e3b\u30a0\ufe58\ufe63\uff0d"
    )
)
WAVE_DASHES = "\u301c\u3030\uff5e"
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"
# Written as escapes, because they would turn these lines as well.
_DIRECTION = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_MARK = re.compile(f"[{_DIRECTION}]")
_MARK_OR_ISOLATED = re.compile(f"({FIRST_STRONG_ISOLATE}[^{_DIRECTION}]*{POP_ISOLATE})|[{_DIRECTION}]")
_TURNING = re.compile(
    f"[{_DIRECTION}\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)


def without_direction_marks(text: str) -> str:
    """The text without marks, embeddings, overrides and isolates; its letters keep the direction they have.

    >>> without_direction_marks("\u202eabc\u202d(admin)")
    'abc(admin)'
    """
    return text if text.isascii() else _MARK.sub("", text)


def can_turn(text: str) -> bool:
    """Whether what stands beside the text could change its place."""
    return not text.isascii() and _TURNING.search(text) is not None


def isolated(text: object) -> str:
    """A text of somebody else for a sentence, an attribute or a letter, where no element isolates it.

    Most texts stay as they are: only those that could move others are put between two isolating characters.
    """
    text = str(text)
    return f"{FIRST_STRONG_ISOLATE}{tamed(text)}{POP_ISOLATE}" if can_turn(text) else text


def tamed(text: str) -> str:
    """The text without direction marks, except those that `isolated` put around a part of it."""
    return text if text.isascii() else _MARK_OR_ISOLATED.sub(lambda found: found[1] or "", text)
