"""Customers are proposed by how their names and numbers start."""

import django.db.models.deletion
from django.db import migrations, models

from config.common.starts import Bytewise


class Migration(migrations.Migration):
    dependencies = [
        ("fleet", "0013_uninvited_subscribers"),
    ]

    operations = [
        migrations.CreateModel(
            name="CustomerKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=80)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="keys", to="fleet.customer"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(Bytewise("key"), name="customer_key")],
            },
        ),
    ]
