"""The start page of a manager: who has it, what it shows, and what it costs."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import Cast, client_of, make_cast, open_for
from tests.factories import TicketFactory, VehicleFactory
from ticketing.models import TicketStatus, Visibility
from ticketing.office.pages.start import StartPage, start_page
from ticketing.services.messages import send_message

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast(TicketStatus.ASSIGNED)


def stages_of(page: StartPage) -> dict[str, int]:
    return {part.stage.value: part.count for part in page.stages}


def test_managers_begin_there_and_all_others_on_the_list(cast: Cast) -> None:
    home, start = reverse("office:home"), reverse("office:start")

    assert cast.client("manager").get(home)["Location"] == start
    assert cast.client("manager").get(start).status_code == 200
    for role in ("subscriber", "responsible", "moderator", "administrator"):
        assert cast.client(role).get(home)["Location"] == reverse("office:ticket_list")
        assert cast.client(role).get(start).status_code == 404


def test_it_shows_what_is_open_by_stage_and_by_device(cast: Cast) -> None:
    open_for(cast.moderator, cast.device, cast.flow)
    open_for(cast.moderator, cast.device, cast.flow, Visibility.INTERNAL)
    vehicle = VehicleFactory(customer=cast.device.customer)
    TicketFactory(device=vehicle, status=TicketStatus.IN_PROGRESS)
    TicketFactory(device=vehicle, status=TicketStatus.CLOSED)
    TicketFactory()

    page = start_page(cast.manager)

    assert stages_of(page) == {"new": 1, "ongoing": 2}
    assert [(busy.device, busy.count) for busy in page.devices] == [(cast.device, 2), (vehicle, 1)]
    assert page.devices[0].list_url.endswith(f"&device={cast.device.pk}")
    assert stages_of(start_page(cast.other_customers_manager)) == {"new": 0, "ongoing": 0}


def test_each_stage_leads_to_its_tickets_in_the_list(cast: Cast) -> None:
    new = open_for(cast.moderator, cast.device, cast.flow)
    client = cast.client("manager")

    for part, expected in zip(start_page(cast.manager).stages, ([new], [cast.ticket]), strict=True):
        groups = client.get(part.list_url).context["page"].groups
        assert [row.ticket for group in groups for row in group.rows] == expected


def test_what_the_service_said_last_waits_for_an_answer(cast: Cast) -> None:
    def say(role: str) -> None:
        send_message(actor=cast.acting(role), ticket_id=cast.ticket.pk, client_key=uuid.uuid4(), text="Hello")

    assert start_page(cast.manager).waiting == []
    say("responsible")
    assert start_page(cast.manager).waiting == [cast.ticket]
    say("manager")
    assert start_page(cast.manager).waiting == []


def test_it_costs_the_same_for_one_ticket_and_for_three(cast: Cast) -> None:
    client, address = client_of(cast.person("manager")), reverse("office:start")
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for _more in range(2):
        TicketFactory(device=VehicleFactory(customer=cast.device.customer))
    with CaptureQueriesContext(connection) as three:
        client.get(address)

    assert len(three) == len(one)
