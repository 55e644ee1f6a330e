"""Typography makes no difference to any search: of the list, of fields that propose, of records and administration."""

from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from config.common.suggestions import suggest
from fleet.actors import KnownActor
from fleet.models import Code, Customer, CustomerKey, Device, DeviceKey, Person, PersonKey
from fleet.selectors import find_customers, find_devices, find_people, find_reservations, search_codes
from fleet.services.codes import pair_code
from fleet.services.suggestion_keys import write_customer_keys, write_device_keys, write_person_keys
from tests.cast import client_of
from tests.factories import (
    AdministratorFactory,
    CodeFactory,
    CustomerFactory,
    DeviceFactory,
    ModeratorFactory,
    ReservationFactory,
    SubscriberFactory,
    TicketFactory,
)
from tests.ticketing.office_list import listed
from tests.typography import PAIRS
from ticketing.models import Ticket
from ticketing.models.tickets import SEARCH_COLUMNS
from ticketing.search import search_tickets
from ticketing.services.search import refill_all

pytestmark = pytest.mark.django_db
migration = import_module("ticketing.migrations.0011_search_of_typography")


@pytest.fixture
def actor() -> KnownActor:
    return KnownActor(person=ModeratorFactory())


def test_tickets_are_found_by_what_the_database_compares(actor: KnownActor) -> None:
    pairs = [pair for pairs in PAIRS.values() for pair in pairs]
    tickets = [TicketFactory(subject=written) for written, _searched in pairs]
    list(refill_all(Ticket.objects.all()))

    for ticket, (written, searched) in zip(tickets, pairs, strict=True):
        found = search_tickets(Ticket.objects.filter(pk=ticket.pk), actor, searched)
        assert found.exists(), (written, searched)


def test_the_list_shows_where_the_words_stand(office: Client) -> None:
    ticket = TicketFactory(subject="Leck", description="Vor dem L’arrêt d’urgence bei 12\u202f345 Stunden")
    list(refill_all(Ticket.objects.all()))

    for words in ("l'arret", "12345"):
        assert listed(office, q=words) == [ticket]
        (row,) = office.get(reverse("office:ticket_list"), {"q": words}).context["page"].groups[0].rows
        assert row.found.excerpt.found in ("L’arrêt", "12\u202f345", "12 345"), words


def test_records_codes_and_fields_fold_typography(actor: KnownActor) -> None:
    customer = CustomerFactory(name="Boulangerie L’Épi d’Or", number="K‑10\u00a042")
    device = DeviceFactory(
        name="Hydrau\u00adlik\u00adpresse", licence_plate="B‑FD\u00a01234", serial_number="", customer=customer
    )
    person = SubscriberFactory(first_name="Işıl", last_name="O’Brien‑Łęcka", customer=customer)
    reservation = ReservationFactory(number="R-10 42")
    code = CodeFactory(device=None, label="Stiege „Süd“ n° 7")
    write_customer_keys([customer])
    write_device_keys([device])
    write_person_keys([person])

    for words in ("l'epi d'or", "LEpi", "k-10 42", "K 1042", "d´or"):
        assert list(find_customers(Customer.objects.all(), words)) == [customer], words
    for words in ("hydraulik", "Hydraulik\u200bpresse", "bfd1234", "B–FD 1234", "b fd １２３４"):
        assert list(find_devices(Device.objects.all(), words, actor)) == [device], words
    for words in ("o'brien", "obrien lecka", "O‘Brien-Lecka", "ISIL", "işıl"):
        assert list(find_people(Person.objects.all(), words)) == [person], words
    for words in ("süd", "STIEGE 'sued'", "n°7", "stie\u00adge", '"süd"'):
        assert list(search_codes(Code.objects.all(), words)) == [code], words
    for words in ("R–10 42", "r‑1042", "\u202aR-10 42\u202c", "R 10\u00a042", "Ｒ-10"):
        assert reservation in find_reservations(type(reservation).objects.all(), words, actor), words
        assert suggest(actor, "reservation", words), words
    for source, words, label in (
        ("customer", "L'épi", customer.name),
        ("customer", "boulangerie lepi d'or", customer.name),
        ("device", "hydraulikp", device.name),
        ("device", "B-FD12", device.name),
        ("person", "isil o'br", person.name),
        ("person", "OBRIEN", person.name),
        ("person", "‚O’Brien‘ lecka", person.name),
    ):
        proposed = suggest(actor, source, words)
        assert proposed, words
        assert [each.label for each in proposed.suggestions] == [label], words


def test_a_code_is_found_by_its_new_label(actor: KnownActor) -> None:
    code = CodeFactory(label="Keller")

    pair_code(actor=actor, code=code, device=code.device, label="Dach‑Boden")

    assert list(search_codes(Code.objects.all(), "dachboden")) == [code]


def test_the_administration_folds_typography() -> None:
    administrator = client_of(AdministratorFactory())
    customer = CustomerFactory(name="L’Épi d’Or", contact_email="epi@or.example")
    device = DeviceFactory(name="Hydrau\u00adlik", licence_plate="B‑FD\u00a01234", template__name_en="Not‑Aus‑Presse")
    ticket = TicketFactory(subject="Câble d’arrêt", device=device, number=7098)
    list(refill_all(Ticket.objects.all()))
    ReservationFactory(number="R-10 42")
    SubscriberFactory(first_name="Işıl", last_name="O’Brien")
    CodeFactory(device=device, label="„Süd“")

    for page, words in (
        *(("fleet_customer", words) for words in ("l'epi", "LEPI d'or", "EPI@or")),
        *(("fleet_device", words) for words in ("hydraulik", "bfd1234", "not-aus-presse")),
        *(("fleet_template", words) for words in ("not-aus", "notaus", "Not Aus")),
        *(("fleet_person", words) for words in ("o'brien", "ISIL")),
        *(("fleet_code", words) for words in ('"süd"', "b-fd1234")),
        ("fleet_reservation", "r‑10 42"),
        *(("ticketing_ticket", words) for words in ("d'arret", "Ticket #7098", "(7098).", "№ 7098", "cable")),
    ):
        found = administrator.get(reverse(f"admin:{page}_changelist"), {"q": words}).context["cl"].result_list
        assert len(found) == 1, (page, words)
    assert (
        administrator.get(reverse("admin:ticketing_ticket_changelist"), {"q": "7099"}).context["cl"].result_count == 0
    )
    assert ticket.customer != customer


def test_what_was_stored_before_is_filled_as_it_is_stored_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migration, "BATCH", 2)
    monkeypatch.setattr(migration, "TICKETS", 2)
    customer = CustomerFactory(name="L’Épi d’Or")
    device = DeviceFactory(name="Hydrau\u00adlik", licence_plate="B‑FD\u00a01234", customer=customer)
    person = SubscriberFactory(first_name="Işıl", last_name="O’Brien", customer=customer)
    CodeFactory(device=device, label="„Süd“")
    write_customer_keys([customer])
    write_device_keys([device])
    write_person_keys([person])
    for number in (7001, 7002, 7003):
        TicketFactory(number=number, subject="Câble d’arrêt 12\u202f345", device=device, person=person)
    list(refill_all(Ticket.objects.all()))
    models = ((Code, ("search",)), (Customer, ("search",)), (Person, ("search",)))
    columns = {model: list(model.objects.order_by("pk").values(*names)) for model, names in models}
    of_devices = list(Device.objects.order_by("pk").values("search_public", "search_internal"))
    keys = {model: set(model.objects.values_list("key", flat=True)) for model in (CustomerKey, DeviceKey, PersonKey)}
    of_tickets = {ticket["pk"]: ticket for ticket in Ticket.objects.values("pk", *SEARCH_COLUMNS)}
    Code.objects.update(search="")
    Customer.objects.update(search="l’epid’or")
    CustomerKey.objects.update(key="l’epi")
    PersonKey.objects.filter(key__startswith="isil").update(key="ısıl")
    Person.objects.filter(pk=person.pk).update(search="ısıl o’brien")
    Device.objects.update(search_public="hydrau\u00adlik bfd1234", search_internal="l’epid’or")
    Ticket.objects.update(
        search_public="7001 cable d’arret 12 345 hydrau\u00adlik bfd1234", search_contact="ısıl o’brien"
    )
    last = Ticket.objects.latest("pk")
    Ticket.objects.filter(pk=last.pk).update(**{name: of_tickets[last.pk][name] for name in SEARCH_COLUMNS})

    for _time in range(2):
        migration.fill_columns(apps, None)
        migration.fill_keys(apps, None)
        migration.refold_tickets(apps, None)

    for model, names in models:
        assert list(model.objects.order_by("pk").values(*names)) == columns[model], model
    assert list(Device.objects.order_by("pk").values("search_public", "search_internal")) == of_devices
    assert keys == {model: set(model.objects.values_list("key", flat=True)) for model in keys}
    moderator = KnownActor(person=ModeratorFactory())
    assert search_tickets(Ticket.objects.all(), moderator, "d'arret 12345 hydraulik isil").count() == 3
    # What is up to date stays so.
    assert Ticket.objects.values("pk", *SEARCH_COLUMNS).get(pk=last.pk) == of_tickets[last.pk]


def test_what_is_added_while_tickets_are_folded_again_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = TicketFactory(search_public="7001 d’arret", search_messages="")
    refold = migration._refolded
    asked: list[int] = []

    def refold_late(row: dict[str, str]) -> dict[str, str]:
        found: dict[str, str] = refold(row)
        if not asked:
            Ticket.objects.filter(pk=ticket.pk).update(search_public="7001 d’arret l’eau")
        asked.append(ticket.pk)
        return found

    monkeypatch.setattr(migration, "_refolded", refold_late)

    migration.refold_tickets(apps, None)

    assert Ticket.objects.get(pk=ticket.pk).search_public.startswith("7001 d'arret l'eau")
