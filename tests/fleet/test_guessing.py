"""Guessing passwords is slow, harmless for all others, and reported to the account's owner."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.common import clock
from fleet.models import Person
from fleet.passwords import CHECKS_BY_ADDRESS, PASSWORDS, WRONG_BY_ADDRESS, TooManyPasswords
from fleet.services.sign_ins import take_failed_sign_ins
from tests.cast import client_of
from tests.factories import PASSWORD, AdministratorFactory, CodeUserFactory, MemberFactory

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
HOME, ELSEWHERE = "10.0.0.1", "10.0.0.2"
CHANGE = {"password1": "another long password", "password2": "another long password"}


def sign_in(email: str | None, password: str = PASSWORD, *, address: str = HOME, **headers: str) -> Any:
    data = {"login": email or "", "password": password}
    return Client(REMOTE_ADDR=address).post(LOGIN, data, headers=headers)


def guess(email: str | None, times: int, *, address: str = HOME) -> list[int]:
    return [sign_in(email, "wrong", address=address).status_code for _ in range(times)]


def guess_from_everywhere(email: str | None) -> None:
    """Use up what all addresses share."""
    for number in range(PASSWORDS.secret.tries // PASSWORDS.pair.tries):
        guess(email, PASSWORDS.pair.tries, address=f"10.1.0.{number}")


def is_signed_in(response: Any) -> bool:
    return "_auth_user_id" in response.client.session


def page(response: Any, email: str | None) -> str:
    """The page without the token against forgery and what was typed."""
    text = re.sub(r'"[A-Za-z0-9]{64}"|X-CSRFToken": "[A-Za-z0-9]+"', "", response.content.decode())
    return text.replace(email or "", "")


def without_values(sql: str) -> str:
    """The statement without its texts, and without the numbers in names of savepoints and cursors."""
    return re.sub(r"'[^']*'|[0-9]+", "", sql)


# By account and address


def test_after_five_wrong_passwords_the_right_one_is_refused_there_and_welcome_elsewhere() -> None:
    person = MemberFactory()

    wrong = guess(person.email, 5)
    here, there = sign_in(person.email), sign_in(person.email, address=ELSEWHERE)

    assert wrong == [200] * 5
    assert (here.status_code, here["Retry-After"]) == (429, "300")
    assert not is_signed_in(here)
    assert is_signed_in(there)


def test_the_refusal_says_how_long_and_keeps_what_was_typed() -> None:
    person = MemberFactory()
    guess(person.email, 5)

    text = sign_in(person.email).content.decode()

    assert "Too many wrong passwords. Please wait five minutes, then try again." in text
    assert f'value="{person.email}"' in text
    assert PASSWORD not in text


def test_after_the_wait_the_right_password_signs_in(later: Callable[[float], None]) -> None:
    person = MemberFactory()
    guess(person.email, 4)
    later(250)
    guess(person.email, 1)

    later(250)
    assert not is_signed_in(sign_in(person.email))

    later(51)
    assert is_signed_in(sign_in(person.email))


def test_a_right_password_forgets_the_wrong_ones() -> None:
    person = MemberFactory()

    for _ in range(3):
        assert guess(person.email, 4) == [200] * 4
        assert is_signed_in(sign_in(person.email))


def test_another_way_of_writing_the_address_is_no_way_around() -> None:
    MemberFactory(email="mara@example.org")
    request = RequestFactory().post(LOGIN, REMOTE_ADDR=HOME)

    for email in ("mara@example.org", "MARA@example.org", " mara@example.org ", "Mara@Example.Org", "mara@EXAMPLE.org"):
        assert authenticate(request, email=email, password="wrong") is None
    with pytest.raises(TooManyPasswords):
        authenticate(request, email="mara@example.org", password=PASSWORD)


def test_many_at_once_are_no_way_around(monkeypatch: pytest.MonkeyPatch) -> None:
    person, checked = MemberFactory(), []

    def check_while_others_come(self: Person, password: str) -> bool:
        checked.append(password)
        guess(person.email, 1)
        return False

    monkeypatch.setattr(Person, "check_password", check_while_others_come)
    guess(person.email, 1)
    assert len(checked) == PASSWORDS.pair.tries


def test_a_fault_of_the_database_is_no_wrong_password(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Person, password: str) -> bool:
        raise DatabaseError

    person = MemberFactory()
    with monkeypatch.context() as patch:
        patch.setattr(Person, "check_password", fail)
        for _ in range(6):
            with pytest.raises(DatabaseError):
                sign_in(person.email)
    assert is_signed_in(sign_in(person.email))


# Over all addresses


def test_guessing_from_everywhere_becomes_slow_and_never_locks(later: Callable[[float], None]) -> None:
    person, other = MemberFactory(), MemberFactory()
    guess_from_everywhere(person.email)

    assert guess(person.email, 3) == [200, 429, 429]
    assert guess(other.email, 3) == [200, 200, 200]
    assert sign_in(person.email).status_code == 429
    assert is_signed_in(sign_in(person.email, address=ELSEWHERE))
    later(301)
    assert is_signed_in(sign_in(person.email))


def test_right_passwords_do_not_use_up_what_all_addresses_share() -> None:
    person = MemberFactory()

    for number in range(PASSWORDS.secret.tries + 1):
        assert is_signed_in(sign_in(person.email, address=f"10.1.0.{number}"))
    assert guess(person.email, 2) == [200, 200]


# By address


def test_one_address_tries_only_so_many_accounts() -> None:
    person = MemberFactory()
    for number in range(WRONG_BY_ADDRESS.tries):
        assert guess(f"person{number}@example.com", 1) == [200]

    here = sign_in(person.email)

    assert (here.status_code, here["Retry-After"]) == (429, "300")
    assert is_signed_in(sign_in(person.email, address=ELSEWHERE))


def test_what_is_refused_by_address_lengthens_no_wait(later: Callable[[float], None]) -> None:
    person = MemberFactory()
    for number in range(WRONG_BY_ADDRESS.tries):
        guess(f"person{number}@example.com", 1)

    later(250)
    assert [sign_in(person.email).status_code for _ in range(PASSWORDS.pair.tries)] == [429] * PASSWORDS.pair.tries

    later(51)
    assert is_signed_in(sign_in(person.email))


def test_what_is_refused_does_not_shut_out_others_behind_the_same_address() -> None:
    guess(MemberFactory().email, 2 * CHECKS_BY_ADDRESS.tries)
    assert is_signed_in(sign_in(MemberFactory().email))


def test_a_whole_depot_signs_in_from_one_address() -> None:
    people = MemberFactory.create_batch(WRONG_BY_ADDRESS.tries + 10)
    assert all(is_signed_in(sign_in(person.email)) for person in people)


def test_right_passwords_are_not_checked_without_end() -> None:
    person = MemberFactory()
    answers = [sign_in(person.email).status_code for _ in range(CHECKS_BY_ADDRESS.tries + 1)]
    assert answers == [302] * CHECKS_BY_ADDRESS.tries + [429]


# Who exists


def test_known_and_unknown_accounts_get_the_same_page_before_and_after_the_limit() -> None:
    known, unknown = MemberFactory().email, "person@example.com"

    for status in [200] * 5 + [429] * 2:
        answers = [sign_in(email, "wrong") for email in (known, unknown)]
        assert [answer.status_code for answer in answers] == [status, status]
        assert page(answers[0], known) == page(answers[1], unknown)

    assert page(sign_in(known), known) == page(answers[0], known)


def test_a_wrong_password_costs_the_same_whether_or_not_there_is_an_account(monkeypatch: pytest.MonkeyPatch) -> None:
    hashes: list[str] = []
    encode = MD5PasswordHasher.encode

    def count_and_encode(self: MD5PasswordHasher, password: str, salt: str) -> str:
        hashes.append(salt)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", count_and_encode)
    without_password = MemberFactory()
    without_password.set_unusable_password()
    without_password.save()
    costs = set()
    deactivated = MemberFactory(is_active=False).email
    known = [(MemberFactory().email, "wrong"), (deactivated, "wrong"), (deactivated, PASSWORD)]
    for email, password in [*known, (without_password.email, "wrong"), ("x@example.com", "wrong")]:
        hashes.clear()
        with CaptureQueriesContext(connection) as queries:
            sign_in(email, password)
        costs.add((len(hashes), *(without_values(query["sql"]) for query in queries)))
    assert len(costs) == 1
    assert costs.pop()[0] == 1


@pytest.mark.postgres
def test_noting_a_wrong_password_does_not_wait_for_the_disk() -> None:
    with CaptureQueriesContext(connection) as queries:
        guess(MemberFactory().email, 1)
    assert "SET LOCAL synchronous_commit TO OFF" in [query["sql"] for query in queries]


def test_deactivated_people_and_contact_addresses_look_like_a_wrong_password() -> None:
    deactivated = MemberFactory(is_active=False)
    contact = CodeUserFactory(contact_email="reporter@example.com").contact_email
    expected = page(sign_in("x@example.com", "wrong"), "x@example.com")

    for email in (deactivated.email, contact):
        answers = [sign_in(email) for _ in range(6)]
        assert [answer.status_code for answer in answers] == [200] * 5 + [429]
        assert page(answers[0], email) == expected


# Other ways in


def test_scripts_get_to_know_it_too() -> None:
    person = MemberFactory()
    guess(person.email, 5)

    refused = sign_in(person.email, accept="application/json")
    assert (refused.status_code, refused["Retry-After"]) == (429, "300")
    assert "Too many wrong passwords" in json.loads(refused.content)["form"]["errors"][0]

    elsewhere = sign_in(person.email, address=ELSEWHERE, accept="application/json")
    assert elsewhere.status_code == 200


def test_the_administration_has_no_way_in_of_its_own() -> None:
    administrator, member = AdministratorFactory(), MemberFactory()
    address = reverse("admin:login")
    form = {"username": member.email, "password": PASSWORD}

    answers = [
        browser.post(f"{address}?next=/admin/fleet/", form)
        for browser in (Client(), client_of(administrator), client_of(member))
    ]

    assert [answer.status_code for answer in answers] == [302, 302, 403]
    assert [answer["Location"] for answer in answers[:2]] == [f"{LOGIN}?next=%2Fadmin%2Ffleet%2F", "/admin/"]
    assert not is_signed_in(answers[0])


def test_the_current_password_cannot_be_guessed_from_a_session_either() -> None:
    person = MemberFactory()
    browser, address = client_of(person), reverse("account_change_password")

    wrong = [browser.post(address, {"oldpassword": "wrong", **CHANGE}) for _ in range(5)]
    refused = browser.post(address, {"oldpassword": PASSWORD, **CHANGE})
    elsewhere = browser.post(address, {"oldpassword": PASSWORD, **CHANGE}, REMOTE_ADDR=ELSEWHERE)

    assert {answer.status_code for answer in wrong} == {200}
    assert (refused.status_code, refused["Retry-After"]) == (429, "300")
    assert "Too many wrong passwords" in refused.content.decode()
    assert elsewhere.status_code == 302
    assert is_signed_in(sign_in(person.email, CHANGE["password1"], address=ELSEWHERE))


# What the owner reads


def first_page(email: str | None) -> str:
    browser = Client(REMOTE_ADDR=ELSEWHERE)
    answer = browser.post(LOGIN, {"login": email, "password": PASSWORD}, follow=True)
    assert is_signed_in(answer)
    return answer.content.decode()


def test_the_next_sign_in_says_how_often_it_failed_and_what_to_do() -> None:
    person, other = MemberFactory(), MemberFactory()
    with clock.freeze(datetime(2026, 3, 5, 12, 30, tzinfo=UTC)):
        guess(person.email, 7)
    cache.clear()

    text, text_of_other, text_afterwards = first_page(person.email), first_page(other.email), first_page(person.email)

    sentence = "a wrong password was entered for your account 5 times, most recently: March 5, 2026, 1:30 p.m."
    assert sentence in text
    assert f'<a href="{reverse("account_change_password")}">Change password</a>' in text
    assert "a wrong password" not in text_of_other + text_afterwards


def test_one_or_two_typing_errors_are_not_worth_a_word() -> None:
    person = MemberFactory()
    for number in range(2):
        guess(person.email, 2, address=f"10.2.0.{number}")
        assert "a wrong password" not in first_page(person.email)

    guess(person.email, 3)

    assert "account 3 times" in first_page(person.email)


def test_what_fails_while_the_person_signs_in_is_kept_for_the_next_time() -> None:
    person = MemberFactory()
    guess(person.email, 3)
    as_read = Person.objects.get(pk=person.pk)
    guess(person.email, 1)

    failures = [take_failed_sign_ins(person=as_read), take_failed_sign_ins(person=as_read)]

    person.refresh_from_db()
    assert [failed.count for failed in failures if failed] == [3, 3]
    assert person.failed_sign_ins == 1
