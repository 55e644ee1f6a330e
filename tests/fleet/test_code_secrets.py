"""Another CODE_SECRET: it is said at start, nothing dead is printed, and a command gives new links."""

from io import StringIO
from typing import Any

import pytest
from django.core.checks import Tags, run_checks
from django.core.management import CommandError, call_command

from config.common.errors import NotVisible
from fleet.actors import ANONYMOUS
from fleet.models import Code
from fleet.services import code_tokens, codes
from fleet.services.code_secrets import ensure_short_id
from tests.factories import CodeFactory

pytestmark = pytest.mark.django_db


def said_at_start() -> list[Any]:
    return [message.id for message in run_checks(tags=[Tags.database], databases=["default"])]


def run_command(*arguments: str) -> str:
    out = StringIO()
    call_command("renew_codes", *arguments, stdout=out)
    return out.getvalue()


def opens(token: str) -> bool:
    try:
        codes.enter_code(actor=ANONYMOUS, token=token, session={})
    except NotVisible:
        return False
    return True


def test_another_secret_is_said_at_start_and_cured_by_the_command_once(settings: Any, monkeypatch: Any) -> None:
    assert said_at_start() == []
    code, old = CodeFactory(), ""
    old = code_tokens.token_of(code)
    assert said_at_start() == []
    settings.CODE_SECRET = "another secret"
    assert said_at_start() == ["config.W001"]
    assert opens(old)
    # Codes that are made since do not hide it.
    for _number in range(4):
        CodeFactory()
    assert said_at_start() == ["config.W001"]
    Code.objects.exclude(pk=code.pk).delete()
    assert str(code.pk) in run_command("--dry-run")
    monkeypatch.setattr("builtins.input", lambda _prompt: "yes")
    with pytest.raises(CommandError):
        run_command()
    assert opens(old)

    monkeypatch.setattr("builtins.input", lambda _prompt: "renew")
    assert run_command().splitlines()[-1] == "1 codes were renewed. Print them, and replace their old stickers."

    renewed = Code.objects.get()
    assert said_at_start() == []
    assert opens(code_tokens.token_of(renewed))
    assert not opens(old)
    assert (renewed.events.get().kind.value, renewed.events.get().person) == ("renewed", None)
    assert "No code has to be renewed" in run_command("--yes")
    assert Code.objects.get().generation == renewed.generation
    assert "1 codes were renewed" in run_command("--all", "--yes")


def test_a_missing_typed_id_is_stored_when_it_is_looked_at(settings: Any) -> None:
    code: Code = CodeFactory(short_hash=None)
    stale = Code.objects.get(pk=code.pk)

    short_id = ensure_short_id(code)

    assert Code.objects.get().short_hash == code_tokens.hash_short_id(short_id)
    assert ensure_short_id(stale) == short_id
    settings.CODE_SECRET = "another secret"
    assert ensure_short_id(code) == ""


def test_a_typed_id_that_another_code_has_is_not_given_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fleet.services.code_secrets.short_id_of", lambda _code: "22222222")

    assert ensure_short_id(CodeFactory(short_hash=None)) == "22222222"
    assert ensure_short_id(CodeFactory(short_hash=None)) == ""
