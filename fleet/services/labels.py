"""Printing codes: which of them can be printed, and that they were."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils.translation import ngettext

from config.common import clock
from config.common.errors import InvalidInput
from config.common.rules import require
from fleet.actors import KnownActor
from fleet.models import Code, CodeEvent, CodeEventKind
from fleet.services.code_tokens import is_made_with_this_secret

MOST_LABELS = 500  # Codes, and labels, of one PDF.
# A second click, or a second try because the printer had no paper, is the same printing.
_SAME_PRINTING = timedelta(minutes=1)


class OtherSecret(InvalidInput):
    """Codes were made with another `CODE_SECRET`: what would be printed of them opens nothing."""

    code = "other_secret"
    http_status = 409


def check_printable(codes: Sequence[Code]) -> None:
    """Raises `OtherSecret`."""
    dead = sum(not is_made_with_this_secret(code) for code in codes)
    if dead:
        sentence = ngettext(
            "%(n)s of these codes was made with another secret of the server: its label would open nothing. "
            "Renew it before you print it.",
            "%(n)s of these codes were made with another secret of the server: their labels would open nothing. "
            "Renew them before you print them.",
            dead,
        )
        raise OtherSecret(sentence % {"n": dead})


@transaction.atomic
def note_printed(*, actor: KnownActor, codes: Sequence[Code]) -> None:
    """Write into the history of each code that it was printed, once for one printing. Raises `OtherSecret`."""
    require(actor, "fleet.print_code")
    check_printable(codes)
    keys = [code.pk for code in codes]
    # Locked, so that a double click writes once.
    locked = set(Code.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk", flat=True))
    now = clock.now()
    just_printed = CodeEvent.objects.filter(
        code__in=keys, kind=CodeEventKind.PRINTED, person=actor.person, at__gt=now - _SAME_PRINTING
    )
    noted = locked - set(just_printed.values_list("code_id", flat=True))
    CodeEvent.objects.bulk_create(
        CodeEvent(code_id=key, kind=CodeEventKind.PRINTED, person=actor.person, at=now) for key in keys if key in noted
    )
