"""What people search for, and the place of a text in which it is found."""

import pytest

from config.common.searching import Excerpt, excerpt_of, search_terms


@pytest.mark.parametrize("number", ["+49 30 901820", "030 901820", "(030) 90 18-20", "0049.30.901820", "030/901820"])
def test_a_phone_number_is_the_same_however_it_is_written(number: str) -> None:
    (term,) = search_terms(number)

    assert term.digits == "30901820"
    for written in ("+49 (0)30 901820", "030901820", "Call 0049 30 90 18 20 please"):
        assert term.is_in(written)
    assert not term.is_in("030 901821")


@pytest.mark.parametrize("text", ["1098", "KX-19", "12 345", "a1234567", "2026-1"])
def test_what_has_few_digits_or_letters_is_no_phone_number(text: str) -> None:
    assert not any(term.digits for term in search_terms(text))


def test_words_are_found_with_and_without_dashes_and_accents() -> None:
    (term,) = search_terms("KX-19")

    for text in ("kx19", "the KX 19.", "KX–19", "kx-1 9"):
        assert term.is_in(text)
    assert not term.is_in("kx29")
    assert all(term.is_in("Füller für Dosen") for term in search_terms("#fuer FULLER dose"))
    assert search_terms(" # ´") == []


def test_an_excerpt_shows_the_word_and_what_stands_around_it() -> None:
    text = "Seit gestern klemmt am Tor der Schlüssel, und niemand\nkommt mehr hinein."

    assert excerpt_of(text, search_terms("nichts schluessel")) == Excerpt(
        "… am Tor der", "Schlüssel,", "und niemand kommt mehr hinein."
    )
    assert excerpt_of("B-KX 19 E", search_terms("bkx19")) == Excerpt("", "B-KX 19", "E")
    assert excerpt_of(text, search_terms("Auto")) is None
