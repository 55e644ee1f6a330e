"""The folded text of comments that were there before, and of all else the form of part numbers without points.

Here at the end of the chain, because the columns of all apps are folded alike.
"""

from importlib import import_module
from typing import Any

from django.db import migrations

from config.common.text import fold_all

BATCH = 1000  # Ratings.


def fill_comments(apps: Any, schema_editor: Any) -> None:
    """What saving a rating writes. Doing it again changes nothing."""
    ratings, last = apps.get_model("ratings", "Rating").objects, 0
    rows = ratings.exclude(comment="").order_by("pk").values_list("pk", "comment", "search")
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        for pk, comment, search in batch:
            if search != (folded := fold_all(comment)):
                # Unless the comment was changed meanwhile, which folds it, too.
                ratings.filter(pk=pk, comment=comment).update(search=folded)
        last = batch[-1][0]


def refold_all(apps: Any, schema_editor: Any) -> None:
    """What the migration of typography does, with the present rules. Doing it again changes nothing."""
    earlier = import_module("ticketing.migrations.0011_search_of_typography")
    earlier.fill_columns(apps, schema_editor)
    earlier.refold_tickets(apps, schema_editor)


class Migration(migrations.Migration):
    # Row by row, or a few tickets at once: everything can be edited meanwhile.
    atomic = False

    dependencies = [
        ("fleet", "0022_clean_addresses"),
        ("ratings", "0003_search_of_comments"),
        ("ticketing", "0011_search_of_typography"),
    ]

    operations = [
        migrations.RunPython(fill_comments, migrations.RunPython.noop),
        migrations.RunPython(refold_all, migrations.RunPython.noop),
    ]
