"""The rules of lists and sheets say of one row what their querysets say of many."""

import pytest
from django.db.models import Model, QuerySet

from config.common.errors import NotVisible
from config.common.rules import may
from fleet.actors import Actor
from fleet.models import Customer, Device, Person, Reservation, Role
from tests.cast import Cast, CastRole, make_cast
from tests.factories import CodeUserFactory, DeviceFactory, ReservationFactory, VehicleFactory
from ticketing.models import TicketStatus

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    cast = make_cast(TicketStatus.ASSIGNED)
    customer, other = cast.device.customer, cast.person("other_customers_manager").customer
    DeviceFactory(customer=None)
    CodeUserFactory(customer=customer)
    own, foreign = VehicleFactory(customer=customer), VehicleFactory(customer=other)
    for vehicle in (own, foreign):
        for role in ("subscriber", "manager", "other_customers_manager"):
            ReservationFactory(device=vehicle, person=cast.person(role))
    return cast


def visible(actor: Actor) -> dict[str, tuple[QuerySet[Model], QuerySet[Model]]]:
    """By the rule: all rows, and those that the actor finds in lists."""
    return {
        "fleet.view_device": (Device.objects.all(), Device.objects.with_sheet_for(actor)),
        "fleet.view_customer": (Customer.objects.all(), Customer.objects.visible_to(actor)),
        "fleet.view_person": (Person.objects.all(), Person.objects.visible_to(actor)),
        "fleet.view_reservation": (Reservation.objects.all(), Reservation.objects.visible_to(actor)),
    }


@pytest.mark.parametrize(
    "rule", ["fleet.view_device", "fleet.view_customer", "fleet.view_person", "fleet.view_reservation"]
)
def test_rules_and_lists_agree_for_everybody(cast: Cast, rule: str) -> None:
    for role in CastRole:
        if role in cast:
            rows, listed = visible(cast[role])[rule]
            assert {row for row in rows if may(cast[role], rule, row)} == set(listed), role


def test_whom_each_role_may_create_and_edit(cast: Cast) -> None:
    customers = (Role.MANAGER, Role.SUBSCRIBER)
    allowed = {
        role: {kind for kind in Role if may(cast[role], "fleet.change_person", kind)}
        for role in CastRole
        if role in cast
    }

    assert allowed.pop(CastRole.ADMINISTRATOR) == set(Role)
    assert allowed.pop(CastRole.MODERATOR) == set(customers)
    assert not any(allowed.values())
    for role in ("subscriber", "holder", "stranger"):
        assert may(cast[role], "fleet.change_records").error is NotVisible
