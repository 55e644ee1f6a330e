"""Folding: words are found however they were typed."""

import re
import time
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.common.searching import search_terms
from config.common.text import fold, fold_all, fold_names, name_words, refolded, start_key
from tests.typography import DIFFERENT, PAIRS

# A busy machine is no reason to fail.
patiently = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize(
    "same",
    [
        ("Schlüssel", "schluessel", "SCHLUSSEL", "Schlu\u0308ssel"),
        ("Straße", "STRASSE", "strasse", "STRAẞE"),
        ("Maße", "masse"),
        ("Élève", "eleve", "E\u0301leve"),
        ("œuvre", "oeuvre", "ouvre"),
        ("Ærø", "aero", "aro"),
        ("Łódź", "lodz"),
        ("ﬁlter", "filter"),
        ("１２３", "123"),
        (" a  b\t\nc ", "a b c"),
    ],
)
def test_what_people_type_for_the_same_word_is_the_same(same: tuple[str, ...]) -> None:
    assert len({fold(word) for word in same}) == 1


def test_different_words_stay_different() -> None:
    assert len({fold(word) for word in ("Pumpe", "Lampe", "Pumpen", "Rampe", "")}) == 5


def test_empty_parts_are_left_out() -> None:
    assert fold_all("A", None, "", "  ", "B") == "a b"
    assert fold_all() == ""


@patiently
@given(st.text(), st.text())
def test_every_word_of_a_text_is_found_in_its_folded_line(before: str, after: str) -> None:
    line = fold_all(before, after)
    for text in (before, after):
        assert all(word in line for word in fold(text).split())


@patiently
@given(st.text())
def test_case_and_surrounding_blanks_never_matter(text: str) -> None:
    folded = fold(text)

    assert fold(f"  {text}\n") == folded
    # Not `lower`: the folded form of Cherokee is its capitals.
    assert folded == folded.strip().casefold()


@patiently
@given(st.text(alphabet="aeiou bcst", max_size=20))
def test_upper_case_folds_alike(text: str) -> None:
    assert fold(text.upper()) == fold(text)


@pytest.mark.parametrize("typed", ["HA-E 512", "ha e 512", "HAE512", "hä-512", "ha\u2011e512", "512 HA", " – ", "E5"])
def test_names_are_found_whatever_blanks_and_dashes_are_typed(typed: str) -> None:
    line = fold_names("Übung", None, "", "HA-E 512")

    assert all(word in line for word in name_words(typed))
    assert not all(word in line for word in name_words(f"{typed} 513"))


@patiently
@given(st.text(), st.text())
def test_every_word_of_a_name_is_found_in_its_folded_line(before: str, after: str) -> None:
    line = fold_names(before, after)
    for name in (before, after):
        assert all(word in line for word in name_words(name))


def finds(line: str, words: str) -> bool:
    """As a search in a column does."""
    return all(any(form in line for form in forms) for term in search_terms(words) for forms in term.words)


@pytest.mark.parametrize("kind", PAIRS)
def test_typography_makes_no_difference(kind: str) -> None:
    for written, searched in PAIRS[kind]:
        assert finds(fold_all("vorher", written, "nachher"), searched), (written, searched)
        assert all(term.is_in(f"Vorher {written}, nachher") for term in search_terms(searched)), (written, searched)


def test_typography_makes_different_words_not_the_same() -> None:
    for written, searched in DIFFERENT:
        assert not finds(fold_all(written), searched), (written, searched)


def folded_before(text: str) -> str:
    """As the version before folded, and stored."""
    lowered = unicodedata.normalize("NFKC", text).casefold().translate(_BEFORE)
    bare = "".join(each for each in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(each))
    return " ".join(re.sub("([aou])e", r"\1", bare).split())


_BEFORE = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l"})
# Which Unicode makes a blank and an accent of: what was folded before does not know it any more.
_LOST = "\u00b4\uff40"


@pytest.mark.parametrize("kind", PAIRS)
def test_what_was_folded_before_is_found_like_what_is_folded_now(kind: str) -> None:
    for written, searched in PAIRS[kind]:
        if not any(sign in written for sign in (*_LOST, "½")):
            column = refolded(f"17 {folded_before('vorher')} {folded_before(written)} {fold_names('KX-19')}")
            assert finds(column, searched), (written, searched)
            assert refolded(column) == column


TYPED = st.text(
    st.one_of(st.characters(), st.sampled_from(" -'12345abe\u00ad\u2011\u2019\u202f.,ı½²٣\u2016äœ\n")), max_size=60
)


@patiently
@given(TYPED, TYPED)
def test_folding_again_changes_nothing(before: str, after: str) -> None:
    column = refolded(f"{folded_before(before)} {fold_all(after)}")

    assert refolded(column) == column
    assert finds(fold_all(before, after), before)


@patiently
@given(TYPED, st.sampled_from("\u00ad\u200b\u200d\u2060\ufeff\u202e\u2069\u200f\u061c"), st.integers(0, 60))
def test_what_nobody_sees_changes_nothing(text: str, unseen: str, place: int) -> None:
    written = text[:place] + unseen + text[place:]

    assert fold(written) == fold(text)
    assert start_key(written) == start_key(text)
    assert fold_names(written) == fold_names(text)


@patiently
@given(st.text("abct19ä", min_size=1, max_size=8), st.sampled_from("‐‑–—−－- \u00a0\u202f'’´"), st.integers(1, 7))
def test_names_are_found_without_the_gaps_that_they_have(name: str, gap: str, place: int) -> None:
    written = name[:place] + gap + name[place:]

    assert all(word in fold_names(written) for word in name_words(name))
    assert all(word in fold_names(name) for word in name_words(written))
    assert start_key(written) == start_key(name)


def test_folding_a_long_text_takes_no_time() -> None:
    for text in ("a-", "a ", "1 ", "a'1 ", "ab-1-", "1.111", "a", "'", "1 a ", "´", "\u00ad", "½"):
        begun = time.perf_counter()
        fold_all(text * (5000 // len(text)))
        # Seconds; twenty times as much as it takes here.
        assert time.perf_counter() - begun < 0.5, text
