"""Import and export in the back office, from the file to the message that says what was done."""

import re
import threading
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from psycopg.errors import LockNotAvailable

from fleet.actors import KnownActor
from fleet.models import Customer, Person
from fleet.services import exchange
from messenger.models import PushDevice
from tests.cast import client_of
from tests.factories import (
    AdministratorFactory,
    CategoryFactory,
    CustomerFactory,
    ManagerFactory,
    MemberFactory,
    ModeratorFactory,
    PushDeviceFactory,
    SubscriberFactory,
)
from ticketing.models import Ticket, Visibility
from ticketing.search import search_tickets
from ticketing.services.desk import DeskFields, create_desk_ticket

pytestmark = pytest.mark.django_db
EXCHANGE = "/office/data/"


def upload(client: Client, content: bytes, kind: str = "customers", name: str = "table.csv") -> Any:
    return client.post(EXCHANGE, {"kind": kind, "file": SimpleUploadedFile(name, content)})


def digest_on(response: Any) -> str:
    found = re.search(r'name="digest" value="([0-9a-f]{64})"', response.content.decode())
    assert found
    return found[1]


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


INSIDE = [(AdministratorFactory, 200), (ModeratorFactory, 200)]
OUTSIDE = [(MemberFactory, 403), (ManagerFactory, 404), (SubscriberFactory, 404)]


@pytest.mark.parametrize(("make", "status"), INSIDE + OUTSIDE)
def test_only_superiors_get_in(make: Any, status: int) -> None:
    owner = client_of(ModeratorFactory(), {})
    check = upload(owner, b"name\nAcme").headers["Location"]
    client = client_of(make(), {})

    assert client.get(EXCHANGE).status_code == status
    export: Any = client.get(f"{EXCHANGE}customers.csv")
    assert export.status_code == status
    # Read to its end, it is closed.
    assert b"".join(export)
    assert upload(client, b"name\nAcme").status_code == (303 if status == 200 else status)
    # The file is its owner's.
    assert client.get(check).status_code == (404 if status == 200 else status)
    assert client.post(f"{check}import/", {"digest": ""}).status_code == (404 if status == 200 else status)
    assert owner.get(check).status_code == 200
    assert not Customer.objects.filter(name="Acme").exists()


@pytest.mark.parametrize(("make", "shown"), [(ModeratorFactory, True), (MemberFactory, False), (ManagerFactory, False)])
def test_the_menu_leads_there_where_one_may(make: Any, shown: bool) -> None:
    page = client_of(make(), {}).get("/office/tickets/").content.decode()

    assert (f'href="{EXCHANGE}"' in page) == shown


def test_a_file_is_checked_and_then_imported() -> None:
    CustomerFactory(name="Acme", number="7")
    client = client_of(ModeratorFactory(), {})

    answer = upload(client, "Kundennummer;Name;Farbe\n7;Acme SE;rot\n8;Müller;blau\n".encode("cp1252"))
    check = answer.headers["Location"]
    page = client.get(check)

    assert answer.status_code == 303
    assert "New: 1" in text_of(page)
    assert "Changed: 1" in text_of(page)
    assert "left out: Farbe" in text_of(page)
    assert not Customer.objects.filter(name="Müller").exists()

    done = client.post(f"{check}import/", {"digest": digest_on(page)}, follow=True)

    assert "2 rows were imported (new: 1, changed: 1)." in text_of(done)
    assert {each.name for each in Customer.objects.all()} == {"Acme SE", "Müller"}
    # The file has done its work.
    assert client.get(check).status_code == 404


def test_a_second_click_imports_nothing_more() -> None:
    client = client_of(ModeratorFactory(), {})
    check = upload(client, b"name\nAcme\n").headers["Location"]
    digest = digest_on(client.get(check))

    answers = [client.post(f"{check}import/", {"digest": digest}).status_code for _click in range(2)]

    assert answers == [303, 404]
    assert Customer.objects.filter(name="Acme").count() == 1


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Another import is running, so nothing was imported. Your file is kept: please try again in a minute."),
        ("de", "Ein anderer Import läuft gerade, daher wurde nichts importiert."),
        ("fr", "Un autre import est en cours"),
    ],
)
def test_an_import_that_waits_too_long_for_another_one_says_so_and_keeps_the_file(
    monkeypatch: pytest.MonkeyPatch, language: str, sentence: str
) -> None:
    client = client_of(ModeratorFactory(language=language), {})
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    check = upload(client, b"name\nAcme\n").headers["Location"]
    digest = digest_on(client.get(check))

    def wait(_kind: str) -> None:
        raise OperationalError("canceling statement due to lock timeout") from LockNotAvailable()

    with monkeypatch.context() as busy:
        busy.setattr(exchange, "_wait_for_others", wait)
        page = client.post(f"{check}import/", {"digest": digest}, follow=True)

    assert page.redirect_chain == [(check, 303)]
    assert sentence in text_of(page)
    assert not Customer.objects.filter(name="Acme").exists()
    client.post(f"{check}import/", {"digest": digest_on(page)})
    assert Customer.objects.filter(name="Acme").exists()


def test_a_database_that_is_gone_is_no_other_import(monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of(ModeratorFactory(), {})
    client.raise_request_exception = False
    check = upload(client, b"name\nAcme\n").headers["Location"]
    digest = digest_on(client.get(check))

    def fail(_kind: str) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(exchange, "_wait_for_others", fail)
    assert client.post(f"{check}import/", {"digest": digest}).status_code == 503


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_an_import_does_not_wait_for_ever_for_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of(ModeratorFactory(), {})
    check = upload(client, b"name\nAcme\n").headers["Location"]
    digest = digest_on(client.get(check))
    wait, is_held, is_over = exchange._wait_for_others, threading.Event(), threading.Event()

    def wait_shortly(kind: str) -> None:
        connection.cursor().execute("SET LOCAL lock_timeout = '200ms'")
        wait(kind)

    def hold() -> None:
        with transaction.atomic():
            wait("customers")
            is_held.set()
            is_over.wait(20)
        connection.close()

    other = threading.Thread(target=hold)
    other.start()
    try:
        assert is_held.wait(20)
        monkeypatch.setattr(exchange, "_wait_for_others", wait_shortly)
        page = client.post(f"{check}import/", {"digest": digest}, follow=True)
    finally:
        is_over.set()
        other.join(20)

    assert "Another import is running" in text_of(page)
    client.post(f"{check}import/", {"digest": digest_on(page)})
    assert Customer.objects.filter(name="Acme").exists()


def test_tickets_are_found_by_the_names_that_an_import_brings() -> None:
    anna, otto = (SubscriberFactory(last_name=name, phone="030") for name in ("Berger", "Other"))
    moderator = ModeratorFactory()
    hers, his = (
        create_desk_ticket(
            actor=KnownActor(person=moderator),
            client_key=uuid.uuid4(),
            fields=DeskFields(category=CategoryFactory(), subject="Badge", person=person),
            visibility=Visibility.PUBLIC,
        )
        for person in (anna, otto)
    )
    before = Ticket.objects.get(pk=his.pk).search_contact
    client = client_of(moderator, {})
    check = upload(client, f"email,last_name\n{anna.email},Lefèvre\n".encode(), "people").headers["Location"]
    client.post(f"{check}import/", {"digest": digest_on(client.get(check))})

    def found(words: str) -> list[int]:
        actor = KnownActor(person=moderator)
        return list(search_tickets(Ticket.objects.all(), actor, words).values_list("pk", flat=True))

    assert found("lefevre") == [hers.pk]
    assert found("berger") == []
    assert Ticket.objects.get(pk=his.pk).search_contact == before


def test_the_browsers_of_people_whom_an_import_deactivates_are_told_nothing_more() -> None:
    anna, otto = SubscriberFactory(), SubscriberFactory()
    for person in (anna, otto):
        PushDeviceFactory(person=person)
    client = client_of(ModeratorFactory(), {})
    check = upload(client, f"email,is_active\n{anna.email},no\n".encode(), "people").headers["Location"]
    client.post(f"{check}import/", {"digest": digest_on(client.get(check))})
    assert [device.person for device in PushDevice.objects.all()] == [otto]


def test_wrong_rows_cannot_be_imported_also_not_by_hand() -> None:
    client = client_of(ModeratorFactory(), {})

    check = upload(client, b"email,role,customer\nanna,Boss,Acme\n", "people").headers["Location"]
    page = client.get(check)

    assert "Wrong: 1" in text_of(page)
    assert "“Boss” is none of these: Manager, Subscriber." in text_of(page)
    assert "Import 1 row" not in text_of(page)
    again = client.post(f"{check}import/", {"digest": digest_on(page)}, follow=True)
    assert "Nothing was imported" in text_of(again)
    assert not Person.objects.filter(email="anna").exists()


def test_what_someone_changed_meanwhile_is_shown_first() -> None:
    CustomerFactory(name="Acme", number="7", phone="030")
    client = client_of(ModeratorFactory(), {})
    check = upload(client, b"number,phone\n7,031\n").headers["Location"]
    digest = digest_on(client.get(check))
    Customer.objects.update(phone="032")

    page = client.post(f"{check}import/", {"digest": digest}, follow=True)

    assert "Nothing was imported" in text_of(page)
    assert "032" in text_of(page)
    assert Customer.objects.get().phone == "032"


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n\0\0\0", b"Colour\nred\n"])
def test_a_file_that_is_no_such_table_says_so(content: bytes) -> None:
    client = client_of(ModeratorFactory(), {})

    answer: Any = upload(client, content)
    if answer.status_code == 303:
        answer = client.get(answer.headers["Location"])

    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode() or "field__errors" in answer.content.decode()


def test_a_form_without_a_file_or_with_another_kind_is_shown_again() -> None:
    client = client_of(ModeratorFactory(), {})

    assert client.post(EXCHANGE, {"kind": "customers"}).status_code == 400
    assert upload(client, b"name\nAcme", kind="employees").status_code == 400
    assert client.get(f"{EXCHANGE}employees.csv").status_code == 404
    assert client.get(f"{EXCHANGE}customers.pdf").status_code == 404


@pytest.mark.parametrize(("suffix", "begins"), [("csv", b"\xef\xbb\xbfID"), ("xlsx", b"PK")])
def test_files_leave_as_attachments(suffix: str, begins: bytes) -> None:
    CustomerFactory(name="Acme")
    client = client_of(ModeratorFactory(), {})

    answer: Any = client.get(f"{EXCHANGE}customers.{suffix}")

    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert f".{suffix}" in answer.headers["Content-Disposition"]
    assert "no-store" in answer.headers["Cache-Control"]
    assert b"".join(answer).startswith(begins)


def test_the_check_costs_the_same_with_more_rows() -> None:
    client = client_of(ModeratorFactory(), {})

    def statements(number: int) -> int:
        rows = "".join(f"Customer {number} {each}\n" for each in range(number))
        check = upload(client, f"name\n{rows}".encode()).headers["Location"]
        with CaptureQueriesContext(connection) as queries:
            assert client.get(check).status_code == 200
        return len(queries)

    assert statements(1) == statements(30)
