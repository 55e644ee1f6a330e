"""The factories and the cast make what they promise, on both databases."""

import pytest
from factory.django import DjangoModelFactory

from tests import factories
from tests.cast import CastRole, Impossible, is_possible, make_cast
from ticketing.models import TicketStatus, Visibility

pytestmark = pytest.mark.django_db
FACTORIES = [
    made
    for made in vars(factories).values()
    if isinstance(made, type) and issubclass(made, DjangoModelFactory) and made is not DjangoModelFactory
]


@pytest.mark.parametrize("made", FACTORIES, ids=lambda made: made.__name__)
def test_every_factory_makes_a_row_that_the_database_accepts(made: type[DjangoModelFactory]) -> None:
    assert made().pk
    assert made().pk


@pytest.mark.parametrize("visibility", Visibility)
@pytest.mark.parametrize("status", TicketStatus)
def test_the_cast_stands_around_a_ticket_of_every_status(status: TicketStatus, visibility: Visibility) -> None:
    cast = make_cast(status, visibility)
    for role in set(CastRole) - {"subscriber"}:
        assert (role in cast) == is_possible(role, status, visibility)


def test_an_impossible_actor_is_not_handed_out() -> None:
    with pytest.raises(Impossible):
        _ = make_cast(TicketStatus.OPEN).responsible
