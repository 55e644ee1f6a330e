"""The search of the ticket list: numbers, words, and where they stand."""

import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.cast import make_cast
from tests.factories import (
    MessageFactory,
    TicketFactory,
    UpdateFactory,
)
from tests.ticketing.office_list import MAX_QUERIES, listed
from ticketing.models import Ticket, TicketStatus
from ticketing.services.messages import send_message
from ticketing.services.people import change_contact
from ticketing.services.search import fill_search, refill_all
from ticketing.services.updates import post_update

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_counted_before")]


@pytest.mark.parametrize(
    "written",
    [
        *("{}", "#{}", "  {} ", "Ticket #{}", "ticket no. {}", "{}.", "({})", "Nr. {}", "n° {}", "№ {}", "numéro {}"),
        *(
            "Ticket #{} bitte",
            "wegen Ticket-Nr. {} bitte",
            "Schauen Sie nach Ticket Nr. {}, danke",
            "\u201e{}\u201c",
            "\u202a#{}\u202c",
            "[#{}]",
            "# {}",
        ),
        *("ticket-{}", "TICKET:{}", "{},", "{} ticket", "Re: Ticket #{} \u2013 washer leaks"),
        *(
            "Ticketnummer {}",
            "Ticketnummer: {}",
            "Ticketnr. {}",
            "Ticket-ID {}",
            "ticket id: {}",
            "Numéro de ticket : {}",
        ),
        *(
            "N° de ticket {}",
            "TICKET-NUMMER {}",
            "Ticket№{}",
            "AW: Ticket {} Reifen",
            "Re: AW: {}",
            "Fwd: [ticket {}] x",
        ),
        *("bitte Ticketnummer {} ansehen", "see ticket no {} please", "RE : ticket {}"),
    ],
)
def test_a_number_opens_the_ticket(office: Client, written: str) -> None:
    cast = make_cast(TicketStatus.CLOSED)

    response = office.get(reverse("office:ticket_list"), {"q": written.format(cast.ticket.number)})

    assert response.status_code == 302
    assert response["Location"] == reverse("office:ticket_detail", args=[cast.ticket.pk])
    foreign = cast.client("other_customers_manager").get(reverse("office:ticket_list"), {"q": str(cast.ticket.number)})
    assert foreign.status_code == 200
    assert list(foreign.context["page"].tickets) == []


def test_a_number_of_something_else_opens_no_ticket(office: Client) -> None:
    number = make_cast(TicketStatus.CLOSED).ticket.number

    for words in (
        *("ticket {} Reifen", "Reifen ticket {} vorn", "tickets {}a", "id {}", "ticketing {} x", "care: ticket {} x"),
        *("hall {}", "pump no. {}", "{} mm", "ticket {}/7", "tickets {} and ticket 1", "{}-1", "axle #{}"),
    ):
        assert office.get(reverse("office:ticket_list"), {"q": words.format(number)}).status_code == 200, words


def test_an_address_of_a_ticket_opens_it(office: Client) -> None:
    cast = make_cast(TicketStatus.CLOSED)
    here = reverse("office:ticket_detail", args=[cast.ticket.pk])
    portal = reverse("portal:ticket_detail", args=[cast.device.slug, cast.ticket.pk])

    for address in (
        *(f"http://testserver{here}", f"https://testserver{here}?tab=updates#u-3", f"HTTP://TESTSERVER{here}", here),
        *(f"HTTP://TESTSERVER{here.upper()}", here.upper(), f"TESTSERVER{portal.upper()}"),
        *(
            f"testserver{here}",
            f"<http://testserver{here}>",
            f"http://testserver{here}.",
            f"\u201chttp://testserver{here}\u201d",
        ),
        *(f"http://testserver{portal}", f"see http://testserver{here} please", f"http://testserver{here}".rstrip("/")),
    ):
        response = office.get(reverse("office:ticket_list"), {"q": address})
        assert (response.status_code, response.get("Location")) == (302, here), address
    for address in (
        f"http://elsewhere.example{here}",
        "http://testserver/office/tickets/",
        "a/b",
        "://",
        "http://[::1",
    ):
        assert office.get(reverse("office:ticket_list"), {"q": address}).status_code == 200, address
    assert cast.client("other_customers_manager").get(reverse("office:ticket_list"), {"q": here}).status_code == 200


def test_words_find_tickets_in_every_status() -> None:
    cast = make_cast(TicketStatus.CLOSED)

    assert listed(cast.client("moderator"), q="washer") == [cast.ticket]
    assert listed(cast.client("moderator"), q="WÄSHER sn-77") == [cast.ticket]
    assert listed(cast.client("moderator"), q="washer", view="open") == []
    assert listed(cast.client("other_customers_manager"), q="washer") == []


def test_a_search_that_folding_makes_very_long_is_answered() -> None:
    # Each of these is a phrase in one character.
    assert listed(make_cast().client("subscriber"), q="\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 200) == []


def test_a_search_says_where_the_words_stand_and_marks_them() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    cast.device.location = "Keller, hinten links"
    cast.device.save()
    Ticket.objects.filter(pk=cast.ticket.pk).update(subject="The <washer> leaks", person=None)
    change_contact(
        actor=cast.reporter, first_name="Jo", last_name="Grün", contact_email="jo@x.example", phone="030 901820"
    )
    write: dict[str, Any] = {"ticket_id": cast.ticket.pk, "actor": cast.responsible}
    text = "This is a film of it, <b>Schlüssel</b> and all"
    send_message(client_key=uuid.uuid4(), text=text, files=[SimpleUploadedFile("clip.txt", b"Text")], **write)
    post_update(client_key=uuid.uuid4(), text="The valve is ordered", is_internal=False, **write)
    post_update(client_key=uuid.uuid4(), text="The supplier is late", is_internal=True, **write)
    list(refill_all(Ticket.objects.all()))

    def found(role: str, words: str) -> tuple[str, str]:
        (row,) = cast.client(role).get(reverse("office:ticket_list"), {"q": words}).context["page"].groups[0].rows
        return (str(row.found.label), row.found.excerpt.found if row.found.excerpt else "") if row.found else ("", "")

    assert found("moderator", "LEAKS washer") == ("", "")
    assert found("responsible", "leaks film") == ("Message", "film")
    assert found("manager", "schluessel") == ("Message", "<b>Schlüssel</b>")
    assert found("manager", "clip") == ("File", "clip.txt")
    assert found("uninvolved", "valve") == ("Update", "valve")
    assert found("uninvolved", "sn77") == ("Serial number", "SN-77")
    assert found("uninvolved", "supplier") == ("Internal update", "supplier")
    assert found("uninvolved", "hinten") == ("Location", "hinten")
    assert found("uninvolved", "gruen") == ("Reported by", "Grün")
    assert found("moderator", "+49 30 901820") == ("Phone", "030 901820")
    assert found("manager", "jo@x") == ("E-mail", "jo@x.example")
    # In several texts at once, so that no single one shows all of it.
    assert found("moderator", "valve supplier film") == ("Message", "film")
    assert listed(cast.client("uninvolved"), q="film") == []
    assert listed(cast.client("offered"), q="901820") == []
    page = cast.client("moderator").get(reverse("office:ticket_list"), {"q": "washer leak"}).content.decode()
    assert "The &lt;<mark>washer</mark>&gt; <mark>leak</mark>s" in page
    page = cast.client("moderator").get(reverse("office:ticket_list"), {"q": "schluessel"}).content.decode()
    assert "film of it, <mark>&lt;b&gt;Schlüssel&lt;/b&gt;</mark> and all" in page


def test_where_words_stand_is_asked_in_few_queries(
    django_assert_max_num_queries: DjangoAssertNumQueries, office: Client
) -> None:
    for number in range(12):
        ticket = TicketFactory(number=5000 + number)
        if number % 3 == 0:
            UpdateFactory(ticket=ticket, text="A film", is_internal=number % 2 == 0)
        else:
            MessageFactory(ticket=ticket, text="A film", sequence=1, public_sequence=1)
    list(refill_all(Ticket.objects.all()))

    with django_assert_max_num_queries(MAX_QUERIES + 8):
        page = office.get(reverse("office:ticket_list"), {"q": "film"})

    rows = page.context["page"].groups[0].rows
    assert [row.found.excerpt.found for row in rows] == ["film"] * 12


def test_what_is_found_by_words_is_not_sorted_by_where_they_stand(office: Client) -> None:
    older, newer = TicketFactory(subject="A loud film"), TicketFactory(subject="Z torn film")
    for ticket in (older, newer):
        fill_search(ticket, ())
        ticket.save()

    page = office.get(reverse("office:ticket_list"), {"q": "film", "sort": "subject"}).context["page"]

    assert page.tickets == [newer, older]
    assert [name for name, column in page.columns.items() if column.href] == ["number", "opened"]
