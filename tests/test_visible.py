"""Required means visible, nothing invisible is kept in a line, and lengths are those of the page."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.common.visible import clean_line, clean_text, cut_to_length, has_visible, page_length
from tests.limited import limited

# A busy machine is no reason to fail.
patiently = settings(deadline=None, max_examples=80)

INVISIBLE = [
    *("\u200b", "\u00ad", "\u2800", "\u3164", "\ufe0f", "\U000e0020\U000e0041", "\u115f\u1160", "\uffa0"),
    *("\u034f", "\u180e", "\u2060\u2063", "\u200e \u00a0", "\ufeff", "\u17b4", "\U0001d159", "\ufffc", "\u0301"),
    *("\0", "\x07", "\u061c", "\U000e0100", "\U0001bca0", "\U00016fe4", "\ufdd0", "\u3000\u2003"),
]
VISIBLE = ["?", "0", "é", "漢", "👍", "1️⃣", "·", "٣", "\U0001fae8", "\ue000", "ـ", "ㄱ", "क"]
MEANT = [
    *("👩🏽‍🔧", "1️⃣", "می‌خواهم", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "❤️‍🔥", "🏳️‍🌈", "ℹ️", "क्‍ष", "葛󠄀"),
    *("Qu’y a-t-il\u202f?", "🤷🏾‍♂️", "e\u0301", "ه‍.ق."),
]


@pytest.mark.parametrize("text", INVISIBLE)
def test_what_no_one_sees_is_empty(text: str) -> None:
    assert not has_visible(text)
    assert clean_line(text) == clean_text(text) == ""
    assert not has_visible(f" {text}\n{text}\t")


@pytest.mark.parametrize("text", VISIBLE)
def test_what_is_seen_is_something(text: str) -> None:
    assert has_visible(text)
    assert clean_line(f"\u200b{text}\u200b") == clean_text(f"\u200b{text}\u200b") == text


@pytest.mark.parametrize("text", MEANT)
def test_marks_that_belong_to_a_word_or_an_emoji_stay(text: str) -> None:
    assert clean_line(text) == clean_text(text) == text


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("\u202eabc", "abc"),
        ("\u202eevil\u202d(admin)", "evil(admin)"),
        ("\u2067x\u2069 y", "x y"),
        ("Hydrau\u00adlik", "Hydraulik"),
        ("Auf\u200clage", "Auflage"),
        ("a\u200d\u200db", "ab"),
        ("a\tb\r\nc", "a b c"),
        ("12\u2009345", "12 345"),
        ("A\u3000B", "A B"),
        ("x\ufe0f", "x"),
        ("\ufeffKX-19\ufeff", "KX-19"),
        ("a\u2028b\x85c", "a b c"),
    ],
)
def test_a_line_loses_what_is_not_seen(typed: str, line: str) -> None:
    assert clean_line(typed) == line


def test_a_longer_text_keeps_its_lines_and_loses_what_reorders_it() -> None:
    assert clean_text(" one\r\n\ttwo\u202e\rthree\0\u2066 \n") == "one\n\ttwo\nthree"


@patiently
@given(st.text(max_size=30))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean_line(clean_line(text)) == clean_line(text)
    assert clean_text(clean_text(text)) == clean_text(text)
    assert bool(clean_line(text)) == has_visible(text) == bool(clean_text(text))


@patiently
@given(st.text(max_size=30))
def test_no_line_has_marks_of_direction_or_controls(text: str) -> None:
    assert not [each for each in clean_line(text) if unicodedata.bidirectional(each) in UNWANTED or each in "\n\t\0"]


UNWANTED = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


@pytest.mark.parametrize(
    ("text", "length"),
    [("", 0), ("a\nb", 3), ("é", 1), ("e\u0301", 2), ("😀", 2), ("👩🏽‍🔧", 7), ("漢字", 2), ("𝄞x", 3)],
)
def test_lengths_are_those_that_a_browser_counts(text: str, length: int) -> None:
    assert page_length(text) == length


@patiently
@given(st.text(max_size=40), st.integers(0, 40))
def test_a_cut_text_is_as_long_as_fits(text: str, longest: int) -> None:
    kept = cut_to_length(text, longest)

    assert text.startswith(kept)
    assert page_length(kept) <= longest
    assert kept == text or page_length(text[: len(kept) + 1]) > longest


# A page may send as much, and more.
MANY = 100_000


@pytest.mark.parametrize(
    "run", [" ", "\n", "\t", "\u00a0", "\u2003", "\u200b", "\r\n", " \u200b", "\n\u00a0", "\u2800"]
)
@pytest.mark.parametrize("around", [("ä", "ä"), ("", "ä"), ("ä", "")])
def test_a_long_run_of_blanks_takes_no_time(run: str, around: tuple[str, str]) -> None:
    text = (run * (MANY // len(run))).join(around)

    # Far more than a slow machine needs, and far less than what grows with the square of the run.
    with limited(seconds=1):
        line, kept = clean_line(text), clean_text(text)

    assert (line[:1], line[-1:]) == (kept[:1], kept[-1:]) == ("ä", "ä")


def test_blanks_beside_others_become_one_gap() -> None:
    assert clean_line("a\u00a0 \n\u00a0b\u00a0 c") == "a b\u00a0 c"
