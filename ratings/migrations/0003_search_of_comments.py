"""Comments are found by folded text, which the database compares."""

from django.db import migrations

import config.common.folded_field


class Migration(migrations.Migration):
    dependencies = [
        ("ratings", "0002_scores_of_tickets"),
    ]

    operations = [
        migrations.AddField(
            model_name="rating",
            name="search",
            field=config.common.folded_field.FoldedTextField(
                blank=True, db_default="", default="", editable=False, sources=("comment",)
            ),
        ),
    ]
