"""Days and moments in three languages."""

from datetime import UTC, date, datetime

import pytest
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from config.common.clock import freeze
from config.common.typed_days import last_day, read_day, read_moment, written_day

patiently = settings(deadline=None, max_examples=60)
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
LANGUAGES = ("en", "de", "fr")
DAY = date(2026, 11, 20)


def days_of(text: str) -> list[date | None]:
    found = list[date | None]()
    for language in LANGUAGES:
        with override(language), freeze(NOW):
            found.append(read_day(text))
    return found


@pytest.mark.parametrize(
    "typed",
    [
        *("20.11.26", "20/11/26", "11/20/2026", "2026-11-20", "2026/11/20", "20. November 2026", "Fr, 20. Nov. 26"),
        *("Nov 20, 2026", "Friday, November 20, 2026", "20th of November 2026", "20 novembre 2026", "20-Nov-2026"),
        *("20–11–2026", "20 . 11 . 2026", "20 11 2026", "\u200e20.11.2026\u200e", "２０.１１.２０２６", "20.11.'26"),
        *("Mo, 20.11.2026", "Fr 20.11.26", "Fr. 20.11.26", "vendredi 20/11/2026", "Fri, 2026-11-20", "le 20/11/26"),
        *("Fr., 20.11.26", "Freitag, den 20. November 2026", "seit dem 20.11.2026", "ven. 20 nov. 2026"),
    ],
)
def test_a_day_is_understood_in_all_languages(typed: str) -> None:
    assert days_of(typed) == [DAY] * 3


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("11/12/2026", [date(2026, 11, 12), date(2026, 12, 11), date(2026, 12, 11)]),
        ("11.12.2026", [date(2026, 12, 11)] * 3),
        ("heute", [date(2026, 11, 28)] * 3),
        ("Yesterday", [date(2026, 11, 27)] * 3),
        ("avant-hier", [date(2026, 11, 26)] * 3),
        ("tomorrow", [date(2026, 11, 29)] * 3),
        ("Demain", [date(2026, 11, 29)] * 3),
        ("morgen", [date(2026, 11, 29)] * 3),
        ("Übermorgen", [date(2026, 11, 30)] * 3),
        ("après-demain", [date(2026, 11, 30)] * 3),
        ("Sonntag 3.5.26", [date(2026, 5, 3)] * 3),
        ("Mar 5, 2026", [date(2026, 3, 5)] * 3),
        ("mar. 5 mai 2026", [date(2026, 5, 5)] * 3),
        ("31-12-99", [date(1999, 12, 31)] * 3),
        ("99-12-31", [date(1999, 12, 31)] * 3),
        ("26-11-26", [date(2026, 11, 26)] * 3),
        ("26.11.20", [date(2020, 11, 26)] * 3),
        ("1.1.99", [date(1999, 1, 1)] * 3),
        ("1.1.36", [date(2036, 1, 1)] * 3),
        ("1.1.37", [date(1937, 1, 1)] * 3),
        ("1er mai 2026", [date(2026, 5, 1)] * 3),
        ("3. März 2026", [date(2026, 3, 3)] * 3),
        ("20 août 2026", [date(2026, 8, 20)] * 3),
    ],
)
def test_the_order_is_that_of_the_language(typed: str, days: list[date]) -> None:
    assert days_of(typed) == days


@pytest.mark.parametrize(
    "typed",
    [
        "26-11-20",
        "20-11-26",
        "26 - 11 - 20",
        "soon 3.5.26",
        "Mo",
        "Mon, Tue 3.5.26",
        "31.02.2026",
        "20.11.",
        "20.11.226",
        "99",
        "20 jui 2026",
        "soon",
        "",
        "20261120x",
        "1" * 5000,
        "20.13.2026",
    ],
)
def test_what_is_no_day_is_none(typed: str) -> None:
    assert days_of(typed) == [None] * 3


@patiently
@given(st.dates(date(1900, 1, 1), date(2036, 12, 31)), st.sampled_from(LANGUAGES))
def test_a_day_is_read_as_it_is_written(day: date, language: str) -> None:
    with override(language):
        assert read_day(written_day(day)) == day
        assert read_day(day.isoformat()) == day
        assert read_day(day.strftime("%d.%m.%Y")) == day


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "31/12/2026 14 h 05",
            "31.12.26, 14:05 Uhr",
            "2026-12-31T14:05",
            "31 décembre 2026 à 14h05",
            "31.12.2026 um 14:05",
        ),
        *("Do, 31.12.2026, 14:05", "le 31/12/26 à 14h05"),
        *("Dec 31, 2026, 14:05", "31.12.2026 14:05:00", "2026-12-31 14:05:00.5"),
    ],
)
def test_a_moment_is_a_day_with_a_time(typed: str) -> None:
    with freeze(NOW):
        assert read_moment(typed) == datetime.fromisoformat("2026-12-31T14:05")


def test_a_moment_without_a_time_is_midnight_and_impossible_ones_are_none() -> None:
    assert read_moment("31.12.2026") == datetime.fromisoformat("2026-12-31")
    assert read_moment("31.12.2026 25:00") is None
    assert read_moment("14:05") is None


def test_the_last_day_lies_ten_years_ahead() -> None:
    with freeze(datetime(2024, 2, 29, 12, tzinfo=UTC)):
        assert last_day() == date(2034, 12, 31)
