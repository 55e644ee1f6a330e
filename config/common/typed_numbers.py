"""Numbers as people type them in our languages, and as readers of every language understand them."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.formats import get_format

from config.common.marks import DASHES
from config.common.visible import clean_line, plain_digits

MAX_DIGITS = 18
GROUP = "\u00a0"  # Between groups of three digits: read alike everywhere, unlike point and comma.
_FEWEST_GROUPED = 5  # Four digits may be a year.
_SIGNS = str.maketrans(
    {
        **dict.fromkeys(DASHES, "-"),
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
    "m2": (
        *("m2", "qm", "sqm", "quadratmeter", "quadratmetern", "squaremetre", "squaremetres", "squaremeter"),
        *("squaremeters", "mètrecarré", "mètrescarrés"),
    ),
    "m3": (
        *("m3", "cbm", "kubikmeter", "kubikmetern", "cubicmetre", "cubicmetres", "cubicmeter", "cubicmeters"),
        *("mètrecube", "mètrescubes"),
    ),
    "km/h": ("km/h", "kmh", "kph", "stundenkilometer", "stundenkilometern"),
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
# Units that begin with a digit, which seems to belong to the number before them.
_PER = re.compile(r"(?<=[0-9]) ?(?<![0-9])(1/[a-z]+)$", re.IGNORECASE)
_ROUND_PRICE = re.compile(r"(?<=[0-9])[.,] ?-{1,2}(?![0-9-])")
_IN_FRONT = re.compile(r"([^\W0-9_]+\.?|[°%€$£¥])\s*(?=[+-]? ?[0-9.,'\u066b])")
_PARTS_OF_ASKED = re.compile(r"[^\s()\[\],;:?!\"“”„«»]+")
_PER_TIME = re.compile(r"[^/]+/(?:h|min|s|d)")
_TELLING = 4  # Letters of a name that is known inside a longer word, such as “Kilometerstand”.


@dataclass(frozen=True)
class TypedNumber:
    """`value` has a point and no groups, ``-12.5``; `unit` is what was typed behind it."""

    value: str
    unit: str = ""


def read_number(text: str, asked: Iterable[str | None] = ()) -> TypedNumber | None:
    """The number in the reader's language; None for anything that is none, or more than one.

    A group of three digits behind one sign is of thousands, unless that sign is the decimal one of the language.
    Digits may be of any script. Fractions, exponents and guesses (``1/2``, ``1e5``, ``~5``) are no numbers. Units with
    digits are known, or those of a question that is `asked` in these words.

    >>> read_number("€ 5,-"), read_number("1500 1/min")
    (TypedNumber(value='5', unit='€'), TypedNumber(value='1500', unit='1/min'))
    """
    if len(text) > _LONGEST:
        return None
    asked = tuple(asked)
    line, unit = _without_unit(_ROUND_PRICE.sub("", _plain(text)), asked)
    found = _NUMBER.match(line)
    value = _value(found[2].strip(" ")) if found else None
    if found is None or value is None:
        return None
    behind = line[found.end() :].strip()
    if behind and unit:
        return None
    is_more = re.search("[0-9]", behind) is not None or unicodedata.category(behind[:1] or " ") == "No"
    if is_more and (" " in behind or not _is_known(behind, asked)):
        return None
    is_negative = found[1] == "-" and value.strip("0.") != ""
    return TypedNumber(f"-{value}" if is_negative else value, unit or behind)


def _without_unit(line: str, asked: tuple[str | None, ...]) -> tuple[str, str]:
    """The line without a unit that stands in front, or that seems to be a part of the number, and that unit."""
    if (per := _PER.search(line)) and _is_known(per[1], asked):
        return line[: per.start()], per[1]
    if (front := _IN_FRONT.match(line)) and _is_known(front[1], asked):
        return line[front.end() :], front[1]
    return line, ""


def _is_known(unit: str, asked: tuple[str | None, ...]) -> bool:
    return _unit_key(unit) in _NAMES or is_unit_of(unit, asked)


def is_unit_of(unit: str, texts: Iterable[str | None]) -> bool:
    """Whether a question that is asked in these words asks in this unit, whatever it is called.

    >>> is_unit_of("Km", ["Kilometerstand"]), is_unit_of("bar", ["Temperature (°C)"])
    (True, False)
    """
    key = _unit_key(unit)
    names = _UNITS[_NAMES[key]] if key in _NAMES else (key,)
    asked = " ".join(unicodedata.normalize("NFKC", _plain(text)).casefold() for text in texts if text)
    words = {part for word in _PARTS_OF_ASKED.findall(asked) for part in _parts_of(word)}
    return any(_is_asked(name, asked, words) for name in names)


def _parts_of(word: str) -> Iterable[str]:
    """The word as a unit is compared, and the words in it: “km-Stand”, “bar/psi”. A speed is neither way nor time."""
    yield (key := _unit_key(word))
    if key not in _NAMES and not _PER_TIME.fullmatch(key):
        yield from map(_unit_key, re.split("[-/]", word))


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
    return re.sub(r"[\s.^]", "", unicodedata.normalize("NFKC", unit)).casefold()
