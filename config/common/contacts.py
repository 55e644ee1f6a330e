"""Phone numbers and e-mail addresses as people type and paste them."""

import re
import unicodedata
from urllib.parse import unquote

from config.common.marks import DASHES, WAVE_DASHES
from config.common.visible import clean_line, plain_digits

# Also what stands for one on keyboards of other scripts.
_DASHES = re.compile(f"[{''.join(DASHES)}{WAVE_DASHES}\u02d7\uff70]")
_DOTS = re.compile("[\u00b7\u2022\u2024\u2027\u2219\u22c5\u30fb]")
_BLANKS = re.compile(r"\s+")
# What stands before a number on cards and in signatures, and the scheme of a link.
_BEFORE_NUMBER = re.compile(
    r"^(?:tel|telephone|telefon|tél|téléphone|phone|fon|mobile?|handy|portable|cell|fax|t|m|p|☎|✆|📞|📱)\s*[.:]+\s*(?://)?"
    r"|^[☎✆📞📱]\s*",
    re.IGNORECASE,
)
# An extension as RFC 3966 and people in our languages write it, and what phones dial after a pause. A list of two
# numbers looks nearly like a pause.
_EXTENSION = re.compile(
    r"(?<=[0-9)])\s*(?:[;,]\s*)*(?:(?:ext|extn|extension|x|durchwahl|dw|apparat|app|nebenstelle|nst|poste|p|int|interne"
    r"|w)\s*[.:=]*|#)\s*[.:=]*\s*([0-9]{1,8})#?$",
    re.IGNORECASE,
)
_PAUSES = re.compile(r"(?<=[0-9)])\s*[,;](?:\s*[,;])+\s*([0-9]{1,8})#?$")
_PAUSE = re.compile(r"(?<=[0-9)])[,;]([0-9]{1,5})#?$")
_PAUSE_OF_LINK = re.compile(r"(?<=[0-9)])\s*[,;]\s*([0-9]{1,8})#?$")
_FEWEST_BEFORE_PAUSE = 6
_PHONE = re.compile(r"\+?(?:[0-9]|\([0-9 ]+\))[0-9 ()/.-]*(?: ext\. [0-9]{1,8})?")
_LIKE_NUMBER = re.compile(r"\+?[0-9(][0-9 ()/.-]*")
_FEWEST_DIGITS, _MOST_DIGITS, _FEWEST_ABROAD = 2, 16, 8  # Without an extension.
# Of one whole number; a country and a place before a stroke, and a place alone, have fewer than these.
_FEWEST_WHOLE, _FEWEST_WITH_COUNTRY, _FEWEST_WITH_PLACE, _MOST_SHORT = 5, 9, 8, 3
_PARAMETERS = re.compile(r";(?!ext=)[a-z-]+(?:=[^;]*)?", re.IGNORECASE)
# Of what is looked at as a number or an address, and of what is tidied for it.
_LONGEST, _MOST_TYPED = 500, 2000
_IN_BRACKETS = re.compile(r"[<(\[]([^<>()\[\]@]*@[^<>()\[\]@]*)[>)\]]")
_AROUND_ADDRESS = " \"'<>()[]{},;:.|/„“”‚‘’«»‹›"


def phone_number(text: str) -> str | None:
    """A phone number with what belongs to it, made readable; None for anything else. Empty stays empty.

    Digits of all scripts become 0 to 9, ``00`` before a country ``+``; ``(0)`` behind one goes, as it is never dialled.

    >>> phone_number("tel:+4930901820"), phone_number("0049 (0)30 9018–20, Durchwahl 12"), phone_number("call me")
    ('+4930901820', '+49 30 9018-20 ext. 12', None)
    """
    if len(text) > _MOST_TYPED:
        return None
    number = _signs_as_typed(text)
    if not number or len(number) > _LONGEST:
        return None if number else ""
    is_link = number.lstrip("<").lower().startswith("tel:")
    number = _PARAMETERS.sub("", unquote(_BEFORE_NUMBER.sub("", number.strip("<")))).strip(" .,:;<>")
    main, extension = _parts(number, is_link=is_link)
    main = re.sub(r"\s*-\s*", "-", _BLANKS.sub(" ", main)).strip(" .,:;-/")
    main = _country_first(main)
    if _first_of_two(main) or not _FEWEST_DIGITS <= _count_digits(main) <= _MOST_DIGITS:
        return None
    number = f"{main} ext. {extension}" if extension else main
    return number if _PHONE.fullmatch(number) else None


def phone_line(text: str) -> str:
    """A phone number, or the line as it is where it holds more: people who keep records note “only mornings” there."""
    number = phone_number(text)
    return clean_line(text) if number is None else number


def dialled(number: str) -> str:
    """A phone number as a link takes it behind ``tel:``; an extension follows after a pause. Of several the first.

    >>> dialled("+49 (30) 90 18-20 ext. 12"), dialled("112, 110"), dialled("030 901820/21 (mornings)")
    ('+4930901820,12', '112', '030901820')
    """
    main, _ext, extension = (_first_number(number) or number).partition(" ext. ")
    before, _stroke, behind = main.rpartition("/")
    if _count_digits(before) >= _FEWEST_BEFORE_PAUSE and _count_digits(behind) <= _MOST_SHORT:
        # The last digits of another number.
        main = before
    digits = re.sub(r"[^0-9+]", "", main)
    return f"{digits},{extension}" if extension else digits


def email_address(text: str) -> str:
    """The address in what was typed or pasted, in small letters; what has none stays as it is.

    >>> email_address("mailto:Anna%40firma.example?subject=Hi"), email_address("Berg, Anna <anna@firma.example>")
    ('anna@firma.example', 'anna@firma.example')
    """
    address = clean_line(text)
    if len(address) > _LONGEST:
        return address
    address = unicodedata.normalize("NFKC", _DASHES.sub("-", address)).replace("\u3002", ".")
    if found := _IN_BRACKETS.search(address):
        address = found[1]
    address = _only_address(address.strip(_AROUND_ADDRESS))
    if address[:7].lower() == "mailto:":
        address = unquote(address[7:].partition("?")[0])
    address = "".join(filter(_is_part_of_address, re.sub(r"\s*([@.])\s*", r"\1", address))).strip(_AROUND_ADDRESS)
    name, at, domain = address.lower().rpartition("@")
    return f"{name}{at}{_readable_domain(domain)}"


def mailbox_spellings(address: str) -> list[str]:
    """How the same address may be stored: with the domain that people read, and with the one that browsers send.

    >>> mailbox_spellings("anna@büro.example")
    ['anna@büro.example', 'anna@xn--bro-hoa.example']
    """
    name, at, domain = address.rpartition("@")
    readable = _readable_domain(domain)
    try:
        sent = readable.encode("idna").decode("ascii")
    except UnicodeError:
        sent = readable
    # Some letters have no way back: "straße" and "strasse" are two domains.
    is_same = _readable_domain(sent) == readable
    return list(dict.fromkeys(f"{name}{at}{each}" for each in ((readable, sent) if is_same else (domain,))))


def _signs_as_typed(text: str) -> str:
    """The line in the signs of a keyboard: digits of all scripts, dashes, and blanks."""
    line = unicodedata.normalize("NFKC", _DASHES.sub("-", plain_digits(clean_line(text))))
    line = _DOTS.sub(" ", line.replace("\u2044", "/").replace("\u2215", "/"))
    return _BLANKS.sub(" ", "".join(filter(_is_part_of_address, line))).strip()


def _is_part_of_address(character: str) -> bool:
    # Joiners belong to words, and an address has none.
    return unicodedata.category(character) not in ("Cf", "Mn", "Cn", "Co") or character.isspace()


def _only_address(line: str) -> str:
    """The one word that is an address, without what is said about it; the line where there are more, or none."""
    with_at = [word for word in line.split() if "@" in word]
    if len(with_at) != 1 or line[:7].lower() == "mailto:":
        return line
    word = with_at[0].strip(_AROUND_ADDRESS)
    # Also "mailto:" and what follows in the link.
    word = word.rpartition(":")[2].partition("?")[0]
    name, _at, domain = word.partition("@")
    return word if name and "." in domain else line


def _parts(number: str, *, is_link: bool) -> tuple[str, str]:
    """The number itself, and its extension."""
    pauses = [_PAUSE_OF_LINK] if is_link else [_PAUSES]
    if _count_digits(re.split("[,;]", number)[0]) >= _FEWEST_BEFORE_PAUSE:
        pauses.append(_PAUSE)
    for pattern in (_EXTENSION, *pauses):
        if found := pattern.search(number):
            return number[: found.start()], found[1]
    return number, ""


def _first_of_two(number: str) -> str:
    """Of two whole numbers in one line the first; empty for one that has strokes inside."""
    for gap in re.finditer(r" (?=\(?[0+])", number):
        before, behind = number[: gap.start()], number[gap.end() :]
        if min(_count_digits(before), _count_digits(behind)) >= _FEWEST_WITH_PLACE:
            return before
    for stroke in re.finditer("[/-]", number):
        before, behind = number[: stroke.start()].strip(), number[stroke.end() :].strip()
        digits, others = _count_digits(before), _count_digits(behind)
        if digits >= _FEWEST_WHOLE <= others:
            is_next = behind.startswith(("0", "+", "(0"))
            most = _FEWEST_WITH_COUNTRY if before.startswith("+") else _FEWEST_WITH_PLACE
            has_place = before.startswith(("0", "+", "("))
            is_two = digits >= most or not has_place or is_next if stroke[0] == "/" else digits >= most and is_next
        else:
            # As of the police and the fire brigade.
            is_two = stroke[0] == "/" and digits == others == _MOST_SHORT and not before.startswith(("0", "+", "("))
        if is_two:
            return before
    return ""


def _first_number(line: str) -> str:
    """The number that the line is, or the first in a line that holds more; empty if there is none."""
    if whole := phone_number(line):
        return whole
    for found in _LIKE_NUMBER.findall(_signs_as_typed(line[:_MOST_TYPED])):
        number = phone_number(_first_of_two(found) or found)
        # Hours and dates have numbers of one or two digits.
        if number and (re.search("[0-9]{3}", number) or _count_digits(number) >= _FEWEST_BEFORE_PAUSE):
            return number
    return ""


def _count_digits(text: str) -> int:
    return len(re.findall("[0-9]", text))


def _country_first(number: str) -> str:
    """With a plus before the country instead of 00, and without the zero that is dialled only inside it."""
    plain = re.sub(r"^\(\s*(\+|00)\s*([0-9]+)\s*\)", r"\1\2", re.sub(r"^(\+|00)\s*\(\s*0\s*\)", r"\1", number))
    if plain.startswith("00") and _count_digits(plain) >= _FEWEST_ABROAD:
        plain = "+" + plain[2:].lstrip(" ")
    plain = re.sub(r"^\+\s+", "+", plain)
    if not plain.startswith("+"):
        return plain
    return _BLANKS.sub(" ", re.sub(r"\s*\(\s*0\s*\)\s*", " ", plain))


def _readable_domain(domain: str) -> str:
    """The letters of an internationalized name, which browsers replace by what servers need."""
    if "xn--" not in domain:
        return domain
    try:
        readable = domain.encode("ascii").decode("idna")
        return readable if readable.encode("idna").decode("ascii") == domain else domain
    except UnicodeError:
        return domain
