"""Signing in and out: who may, who never can, and what happens to open pages."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, authenticate
from django.contrib.messages import get_messages
from django.core import mail
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, reverse

from config.common import live
from fleet.account import AccountAdapter, PersonBackend
from fleet.models import Person
from tests.cast import client_of
from tests.factories import (
    PASSWORD,
    AdministratorFactory,
    CodeUserFactory,
    ManagerFactory,
    MemberFactory,
    ModeratorFactory,
    SubscriberFactory,
)
from tests.limited import limited

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


def sign_in(email: str, password: str = PASSWORD, client: Client | None = None, **fields: str) -> Any:
    return (client or Client()).post(LOGIN, {"login": email, "password": password, **fields})


def is_signed_in(response: Any) -> bool:
    return "_auth_user_id" in response.client.session


@pytest.mark.parametrize(
    "factory", [MemberFactory, ModeratorFactory, AdministratorFactory, ManagerFactory, SubscriberFactory]
)
def test_people_with_an_account_sign_in_to_the_tickets(factory: Any) -> None:
    response = sign_in(factory().email)
    assert response["Location"] == reverse("office:home")
    assert is_signed_in(response)


def test_addresses_are_read_in_any_case() -> None:
    person = MemberFactory(email="mara@example.org")
    assert is_signed_in(sign_in("Mara@Example.ORG"))
    assert not is_signed_in(sign_in(person.name))


@pytest.mark.any_database
@pytest.mark.parametrize("run", [" ", "\u00a0", "\n", "\u200b"])
def test_an_address_of_blanks_without_end_is_refused_at_once(run: str) -> None:
    with limited(seconds=2):
        response = sign_in(f"ä{run * 100_000}ä@x.de")

    assert response.status_code == 200
    assert response.context_data["form"].errors["login"]


def test_signing_in_leads_back_but_never_away() -> None:
    person = MemberFactory()
    assert sign_in(person.email, next="/office/tickets/5/")["Location"] == "/office/tickets/5/"
    assert sign_in(person.email, next="https://evil.example/")["Location"] == reverse("office:home")


def test_the_product_speaks_the_language_of_the_person_who_signs_in(settings: Any) -> None:
    response = sign_in(MemberFactory(language="fr").email)

    assert response.cookies[settings.LANGUAGE_COOKIE_NAME].value == "fr"
    # The page that opens says enough.
    assert list(get_messages(response.wsgi_request)) == []


def test_deactivated_people_stay_outside() -> None:
    person = MemberFactory()
    browser = client_of(person)
    Person.objects.filter(pk=person.pk).update(is_active=False)

    response = sign_in(person.email)

    assert response.status_code == 200
    assert not is_signed_in(response)
    assert browser.get(reverse("account_change_password")).status_code == 302


def code_user_with_everything(employee: Person) -> Person:
    """A code user who has, against all rules, a password and a confirmed address, the very one of an employee."""
    person = CodeUserFactory(contact_email=employee.email)
    person.set_password("the password of the code user")
    person.save()
    EmailAddress.objects.create(user=person, email=employee.email, verified=True, primary=True)
    return person


def test_a_code_user_never_signs_in() -> None:
    employee = MemberFactory()
    person = code_user_with_everything(employee)

    assert not is_signed_in(sign_in(employee.email, "the password of the code user"))

    request = RequestFactory().post(LOGIN)
    assert authenticate(request, email=employee.email, password="the password of the code user") is None
    assert PersonBackend().get_user(person.pk) is None

    refusal = AccountAdapter().pre_login(
        request, person, email_verification="none", signal_kwargs=None, email=None, signup=False, redirect_url=None
    )
    assert refusal is not None
    assert refusal["Location"] == reverse("account_inactive")


def test_a_session_of_a_code_user_is_no_sign_in() -> None:
    browser, person = client_of(MemberFactory()), code_user_with_everything(MemberFactory())
    assert browser.get(reverse("account_change_password")).status_code == 200
    session = browser.session
    session.update({SESSION_KEY: str(person.pk), HASH_SESSION_KEY: person.get_session_auth_hash()})
    session.save()

    assert browser.get(reverse("account_change_password")).status_code == 302


def test_contact_addresses_are_no_sign_in() -> None:
    person = MemberFactory(contact_email="private@example.org")
    CodeUserFactory(contact_email=person.email)

    assert not is_signed_in(sign_in("private@example.org"))
    assert is_signed_in(sign_in(person.email))


def test_unknown_addresses_and_wrong_passwords_answer_alike() -> None:
    answers = [sign_in(email, "wrong") for email in (MemberFactory().email, "unknown@example.org")]

    first, second = (answer.context["form"].errors for answer in answers)
    assert [answer.status_code for answer in answers] == [200, 200]
    assert first == second
    assert mail.outbox == []


@pytest.mark.parametrize(
    "path",
    ["signup/", "email/", "password/reset/", "password/set/", "login/code/", "confirm-email/", "reauthenticate/"],
)
def test_what_is_not_offered_has_no_address(path: str) -> None:
    for browser in (Client(), client_of(MemberFactory())):
        assert browser.get(f"/accounts/{path}").status_code == 404
        assert browser.post(f"/accounts/{path}", {"email": "new@example.org", "password1": PASSWORD}).status_code == 404

    with pytest.raises(NoReverseMatch):
        reverse("account_reset_password")


def test_there_is_no_sign_up() -> None:
    assert AccountAdapter().is_open_for_signup(RequestFactory().get("/")) is False


def test_signing_in_writes_no_second_address() -> None:
    sign_in(MemberFactory().email)
    assert not EmailAddress.objects.exists()


def test_open_pages_hear_of_signing_out(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    heard: list[str] = []
    monkeypatch.setattr(live, "_send", lambda group, event: heard.append(event["type"]))
    browser = client_of(MemberFactory())
    assert browser.get("/accounts/logout/").status_code == 200
    assert "_auth_user_id" in browser.session

    with django_capture_on_commit_callbacks(execute=True):
        browser.post("/accounts/logout/")

    assert heard == ["access.revoked"]
    assert "_auth_user_id" not in browser.session


def test_a_new_password_keeps_this_session_and_ends_the_others() -> None:
    person = MemberFactory()
    here, elsewhere = client_of(person), client_of(person)
    address = reverse("account_change_password")
    new = {"password1": "another long password", "password2": "another long password"}

    wrong = here.post(address, {"oldpassword": "wrong", **new})
    assert wrong.status_code == 200

    here.post(address, {"oldpassword": PASSWORD, **new})
    assert here.get(address).status_code == 200
    assert elsewhere.get(address).status_code == 302
    assert is_signed_in(sign_in(person.email, "another long password"))
