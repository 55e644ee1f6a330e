"""Phone numbers and e-mail addresses, as contact apps, signatures and links have them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.common.contacts import dialled, email_address, phone_line, phone_number
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
