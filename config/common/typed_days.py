"""Days and moments as people type them in our languages, and the days that a question can mean."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.formats import date_format, get_format
from django.utils.translation import gettext_lazy as _

from config.common import clock
from config.common.visible import clean_line, plain_digits

FIRST_DAY = date(1900, 1, 1)
YEARS_AHEAD = 10
OUT_OF_RANGE = _("This was read as %(day)s. Enter a day between %(first)s and %(last)s.")
_CENTURY, _MONTHS_A_YEAR = 100, 12
_MONTHS = (
    ("january", "januar", "janner", "janvier"),
    ("february", "februar", "feber", "fevrier"),
    ("march", "marz", "maerz", "mars"),
    ("april", "avril"),
    ("may", "mai"),
    ("june", "juni", "juin"),
    ("july", "juli", "juillet"),
    ("august", "aout"),
    ("september", "septembre"),
    ("october", "oktober", "octobre"),
    ("november", "novembre"),
    ("december", "dezember", "decembre"),
)
# How many days ago.
_WORDS = {
    **dict.fromkeys(("today", "heute", "aujourd'hui", "aujourdhui"), 0),
    **dict.fromkeys(("yesterday", "gestern", "hier"), 1),
    **dict.fromkeys(("vorgestern", "avant-hier", "the day before yesterday"), 2),
    **dict.fromkeys(("tomorrow", "morgen", "demain"), -1),
    **dict.fromkeys(("ubermorgen", "uebermorgen", "apres-demain", "the day after tomorrow"), -2),
}
_DAYS_OF_WEEK = (
    *("mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun"),
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    *("mo", "di", "mi", "do", "fr", "sa", "so"),
    *("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonnabend", "sonntag"),
    *("lun", "mar", "mer", "jeu", "ven", "sam", "dim"),
    *("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
)
# What may stand before a day; whether it was one is not asked.
_WEEKDAY = (
    rf"(?:(?:{'|'.join(_DAYS_OF_WEEK)})(?:\.,|[.,]|(?=\s))\s*)?"
    r"(?:(?:on|the|since|am|der|dem|den|vom|seit|le|du|depuis)\s+){0,2}"
)
_SEPARATOR = r"\s*[./\-\s]\s*"
_ISO = re.compile(
    rf"{_WEEKDAY}(?P<year>[0-9]{{4}}){_SEPARATOR}(?P<month>[0-9]{{1,2}}){_SEPARATOR}(?P<day>[0-9]{{1,2}})\.?"
)
_NUMERIC = re.compile(
    rf"{_WEEKDAY}(?P<first>[0-9]{{1,2}})(?P<sign>{_SEPARATOR})(?P<second>[0-9]{{1,2}}){_SEPARATOR}'?(?P<year>[0-9]{{4}}|[0-9]{{2}})"
)
_NAMED = (
    re.compile(
        rf"{_WEEKDAY}(?P<day>[0-9]{{1,2}})(?:\.|st|nd|rd|th|er)?[\s-]*(?:of\s+)?"
        r"(?P<month>[a-z]{3,9})\.?,?[\s-]*'?(?P<year>[0-9]{4}|[0-9]{2})"
    ),
    re.compile(
        rf"{_WEEKDAY}(?P<month>[a-z]{{3,9}})\.?\s*(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?(?:,\s*|\s+)'?(?P<year>[0-9]{{4}}|[0-9]{{2}})"
    ),
)
_TIME = re.compile(
    r"(?:\s*(?:,|t|(?<![a-z])(?:à|a|at|um))\s*|\s+)"
    r"(?P<hour>[0-9]{1,2})\s*[:h]\s*(?:(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,][0-9]+)?)?)?\s*(?:uhr|h)?$"
)
_LONGEST = 60


def today() -> date:
    return timezone.localdate(clock.now())


def last_day() -> date:
    """The last one that a question can mean."""
    return date(today().year + YEARS_AHEAD, 12, 31)


def read_day(text: str, *, month_first: bool | None = None) -> date | None:
    """A day in the order of the reader's language unless `month_first` says it; None for what is none.

    Years of two digits are those around the present. What no month is, is a day: ``11/20/26`` is one in any language.
    None also for ``26-11-20``, which some begin with the day and others with the year.
    """
    line = _plain(text)
    if line in _WORDS:
        return today() - timedelta(days=_WORDS[line])
    if found := _ISO.fullmatch(line):
        return _day(int(found["year"]), int(found["month"]), int(found["day"]))
    if found := _NUMERIC.fullmatch(line):
        return _of_numbers(found, month_first=_is_month_first() if month_first is None else month_first)
    for pattern in _NAMED:
        if found := pattern.fullmatch(line):
            return _day(_year(found["year"]), _month_of(found["month"]), int(found["day"]))
    return None


def read_moment(text: str, *, month_first: bool | None = None) -> datetime | None:
    """A day with or without a time, which is midnight then; without a zone."""
    line = _plain(text)
    found = _TIME.search(line)
    day = read_day(line[: found.start()] if found else line, month_first=month_first)
    if day is None or found is None:
        return datetime.combine(day, time()) if day else None
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    try:
        return datetime.combine(day, time(hour, minute, second))
    except ValueError:
        return None


def written_day(day: date) -> str:
    """A day as the reader's language writes it."""
    return date_format(day, "DATE_FORMAT")


def range_words(day: date, first: date, last: date) -> dict[str, str]:
    """What `OUT_OF_RANGE` says."""
    return {"day": written_day(day), "first": written_day(first), "last": written_day(last)}


def _plain(text: str) -> str:
    """In small letters without accents, with the digits, dashes and blanks of a keyboard."""
    if len(text) > _LONGEST:
        return ""
    letters = unicodedata.normalize("NFKD", plain_digits(clean_line(text)).casefold())
    plain = "".join("-" if unicodedata.category(each) == "Pd" else each for each in letters)
    plain = "".join(each for each in plain if not unicodedata.combining(each))
    return " ".join(plain.replace("\u2019", "'").replace("\u2212", "-").split())


def _is_month_first() -> bool:
    return "%m/%d/%Y" in get_format("DATE_INPUT_FORMATS")


def _of_numbers(found: re.Match[str], *, month_first: bool) -> date | None:
    first, second, year = int(found["first"]), int(found["second"]), _year(found["year"])
    # With points days come first in all languages.
    is_american = month_first and "." not in found["sign"]
    pairs = [(first, second), (second, first)] if is_american else [(second, first), (first, second)]
    day = next(filter(None, (_day(year, month, day) for month, day in pairs)), None)
    if first <= _MONTHS_A_YEAR or "-" not in found["sign"] or len(found["year"]) > len("26"):
        return day
    year_first = _day(_year(found["first"]), second, int(found["year"]))
    return day if year_first in (None, day) else year_first if day is None else None


def _month_of(word: str) -> int:
    """0 for a word that is no month, or may be two."""
    fitting = [n for n, names in enumerate(_MONTHS, 1) if any(name.startswith(word) for name in names)]
    whole = [n for n, names in enumerate(_MONTHS, 1) if word in names]
    found = whole or fitting
    return found[0] if len(found) == 1 else 0


def _year(digits: str) -> int:
    year = int(digits)
    if len(digits) > len("26"):
        return year
    year += today().year // _CENTURY * _CENTURY
    return year if year <= today().year + YEARS_AHEAD else year - _CENTURY


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
