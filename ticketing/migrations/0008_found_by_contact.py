"""Tickets are found by their reporter, and customers find them by messages, but not by those of internal tickets."""

import logging
from typing import Any

from django.conf import settings
from django.db import migrations, models
from django.db.models import Exists, F, OuterRef, Value
from django.db.models.functions import Concat

logger = logging.getLogger(__name__)

COLUMNS = ("search_contact", "search_internal_messages")
HAS_TRIGRAMS = "SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm')"


def add_indexes(apps: Any, schema_editor: Any) -> None:
    """PostgreSQL only, and where the search has its other indexes already."""
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(HAS_TRIGRAMS)
        if not cursor.fetchone()[0]:
            logger.warning("Search is slow without the extension pg_trgm.")
            return
    for column in COLUMNS:
        schema_editor.execute(f"CREATE INDEX ticket_{column} ON ticketing_ticket USING gin ({column} gin_trgm_ops)")


def remove_indexes(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for column in COLUMNS:
            schema_editor.execute(f"DROP INDEX IF EXISTS ticket_{column}")


def hide_internal_messages(apps: Any, schema_editor: Any) -> None:
    """Customers search messages from now on; texts that hold internal ones move whole, until `refill_search` parts them.

    Employees read both columns. All else that is new in the columns can wait for the command.
    """
    ticket, message = apps.get_model("ticketing", "Ticket"), apps.get_model("messenger", "Message")
    internal = message.objects.filter(conversation=OuterRef("conversation"), public_sequence=None)
    ticket.objects.filter(Exists(internal)).update(search_internal_messages=F("search_messages"), search_messages="")


def show_internal_messages(apps: Any, schema_editor: Any) -> None:
    apps.get_model("ticketing", "Ticket").objects.exclude(search_internal_messages="").update(
        search_messages=Concat(
            "search_messages", Value(" "), "search_internal_messages", output_field=models.TextField()
        )
    )


class Migration(migrations.Migration):
    dependencies = [
        ("fleet", "0010_vehicles_and_reservations"),
        ("messenger", "0005_message_kind"),
        ("ticketing", "0007_desk_form"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        *(
            migrations.AddField(
                model_name="ticket",
                name=column,
                field=models.TextField(blank=True, db_default="", default="", editable=False),
            )
            for column in COLUMNS
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("is_not_fixed", True)), fields=["turn", "id"], name="ticket_not_fixed"
            ),
        ),
        # Before the rows are changed: PostgreSQL makes no index while changes of the same transaction wait for checks.
        migrations.RunPython(add_indexes, remove_indexes),
        migrations.RunPython(hide_internal_messages, show_internal_messages),
    ]
