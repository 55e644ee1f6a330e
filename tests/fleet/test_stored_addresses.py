"""Addresses as servers of the version before stored them: their people sign in and are found as before."""

import logging
from importlib import import_module

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client

from fleet.models import Person
from tests.factories import PASSWORD, MemberFactory, SubscriberFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
migration = import_module("fleet.migrations.0022_clean_addresses")
READABLE, SENT = "anna@büro.example", "anna@xn--bro-hoa.example"


def store(person: Person, email: str, contact_email: str = "") -> Person:
    """As it is, which no column for what people type does."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE fleet_person SET email = %s, contact_email = %s WHERE id = %s", [email, contact_email, person.pk]
        )
    return person


def stored(person: Person) -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT email, contact_email FROM fleet_person WHERE id = %s", [person.pk])
        found: tuple[str, str] = cursor.fetchone()
    return found


def signs_in(login: str, password: str = PASSWORD) -> bool:
    response = Client().post("/accounts/login/", {"login": login, "password": password})
    return "_auth_user_id" in response.client.session


def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migration, "BATCH", 2)
    before = MigrationExecutor(connection).loader.project_state([("fleet", "0021_search_of_codes")]).apps
    migration.clean_addresses(before, None)


@pytest.mark.parametrize("kept", [READABLE, SENT])
@pytest.mark.parametrize("typed", [READABLE, SENT, "Anna@BÜRO.example", "anna@XN--BRO-HOA.example"])
def test_both_spellings_of_a_domain_sign_in(kept: str, typed: str) -> None:
    person = store(MemberFactory(), kept)

    assert signs_in(typed)
    person.refresh_from_db()
    assert person.email == READABLE


def test_an_address_is_taken_in_both_spellings() -> None:
    person = store(MemberFactory(), SENT)

    assert list(Person.objects.filter(email__in=[READABLE, "x@b.example"])) == [person]
    with pytest.raises(ValidationError) as refusal:
        MemberFactory.build(email=READABLE).full_clean()
    assert "email" in refusal.value.message_dict


def test_who_has_an_address_in_either_spelling_signs_in_with_the_password() -> None:
    first, second = store(MemberFactory(), SENT), store(MemberFactory(), READABLE)
    second.set_password("another-long-password-9")
    second.save(update_fields=["password"])

    assert first.pk != second.pk
    assert signs_in(READABLE)
    assert signs_in(READABLE, "another-long-password-9")


def test_marks_that_no_one_sees_go_and_domains_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    marked = store(MemberFactory(), "ben@b.example\u200b", "ben@b\u2011c.example")
    sent = store(MemberFactory(), SENT, SENT)
    plain = store(SubscriberFactory(), "cleo@b.example", "")
    assert not signs_in("ben@b.example")

    clean(monkeypatch)
    clean(monkeypatch)

    assert stored(marked) == ("ben@b.example", "ben@b-c.example")
    assert (stored(sent), stored(plain)) == ((SENT, SENT), ("cleo@b.example", ""))
    assert signs_in("ben@b.example")


def test_nobody_gets_the_address_of_another(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    first = store(MemberFactory(), "dora@b.example")
    second = store(MemberFactory(), "dora@b.example\u200b", "\u200edora@c.example")

    with caplog.at_level(logging.WARNING):
        clean(monkeypatch)

    assert stored(first)[0] == "dora@b.example"
    assert stored(second) == ("dora@b.example\u200b", "dora@c.example")
    assert f"Give {second.pk} another one" in caplog.text
    assert signs_in("dora@b.example")
