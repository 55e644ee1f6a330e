"""Numbers as people type them in our languages, and as readers of every language understand them."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.formats import get_format

from config.common.visible import clean_line, plain_digits

MAX_DIGITS = 18
GROUP = "\u00a0"  # Between groups of three digits: read alike everywhere, unlike point and comma.
_FEWEST_GROUPED = 5  # Four digits may be a year.
_MINUS = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u207b\ufe58\ufe63\uff0d"
_SIGNS = str.maketrans(
    {
        **dict.fromkeys(_MINUS, "-"),
        **dict.fromkeys("\uff0b\ufe62", "+"),
        **dict.fromkeys("'\u2018\u2019\u201b\u02bc\u02b9\u2032\u00b4`\uff07\u066c", "'"),
        **dict.fromkeys("\uff0c\u060c\u3001\ufe50", ","),
        **dict.fromkeys("\uff0e\ufe52\u2024\uff61", "."),
    }
)
_NUMBER = re.compile(r"([+-]?) ?([0-9., '\u066b]*[0-9][., '\u066b]*)")
_PARTS = re.compile(
    r"""
    (?P<whole>
        [0-9]+
        |[0-9]{1,3}(?P<group>[., '])[0-9]{3}(?:(?P=group)[0-9]{3})*  # The same sign between all groups.
    )
    (?:(?P<point>[.,\u066b])(?P<fraction>[0-9]*))?
    |[.,\u066b](?P<only>[0-9]+)
    """,
    re.VERBOSE,
)
_ONE_SIGN = re.compile(r"(?P<before>[1-9][0-9]{0,2})(?P<sign>[.,])(?P<after>[0-9]{3})")
# The names that people give to units of questions, by how they are written first.
_UNITS = {
    "h": ("h", "hr", "hrs", "hour", "hours", "std", "stunde", "stunden", "heure", "heures", "betriebsstunden"),
    "min": ("min", "mins", "minute", "minutes", "minuten"),
    "s": ("s", "sec", "secs", "second", "seconds", "sek", "sekunde", "sekunden", "seconde", "secondes"),
    "d": ("d", "day", "days", "tag", "tage", "tagen", "jour", "jours"),
    "km": (
        "km",
        "kms",
        "kilometre",
        "kilometres",
        "kilometer",
        "kilometers",
        "kilometern",
        "kilomètre",
        "kilomètres",
        "kilométrage",
    ),
    "mi": ("mi", "mile", "miles", "meile", "meilen"),
    "m": ("m", "metre", "metres", "meter", "meters", "metern", "mètre", "mètres"),
    "cm": ("cm", "zentimeter", "centimetre", "centimetres", "centimeter", "centimètre", "centimètres"),
    "mm": ("mm", "millimeter", "millimetre", "millimetres", "millimètre", "millimètres"),
    "kg": ("kg", "kgs", "kilo", "kilos", "kilogram", "kilograms", "kilogramm", "kilogramme", "kilogrammes"),
    "t": ("t", "ton", "tons", "tonne", "tonnes", "tonnen"),
    "l": ("l", "ltr", "litre", "litres", "liter", "liters", "litern"),
    "bar": ("bar", "bars"),
    "psi": ("psi",),
    "pa": ("pa", "pascal"),
    "°c": ("°c", "c", "celsius", "°", "grad", "gradcelsius", "degree", "degrees", "degré", "degrés", "degreescelsius"),
    "°f": ("°f", "f", "fahrenheit"),
    "%": ("%", "percent", "prozent", "pourcent", "pourcentage", "percentage"),
    "v": ("v", "volt", "volts"),
    "a": ("a", "amp", "amps", "ampere", "amperes", "ampère", "ampères"),
    "w": ("w", "watt", "watts"),
    "kw": ("kw", "kilowatt", "kilowatts"),
    "kwh": ("kwh",),
    "hz": ("hz", "hertz"),
    "rpm": ("rpm", "u/min", "1/min", "min-1", "tr/min", "umdrehungen"),
    "€": ("€", "eur", "euro", "euros"),
    "pcs": ("pcs", "pieces", "stk", "stück", "st", "pièces", "pce"),
}
_NAMES = {name: unit for unit, names in _UNITS.items() for name in names}
_LONGEST = 200
_TELLING = 4  # Letters of a name that is known inside a longer word, such as “Kilometerstand”.


@dataclass(frozen=True)
class TypedNumber:
    """`value` has a point and no groups, ``-12.5``; `unit` is what was typed behind it."""

    value: str
    unit: str = ""


def read_number(text: str) -> TypedNumber | None:
    """The number in the reader's language; None for anything that is none, or more than one.

    A group of three digits behind one sign is of thousands, unless that sign is the decimal one of the language.
    Digits may be of any script. Fractions, exponents and guesses (``1/2``, ``1e5``, ``~5``) are no numbers.
    """
    found = _NUMBER.match(line := _plain(text)) if len(text) <= _LONGEST else None
    if found is None:
        return None
    value = _value(found[2].strip(" "))
    if value is None:
        return None
    unit = line[found.end() :].strip()
    is_more = re.search("[0-9]", unit) is not None or unicodedata.category(unit[:1] or " ") == "No"
    if is_more and _unit_key(unit) not in _NAMES:
        return None
    is_negative = found[1] == "-" and value.strip("0.") != ""
    return TypedNumber(f"-{value}" if is_negative else value, unit)


def is_unit_of(unit: str, texts: Iterable[str | None]) -> bool:
    """Whether a question that is asked in these words asks in this unit, whatever it is called.

    >>> is_unit_of("Km", ["Kilometerstand"]), is_unit_of("bar", ["Temperature (°C)"])
    (True, False)
    """
    key = _unit_key(unit)
    names = _UNITS[_NAMES[key]] if key in _NAMES else (key,)
    asked = " ".join(_plain(text).casefold() for text in texts if text)
    words = set(re.findall(r"[^\s()\[\],;:?!\"“”„«»]+", asked))
    return any(_is_asked(name, asked, words) for name in names)


def _is_asked(name: str, asked: str, words: set[str]) -> bool:
    if len(name) == 1 and name.isalpha():
        # Letters are words in our languages, too: “il y a”.
        return re.search(rf"[(\[/]\s*{name}\s*[)\]/]|\b(?:in|en)\s+{name}\b", asked) is not None
    return any(name == word or name == _name_inside(word) for word in words)


def _name_inside(word: str) -> str:
    """The longest name of a unit in a longer word: “Kilometerstand” asks for kilometres, not for metres."""
    inside = (name for name in _NAMES if len(name) >= _TELLING and name.isalpha() and name in word)
    return max(inside, key=len, default="")


def shown_number(value: str) -> str:
    """A stored number as readers of the present language write it, in groups that no one takes for a fraction.

    >>> shown_number("-1234567.5").replace(GROUP, " ")
    '-1 234 567.5'
    """
    sign, digits = ("-", value[1:]) if value.startswith("-") else ("", value)
    whole, _point, fraction = digits.partition(".")
    if len(whole) >= _FEWEST_GROUPED:
        first = len(whole) % 3
        whole = GROUP.join(filter(None, [whole[:first], *re.findall("[0-9]{3}", whole[first:])]))
    return f"{sign}{whole}{get_format('DECIMAL_SEPARATOR') if fraction else ''}{fraction}"


def _plain(text: str) -> str:
    """With the digits, signs and blanks of a keyboard."""
    return re.sub(r"\s+", " ", plain_digits(clean_line(text)).translate(_SIGNS))


def _value(typed: str) -> str | None:
    if one := _ONE_SIGN.fullmatch(typed):
        is_fraction = one["sign"] == get_format("DECIMAL_SEPARATOR")
        return _stored(one["before"], one["after"]) if is_fraction else one["before"] + one["after"]
    parts = _PARTS.fullmatch(typed)
    if parts is None or (parts["group"] is not None and parts["group"] == parts["point"]):
        return None
    if parts["only"] is not None:
        return _stored("0", parts["only"])
    whole, fraction = parts["whole"], parts["fraction"] or ""
    if parts["group"] is not None and whole.startswith("0"):
        # No one writes a zero before thousands.
        return None
    return _stored(re.sub("[^0-9]", "", whole), fraction)


def _stored(whole: str, fraction: str) -> str:
    """Without zeros that say nothing."""
    return ".".join(part for part in (whole.lstrip("0") or "0", fraction.rstrip("0")) if part)


def _unit_key(unit: str) -> str:
    return re.sub(r"[\s.]", "", unicodedata.normalize("NFKC", unit)).casefold()
