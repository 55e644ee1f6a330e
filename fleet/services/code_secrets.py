"""What is printed of codes, where it opens them: the ids to type, and codes made with another `CODE_SECRET`."""

import uuid
from collections.abc import Collection, Iterator, Mapping

from django.db import IntegrityError, transaction

from config.common.rules import may
from fleet.actors import ANONYMOUS, Actor
from fleet.models import Code
from fleet.services.code_tokens import hash_short_id, is_made_with_this_secret, short_id_of
from fleet.services.codes import renew, taken_short_ids
from fleet.short_ids import shown_short_id

COMPARED = 3  # Codes at either end: the oldest show that the secret has changed also when new ones were made since.


def ensure_short_id(code: Code) -> str:
    """The id to type, as `ensure_short_ids` says it."""
    return ensure_short_ids([code])[code.pk]


def ensure_short_ids(codes: Collection[Code]) -> dict[uuid.UUID, str]:
    """The id to type of each code; stored now where a server of the version before made the code.

    Empty where another code has the same one, until this one is renewed, and for codes made with another secret. Asks
    as many statements for many codes as for a few, and none where all are stored.
    """
    ids = {code.pk: short_id_of(code) for code in codes if is_made_with_this_secret(code)}
    hashes = {key: hash_short_id(short_id) for key, short_id in ids.items()}
    new = [code for code in codes if code.pk in ids and code.short_hash is None]
    if new:
        stored = _store_short_hashes(new, hashes)
        for code in new:
            code.short_hash = stored.get(code.pk)
    return {
        code.pk: ids[code.pk] if code.short_hash is not None and code.short_hash == hashes.get(code.pk) else ""
        for code in codes
    }


def _store_short_hashes(codes: Collection[Code], hashes: Mapping[uuid.UUID, str]) -> dict[uuid.UUID, str | None]:
    """What is stored afterwards, also where somebody else was faster."""
    generations = {code.pk: code.generation for code in codes}
    rows = Code.objects.filter(pk__in=generations)
    try:
        with transaction.atomic():
            # In one order, so that two pages that show the same codes do not wait for each other.
            waiting = [
                row
                for row in rows.filter(short_hash=None).order_by("pk").select_for_update()
                if row.generation == generations[row.pk]
            ]
            taken = taken_short_ids([hashes[row.pk] for row in waiting])
            for row in waiting:
                if hashes[row.pk] not in taken:
                    row.short_hash = hashes[row.pk]
                    taken.add(row.short_hash)
            Code.objects.bulk_update(waiting, ["short_hash"])
    except IntegrityError:
        # Another code has just taken one of these ids: the next look stores the others.
        pass
    return dict(rows.values_list("pk", "short_hash"))


def short_id_for(actor: Actor, code: Code) -> str:
    """As it is printed, for those who may print it, because it opens the device; empty for all others."""
    return shown_short_id(ensure_short_id(code)) if may(actor, "fleet.manage_code", code) else ""


def has_other_secret() -> bool:
    """Whether any of the oldest or newest codes was made with another secret; no for a house without codes."""
    ends = (Code.objects.order_by(*order)[:COMPARED] for order in (("created_at", "pk"), ("-created_at", "-pk")))
    return not all(is_made_with_this_secret(code) for codes in ends for code in codes)


def codes_to_renew(*, every_code: bool = False) -> Iterator[Code]:
    """Those whose link cannot be made any more, or all of them, oldest first."""
    for code in Code.objects.order_by("created_at", "pk").select_related("device").iterator():
        if every_code or not is_made_with_this_secret(code):
            yield code


@transaction.atomic
def renew_by_command(*, code_id: uuid.UUID, generation: int) -> bool:
    """Give the code a new link, unless somebody else did so, or deleted it, since it was of this generation.

    For the command: whoever runs it has the server in their hands, and is no person of ours.
    """
    code = Code.objects.select_for_update().filter(pk=code_id, generation=generation).first()
    if code is not None:
        renew(code, ANONYMOUS)
    return code is not None
