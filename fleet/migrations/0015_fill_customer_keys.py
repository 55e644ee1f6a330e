"""The keys of customers that were there before."""

from typing import Any

from django.db import migrations

from config.common.text import start_key, start_keys

BATCH = 1000  # Customers.
MAX_KEY = 80


def fill_keys(apps: Any, schema_editor: Any) -> None:
    """What `fleet.services.suggestion_keys` writes. Doing it again changes nothing."""
    model = apps.get_model("fleet", "CustomerKey")
    rows, last = apps.get_model("fleet", "Customer").objects.order_by("pk"), 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        model.objects.filter(customer__in=batch).delete()
        model.objects.bulk_create(model(customer=each, key=key) for each in batch for key in _keys(each))
        last = batch[-1].pk


def _keys(customer: Any) -> set[str]:
    keys = ({start_key(customer.number)} - {""}) | start_keys(customer.name)
    return {key[:MAX_KEY] for key in keys}


class Migration(migrations.Migration):
    # Batch by batch: customers can be edited meanwhile.
    atomic = False

    dependencies = [
        ("fleet", "0014_customer_keys"),
    ]

    operations = [
        migrations.RunPython(fill_keys, migrations.RunPython.noop),
    ]
