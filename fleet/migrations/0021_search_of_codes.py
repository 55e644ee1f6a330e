"""Codes are found by folded labels; ticketing's next migration fills them with all else that is folded anew."""

from django.db import migrations

import config.common.folded_field


class Migration(migrations.Migration):
    dependencies = [
        ("fleet", "0020_code_batches"),
    ]

    operations = [
        migrations.AddField(
            model_name="code",
            name="search",
            field=config.common.folded_field.FoldedField(
                blank=True, db_default="", default="", editable=False, sources=("label",)
            ),
        ),
    ]
