"""Codes whose links were made with another `CODE_SECRET`: finding them, and giving them new links."""

import uuid
from collections.abc import Iterator

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from config.common.errors import DomainError
from fleet.actors import ANONYMOUS
from fleet.models import Code
from fleet.services.code_tokens import hash_short_id, is_made_with_this_secret, short_id_of
from fleet.services.codes import is_short_id_taken, renew

COMPARED = 3  # Codes at either end: the oldest show that the secret has changed also when new ones were made since.


class OtherSecret(DomainError):
    """The link of the code cannot be made: it was made with another secret."""

    code = "other_secret"
    http_status = 409
    default_message = _(
        "This code was made with another secret (CODE_SECRET). Its sticker still works, but a new one would lead "
        "nowhere. Restore the secret, or renew the code."
    )


def require_this_secret(code: Code) -> None:
    """Raises `OtherSecret` where what would be printed leads nowhere."""
    if not is_made_with_this_secret(code):
        raise OtherSecret


def ensure_short_id(code: Code) -> str:
    """The id to type; stored now where a server of the version before made the code.

    Raises `OtherSecret`. Empty where another code has the same one, until this one is renewed.
    """
    require_this_secret(code)
    short_id = short_id_of(code)
    short_hash = hash_short_id(short_id)
    if code.short_hash is None:
        code.short_hash = _store_short_hash(code, short_hash)
    return short_id if code.short_hash == short_hash else ""


def _store_short_hash(code: Code, short_hash: str) -> str | None:
    """What is stored afterwards, also where somebody else was faster."""
    try:
        with transaction.atomic():
            row = Code.objects.select_for_update().filter(pk=code.pk, generation=code.generation).first()
            if row is not None and row.short_hash is None and not is_short_id_taken(short_hash):
                row.short_hash = short_hash
                row.save(update_fields=["short_hash"])
            return row.short_hash if row is not None else None
    except IntegrityError:
        return None


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
