"""Addresses of people that were there before are stored as those are that are typed now: nobody could sign in with a
mark that no one sees."""

import logging
from typing import Any

from django.db import IntegrityError, migrations, transaction

from config.common.contacts import email_address, mailbox_spellings

logger = logging.getLogger(__name__)

BATCH = 1000  # People.
COLUMNS = ("email", "contact_email")


def clean_addresses(apps: Any, schema_editor: Any) -> None:
    """Doing it again changes nothing. What people are found by is folded, and folding leaves such marks out.

    The two spellings of a domain are left as they are: servers of the version before look for the one that they wrote,
    and this one finds both.
    """
    people = apps.get_model("fleet", "Person").objects
    rows, last = people.order_by("pk").only(*COLUMNS), 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        for person in batch:
            if changed := {name: clean for name in COLUMNS if (clean := _cleaned(getattr(person, name)))}:
                _write(people, person.pk, changed)
        last = batch[-1].pk


def _cleaned(stored: str | None) -> str:
    """Empty where nothing is to be changed."""
    clean = email_address(stored or "")
    return "" if stored in (None, "", *mailbox_spellings(clean)) else clean


def _write(people: Any, pk: int, changed: dict[str, str]) -> None:
    if email := changed.pop("email", ""):
        same = people.filter(email__in=mailbox_spellings(email)).exclude(pk=pk)
        try:
            with transaction.atomic():
                taken = same.first()
                if taken is None:
                    people.filter(pk=pk).update(email=email)
        except IntegrityError:
            # Somebody was given this address meanwhile.
            taken = same.first()
        if taken is not None:
            logger.warning(
                "Persons %s and %s have the same sign-in e-mail but for marks that no one sees: only %s signs in with it. "
                "Give %s another one.",
                *(taken.pk, pk, taken.pk, pk),
            )
    if changed:
        people.filter(pk=pk).update(**changed)


class Migration(migrations.Migration):
    # Person by person: they can be edited and sign in meanwhile.
    atomic = False

    dependencies = [
        ("fleet", "0021_search_of_codes"),
    ]

    operations = [
        migrations.RunPython(clean_addresses, migrations.RunPython.noop),
    ]
