"""The operator's command shows what is counted and opens what it clears."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from config.common.errors import TooMuch
from fleet.models import Counted
from fleet.services.limits import count, count_uploads
from tests.factories import CodeFactory
from tests.fleet.limits import DEPOT, HOME, amounts, holder, limited

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("within_one_hour")]


def run_command(*arguments: str) -> str:
    out = StringIO()
    call_command("limits", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_shows_what_is_counted_with_names_and_limits() -> None:
    code, gone = CodeFactory(label="Left door", device__name="Washer 3"), CodeFactory()
    count_uploads(actor=holder(code, HOME), device_id=None, number=7, size=3 * 1024**2)
    count(actor=holder(gone), what=Counted.PEOPLE)
    gone_id = str(gone.pk)
    gone.delete()

    lines = [" ".join(line.split()) for line in run_command().splitlines()]

    assert lines[0] == "Counted from 16:00 to 17:00:"
    assert f"code {code.pk} Left door, Washer 3 uploads 7 300" in lines
    assert f"code {code.pk} Left door, Washer 3 bytes 3.0 MB 2048.0 MB" in lines
    assert f"address {HOME} bytes 3.0 MB 4096.0 MB" in lines
    assert f"code {gone_id} (deleted) people 1 60" in lines
    assert lines[-1].startswith("Sockets: without Redis the process that serves them counts them")


@pytest.mark.parametrize("which", ["all", "code", "address"])
def test_the_command_opens_what_it_clears_and_leaves_the_rest(which: str) -> None:
    code, other = CodeFactory(), CodeFactory()
    chosen = {"all": [], "code": ["--code", str(code.pk)], "address": ["--address", "2001:db8:1:2::5"]}[which]
    count(actor=holder(code, "2001:db8:1:2::/64"), what=Counted.DRAFTS)
    count(actor=holder(other, DEPOT), what=Counted.DRAFTS)

    left = {"all": set(), "code": {"2001:db8:1:2::/64", str(other.pk), DEPOT}}
    left["address"] = {str(code.pk), str(other.pk), DEPOT}
    with limited(Counted.DRAFTS, per_code=1), pytest.raises(TooMuch):
        count(actor=holder(code), what=Counted.DRAFTS)

    words = run_command("--clear", *chosen)

    assert set(amounts(Counted.DRAFTS)) == left[which]
    assert words.startswith(f"Counts forgotten: {4 - len(left[which])}")


def test_the_command_shows_one_subject_and_refuses_what_is_none() -> None:
    code, other = CodeFactory(), CodeFactory()
    for each in (code, other):
        count(actor=holder(each, HOME), what=Counted.DRAFTS)

    assert str(code.pk) in run_command("--code", str(code.pk))
    assert str(other.pk) not in run_command("--code", str(code.pk))
    assert HOME in run_command("--address", HOME)
    assert "Nothing was counted" in run_command("--address", DEPOT)
    for wrong in (["--code", "door"], ["--address", "door"], ["--code", str(code.pk), "--address", HOME]):
        with pytest.raises(CommandError):
            run_command(*wrong)
