"""Copies the score of each ticket's present DONE phase to the ticket, where lists sort by it."""

from typing import Any

from django.db import migrations
from django.db.models import Exists, OuterRef, Subquery


def copy_scores(apps: Any, schema_editor: Any) -> None:
    """Doing it again changes nothing."""
    ticket_model, rating_model = apps.get_model("ticketing", "Ticket"), apps.get_model("ratings", "Rating")
    present = rating_model.objects.filter(ticket=OuterRef("pk"), phase=OuterRef("done_count")).values("score")
    ticket_model.objects.filter(Exists(present)).update(score=Subquery(present))


class Migration(migrations.Migration):
    dependencies = [("ratings", "0001_initial"), ("ticketing", "0004_list_indexes")]

    operations = [migrations.RunPython(copy_scores, migrations.RunPython.noop)]
