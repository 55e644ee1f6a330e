"""What a reader sees of a text: which characters are invisible, and what is kept of a line or a longer text."""

import re
import unicodedata

# Unicode's Default_Ignorable_Code_Point: nothing is drawn for these, whatever their category says.
_IGNORABLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
# Drawn as an empty place though their categories say that they are signs: an empty braille cell, a note without a
# head, a filler, and the place of a picture that did not come along.
_NOTHING = "\u2800\U0001d159\U00016fe4\ufffc"
# Code points that no text has: they end each plane.
_NONE = "\ufdd0-\ufdef" + "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
)
_NEVER_SEEN = re.compile(f"[{_IGNORABLE}{_NOTHING}{_NONE}]")
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# No-break spaces are typography, as before a French question mark, and stay. The other blanks become spaces.
_PLAIN_BLANKS, _OTHER_BLANKS = " \u00a0\u202f", "\t\n\u1680\u2000-\u200a\u205f\u2800\u3000"
# Whole runs, and what they are made of is seen afterwards: a pattern that says both tries every start of a long one.
_BLANKS = re.compile(f"[{_PLAIN_BLANKS}{_OTHER_BLANKS}]+")
_OTHER_BLANK = re.compile(f"[{_OTHER_BLANKS}]")
_CONTROLS = "\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\ud800-\\udfff\\ufeff\\ufff9-\\ufffb" + _NONE
_UNFIT_FOR_LINE = re.compile(f"[{_CONTROLS}]")
# Of a longer text: also what would reorder the words around it.
_UNFIT_FOR_TEXT = re.compile(f"[{_CONTROLS}\u202a-\u202e\u2066-\u206f\ufffc]")
_FLAG = re.compile("(\U0001f3f4[\U000e0030-\U000e007a]+\U000e007f)")
_START = re.compile(f"[{_PLAIN_BLANKS}{_OTHER_BLANKS}{_IGNORABLE}]*")
_AT_END = "".join(filter(re.compile(f"[{_PLAIN_BLANKS}{_OTHER_BLANKS}\u200b\u2060]").match, map(chr, range(0x3001))))
_JOINERS, _KEYCAP = "\u200c\u200d", "\u20e3"
_VARIATIONS = re.compile("[\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
# Arabic, the scripts of India and their neighbours: their letters take another shape beside a joiner.
_JOINING = re.compile("[\u0600-\u08ff\u0900-\u109f\u1780-\u18af\u1900-\u1cff\ua800-\uabff\U00010a00-\U00011fff]")


def is_visible(character: str) -> bool:
    """Whether a reader sees the character by itself; marks need a letter, and no blank or filler is seen."""
    category = unicodedata.category(character)
    # Signs that are newer than Python's tables, and those of a maker: a reader sees them, or a box in their place.
    is_drawn = category[0] in "LNPS" or category in ("Cn", "Co")
    return is_drawn and not _NEVER_SEEN.match(character)


def has_visible(text: str) -> bool:
    r"""Whether a reader sees anything of the text. Required means this, everywhere.

    >>> has_visible("\u200b \u2800"), has_visible("?")
    (False, True)
    """
    return any(map(is_visible, text))


def clean_line(text: str) -> str:
    r"""One line as it is stored: without invisible marks, blanks around it, and what reorders other words.

    Joiners and variations stay where they belong to a word or an emoji. Empty where nothing would be seen.

    >>> clean_line("\u202eevil\u202c\u00ad \u200b"), clean_line("a\tb\r\nc")
    ('evil', 'a b c')
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    one_line = _BLANKS.sub(_as_gap, _LINE_ENDS.sub("\n", text))
    # Every second part is a flag, whose tags are letters of its own.
    parts = _FLAG.split(_UNFIT_FOR_LINE.sub("", one_line))
    kept = "".join(part if place % 2 else _without_marks(part) for place, part in enumerate(parts))
    return _without_ends(kept) if has_visible(kept) else ""


def clean_text(text: str) -> str:
    r"""A longer text as it is stored: with one kind of line end, without controls and marks that reorder, and without
    blanks around it. Empty where nothing would be seen.

    >>> clean_text(" a\r\nb\u202e\0 "), clean_text("\u200b")
    ('a\nb', '')
    """
    kept = _UNFIT_FOR_TEXT.sub("", _LINE_ENDS.sub("\n", text))
    # Blanks before the first line may be its indent, which no page shows.
    return _without_ends(kept) if has_visible(kept) else ""


def plain_digits(text: str) -> str:
    """With 0 to 9 in place of the digits of other scripts, as keyboards of other countries write them."""
    if text.isascii():
        return text
    return "".join(each if (digit := unicodedata.decimal(each, None)) is None else str(digit) for each in text)


def page_length(text: str) -> int:
    r"""How long a browser says that the text is, in its counter and for `maxlength`: an emoji may count as two.

    >>> page_length("a\nb"), page_length("\U0001f600")
    (3, 2)
    """
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut_to_length(text: str, longest: int) -> str:
    """As much of the beginning as a browser counts `longest` characters of."""
    kept = text[:longest]
    while page_length(kept) > longest:
        kept = kept[: len(kept) - (page_length(kept) - longest + 1) // 2]
    return kept


def _as_gap(run: re.Match[str]) -> str:
    return " " if _OTHER_BLANK.search(run[0]) else run[0]


def _without_ends(text: str) -> str:
    start = _START.match(text)
    return (text[start.end() :] if start else text).rstrip(_AT_END)


def _without_marks(text: str) -> str:
    if not _NEVER_SEEN.search(text):
        return text
    kept = list[str]()
    for place, character in enumerate(text):
        if not _NEVER_SEEN.match(character) or _belongs(character, kept[-1:], text[place + 1 : place + 2]):
            kept.append(character)
    return "".join(kept)


def _belongs(mark: str, before: list[str], after: str) -> bool:
    """Whether the invisible mark changes how the characters around it are drawn, as its writer meant."""
    if not before:
        return False
    [letter] = before
    if _VARIATIONS.match(mark):
        is_latin = unicodedata.category(letter) in ("Lu", "Ll", "Lt") and letter != "\u2139"
        return after == _KEYCAP or (not letter.isascii() and not is_latin and is_visible(letter))
    if mark not in _JOINERS or not after or after.isspace():
        return False
    if _JOINING.match(letter):
        return True
    return mark == "\u200d" and (_is_sign(letter) or bool(_VARIATIONS.match(letter))) and _is_sign(after)


def _is_sign(character: str) -> bool:
    """Whether it may be a part of an emoji."""
    return not character.isascii() and unicodedata.category(character) in ("So", "Sm", "Sk", "Cn")
