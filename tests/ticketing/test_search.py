"""What is found never shows more than may be read."""

import uuid
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from fleet.actors import Actor, KnownActor
from fleet.models import Customer
from fleet.services.customers import change_customer
from fleet.services.devices import change_device, save_device
from fleet.services.people import PersonDetails
from tests.cast import Cast, make_cast, open_for
from tests.factories import AttachmentFactory, MemberFactory
from ticketing.models import Ticket, TicketStatus, Visibility
from ticketing.models.tickets import SEARCH_COLUMNS
from ticketing.search import search_tickets
from ticketing.services import assignment, messages, people, properties, search, updates
from ticketing.services.search import refill_all

pytestmark = pytest.mark.django_db
CONTACT = {
    "first_name": "Joséphine",
    "last_name": "Grün",
    "contact_email": "jo@gruen.example",
    "phone": "+49 (0)30 901820",
}


def finds(actor: Actor, words: str) -> bool:
    """Whether the newest ticket is found."""
    newest = Ticket.objects.latest("pk")
    return search_tickets(Ticket.objects.visible_to(actor), actor, words).filter(pk=newest.pk).exists()


def actor_in(cast: Cast, role: str) -> Actor:
    """Also one who has no part in the ticket that the cast was made with."""
    return cast[role] if role in cast else KnownActor(person=cast.person(role))


@pytest.fixture
def cast() -> Cast:
    cast = make_cast()
    people.change_contact(actor=cast.reporter, **CONTACT)
    cast.device.location = "Cellar"
    cast.device.licence_plate = "ZH 4711-E"
    save_device(cast.device, changed=("location", "licence_plate"))
    Customer.objects.filter(devices=cast.device).update(name="Hill Laundry")
    cast.ticket = open_for(cast.reporter, cast.device, cast.flow)
    assignment.accept_offer(actor=KnownActor(person=cast.person("responsible")), ticket_id=cast.ticket.pk)
    write: dict[str, Any] = {"ticket_id": cast.ticket.pk}
    messages.send_message(actor=cast.reporter, client_key=uuid.uuid4(), text="Violett flimmert es", **write)
    updates.post_update(
        actor=cast.moderator, client_key=uuid.uuid4(), is_internal=True, text="Lieferant säumig", **write
    )
    file = AttachmentFactory(uploader=cast.person("moderator"), name="Rechnung.pdf")
    updates.post_update(
        actor=cast.moderator,
        client_key=uuid.uuid4(),
        is_internal=False,
        upload_ids=[file.pk],
        text="Ventil bestellt",
        **write,
    )
    return cast


def test_words_of_messages_are_found_by_those_who_read_them(cast: Cast) -> None:
    expected = {
        "responsible": True,
        "offered": True,
        "moderator": True,
        "administrator": True,
        "uninvolved": False,
        "reporter": True,
        "manager": True,
        "holder": True,
        "other_customers_manager": False,
    }

    for role, found in expected.items():
        assert finds(actor_in(cast, role), "violett") == found, role
    # Allowed and refused by the same question: the uninvolved find the ticket by what they may read.
    assert finds(cast.uninvolved, "ventil")


def test_the_offer_that_was_rejected_finds_no_messages_any_more(cast: Cast) -> None:
    assert finds(cast.offered, "violett")

    assignment.reject_offer(actor=cast.offered, ticket_id=cast.ticket.pk)

    assert not finds(cast.offered, "violett")


def test_words_of_internal_updates_are_found_by_employees_only(cast: Cast) -> None:
    expected = {
        "uninvolved": True,
        "administrator": True,
        "holder": False,
        "reporter": False,
        "subscriber": False,
        "manager": False,
    }

    for role, found in expected.items():
        assert finds(cast[role], "lieferant") == found, role
        assert finds(cast[role], "flimmert") == (role not in ("uninvolved", "subscriber"))


def test_all_who_see_the_ticket_find_it_by_what_is_public(cast: Cast) -> None:
    for role in ("holder", "reporter", "manager", "uninvolved", "administrator"):
        for words in ("ventil", "rechnung.pdf", "washer", str(cast.ticket.number), f"#{cast.ticket.number}", "start"):
            assert finds(cast[role], words), (role, words)

    assert not finds(cast.stranger, "ventil")
    assert not finds(cast.other_holder, "ventil")


@pytest.mark.parametrize("words", ["laundry", "cellar", "SN-77"])
def test_holders_of_a_code_cannot_try_out_whose_device_it_is_and_where(cast: Cast, words: str) -> None:
    assert finds(cast.uninvolved, words)
    assert finds(cast.holder, "4711")
    assert not finds(cast.holder, words)


def test_all_words_must_be_found_however_they_are_typed(cast: Cast) -> None:
    employee = cast.uninvolved

    for words in ("SÄUMIG", "saeumig", "saumig", "lieferant saumig", "  ventil   start ", ""):
        assert finds(employee, words), words
    for words in ("saumig violett", "ventile", "100%", "_", "%", "sau_ig"):
        assert not finds(employee, words), words


def test_an_internal_ticket_is_found_by_employees_only() -> None:
    cast = make_cast(TicketStatus.OPEN, Visibility.INTERNAL)

    assert finds(cast.uninvolved, "start")
    for role in ("holder", "reporter", "subscriber", "manager"):
        assert not finds(cast[role], "start")


@pytest.mark.parametrize("words", ["ZH 4711-E", "zh4711e", "ZH-4711 E", "SN-77", "sn77", "sn 77", "SN–77"])
def test_plates_and_serial_numbers_are_found_however_they_are_written(cast: Cast, words: str) -> None:
    assert finds(cast.uninvolved, words)
    assert finds(cast.manager, words) == words.lower().startswith("zh")


@pytest.mark.parametrize(
    "words", ["+49 30 901820", "030 901820", "030/901820", "0049 30 90 18 20", "901820", "grün 030 901820", "jo@GRUEN"]
)
def test_phone_and_email_are_found_by_those_who_may_read_them(cast: Cast, words: str) -> None:
    expected = {
        "responsible": True,
        "moderator": True,
        "manager": True,
        "reporter": True,
        "offered": False,
        "uninvolved": False,
        "holder": False,
        "subscriber": False,
        "other_customers_manager": False,
    }

    for role, found in expected.items():
        assert finds(actor_in(cast, role), words) == found, role
    assert not finds(cast.moderator, "031 901820")


def test_employees_find_a_ticket_by_the_name_of_its_reporter(cast: Cast) -> None:
    for role in ("uninvolved", "responsible", "manager", "reporter"):
        assert finds(actor_in(cast, role), "Josephine GRUEN"), role
    for role in ("holder", "subscriber"):
        assert not finds(actor_in(cast, role), "Josephine"), role


def test_a_new_name_or_number_finds_earlier_tickets(cast: Cast) -> None:
    cast.reporter.person.refresh_from_db()
    people.change_contact(actor=cast.reporter, **{**CONTACT, "phone": "0171 5550199", "last_name": "Blau"})

    assert finds(cast.moderator, "0171 5550199 blau")
    assert finds(cast.moderator, "violett lieferant ventil")
    assert not finds(cast.moderator, "901820")

    person = cast.person("subscriber")
    Ticket.objects.filter(pk=Ticket.objects.latest("pk").pk).update(person=person)
    details = PersonDetails(email="sam@new.example", role=person.role, first_name="Samira", customer=person.customer)
    people.change_person(actor=cast.administrator, person=person, details=details)

    assert finds(cast.moderator, "samira sam@new.example")
    assert not finds(cast.moderator, "blau")


def test_file_names_of_answers_are_found(cast: Cast) -> None:
    ticket = Ticket.objects.latest("pk")
    AttachmentFactory(answer=ticket.answers.all()[0], name="Typenschild.jpg")

    list(refill_all(Ticket.objects.all()))

    for role in ("uninvolved", "holder", "manager"):
        assert finds(actor_in(cast, role), "typenschild.jpg"), role


def test_messages_of_an_internal_ticket_stay_hidden_when_it_is_public_again(cast: Cast) -> None:
    ticket = Ticket.objects.latest("pk")
    for visibility in (Visibility.INTERNAL, Visibility.PUBLIC):
        properties.change_visibility(actor=cast.moderator, ticket_id=ticket.pk, visibility=visibility)
        messages.send_message(
            actor=cast.moderator, ticket_id=ticket.pk, client_key=uuid.uuid4(), text=f"Written {visibility} kraken"
        )

    assert finds(cast.moderator, "written internal kraken")
    for role in ("manager", "reporter", "holder"):
        assert finds(actor_in(cast, role), "written public kraken"), role
        assert not finds(actor_in(cast, role), "written internal kraken"), role
    assert sum(changed for _read, changed in refill_all(Ticket.objects.filter(pk=ticket.pk))) == 0


def test_old_tickets_are_filled_again_with_what_the_services_write(cast: Cast) -> None:
    ticket = Ticket.objects.latest("pk")
    written = Ticket.objects.filter(pk=ticket.pk).values(*SEARCH_COLUMNS).get()
    Ticket.objects.update(**dict.fromkeys(SEARCH_COLUMNS, ""))
    printed = StringIO()

    call_command("refill_search", stdout=printed)
    call_command("refill_search", stdout=printed)

    assert Ticket.objects.filter(pk=ticket.pk).values(*SEARCH_COLUMNS).get() == written
    lines = printed.getvalue().splitlines()
    assert lines[::2] == ["2 tickets read, 2 filled again.", "2 tickets read, 0 filled again."]


def test_what_is_written_while_a_ticket_is_filled_again_is_not_lost(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = Ticket.objects.latest("pk")
    Ticket.objects.filter(pk=ticket.pk).update(search_public="")
    reads: list[list[Ticket]] = []

    def read(keys: Any) -> Any:
        found = list(with_texts(keys))
        if not reads:
            messages.send_message(
                actor=cast.moderator, ticket_id=ticket.pk, client_key=uuid.uuid4(), text="Meanwhile a kraken"
            )
        reads.append(found)
        return found

    with_texts = search._with_texts
    monkeypatch.setattr(search, "_with_texts", read)

    list(refill_all(Ticket.objects.all()))

    assert len(reads) == 2
    assert finds(cast.moderator, "ventil kraken")


@pytest.mark.postgres
def test_search_has_indexes_that_fit_its_queries() -> None:
    member = KnownActor(person=MemberFactory())
    found = search_tickets(Ticket.objects.all(), member, "pump")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

    plan = found.order_by().explain()

    for column in SEARCH_COLUMNS:
        assert f"ticket_{column}" in plan, plan


def test_a_renamed_customer_or_device_finds_its_tickets_at_once(cast: Cast) -> None:
    cast.device.refresh_from_db()
    customer = cast.device.customer
    assert customer
    change_customer(
        actor=cast.moderator, customer_id=customer.pk, values={"name": "Nordwind"}, before={"name": customer.name}
    )
    device = {"name": cast.device.name, "serial_number": cast.device.serial_number}
    change_device(
        actor=cast.moderator,
        device_id=cast.device.pk,
        values={"name": "Walzwerk", "serial_number": "QX-1"},
        before=device,
    )

    for words, found in (("Nordwind", False), ("walz\u00adwerk", True), ("QX1", False), ("walzwerk ventil", True)):
        assert finds(cast.uninvolved, words), words
        assert finds(cast.holder, words) == found, words
    assert not finds(cast.stranger, "walzwerk")
    assert not finds(cast.moderator, "walzwerk kraken")
