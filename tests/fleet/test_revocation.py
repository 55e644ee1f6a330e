"""What ends the sessions of a person reaches open pages at once, on commit; codes have tests of their own."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from config.common import live
from fleet.actors import KnownActor
from fleet.models import Person
from fleet.services import people
from fleet.services.people import PersonDetails
from tests.cast import client_of
from tests.factories import PASSWORD, AdministratorFactory, MemberFactory

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "another long password"


@pytest.fixture
def revocations(monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any) -> Callable[..., list[str]]:
    """What open pages hear of when the act is committed."""

    def of(act: Callable[..., object], *args: Any, **kwargs: Any) -> list[str]:
        heard: list[str] = []
        monkeypatch.setattr(live, "_send", lambda group, event: heard.append(event["type"]))
        with django_capture_on_commit_callbacks(execute=True):
            act(*args, **kwargs)
        return heard

    return of


def test_a_new_own_password_reaches_open_pages_and_a_refused_one_is_not(revocations: Any) -> None:
    mara = MemberFactory()
    browser = client_of(mara)

    def change(old_password: str) -> None:
        fields = {"oldpassword": old_password, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
        browser.post(reverse("account_change_password"), fields)

    refused, changed = revocations(change, "wrong"), revocations(change, PASSWORD)

    assert (refused, changed) == ([], ["access.revoked"])


def change_role(actor: KnownActor, person: Person) -> None:
    people.change_person(actor=actor, person=person, details=PersonDetails(email="m@example.org", role="moderator"))


def set_password(actor: KnownActor, person: Person) -> None:
    people.set_password(actor=actor, person=person, password=NEW_PASSWORD)


def deactivate(actor: KnownActor, person: Person) -> None:
    people.deactivate_person(actor=actor, person=person)


@pytest.mark.parametrize("act", [change_role, set_password, deactivate], ids=lambda act: act.__name__)
def test_what_administrators_change_of_a_person_reaches_open_pages(act: Any, revocations: Any) -> None:
    administrator, member = KnownActor(person=AdministratorFactory()), MemberFactory()

    assert revocations(act, administrator, member) == ["access.revoked"]
