"""Phone numbers and e-mail addresses, as contact apps, signatures and links have them."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from config.common.contacts import dialled, email_address, mailbox_spellings, phone_line, phone_number
from config.common.typed import PhoneField
from tests.limited import limited

patiently = settings(deadline=None, max_examples=80)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("\u202a+49 30 901820\u202c", "+49 30 901820"),
        ("+49\u00a030\u00a0901820", "+49 30 901820"),
        ("+49 30 9018\u201320", "+49 30 9018-20"),
        ("030 901820 ext. 12", "030 901820 ext. 12"),
        ("tel:+4930901820", "+4930901820"),
        ("+49 (0)30 901820", "+49 30 901820"),
        ("0049 30 901820", "+49 30 901820"),
        ("00 33 1 23 45 67 89", "+33 1 23 45 67 89"),
        ("(+49) 30 901820", "+49 30 901820"),
        ("+ 49 30 901820", "+49 30 901820"),
        ("030/901820 Durchwahl 12", "030/901820 ext. 12"),
        ("030/901820, DW: 12", "030/901820 ext. 12"),
        ("01 23 45 67 89 p. 12", "01 23 45 67 89 ext. 12"),
        ("01 23 45 67 89 poste 12", "01 23 45 67 89 ext. 12"),
        ("030 901820x12", "030 901820 ext. 12"),
        ("030 901820,,12", "030 901820 ext. 12"),
        ("tel:+49-30-901820;ext=12", "+49-30-901820 ext. 12"),
        ("tel:%2B4930901820", "+4930901820"),
        ("\uff0b\uff14\uff19 \uff13\uff10 \uff19\uff10\uff11\uff18\uff12\uff10", "+49 30 901820"),
        ("٠٣٠ ٩٠١٨٢٠", "030 901820"),
        ("Tél. : 01 23 45 67 89", "01 23 45 67 89"),
        ("☎ 030·90·18·20", "030 90 18 20"),
        ("030\u2009901\u200b820", "030 901820"),
        ("(030) 901820", "(030) 901820"),
        ("+49.30.901820", "+49.30.901820"),
        ("030 901820,12", "030 901820 ext. 12"),
        ("tel:030901820,901821", "030901820 ext. 901821"),
        ("<tel:+4930901820>", "+4930901820"),
        # A place and its number, however long they are.
        ("04821/123456", "04821/123456"),
        ("034221/123456", "034221/123456"),
        ("+49 171/1234567", "+49 171/1234567"),
        ("+49 4821/123456", "+49 4821/123456"),
        ("030/9018 - 20", "030/9018-20"),
        ("112", "112"),
        ("\u200b", ""),
    ],
)
def test_a_number_is_understood_and_kept_clean(typed: str, kept: str) -> None:
    assert phone_number(typed) == kept
    assert phone_number(kept) == kept


@pytest.mark.parametrize(
    "typed", ["call me", "12abc", "++49 30", "()", "5", "0800 FLOWERS", "9" * 30, "030" * 400, "a@b.c"]
)
def test_what_is_no_number_is_none(typed: str) -> None:
    assert phone_number(typed) is None


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("030 901820, 901821", "030901820"),
        ("030 901820; 901821", "030901820"),
        ("030 901820,901821", "030901820"),
        ("030 901820, 12", "030901820"),
        ("112, 110", "112"),
        ("112,110", "112"),
        ("112 / 110", "112"),
        ("112 or 110", "112"),
        ("030 901820 / 030 901821", "030901820"),
        ("030 901820/901821", "030901820"),
        ("901820 / 901821", "901820"),
        ("030 901820 - 030 901821", "030901820"),
        ("030 901820 030 901821", "030901820"),
        ("+49 30 901820 / +49 171 1234567", "+4930901820"),
        ("01 23 45 67 89 ou 06 12 34 56 78", "0123456789"),
        ("Mo-Fr 8-17: 030 901820", "030901820"),
    ],
)
def test_two_numbers_are_not_one(typed: str, first: str) -> None:
    assert phone_number(typed) is None
    assert phone_line(typed) == typed
    assert dialled(typed) == first
    with pytest.raises(ValidationError):
        PhoneField().clean(typed)


def test_last_digits_of_another_number_are_not_dialled() -> None:
    assert phone_number("030 901820/21") == "030 901820/21"
    assert dialled("030 901820/21") == "030901820"


def test_people_who_keep_records_may_note_something_beside_a_number() -> None:
    assert phone_line("\u202a030 901820 (mornings)\u202c") == "030 901820 (mornings)"
    assert phone_line("tel:030 901820") == "030 901820"


@patiently
@given(
    st.from_regex(r"\+?[0-9]{2}[0-9 ()/.,x-]{0,14}[0-9]", fullmatch=True),
    st.sampled_from("\u200b\u202a\u2060\u00ad\ufeff"),
)
def test_an_invisible_mark_changes_no_number(number: str, mark: str) -> None:
    assert phone_number(mark.join(["", number, ""])) == phone_number(number)


@pytest.mark.parametrize(
    ("number", "link"),
    [("+49 (30) 90 18-20", "+49309018" + "20"), ("030/901820 ext. 12", "030901820,12"), ("112", "112"), ("", "")],
)
def test_a_number_is_dialled_without_its_gaps(number: str, link: str) -> None:
    assert dialled(number) == link


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a@b.example\u200b", "a@b.example"),
        ("mailto:a@b.example", "a@b.example"),
        ("\u200ea@b.example", "a@b.example"),
        ("Anna Berg <anna@b.example>", "anna@b.example"),
        ('"Berg, Anna" <anna@b.example>;', "anna@b.example"),
        ("<a@b.example>", "a@b.example"),
        ("<mailto:a@b.example>", "a@b.example"),
        ("Anna (anna@b.example)", "anna@b.example"),
        ("MAILTO:a%40b.example?subject=x&body=y", "a@b.example"),
        ("A@B.EXAMPLE", "a@b.example"),
        ("\uff41\uff20\uff42\uff0eexample", "a@b.example"),
        ("a @ b.example", "a@b.example"),
        (" a@b.example, ", "a@b.example"),
        ("a\u00ad@b\u200d.example", "a@b.example"),
        ("a@müller.example", "a@müller.example"),
        ("a@xn--mller-kva.example", "a@müller.example"),
        ("o'neil@b.example", "o'neil@b.example"),
        ("\u2800", ""),
        # Dashes of word processors, also the one that breaks no line.
        ("anna@my\u2011firm.example", "anna@my-firm.example"),
        ("anna@my\u2013firm.example", "anna@my-firm.example"),
        ("anna@my\u2212firm.example", "anna@my-firm.example"),
        ("anna\u2011maria@b.example", "anna-maria@b.example"),
        # With what stands around it in a signature.
        ("E-Mail: a@b.example", "a@b.example"),
        ("E-Mail:a@b.example", "a@b.example"),
        ("courriel : mailto:a@b.example?subject=x", "a@b.example"),
        ("a@b.example (Büro)", "a@b.example"),
        ("a@b.example | 030 901820", "a@b.example"),
        ("Anna Berg anna@b.example", "anna@b.example"),
        ("a@b. example", "a@b.example"),
        # For the validator to refuse.
        ("a@b.example c@d.example", "a@b.example c@d.example"),
        ("nothing", "nothing"),
    ],
)
def test_an_address_is_found_in_what_was_pasted(typed: str, kept: str) -> None:
    assert email_address(typed) == kept
    assert email_address(kept) == kept


@pytest.mark.parametrize("unit", [" ", "\u00a0", " \u2003", "\u200b", "(", "<", "<@", "-", ";a", " .", "0 "])
@pytest.mark.parametrize("most", [480, 100_000])
def test_what_is_pasted_without_end_takes_no_time(unit: str, most: int) -> None:
    run = unit * (most // len(unit))
    for typed in (f"ä{run}ä", f"<a{run}@{run}", f"1{run}x"):
        with limited(seconds=0.5):
            phone_line(typed)
            email_address(typed)


def test_two_domains_are_not_one() -> None:
    assert mailbox_spellings("a@straße.example") == ["a@straße.example"]
    assert mailbox_spellings("a@xn--strae-oqa.example") == ["a@xn--strae-oqa.example"]
    assert mailbox_spellings("a@b.example") == ["a@b.example"]
    assert mailbox_spellings(f"a@{'ü' * 300}") == [f"a@{'ü' * 300}"]
    assert mailbox_spellings("a@xn--mller-kva.example") == mailbox_spellings("a@müller.example")
