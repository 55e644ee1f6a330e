"""What the migration does to the search columns that are there already."""

from importlib import import_module

import pytest
from django.apps import apps

from tests.factories import MessageFactory, TicketFactory
from ticketing.models import Ticket

migration = import_module("ticketing.migrations.0008_found_by_contact")
pytestmark = pytest.mark.django_db


def test_customers_do_not_find_internal_messages_while_old_tickets_wait_to_be_filled() -> None:
    public, mixed = (TicketFactory(search_messages=f"kraken {number}") for number in (1, 2))
    MessageFactory(ticket=public, sequence=1, public_sequence=1)
    MessageFactory(ticket=mixed, sequence=1, public_sequence=1)
    MessageFactory(ticket=mixed, sequence=2, public_sequence=None)

    migration.hide_internal_messages(apps, None)

    columns = Ticket.objects.order_by("pk").values_list("search_messages", "search_internal_messages")
    assert list(columns) == [("kraken 1", ""), ("", "kraken 2")]

    migration.show_internal_messages(apps, None)

    assert [text.strip() for text in Ticket.objects.order_by("pk").values_list("search_messages", flat=True)] == [
        "kraken 1",
        "kraken 2",
    ]
