"""What fields propose while someone types: to whom, of what, and how it is found."""

import json
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.common import suggestions
from config.common.attempts import Limit
from config.common.suggestions import MAX_SUGGESTIONS, source_of, suggest
from config.common.text import start_key
from fleet.actors import KnownActor
from fleet.models import DeviceKey, Person, PersonKey, Role
from fleet.services.people import PersonDetails, change_person, create_person
from tests.cast import client_of, holding
from tests.factories import (
    AdministratorFactory,
    CodeFactory,
    CodeUserFactory,
    CustomerFactory,
    DeviceFactory,
    ManagerFactory,
    MemberFactory,
    ModeratorFactory,
    ReservationFactory,
    SubscriberFactory,
    TemplateFactory,
)
from tests.many_rows import analyze, faults_of, multiply

pytestmark = pytest.mark.django_db
MANY, CUSTOMERS = 100_000, 1_000
MOST_TIME = 10.0  # Milliseconds.
LARGE = {"fleet_person", "fleet_device", "fleet_personkey", "fleet_devicekey", "fleet_reservation"}


def found(person: Person, source: str, words: str) -> list[str]:
    answer = suggest(KnownActor(person=person), source, words)
    return [each.label for each in answer.suggestions] if answer else []


def asked(client: Client, source: str, words: str) -> Any:
    return client.get(reverse("office:suggestion_list", args=[source]), {"q": words})


@pytest.mark.parametrize("words", ["ber", "BERG", "berg ann", "Anna Ber", "annaberg", "Berg, Anna", " an na "])
def test_a_person_is_found_by_how_last_or_first_name_start(words: str) -> None:
    SubscriberFactory(first_name="Anna", last_name="Berg")
    SubscriberFactory(first_name="Otto", last_name="Ohm")

    assert found(MemberFactory(), "person", words) == ["Anna Berg"]


@pytest.mark.parametrize("words", ["Müller", "mueller", "MULLER", "mue", "muller lud", "Jérôme", "jerome mül"])
def test_accents_umlauts_blanks_and_dashes_do_not_matter(words: str) -> None:
    SubscriberFactory(first_name="Jérôme", last_name="Müller-Lüdenscheidt")

    assert found(MemberFactory(), "person", words) == ["Jérôme Müller-Lüdenscheidt"]
    assert found(MemberFactory(), "person", "uller") == []


def test_each_word_of_a_long_name_is_a_start() -> None:
    SubscriberFactory(first_name="Anna Maria", last_name="van den Berg")

    assert found(MemberFactory(), "person", "berg anna") == ["Anna Maria van den Berg"]
    assert found(MemberFactory(), "person", "maria") == ["Anna Maria van den Berg"]


def test_employees_code_users_and_people_who_left_are_not_proposed() -> None:
    for factory in (MemberFactory, ModeratorFactory, AdministratorFactory, CodeUserFactory):
        factory(first_name="Anna", last_name="Berg")
    SubscriberFactory(first_name="Anna", last_name="Berger", is_active=False)
    ManagerFactory(first_name="Anna", last_name="Bergmann")

    assert found(MemberFactory(), "person", "anna") == ["Anna Bergmann"]


@pytest.mark.parametrize(
    "words", ["B-FD 123", "bfd12", "b fd", "SN-44 7", "sn447", "Gab", "linde gab", "gabelstapler l"]
)
def test_a_device_is_found_by_plate_serial_number_and_the_words_of_its_name(words: str) -> None:
    DeviceFactory(name="Linde Gabel-Stapler", serial_number="SN 447", licence_plate="B FD-1234")
    DeviceFactory(name="Kran")

    assert found(MemberFactory(), "device", words) == ["Linde Gabel-Stapler"]
    assert found(MemberFactory(), "device", "tapler") == []


def test_a_vehicle_is_a_device_of_a_template_for_vehicles() -> None:
    DeviceFactory(name="Zoe 1", template=TemplateFactory(kind="vehicle"))
    DeviceFactory(name="Zoe 2", template=TemplateFactory(kind="machine"))

    assert found(MemberFactory(), "vehicle", "zoe") == ["Zoe 1"]
    assert found(MemberFactory(), "device", "zoe") == ["Zoe 1", "Zoe 2"]


def test_people_of_a_customer_see_their_customers_only() -> None:
    own, other = CustomerFactory(name="Werk"), CustomerFactory(name="Hafen")
    manager, subscriber = ManagerFactory(customer=own), SubscriberFactory(customer=own)
    SubscriberFactory(first_name="Anna", last_name="Berg", customer=own)
    SubscriberFactory(first_name="Anna", last_name="Bauer", customer=other)
    DeviceFactory(name="Kran 1", customer=own)
    DeviceFactory(name="Kran 2", customer=other)
    DeviceFactory(name="Kran 3", customer=None)

    for person in (manager, subscriber):
        assert found(person, "person", "anna") == ["Anna Berg"]
        assert found(person, "device", "kran") == ["Kran 1"]
    assert found(MemberFactory(), "person", "anna") == ["Anna Bauer", "Anna Berg"]
    assert found(MemberFactory(), "device", "kran") == ["Kran 1", "Kran 2", "Kran 3"]


def test_a_code_that_a_manager_holds_proposes_nothing() -> None:
    code = CodeFactory(device=DeviceFactory(name="Kran 2"))
    manager = ManagerFactory()
    actor = KnownActor(person=manager, device_ids=frozenset({code.device.pk}))

    answer = suggest(actor, "device", "kran")

    assert answer is not None
    assert answer.suggestions == []


def test_the_second_line_tells_namesakes_apart() -> None:
    werk = CustomerFactory(name="Werk")
    SubscriberFactory(first_name="Anna", last_name="Berg", customer=werk, email="anna@werk.example")
    DeviceFactory(name="Zoe", licence_plate="B-FD 1", customer=werk)

    def details(person: Person, source: str, words: str) -> list[str]:
        answer = suggest(KnownActor(person=person), source, words)
        return [each.detail for each in answer.suggestions] if answer else []

    assert details(ModeratorFactory(), "person", "anna") == ["Werk · anna@werk.example"]
    assert details(MemberFactory(), "person", "anna") == ["Werk · Subscriber"]
    assert details(ManagerFactory(customer=werk), "person", "anna") == ["Subscriber"]
    assert details(MemberFactory(), "device", "zoe") == ["B-FD 1 · Werk"]
    assert details(ManagerFactory(customer=werk), "device", "zoe") == ["B-FD 1"]


@pytest.mark.parametrize("words", ["anna.b@", "+49 30 901", "4930-901"])
def test_only_superiors_find_people_by_how_to_reach_them(words: str) -> None:
    person = SubscriberFactory(first_name="A", last_name="B", email="anna.b@werk.example", phone="+49 30 90182")

    assert found(ModeratorFactory(), "person", words) == ["A B"]
    for other in (MemberFactory(), ManagerFactory(customer=person.customer)):
        assert found(other, "person", words) == []


def test_a_name_typed_whole_comes_first_and_there_are_at_most_ten() -> None:
    for number in range(MAX_SUGGESTIONS + 2):
        SubscriberFactory(first_name="Xaver", last_name=f"Bergmann {number:02}")
    SubscriberFactory(first_name="Xaver", last_name="Berg")

    answer = suggest(KnownActor(person=MemberFactory()), "person", "berg")

    assert answer is not None
    assert [each.label for each in answer.suggestions][:2] == ["Xaver Berg", "Xaver Bergmann 00"]
    assert (len(answer.suggestions), answer.is_cut) == (MAX_SUGGESTIONS, True)


@pytest.mark.parametrize("words", ["", "an", "a- n", "a.n.", "---", "   "])
def test_nothing_is_proposed_before_the_third_character(words: str) -> None:
    SubscriberFactory(first_name="Anna", last_name="Ans")
    client = client_of(MemberFactory())

    response = asked(client, "person", words)

    assert response.status_code == 200
    assert b"Anna" not in response.content
    assert b"Anna" in asked(client, "person", "ann").content


def test_who_may_not_enter_the_back_office_is_proposed_nothing() -> None:
    SubscriberFactory(first_name="Anna", last_name="Berg")

    for client in (Client(), Client(headers={"X-Requested-With": "fetch"}), holding_a_code()):
        response = asked(client, "person", "anna")

        assert response.status_code in (302, 401)
        assert b"Anna" not in response.content
    assert asked(client_of(MemberFactory()), "employee", "anna").status_code == 404


def holding_a_code() -> Client:
    code = CodeFactory()
    return client_of(None, holding(code, person=CodeUserFactory()))


def test_the_page_says_how_many_and_escapes_names() -> None:
    SubscriberFactory(first_name="Anna", last_name="<b>Berg")
    SubscriberFactory(first_name="Anna", last_name="Bauer")
    client = client_of(MemberFactory())

    html = asked(client, "person", "anna").content.decode()

    assert "2 suggestions" in html
    assert html.count('role="option"') == 2
    assert "<b>" not in html
    assert "No person found" in asked(client, "person", "zzz").content.decode()


def test_collecting_names_by_trying_letters_ends_at_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suggestions, "_LIMIT", Limit("suggestions-test", tries=3, seconds=60))
    client, other = client_of(MemberFactory()), client_of(MemberFactory())
    for _time in range(3):
        assert asked(client, "person", "ann").status_code == 200

    refused = asked(client, "person", "ann")

    assert refused.status_code == 429
    assert refused["Retry-After"] == "60"
    assert asked(client, "person", "an").status_code == 200
    assert asked(other, "person", "ann").status_code == 200


def test_the_number_of_statements_does_not_grow_with_what_is_found() -> None:
    SubscriberFactory(first_name="Anna", last_name="Berg")
    client = client_of(MemberFactory())
    asked(client, "person", "anna")

    with CaptureQueriesContext(
        connection,
    ) as one:
        asked(client, "person", "anna")
    for number in range(9):
        SubscriberFactory(first_name="Anna", last_name=f"B{number}")
    with CaptureQueriesContext(connection) as ten:
        asked(client, "person", "anna")

    assert len(one) == len(ten)
    assert len([each for each in ten if "personkey" in each["sql"]]) == 1


def test_a_changed_name_is_found_at_once_and_a_changed_role_no_more() -> None:
    administrator = KnownActor(person=AdministratorFactory())
    details = PersonDetails("anna@werk.example", Role.SUBSCRIBER, "Anna", "Berg", customer=CustomerFactory())
    person = create_person(actor=administrator, details=details)
    assert found(MemberFactory(), "person", "berg") == ["Anna Berg"]

    renamed = PersonDetails("anna@werk.example", Role.SUBSCRIBER, "Anna", "Thal", customer=details.customer)
    change_person(actor=administrator, person=person, details=renamed)
    assert found(MemberFactory(), "person", "berg") == []
    assert found(MemberFactory(), "person", "thal") == ["Anna Thal"]

    change_person(actor=administrator, person=person, details=PersonDetails("anna@werk.example", Role.MEMBER, "Anna"))
    assert found(MemberFactory(), "person", "anna") == []
    assert not PersonKey.objects.filter(person=person).exists()


def test_older_rows_get_the_keys_that_new_ones_have(monkeypatch: pytest.MonkeyPatch) -> None:
    migration = import_module("fleet.migrations.0012_fill_suggestion_keys")
    monkeypatch.setattr(migration, "BATCH", 2)
    for number in range(3):
        SubscriberFactory(last_name=f"Müller-{number}", phone="+49 30 1", contact_email="a@b.example")
        DeviceFactory(name=f"Kran {number} links", serial_number="SN-1", licence_plate="B FD 1")
    MemberFactory()

    def kept() -> list[Any]:
        return sorted(PersonKey.objects.values_list("person", "key")) + sorted(
            DeviceKey.objects.values_list("device", "key")
        )

    written = kept()
    PersonKey.objects.all().delete()
    DeviceKey.objects.all().delete()

    for _time in range(2):
        migration.fill_keys(apps, None)

        assert kept() == written
    assert start_key("B FD 1") in {key for _row, key in written}


@pytest.mark.parametrize("words", ["r20", "R-204", "r 2041", "\0r20"])
def test_a_reservation_is_found_by_how_its_number_starts(words: str) -> None:
    ReservationFactory(number="R-2041 7")
    ReservationFactory(number="X-2041")

    assert found(MemberFactory(), "reservation", words) == ["R-2041 7"]


def test_a_reservation_is_proposed_to_whom_it_concerns() -> None:
    reservation = ReservationFactory(number="R2041")
    colleague = SubscriberFactory(customer=reservation.person.customer)
    manager_of_person = ManagerFactory(customer=reservation.person.customer)
    manager_of_vehicle = ManagerFactory(customer=reservation.device.customer)

    for person in (reservation.person, manager_of_person, manager_of_vehicle):
        assert found(person, "reservation", "r20") == ["R2041"]
    for person in (colleague, ManagerFactory()):
        assert found(person, "reservation", "r20") == []
        assert source_of("reservation").get(KnownActor(person=person), str(reservation.pk)) is None


@pytest.mark.postgres
def test_among_a_hundred_thousand_nothing_is_read_whole() -> None:
    actors = {KnownActor(person=person): sorted_at_most for person, sorted_at_most in make_crowd().items()}
    asked_for = [
        *(("person", "mar"), ("person", "marie ber"), ("device", "mmx")),
        *(("vehicle", "mar"), ("vehicle", "none"), ("reservation", "r10")),
    ]

    for actor, most_sorted in actors.items():
        for source, words in asked_for:
            with CaptureQueriesContext(connection) as queries:
                answer = suggest(actor, source, words)

            assert answer is not None
            assert bool(answer.suggestions) == (words != "none")
            for sql in [query["sql"] for query in queries]:
                assert faults_of(sql, large_tables=LARGE, most_sorted=most_sorted) == []
            assert sum(duration_of(query["sql"]) for query in queries) < MOST_TIME


def make_crowd() -> dict[Person, int]:
    """Who asks among 100,000 people and as many vehicles, each with how many rows may be sorted for them."""
    customer = CustomerFactory()
    multiply(customer, CUSTOMERS, name="'Crowd ' || n")
    of_crowd = f"(SELECT max(id) FROM fleet_customer) - n % {CUSTOMERS}"
    device = DeviceFactory(name="Marder", template=TemplateFactory(kind="vehicle"), customer=customer)
    multiply(device, MANY, slug="substr(md5(n::text), 1, 10)", name="'Marder ' || n", customer_id=of_crowd)
    person = SubscriberFactory(customer=customer)
    multiply(person, MANY, email="'p' || n || '@crowd.example'", customer_id=of_crowd)
    for first, last in (("marie", "berg"), ("tom", "ohm"), ("li", "marten")):
        third = f"role = 'subscriber' AND id % 3 = {len(first) % 3}"
        _add_keys("personkey", "person", third, f"'{first}{last}' || id", f"'{last}' || id || '{first}'")
    reservation = ReservationFactory(device=device, person=person, number="X")
    whose = f"(SELECT min(id) FROM fleet_person WHERE email LIKE '%@crowd.example') + n % {MANY}"
    multiply(reservation, MANY, number="'R' || n", person_id=whose)
    _add_keys("devicekey", "device", "true", "(ARRAY['mmx', 'bfd', 'kxa'])[1 + id % 3] || id", "'marder' || id")
    analyze()
    manager = ManagerFactory(customer=Person.objects.order_by("-pk")[0].customer)
    # A customer's own people and vehicles are few.
    answer = MAX_SUGGESTIONS + 1
    return {MemberFactory(): answer, ModeratorFactory(): answer, manager: 20 * MANY // CUSTOMERS}


def _add_keys(table: str, owner: str, which: str, *keys: str) -> None:
    with connection.cursor() as cursor:
        for key in keys:
            cursor.execute(
                f'INSERT INTO fleet_{table} ({owner}_id, "key") SELECT id, {key} FROM fleet_{owner} WHERE {which}'
            )


def duration_of(sql: str) -> float:
    """Milliseconds that PostgreSQL needs, without the way there and back; the best of three."""
    times: list[float] = []
    with connection.cursor() as cursor:
        for _time in range(3):
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
            found = cursor.fetchone()[0]
            plan = (json.loads(found) if isinstance(found, str) else found)[0]
            times.append(plan["Planning Time"] + plan["Execution Time"])
    return min(times)
