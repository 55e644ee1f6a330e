"""Folding: words are found however they were typed."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.common.text import fold, fold_all, fold_names, name_words

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
