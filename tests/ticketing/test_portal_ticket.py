"""The page of a ticket in the portal: for those who wait, without a trace of what is internal."""

import re
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fleet.models import Person
from fleet.services.code_tokens import url_of
from tests.cast import Cast, make_cast
from tests.factories import CodeFactory, DeviceFactory, UpdateFactory
from tests.ticketing.portal_browser import photo
from ticketing.models import Ticket, TicketStatus, Visibility
from ticketing.services import assignment, life_cycle, messages, updates

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
VIEWS = ("messages", "updates", "details", "history")
SECRET = "Not for customers to read"


def url(cast: Cast, name: str = "ticket_detail", **kwargs: Any) -> str:
    return reverse(f"portal:{name}", kwargs={"slug": cast.device.slug, "ticket_id": cast.ticket.pk, **kwargs})


def pages(cast: Cast, role: str = "reporter") -> dict[str, str]:
    """Everything that the reader can open of the ticket."""
    client = cast.client(role)
    found = {view: client.get(url(cast), {"view": view}).content.decode() for view in VIEWS}
    for part in ("status", "updates"):
        found[f"{part} alone"] = client.get(url(cast, f"ticket_{part}")).content.decode()
    found["status"] = found["status alone"]
    found["list"] = client.get(reverse("portal:ticket_list", args=[cast.device.slug])).content.decode()
    return found


def write(cast: Cast, role: str, text: str) -> None:
    messages.send_message(actor=cast.acting(role), ticket_id=cast.ticket.pk, client_key=uuid.uuid4(), text=text)


def post(cast: Cast, role: str, text: str, *, is_internal: bool = False) -> None:
    key = uuid.uuid4()
    updates.post_update(
        actor=cast.acting(role), ticket_id=cast.ticket.pk, client_key=key, is_internal=is_internal, text=text
    )


def test_the_page_shows_status_people_and_conversation() -> None:
    cast = make_cast(TicketStatus.IN_PROGRESS)
    write(cast, "responsible", "On my way")
    post(cast, "responsible", "Seal ordered")

    found = pages(cast)

    assert "IN PROGRESS" in found["status"]
    assert "Rosa Responsible is working on it." in found["status"]
    assert "On my way" in found["messages"]
    assert "Seal ordered" in found["updates"]
    assert "Seal ordered" in found["updates alone"]
    assert f'hx-get="{url(cast, "ticket_updates")}"' in found["updates"]
    assert "It does not start." in found["details"]
    assert "Took responsibility." in found["history"]


def test_nothing_internal_leaves_the_house() -> None:
    cast = make_cast(TicketStatus.IN_PROGRESS)
    before = pages(cast)

    post(cast, "responsible", SECRET, is_internal=True)
    assignment.withdraw(actor=cast.moderator, ticket_id=cast.ticket.pk, person=cast.person("offered"))

    after = pages(cast)
    assert {name: plain(page) for name, page in before.items()} == {name: plain(page) for name, page in after.items()}
    inside = cast.client("responsible").get(reverse("office:ticket_detail", args=[cast.ticket.pk]), {"tab": "internal"})
    assert SECRET in inside.content.decode()


def test_no_number_of_a_row_is_in_the_page() -> None:
    cast = make_cast(TicketStatus.IN_PROGRESS)
    row = UpdateFactory(
        id=987654, ticket=cast.ticket, author=cast.person("responsible"), sequence=876543, public_sequence=50
    )

    found = pages(cast)

    assert row.text in found["updates"]
    for page in found.values():
        assert "987654" not in page
        assert "876543" not in page


def plain(page: str) -> str:
    """The page without what differs from request to request."""
    return re.sub(r'"[A-Za-z0-9]{64}"|X-CSRFToken": "[A-Za-z0-9]+"|value="[0-9a-f-]{36}"', "", page)


@pytest.mark.parametrize("role", ["stranger", "other_holder", "other_customers_manager"])
@pytest.mark.parametrize("name", ["ticket_detail", "ticket_status", "ticket_updates", "ticket_cancel"])
def test_strangers_get_the_page_of_an_unknown_address(role: str, name: str) -> None:
    cast = make_cast()

    answer = cast.client(role).get(url(cast, name))
    unknown = cast.client(role).get(url(cast, name).replace(f"/{cast.ticket.pk}/", "/99999999/"))

    assert answer.status_code == unknown.status_code == 404
    assert cast.client("reporter").get(url(cast, name)).status_code == 200


def test_internal_tickets_and_drafts_are_hidden() -> None:
    internal, draft = make_cast(visibility=Visibility.INTERNAL), make_cast(TicketStatus.DRAFT)

    for cast in (internal, draft):
        client: Any = cast.client("reporter")
        device = reverse("portal:device", args=[cast.device.slug])
        asked = [url(cast), url(cast).replace(f"/{cast.ticket.pk}/", "/99999999/")]
        gone, absent = (client.get(address) for address in asked)
        assert gone.status_code == absent.status_code == 303
        # It says nothing but what was asked for.
        assert [gone.url, absent.url] == [f"{device}?not-available={address}" for address in asked]
        assert "This ticket is not available here." in client.get(gone.url).content.decode()
        assert client.get(url(cast, "ticket_status")).status_code == 404


def test_a_ticket_is_only_found_at_its_own_device() -> None:
    cast = make_cast()
    elsewhere = DeviceFactory(customer=cast.device.customer)
    wrong = reverse("portal:ticket_detail", args=[elsewhere.slug, cast.ticket.pk])

    assert cast.client("reporter").get(wrong).status_code == 404
    # Of whose customer the other device is.
    led: Any = cast.client("manager").get(wrong)
    assert led.url == reverse("portal:device", args=[elsewhere.slug]) + f"?not-available={wrong}"


def test_an_unknown_view_shows_the_conversation() -> None:
    cast = make_cast()
    write(cast, "reporter", "Hello there")

    assert "Hello there" in cast.client("reporter").get(url(cast), {"view": "nonsense"}).content.decode()


@pytest.mark.parametrize("status", [TicketStatus.CLOSED, TicketStatus.CANCELLED])
def test_an_ended_ticket_says_so_and_offers_a_new_one(status: TicketStatus) -> None:
    cast = make_cast(status)

    found = pages(cast)

    assert "New ticket for this device" in found["status"]
    assert f"?follows={cast.ticket.pk}" in found["status"]
    assert "<textarea" not in found["messages"]
    assert f"This ticket is {status.label}: no more messages can be written." in " ".join(found["messages"].split())
    assert "<textarea" not in found["updates"]
    assert "New ticket for this device" not in pages(make_cast(TicketStatus.OPEN))["status"]


def test_the_creator_cancels_an_open_ticket_after_being_asked() -> None:
    cast = make_cast()
    client: Any = cast.client("reporter")

    assert url(cast, "ticket_cancel") in client.get(url(cast)).content.decode()
    assert "Cancel this ticket?" in client.get(url(cast, "ticket_cancel")).content.decode()
    assert cast.fresh().status == TicketStatus.OPEN

    for _ in range(2):
        assert client.post(url(cast, "ticket_cancel")).url == url(cast)
    assert cast.fresh().status == TicketStatus.CANCELLED


def test_other_holders_of_the_code_cannot_cancel() -> None:
    cast = make_cast()

    assert url(cast, "ticket_cancel") not in cast.client("holder").get(url(cast)).content.decode()
    assert cast.client("holder").post(url(cast, "ticket_cancel")).status_code == 403
    assert cast.fresh().status == TicketStatus.OPEN


def test_an_assigned_ticket_cannot_be_cancelled_by_its_creator_any_more() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)

    assert cast.client("reporter").post(url(cast, "ticket_cancel")).status_code == 409
    assert cast.fresh().status == TicketStatus.ASSIGNED


def test_an_update_with_a_photo_is_posted_without_javascript() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    client: Any = cast.client("reporter")
    page = client.get(url(cast), {"view": "updates"}).content.decode()
    address = re.search(r'action="([^"]*/updates/[^"]*)"', page)
    assert address

    answer = client.post(address[1], {"client_key": str(uuid.uuid4()), "text": "Still wet", "files": photo()})

    assert answer.status_code == 303
    shown = client.get(answer.url).content.decode()
    assert "Still wet" in shown
    assert "drum.png" in shown


@pytest.mark.parametrize("view", VIEWS)
def test_queries_do_not_grow_with_what_happened(view: str) -> None:
    cast = make_cast(TicketStatus.IN_PROGRESS)
    client: Any = cast.client("reporter")
    counts = []

    for rows in (1, 2):
        for _ in range(rows):
            write(cast, "responsible", "Hello")
            post(cast, "responsible", "Seal ordered")
            life_cycle.set_back(actor=cast.responsible, ticket_id=cast.ticket.pk)
            life_cycle.start_work(actor=cast.responsible, ticket_id=cast.ticket.pk)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url(cast), {"view": view}).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 14


def test_a_holder_of_a_second_code_reads_the_same_ticket() -> None:
    cast = make_cast()
    second = CodeFactory(device=cast.device)

    assert cast.client("holder").get(url(cast)).status_code == 200
    assert Ticket.objects.get(pk=cast.ticket.pk).device_id == second.device_id


# The reporter's contact ----------------------------------------------------------------------------------------------


def reported_by_code_user(**contact: str) -> Cast:
    """A ticket of the reporter, who gave this of themselves."""
    cast = make_cast()
    Ticket.objects.filter(pk=cast.ticket.pk).update(person=None)
    Person.objects.filter(pk=cast.person("reporter").pk).update(**contact)
    return cast


def details(cast: Cast, role: str) -> str:
    return cast.client(role).get(url(cast), {"view": "details"}).content.decode()


def test_the_creator_reads_the_own_contact_and_other_holders_of_the_code_do_not() -> None:
    given = {"first_name": "Ida", "last_name": "Brandt", "phone": "+49 30 5550", "contact_email": "ida@mail.example"}
    cast = reported_by_code_user(**given)

    own, others = details(cast, "reporter"), [details(cast, "holder"), *pages(cast, "holder").values()]

    assert "Your contact" in own
    assert all(text in own for text in ("Ida Brandt", "+49 30 5550", "ida@mail.example"))
    for page in others:
        assert "Your contact" not in page
        assert "5550" not in page
        assert "ida@mail" not in page


def test_the_customers_manager_reads_who_reported_it() -> None:
    cast = reported_by_code_user(phone="+49 30 5550")

    page = details(cast, "manager")

    assert "Reported by" in page
    assert "Your contact" not in page
    assert "+49 30 5550" in page
    assert "Name</dt>" not in page


def test_a_creator_who_gave_nothing_reads_that() -> None:
    cast = reported_by_code_user()

    assert "No name, phone number or e-mail was given." in details(cast, "reporter")
    assert "No name, phone number or e-mail was given." not in details(cast, "holder")


def test_who_signed_in_keeps_bell_and_menu_and_the_way_to_the_back_office_behind_a_code() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    ways = (reverse("office:ticket_list"), reverse("office:notification_list"), reverse("account_logout"))
    address = reverse("portal:device", args=[cast.device.slug])
    client = cast.client("responsible")
    client.get(url_of(CodeFactory(device=cast.device)))

    inside = client.get(address).content.decode()
    outside = cast.client("reporter").get(address).content.decode()

    for way in ways:
        assert f'"{way}"' in inside
        assert f'"{way}"' not in outside
