"""The ticket list of the back office, as tests read it."""

from typing import Any

from django.test import Client
from django.urls import reverse

from ticketing.models import Ticket

MAX_QUERIES = 6  # Of a page of the list.


def listed(client: Client, **query: Any) -> list[Ticket]:
    """The tickets of the first page, in order."""
    response = client.get(reverse("office:ticket_list"), query)
    assert response.status_code == 200
    return list(response.context["page"].tickets)


def counted(client: Client) -> dict[str, str]:
    """The numbers of views and groups."""
    response = client.get(reverse("office:view_count_list"))
    assert response.status_code == 200
    return dict(response.context["counts"])
