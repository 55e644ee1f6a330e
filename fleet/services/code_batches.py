"""Unpaired codes in one go, and the table of them for a print shop."""

import uuid
from typing import IO

from django.db import transaction
from django.utils.translation import gettext as _

from config.common import clock
from config.common.errors import InvalidInput, NotVisible, UsedKey
from config.common.rules import require
from config.common.visible import clean_line
from fleet.access import codes_to_print
from fleet.actors import KnownActor
from fleet.exchange.writing import write_csv
from fleet.models import Code, CodeBatch, CodeEvent, CodeEventKind
from fleet.services.code_secrets import ensure_short_ids
from fleet.services.code_tokens import hash_short_id, hash_token, short_id_of, token_of, url_of
from fleet.services.codes import taken_short_ids
from fleet.services.labels import check_printable, note_printed
from fleet.short_ids import shown_short_id

MOST_CODES = 500
NUMBER = "{n}"  # In the pattern of labels.
_LABEL_LENGTH = 80


@transaction.atomic
def create_batch(*, actor: KnownActor, size: int, pattern: str, client_key: uuid.UUID) -> CodeBatch:
    """Create so many enabled codes, labelled by the pattern with their numbers from 1; once for a key.

    Raises `InvalidInput` for another size than 1 to 500, and for a pattern that makes too long labels; `UsedKey` for
    a key with which another batch was created.
    """
    require(actor, "fleet.print_code")
    if not 1 <= size <= MOST_CODES:
        raise InvalidInput(_("Choose a number from 1 to 500."), field="size")
    pattern = clean_line(pattern)
    if len(label_of(pattern, size)) > _LABEL_LENGTH:
        raise InvalidInput(_("These labels would be too long: shorten the text."), field="pattern")
    now = clock.now()
    batch, is_new = CodeBatch.objects.get_or_create(
        client_key=client_key, defaults={"size": size, "pattern": pattern, "person": actor.person, "at": now}
    )
    if batch.person_id != actor.person_id:
        raise NotVisible
    if (batch.size, batch.pattern) != (size, pattern):
        raise UsedKey
    if is_new:
        codes = Code.objects.bulk_create(_new_codes(batch))
        CodeEvent.objects.bulk_create(
            CodeEvent(code=code, kind=CodeEventKind.CREATED, person=actor.person, at=now) for code in codes
        )
    return batch


def label_of(pattern: str, number: int) -> str:
    """The label of one code of a batch.

    >>> label_of("Roll 3, sticker {n}", 12)
    'Roll 3, sticker 12'
    """
    return pattern.replace(NUMBER, str(number))


def write_batch(*, actor: KnownActor, batch: CodeBatch, file: IO[bytes]) -> None:
    """Write the table for a print shop as CSV, and into the histories that they were printed. Raises `OtherSecret`."""
    codes = list(codes_to_print(actor).filter(batch=batch))
    check_printable(codes)
    headers = (_("Number"), _("Label"), _("Address"), _("Id to type"))
    ids = ensure_short_ids(codes)
    rows = ((code.number_in_batch, code.label, url_of(code), shown_short_id(ids[code.pk])) for code in codes)
    write_csv(file, headers, rows)
    note_printed(actor=actor, codes=codes)


def _new_codes(batch: CodeBatch) -> list[Code]:
    made = [
        Code(batch=batch, number_in_batch=number, label=label_of(batch.pattern, number), created_at=batch.at)
        for number in range(1, batch.size + 1)
    ]
    taken = set[str]()
    new = made
    # A code whose short id another one has or had gets another id, from which all else follows.
    while new:
        for code in new:
            code.token_hash, code.short_hash = hash_token(token_of(code)), hash_short_id(short_id_of(code))
        taken |= taken_short_ids([code.short_hash for code in new if code.short_hash])
        new = _colliding(made, taken)
        for code in new:
            code.pk = uuid.uuid4()
    return made


def _colliding(codes: list[Code], taken: set[str]) -> list[Code]:
    """Those whose short id is taken, or that of one before them."""
    seen, found = set(taken), []
    for code in codes:
        assert code.short_hash is not None
        if code.short_hash in seen:
            found.append(code)
        seen.add(code.short_hash)
    return found
