"""Fields whose values are members of an enum: from the database, in lookups and in migrations."""

import pytest
from django.db.models import F

from config.common.enum_fields import TextEnumField
from tests.cast import make_cast
from ticketing.models import Priority, Ticket, TicketStatus, Visibility

pytestmark = pytest.mark.django_db


def test_what_comes_from_the_database_is_a_member_of_the_enum() -> None:
    make_cast(TicketStatus.ASSIGNED)

    ticket = Ticket.objects.get()
    row = Ticket.objects.annotate(rank=F("priority")).values_list("status", "visibility", "rank").get()

    assert (type(ticket.status), type(ticket.visibility), type(ticket.priority)) == (TicketStatus, Visibility, Priority)
    assert [type(value) for value in row] == [TicketStatus, Visibility, Priority]


def test_a_lookup_takes_members_and_values_and_finds_nothing_by_an_unknown_one() -> None:
    make_cast(TicketStatus.ASSIGNED)

    assert Ticket.objects.filter(status=TicketStatus.ASSIGNED).exists()
    assert Ticket.objects.filter(status="assigned").exists()
    assert not Ticket.objects.filter(status="unknown").exists()


def test_migrations_know_it_as_a_field_of_django_and_a_copy_keeps_its_enum() -> None:
    field = TextEnumField(enum=Visibility, max_length=8)

    _name, path, _args, options = field.deconstruct()

    assert path == "django.db.models.CharField"
    assert options == {"max_length": 8, "choices": Visibility.choices}
    assert field.clone().enum is Visibility
