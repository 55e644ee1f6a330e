"""Creating a ticket in the back office: device, flow, and who may."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fleet.models import Device
from tests.cast import client_of, holding, make_cast
from tests.factories import CodeFactory, CustomerFactory, DeviceFactory, FlowFactory, ManagerFactory, MemberFactory
from ticketing.models import Ticket, TicketStatus, Visibility

pytestmark = pytest.mark.django_db


def found(client: Client, words: str = "") -> list[Device]:
    response = client.get(reverse("office:ticket_create"), {"q": words})
    assert response.status_code == 200
    return [card.device for card in response.context["page"].devices]


def test_devices_are_found_by_what_is_written_on_them() -> None:
    customer = CustomerFactory(name="Bäckerei Schlüter")
    mixer = DeviceFactory(name="Dough mixer", serial_number="TK-2044-A", customer=customer)
    van = DeviceFactory(name="Van 7", model="Élan-2", licence_plate="B-FD 1234", location="Hall 3")
    office = client_of(MemberFactory())

    assert found(office) == [mixer, van]
    for words in ("mixer", "DOUGH mix", "2044", "tk2044a", "Schlüter", "SCHLUETER", "backerei – schluter"):
        assert found(office, words) == [mixer], words
    for words in ("b-fd 1234", "BFD1234", "fd 12", "hall 3", "hall3", "VAN-7", "elan 2"):
        assert found(office, words) == [van], words
    assert found(office, "submarine") == []
    assert found(office, "mix\0er") == [mixer]


def test_long_lists_are_cut_and_say_so() -> None:
    for _ in range(26):
        DeviceFactory()

    page = client_of(MemberFactory()).get(reverse("office:ticket_create"))

    assert len(page.context["page"].devices) == 24
    assert "There are more than 24 devices." in page.content.decode()


@pytest.mark.parametrize("name", ["ticket_create", "ticket_list"])
def test_words_for_the_search_are_not_read_with_what_they_found(name: str) -> None:
    cast = make_cast()

    with CaptureQueriesContext(connection) as captured:
        page = cast.client("moderator").get(reverse(f"office:{name}"), {"q": cast.device.name})

    # What is behind the last condition may compare them.
    selected = [query["sql"].rsplit(" WHERE ", 1)[0] for query in captured if '"fleet_device"."name"' in query["sql"]]
    assert cast.device.name in page.content.decode()
    assert selected
    assert not any('"fleet_device"."search_' in columns for columns in selected)


def test_managers_choose_among_their_own_devices() -> None:
    customer = CustomerFactory()
    own, foreign = DeviceFactory(customer=customer), DeviceFactory()
    manager = client_of(ManagerFactory(customer=customer))

    assert found(manager) == [own]
    assert manager.get(reverse("office:ticket_create_flow", args=[own.slug])).status_code == 200
    assert manager.get(reverse("office:ticket_create_flow", args=[foreign.slug])).status_code == 404
    assert manager.get(reverse("office:ticket_create_flow", args=["unknown"])).status_code == 404


def test_a_code_shows_nothing_of_the_owner_of_a_foreign_device() -> None:
    owner = CustomerFactory(name="Bakery Miller")
    device = DeviceFactory(customer=owner, location="Cellar 4", serial_number="SN-1", licence_plate="B-X 1")
    scanned = holding(CodeFactory(device=device))
    guest, own = client_of(ManagerFactory(), scanned), client_of(ManagerFactory(customer=owner), scanned)

    for words in ("Miller", "Cellar", "SN-1"):
        assert (found(guest, words), found(own, words)) == ([], [device]), words
    assert found(guest, "BX1") == [device]

    address = reverse("office:ticket_create")
    for trace in ("Miller", "Cellar 4"):
        assert trace not in guest.get(address).content.decode()
        assert trace in own.get(address).content.decode()


def test_flows_are_cards_with_one_key_each() -> None:
    device = DeviceFactory()
    shown = FlowFactory(template=device.template, name="Report a fault", icon="wrench")
    inside = FlowFactory(template=device.template, name="Inspection", icon="wrench", open_to_code_users=False)
    FlowFactory(template=device.template, name="Retired", is_active=False)
    FlowFactory(name="Of another template")
    address = reverse("office:ticket_create_flow", args=[device.slug])

    flows = client_of(MemberFactory()).get(address).context["page"].flows
    assert [flow for flow, _form in flows] == [shown, inside]
    assert len({form["client_key"].value() for _flow, form in flows}) == 2

    of_manager = client_of(ManagerFactory(customer=device.customer)).get(address)
    assert [flow for flow, _form in of_manager.context["page"].flows] == [shown]


def test_a_flow_with_an_unknown_icon_is_still_offered() -> None:
    device = DeviceFactory()
    FlowFactory(template=device.template, name="Report a fault", icon="no-such-icon")

    page = client_of(MemberFactory()).get(reverse("office:ticket_create_flow", args=[device.slug]))

    assert "Report a fault" in page.content.decode()


def test_a_device_without_flows_says_so() -> None:
    page = client_of(MemberFactory()).get(reverse("office:ticket_create_flow", args=[DeviceFactory().slug]))
    assert "Nothing can be reported for this device" in page.content.decode()


def test_an_employee_creates_a_ticket_and_continues_a_draft() -> None:
    cast = make_cast()
    office = cast.client("uninvolved")
    card = office.get(reverse("office:ticket_create_flow", args=[cast.device.slug]))
    flow, form = card.context["page"].flows[0]

    started = office.post(
        reverse("office:flow_start", args=[cast.device.slug, flow.pk]), {"client_key": form["client_key"].value()}
    )

    draft = Ticket.objects.get(creator=cast.person("uninvolved"))
    assert started.status_code == 303
    assert (draft.status, draft.visibility) == (TicketStatus.DRAFT, Visibility.INTERNAL)
    again = office.get(reverse("office:ticket_create_flow", args=[cast.device.slug]))
    assert again.context["page"].drafts == [draft]
