"""Numbers in three languages."""

import pytest
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from config.common.typed_numbers import GROUP, is_unit_of, read_number, shown_number

patiently = settings(deadline=None, max_examples=80)
LANGUAGES = ("en", "de", "fr")
VALUES = st.decimals(min_value=-(10**9), max_value=10**9, places=3, allow_nan=False).map(lambda number: f"{number:f}")


def value_of(text: str, language: str) -> str | None:
    with override(language):
        number = read_number(text)
    return number.value if number and not number.unit else None


@pytest.mark.parametrize(
    ("typed", "values"),
    [
        # Of thousands, unless the sign is the decimal one.
        ("12.345", ("12.345", "12345", "12345")),
        ("12,345", ("12345", "12.345", "12.345")),
        ("1.000", ("1", "1000", "1000")),
        ("999.999", ("999.999", "999999", "999999")),
    ],
)
def test_three_digits_behind_a_sign_are_read_in_the_language(typed: str, values: tuple[str, ...]) -> None:
    assert tuple(value_of(typed, language) for language in LANGUAGES) == values


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        *(("1.234.567", "1234567"), ("1,234,567", "1234567"), ("1.234,5", "1234.5"), ("1,234.5", "1234.5")),
        *(
            ("1 234,5", "1234.5"),
            ("1\u202f234\u202f567", "1234567"),
            ("1\u00a0234,50", "1234.5"),
            ("1\u2009234", "1234"),
        ),
        *(
            ("1'234.5", "1234.5"),
            ("1’234’567", "1234567"),
            ("1234.567", "1234.567"),
            ("12,5", "12.5"),
            ("12.50", "12.5"),
        ),
        *(
            ("\u22125", "-5"),
            ("–5", "-5"),
            ("\u20115", "-5"),
            ("\uff0d5", "-5"),
            ("\u207b5", "-5"),
            ("\u20155", "-5"),
            ("- 5", "-5"),
            ("-0", "0"),
            ("-0,0", "0"),
        ),
        *(("+5", "5"), ("\uff0b5", "5"), ("\uff10\uff0e\uff15", "0.5"), ("٣", "3"), ("१२", "12"), ("٣٫٥", "3.5")),
        *(("0,345", "0.345"), ("0.345", "0.345"), (",5", "0.5"), ("5.", "5"), ("-007", "-7"), ("\u200e12\u200b", "12")),
    ],
)
def test_a_number_that_says_what_it_is_is_read_alike_everywhere(typed: str, value: str) -> None:
    assert [value_of(typed, language) for language in LANGUAGES] == [value] * 3


@pytest.mark.parametrize(
    "typed",
    [
        *("", "twelve", "NaN", "1e5", "½", "2½", "1/2", "12-13", "1 2", "12 34", "1.234.56", "1,2,3", "--5", "5 - 6"),
        # A wave dash says "about".
        *(
            "~5",
            "\u301c5",
            "\u30305",
            ">5",
            "1.234 567",
            "0 123",
            "1'234'5",
            "1..5",
            ".",
            "-",
            "Infinity",
            "1_000",
            "12 bar 3",
        ),
    ],
)
def test_what_is_no_number_is_none(typed: str) -> None:
    assert [value_of(typed, language) for language in LANGUAGES] == [None] * 3


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        *(
            ("12,5 bar", "Druck (bar)"),
            ("12,5bar", "Druck in bar"),
            ("12 BAR", "Pressure, bar"),
            ("12 °C", "Temperatur (°C)"),
        ),
        *(
            ("12°c", "Temperature in °C"),
            ("12 Grad", "Wie viel °C?"),
            ("300 km", "Kilometerstand"),
            ("3 hrs", "Operating hours"),
        ),
        *(
            ("3 Std.", "Betriebsstunden"),
            ("12 %", "Füllstand in Prozent"),
            ("5 m", "Longueur en m"),
            ("300 U/min", "Drehzahl (rpm)"),
        ),
        *(
            ("5 m³", "Volumen (m³)"),
            ("5 m3", "Volumen (m³)"),
            ("5 cbm", "Volumen in m³"),
            ("5 m²", "Fläche (m²)"),
            ("5 m2", "Fläche (m²)"),
            ("5 m^2", "Fläche (m2)"),
            ("5 qm", "Fläche (m²)"),
            ("5 mètres carrés", "Surface (m²)"),
        ),
        *(
            ("1500 1/min", "Drehzahl (1/min)"),
            ("1.500 1/min", "Drehzahl (rpm)"),
            ("1500 min⁻¹", "Drehzahl (1/min)"),
            ("1500 1/min", "Drehzahl (min⁻¹)"),
            ("12.345 km", "km-Stand"),
            ("12345 KM", "Km\u2011Stand (Tacho)"),
            ("3 psi", "Druck bar/psi"),
            ("80 km/h", "Geschwindigkeit (km/h)"),
            ("3 CO2", "Sensor (CO₂)"),
        ),
        *(
            ("5,- €", "Preis in €"),
            ("5,-", "Preis in €"),
            ("5,– EUR", "Preis (€)"),
            ("5.-", "Preis"),
            ("€ 5", "Preis in €"),
            ("€5,50", "Preis in €"),
            ("EUR 5", "Preis in €"),
            ("CHF 5.–", "Preis (CHF)"),
            ("-5 €", "Differenz in Euro"),
            ("€ -5", "Differenz in Euro"),
        ),
    ],
)
def test_the_unit_of_the_question_may_stand_behind_or_in_front(typed: str, asked: str) -> None:
    with override("de"):
        number = read_number(typed, [asked])

    assert number is not None
    assert not number.unit or is_unit_of(number.unit, [asked])


@pytest.mark.parametrize(
    "typed", ["12 bar 3", "bar 3 bar", "5 m 2", "3 1/2", "1/2", "1500 1/2", "x 5", "€", "5,-3", "€ € 5"]
)
def test_what_has_more_than_a_unit_is_no_number(typed: str) -> None:
    with override("de"):
        assert read_number(typed, ["Druck (bar)"]) is None


@pytest.mark.parametrize(
    ("unit", "asked"),
    [
        ("bar", "Temperatur (°C)"),
        ("m", "Kilometerstand"),
        ("min", "Kilometer"),
        ("a", "Il y a combien ?"),
        ("€", "Druck (bar)"),
        ("m", "Fläche (m²)"),
        ("m²", "Länge (m)"),
        ("m3", "Fläche (m²)"),
        ("km", "Geschwindigkeit (km/h)"),
        ("min", "Durchfluss (l/min)"),
        ("min", "Drehzahl (1/min)"),
    ],
)
def test_another_unit_is_not(unit: str, asked: str) -> None:
    assert not is_unit_of(unit, [asked])


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("12345", "12 345"),
        ("1234", "1234"),
        ("2019", "2019"),
        ("-1234567.5", "-1 234 567,5"),
        ("0.25", "0,25"),
        ("100000", "100 000"),
    ],
)
def test_groups_are_shown_by_gaps(value: str, shown: str) -> None:
    with override("de"):
        assert shown_number(value).replace(GROUP, " ") == shown


@patiently
@given(VALUES, st.sampled_from(LANGUAGES))
def test_what_is_shown_is_read_as_it_was_meant(value: str, language: str) -> None:
    with override(language):
        kept = read_number(value.replace(".", "," if language != "en" else "."))
        assert kept is not None
        again = read_number(shown_number(kept.value))

    assert again == kept
