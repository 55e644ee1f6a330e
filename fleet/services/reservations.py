"""Reservations of vehicles."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from config.common.errors import InvalidInput
from config.common.rules import require
from fleet.actors import KnownActor
from fleet.models import Reservation
from fleet.services.editing import apply_changes, locked, stored


@transaction.atomic
def create_reservation(*, actor: KnownActor, values: Mapping[str, Any]) -> Reservation:
    """Create a reservation.

    Raises the refusal of ``fleet.change_records``, `InvalidInput` for a number that is taken, for a device that is no
    vehicle, and for a person who is no customer's.
    """
    require(actor, "fleet.change_records")
    return _saved(Reservation(**values))


@transaction.atomic
def change_reservation(
    *, actor: KnownActor, reservation_id: int, values: Mapping[str, Any], before: Mapping[str, Any]
) -> Reservation:
    """Store the values.

    Raises as `create_reservation` does, and `ChangedMeanwhile` where something else than `before` stands there.
    """
    require(actor, "fleet.change_records")
    rows = Reservation.objects.select_related("device__template", "person")
    reservation = locked(rows, reservation_id)
    apply_changes(reservation, values, before)
    return _saved(reservation)


def _saved(reservation: Reservation) -> Reservation:
    try:
        reservation.clean()
    except ValidationError as refusal:
        raise InvalidInput("".join(refusal.messages), field=next(iter(refusal.message_dict))) from refusal
    return stored(reservation)
