"""The ticket page of the back office: what each reader gets, and how many queries it takes."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from config.common import clock
from fleet.models import Person
from messenger.models import Mute, Notification
from tests.cast import Cast, client_of, make_cast
from tests.factories import (
    AnswerFactory,
    AssignmentFactory,
    AttachmentFactory,
    CodeUserFactory,
    MessageFactory,
    ModeratorFactory,
    NotificationFactory,
    OfferFactory,
    PrivateLinkFactory,
    RatingFactory,
    TicketFactory,
    UpdateFactory,
)
from ticketing.models import Affected, Ticket, TicketStatus, Visibility
from ticketing.services import messages, updates

pytestmark = pytest.mark.django_db
MAX_QUERIES = 9
TABS = ("general", "messenger", "updates", "internal", "offers", "history")
EMPLOYEES_ONLY = ("internal", "offers")


def status_of(cast: Cast, role: str, tab: str = "general", part: str = "") -> int:
    return cast.client(role).get(address(cast.ticket, tab, part)).status_code


def text_of(cast: Cast, role: str, tab: str = "general") -> str:
    response = cast.client(role).get(address(cast.ticket, tab))
    assert response.status_code == 200
    return response.content.decode()


def address(ticket: Ticket, tab: str = "general", part: str = "") -> str:
    names = {"ticket_id": ticket.pk}
    page = reverse("office:ticket_part", kwargs={**names, "part": part}) if part else ticket.get_absolute_url()
    return f"{page}?tab={tab}"


# Refusals ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tab", TABS)
def test_foreign_tickets_look_like_unknown_ones(tab: str) -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    manager = cast.client("other_customers_manager")

    assert manager.get(address(Ticket(pk=10**9), tab)).status_code == 404
    assert manager.get(address(cast.ticket, tab)).status_code == 404
    for part in ("header", "body"):
        assert manager.get(address(cast.ticket, tab, part)).status_code == 404
    assert status_of(cast, "uninvolved", tab) == 200


@pytest.mark.parametrize("tab", EMPLOYEES_ONLY)
def test_customers_do_not_learn_of_the_inside(tab: str) -> None:
    cast = make_cast(TicketStatus.ASSIGNED)

    for role in ("manager", "subscriber"):
        assert status_of(cast, role, tab) == 404
        assert status_of(cast, role, tab, "body") == 404
    assert status_of(cast, "uninvolved", tab) == 200


def test_internal_tickets_are_hidden_from_customers() -> None:
    cast = make_cast(TicketStatus.ASSIGNED, Visibility.INTERNAL)

    for role in ("manager", "subscriber"):
        assert status_of(cast, role) == 404
    assert status_of(cast, "uninvolved") == 200


def test_unknown_tabs_parts_and_numbers_do_not_exist() -> None:
    cast = make_cast()

    assert status_of(cast, "moderator", "secret") == 404
    assert status_of(cast, "moderator", "general", "secret") == 404
    assert cast.client("moderator").get(f"/office/tickets/{10**30}/").status_code == 404


def test_drafts_have_one_page() -> None:
    cast = make_cast(TicketStatus.DRAFT, Visibility.INTERNAL)

    page = text_of(cast, "drafting_employee")

    assert status_of(cast, "moderator") == 200
    assert status_of(cast, "uninvolved") == 404
    assert status_of(cast, "drafting_employee", "messenger") == 404
    assert reverse("office:flow_resume", args=[cast.device.slug, cast.ticket.pk]) in page
    assert "Delete draft" in page


# What is on the page -------------------------------------------------------------------------------------------------


def test_the_page_describes_the_case() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)

    page = text_of(cast, "uninvolved")

    for text in ("It does not start.", "What is wrong?", "Washer 3", "SN-77", "Rosa Responsible"):
        assert text in page
    assert cast.ticket.reference in page


def test_other_tickets_of_the_device_are_listed_for_those_who_see_them() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    other = TicketFactory(device=cast.device, subject="Leaking door")
    hidden = TicketFactory(device=cast.device, subject="Secret plan", visibility=Visibility.INTERNAL)

    of_employee, of_customer = text_of(cast, "uninvolved"), text_of(cast, "manager")

    assert other.subject in of_employee
    assert hidden.subject in of_employee
    assert other.subject in of_customer
    assert hidden.subject not in of_customer


def test_the_reporters_contact_is_for_those_who_work_on_it() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    Person.objects.filter(pk=cast.person("subscriber").pk).update(phone="+49 30 901820", contact_email="p@example.org")

    for role in ("responsible", "moderator", "administrator", "subscriber", "manager"):
        assert "+49 30 901820" in text_of(cast, role), role
    for role in ("uninvolved", "offered", "rejecter"):
        page = text_of(cast, role)
        assert "+49 30 901820" not in page, role
        assert "p@example.org" not in page, role


def test_customers_find_no_trace_of_the_inside() -> None:
    cast = make_cast(TicketStatus.IN_PROGRESS)
    traces = ("Internal", "INTERNAL", "Offers", "Olga Offered", "Rex Rejecter", "Costs", "inside", "Last change")
    controls = ("/assign/", "/priority/", "/visibility/", "/start/", "/finish/")
    updates.post_update(
        actor=cast.responsible, ticket_id=cast.ticket.pk, client_key=uuid.uuid4(), is_internal=True, text="Costs us 900"
    )

    for tab in ("general", "messenger", "updates", "history"):
        page = text_of(cast, "manager", tab)
        for trace in (*traces, *controls):
            assert trace not in page, (tab, trace)
    assert "Costs us 900" in text_of(cast, "uninvolved", "internal")
    assert "Last change" in text_of(cast, "uninvolved")


def test_messages_are_for_both_sides_and_for_those_who_judge_an_offer() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    messages.send_message(
        actor=cast.responsible, ticket_id=cast.ticket.pk, client_key=uuid.uuid4(), text="On my way now"
    )

    for role in ("responsible", "moderator", "offered", "manager", "subscriber"):
        assert "On my way now" in text_of(cast, role, "messenger"), role
    for role in ("uninvolved", "rejecter"):
        page = text_of(cast, role, "messenger")
        assert "On my way now" not in page, role
        assert "Accept the offer or be assigned first" in page, role


def test_offers_show_each_decision() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)

    page = text_of(cast, "uninvolved", "offers")

    for text in ("Rosa Responsible", "Accepted the offer", "Rex Rejecter", "Rejected", "Olga Offered", "Undecided"):
        assert text in page
    assert "Withdraw" not in page
    assert "Withdraw" in text_of(cast, "moderator", "offers")


def test_ratings_are_shown_with_their_comment() -> None:
    cast = make_cast(TicketStatus.CLOSED)
    RatingFactory(ticket=cast.ticket, person=cast.person("subscriber"), comment="Quick and clean")

    assert "Quick and clean" in text_of(cast, "uninvolved")


def test_history_is_shown_newest_first() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)

    page = text_of(cast, "uninvolved", "history")

    assert page.index("Took responsibility.") < page.index("Sent the ticket.")
    assert "Rejected the offer." in page
    assert "Rejected the offer." not in text_of(cast, "manager", "history")


def test_live_topics_fit_the_reader() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)

    assert f'data-topics="ticket.{cast.ticket.pk}.inside"' in text_of(cast, "uninvolved")
    assert f'data-topics="ticket.{cast.ticket.pk}.follow"' in text_of(cast, "manager")


@pytest.mark.parametrize("part", ["header", "side", "body"])
def test_parts_are_fragments_of_the_page(part: str) -> None:
    cast = make_cast(TicketStatus.ASSIGNED)

    for tab in TABS:
        fragment = cast.client("moderator").get(address(cast.ticket, tab, part))
        assert fragment.status_code == 200, tab
        assert b"<html" not in fragment.content, tab


# Queries -------------------------------------------------------------------------------------------------------------


def fill(ticket: Ticket, reader: Person, rows: int) -> None:
    """Rows of everything that hangs on a ticket."""
    for number in range(rows):
        AttachmentFactory(answer=AnswerFactory(ticket=ticket))
        AssignmentFactory(ticket=ticket)
        OfferFactory(ticket=ticket)
        AttachmentFactory(message=MessageFactory(ticket=ticket, sequence=900 + number))
        for internal in (False, True):
            update = UpdateFactory(ticket=ticket, is_internal=internal, sequence=950 + 2 * number + internal)
            AttachmentFactory(update=update)
        RatingFactory(ticket=ticket, phase=10 + number)
        Affected.objects.create(ticket=ticket, person=CodeUserFactory())
        PrivateLinkFactory(ticket=ticket)
        TicketFactory(device=ticket.device, subject="", flow=ticket.flow)
        NotificationFactory(ticket=ticket, person=reader)
    Ticket.objects.filter(pk=ticket.pk).update(affected_count=rows)
    Mute.objects.create(ticket=ticket, person=reader, until=clock.now() + timedelta(days=1))


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("rows", [1, 3])
def test_queries_do_not_grow_with_what_hangs_on_it(
    django_assert_max_num_queries: DjangoAssertNumQueries, tab: str, rows: int
) -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    moderator = ModeratorFactory()
    client = client_of(moderator)
    fill(cast.ticket, moderator, rows)

    with django_assert_max_num_queries(MAX_QUERIES):
        assert client.get(address(cast.ticket, tab)).status_code == 200
    assert Notification.objects.filter(person=moderator, read_at=None).count() == rows
