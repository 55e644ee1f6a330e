"""Customers."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction

from config.common.rules import require
from fleet.actors import KnownActor
from fleet.models import Customer, Device
from fleet.services.devices import refill_search
from fleet.services.editing import apply_changes, locked, stored
from fleet.services.suggestion_keys import write_customer_keys


@transaction.atomic
def create_customer(*, actor: KnownActor, values: Mapping[str, Any]) -> Customer:
    """Create a customer. Raises the refusal of ``fleet.change_records``, `InvalidInput` for a name that is taken."""
    require(actor, "fleet.change_records")
    customer = Customer(**values)
    save_customer(customer, changed=values)
    return customer


@transaction.atomic
def change_customer(
    *, actor: KnownActor, customer_id: int, values: Mapping[str, Any], before: Mapping[str, Any]
) -> Customer:
    """Store the values; devices are found by the new name.

    Raises the refusal of ``fleet.change_records``, `ChangedMeanwhile` where something else than `before` stands there,
    `InvalidInput` for a name that is taken.
    """
    require(actor, "fleet.change_records")
    customer = locked(Customer.objects.all(), customer_id)
    apply_changes(customer, values, before)
    save_customer(customer, changed=values)
    return customer


def save_customer(customer: Customer, *, changed: Collection[str]) -> None:
    """Save a customer, and have the devices found by a new name. A building block, for the administration, too."""
    is_new = customer.pk is None
    stored(customer)
    write_customer_keys([customer])
    if not is_new and "name" in changed:
        refill_search(Device.objects.filter(customer=customer))
