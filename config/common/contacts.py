"""Phone numbers and e-mail addresses as people type and paste them."""

import re
import unicodedata
from urllib.parse import unquote

from config.common.visible import clean_line, plain_digits

_DASHES = re.compile(
    "[\u00ad\u02d7\u058a\u05be\u2010-\u2015\u2043\u2212\u2e3a\u2e3b\u301c\u3030\ufe58\ufe63\uff0d\uff70]"
)
_DOTS = re.compile("[\u00b7\u2022\u2024\u2027\u2219\u22c5\u30fb]")
_BLANKS = re.compile(r"\s+")
# What stands before a number on cards and in signatures, and the scheme of a link.
_BEFORE_NUMBER = re.compile(
    r"^(?:tel|telephone|telefon|tél|téléphone|phone|fon|mobile?|handy|portable|cell|fax|t|m|p|☎|✆|📞|📱)\s*[.:]+\s*(?://)?"
    r"|^[☎✆📞📱]\s*",
    re.IGNORECASE,
)
# An extension, or what is dialled after a pause, as RFC 3966, phones, and people in our languages write it.
_EXTENSION = re.compile(
    r"(?<=[0-9)])\s*(?:[;,]\s*)*(?:(?:ext|extn|extension|x|durchwahl|dw|apparat|app|nebenstelle|nst|poste|p|int|interne"
    r"|w)\s*[.:=]*|#|[,;])\s*[.:=]*\s*([0-9]{1,8})#?$",
    re.IGNORECASE,
)
_PHONE = re.compile(r"\+?(?:[0-9]|\([0-9 ]+\))[0-9 ()/.-]*(?: ext\. [0-9]{1,8})?")
_FEWEST_DIGITS, _MOST_DIGITS, _FEWEST_ABROAD = 2, 24, 8  # With an extension.
_PARAMETERS = re.compile(r";(?!ext=)[a-z-]+(?:=[^;]*)?", re.IGNORECASE)
# Of what is looked at as a number or an address, and of what is tidied for it.
_LONGEST, _MOST_TYPED = 500, 2000
_IN_BRACKETS = re.compile(r"[<(\[]\s*([^<>()\[\]@]*@[^<>()\[\]@]*?)\s*[>)\]]")
_AROUND_ADDRESS = " \"'<>()[]{},;:.„“”‚‘’«»‹›"


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
    number = _PARAMETERS.sub("", unquote(_BEFORE_NUMBER.sub("", number))).strip(" .,:;<>")
    number = _EXTENSION.sub(r" ext. \1", number)
    main, _ext, extension = number.partition(" ext. ")
    main = re.sub(r"\s*-\s*", "-", _BLANKS.sub(" ", main)).strip(" .,:;-/")
    main = _country_first(main)
    number = f"{main} ext. {extension}" if extension else main
    digits = _count_digits(number)
    return number if _PHONE.fullmatch(number) and _FEWEST_DIGITS <= digits <= _MOST_DIGITS else None


def phone_line(text: str) -> str:
    """A phone number, or the line as it is where it holds more: people who keep records note “only mornings” there."""
    number = phone_number(text)
    return clean_line(text) if number is None else number


def dialled(number: str) -> str:
    """A phone number as a link takes it behind ``tel:``; an extension follows after a pause.

    >>> dialled("+49 (30) 90 18-20 ext. 12")
    '+4930901820,12'
    """
    main, _ext, extension = number.partition(" ext. ")
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
    address = unicodedata.normalize("NFKC", address).replace("\u3002", ".")
    if found := _IN_BRACKETS.search(address):
        address = found[1]
    address = address.strip(_AROUND_ADDRESS)
    if address[:7].lower() == "mailto:":
        address = unquote(address[7:].partition("?")[0])
    address = "".join(filter(_is_part_of_address, re.sub(r"\s*([@.])\s*", r"\1", address))).strip(_AROUND_ADDRESS)
    name, at, domain = address.lower().rpartition("@")
    return f"{name}{at}{_readable_domain(domain)}"


def _signs_as_typed(text: str) -> str:
    """The line in the signs of a keyboard: digits of all scripts, dashes, and blanks."""
    line = unicodedata.normalize("NFKC", _DASHES.sub("-", plain_digits(clean_line(text))))
    line = _DOTS.sub(" ", line.replace("\u2044", "/").replace("\u2215", "/"))
    return _BLANKS.sub(" ", "".join(filter(_is_part_of_address, line))).strip()


def _is_part_of_address(character: str) -> bool:
    # Joiners belong to words, and an address has none.
    return unicodedata.category(character) not in ("Cf", "Mn", "Cn", "Co") or character.isspace()


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
