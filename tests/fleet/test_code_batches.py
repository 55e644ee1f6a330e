"""Codes in batches: many at once, once for a form, with short ids that no other code has, and as a table."""

import csv
import io
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from config.common.errors import InvalidInput, NotVisible
from fleet.actors import KnownActor
from fleet.models import Code, CodeBatch, CodeEvent, CodeEventKind, FormerToken
from fleet.services import code_batches
from fleet.services.code_batches import create_batch, write_batch
from fleet.services.code_tokens import hash_short_id, hash_token, short_id_of, token_of, url_of
from fleet.services.labels import OtherSecret
from fleet.short_ids import clean_short_id
from tests.factories import CodeFactory, DeviceFactory, MemberFactory, ModeratorFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator() -> KnownActor:
    return KnownActor(person=ModeratorFactory())


def make_batch(actor: KnownActor, size: int = 3, pattern: str = "Roll 3, sticker {n}", key: Any = None) -> CodeBatch:
    return create_batch(actor=actor, size=size, pattern=pattern, client_key=key or uuid.uuid4())


def table_of(actor: KnownActor, batch: CodeBatch) -> str:
    file = io.BytesIO()
    write_batch(actor=actor, batch=batch, file=file)
    return file.getvalue().decode("utf-8")


def test_500_codes_are_made_at_once_and_once_for_a_form(moderator: KnownActor) -> None:
    key = uuid.uuid4()

    with CaptureQueriesContext(connection) as few:
        make_batch(moderator, 3)
    with CaptureQueriesContext(connection) as many:
        batch = make_batch(moderator, 500, key=key)
    again = make_batch(moderator, 500, key=key)

    assert again == batch
    codes = list(batch.codes.order_by("number_in_batch"))
    assert [code.label for code in codes] == [f"Roll 3, sticker {number}" for number in range(1, 501)]
    assert all(code.device_id is None and code.is_enabled for code in codes)
    assert all(code.token_hash == hash_token(token_of(code)) for code in codes)
    assert all(code.short_hash == hash_short_id(short_id_of(code)) for code in codes)
    assert all(clean_short_id(short_id_of(code)) for code in codes[:20])
    events = CodeEvent.objects.filter(code__batch=batch)
    assert set(events.values_list("kind", "person")) == {(CodeEventKind.CREATED, moderator.person.pk)}
    assert events.count() == 500
    # The database takes only so many values at a time.
    assert len(many) - len(few) <= 30


def test_the_key_of_another_person_opens_nothing(moderator: KnownActor) -> None:
    batch = make_batch(moderator)

    with pytest.raises(NotVisible):
        make_batch(KnownActor(person=ModeratorFactory()), key=batch.client_key)
    with pytest.raises(NotVisible):
        make_batch(KnownActor(person=MemberFactory()))


def test_no_code_gets_a_short_id_that_is_taken(moderator: KnownActor, monkeypatch: pytest.MonkeyPatch) -> None:
    """With only ten ids there are, some are taken, others come twice."""
    monkeypatch.setattr(code_batches, "short_id_of", lambda code: str(code.pk.int % 10))
    CodeFactory(short_hash=hash_short_id("1"))
    FormerToken.objects.create(code=CodeFactory(), token_hash="old", short_hash=hash_short_id("2"))

    batch = make_batch(moderator, 8)

    left = {hash_short_id(str(number)) for number in (0, *range(3, 10))}
    assert set(batch.codes.values_list("short_hash", flat=True)) == left


@pytest.mark.parametrize(("size", "pattern"), [(0, "{n}"), (501, "{n}"), (500, "{n}" * 27), (1, "x" * 81)])
def test_what_cannot_be_is_refused_and_makes_nothing(moderator: KnownActor, size: int, pattern: str) -> None:
    with pytest.raises(InvalidInput):
        make_batch(moderator, size, pattern)

    assert not CodeBatch.objects.exists()


@pytest.mark.parametrize(("language", "separator"), [("en", ","), ("de", ";"), ("fr", ";")])
def test_a_print_shop_gets_a_table(moderator: KnownActor, language: str, separator: str) -> None:
    batch = make_batch(moderator, 12, "=1+{n}")
    codes = list(batch.codes.order_by("number_in_batch"))
    CodeFactory(device=DeviceFactory())

    with translation.override(language):
        table = table_of(moderator, batch)

    assert table.startswith("\ufeff")
    _headers, *rows = csv.reader(io.StringIO(table[1:]), delimiter=separator)
    # Spreadsheet programs calculate nothing of it.
    assert [row[:3] for row in rows] == [[str(n), f"'=1+{n}", url_of(code)] for n, code in enumerate(codes, 1)]
    assert [clean_short_id(row[3]) for row in rows] == [short_id_of(code) for code in codes]
    assert CodeEvent.objects.filter(kind=CodeEventKind.PRINTED).count() == 12


def test_dead_codes_are_not_given_to_a_print_shop(moderator: KnownActor, settings: Any) -> None:
    batch = make_batch(moderator)
    settings.CODE_SECRET = "another one"

    with pytest.raises(OtherSecret, match="3 of these codes"):
        table_of(moderator, batch)

    assert not Code.objects.filter(events__kind=CodeEventKind.PRINTED).exists()
