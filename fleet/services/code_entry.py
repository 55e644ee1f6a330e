"""Codes that are found by what is printed on them: where a typed id leads, and what became of a sticker."""

from dataclasses import dataclass
from datetime import datetime

from config.common.errors import NotVisible
from config.common.rows import get_or_none
from config.common.rules import require
from fleet.actors import Actor
from fleet.models import Code, FormerToken
from fleet.services.code_tokens import hash_short_id, hash_token, token_of


@dataclass(frozen=True)
class Sticker:
    """A printed code; `replaced_at` says since when another one counts instead of it."""

    code: Code
    replaced_at: datetime | None = None


def token_by_short_id(short_id: str) -> str:
    """The token of the code with that id; for an id that no code has, one that opens nothing.

    A building block without a rule: `enter_code` decides what the token opens, in the same time for both.
    """
    code = get_or_none(Code.objects.filter(short_hash=hash_short_id(short_id)))
    return token_of(code or Code())


def sticker_with_token(*, actor: Actor, token: str) -> Sticker:
    """What became of the code with this link, for employees. Raises `NotVisible` for an unknown one."""
    return _sticker(actor, token_hash=hash_token(token))


def sticker_with_short_id(*, actor: Actor, short_id: str) -> Sticker:
    """What became of the code with this id, for employees. Raises `NotVisible` for an unknown one."""
    return _sticker(actor, short_hash=hash_short_id(short_id))


def _sticker(actor: Actor, **printed: str) -> Sticker:
    require(actor, "fleet.pair_code")
    code = get_or_none(Code.objects.filter(**printed).select_related("device"))
    if code is not None:
        return Sticker(code)
    former = get_or_none(FormerToken.objects.filter(**printed).select_related("code__device"))
    if former is None:
        raise NotVisible
    return Sticker(former.code, former.replaced_at)
