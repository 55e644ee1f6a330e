"""The page of deliveries: what waits and what failed, trying again, and trying out a channel."""

import smtplib
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.common import clock
from fleet.models import Person
from messenger.models import DeliveryState
from messenger.web_push import Answer, Subscription
from tests.cast import client_of
from tests.factories import AdministratorFactory, DeliveryFactory, ModeratorFactory, PushDeviceFactory

pytestmark = pytest.mark.django_db
PAGE = "/admin/messenger/delivery/"
TEST_MAIL = f"{PAGE}test-email/"


@pytest.fixture
def administrator() -> Person:
    return AdministratorFactory()


@pytest.fixture
def client(administrator: Person) -> Client:
    return client_of(administrator)


def content(client: Client, query: str = "") -> str:
    return client.get(f"{PAGE}{query}").content.decode()


def test_what_waits_and_what_failed_is_listed_with_its_reason(client: Client) -> None:
    waiting, dead, sent = (
        DeliveryFactory(),
        DeliveryFactory(state=DeliveryState.DEAD, reason="refused", error="550 no such user"),
        DeliveryFactory(state=DeliveryState.SENT),
    )

    page = content(client)
    assert "550 no such user" in page
    for delivery, is_shown in ((waiting, True), (dead, True), (sent, False)):
        assert (reverse("admin:messenger_delivery_change", args=[delivery.pk]) in page) == is_shown
    assert reverse("admin:messenger_delivery_change", args=[sent.pk]) in content(client, "?state=all")
    assert reverse("admin:messenger_delivery_change", args=[waiting.pk]) not in content(client, "?state=dead")


def test_a_queue_that_stands_still_is_said_on_top(client: Client) -> None:
    assert "admin-queue--late" not in content(client)
    DeliveryFactory(due_at=clock.now() - timedelta(hours=1))
    assert "admin-queue--late" in content(client)


def test_dead_letters_are_sent_again_and_others_are_not(client: Client) -> None:
    dead, sent = DeliveryFactory(state=DeliveryState.DEAD, attempts=9), DeliveryFactory(state=DeliveryState.SENT)

    response = client.post(
        f"{PAGE}?state=all", {"action": "send_again", "_selected_action": [dead.pk, sent.pk]}, follow=True
    )

    assert "1 delivery is sent again." in response.content.decode()
    dead.refresh_from_db()
    sent.refresh_from_db()
    assert (dead.state, dead.attempts, dead.finished_at) == ("waiting", 0, None)
    assert sent.state == "sent"


def test_a_test_mail_goes_to_the_one_who_asks(client: Client, administrator: Person) -> None:
    assert TEST_MAIL in content(client)

    response = client.post(TEST_MAIL, follow=True)

    assert [message.to for message in mail.outbox] == [[administrator.email]]
    assert str(administrator.email) in response.content.decode()


def test_a_test_mail_that_fails_says_why(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: Any) -> None:
        raise smtplib.SMTPAuthenticationError(535, b"Bad credentials")

    monkeypatch.setattr("messenger.carriers.trials.send_mail", refuse)

    assert "Bad credentials" in client.post(TEST_MAIL, follow=True).content.decode()


def test_only_administrators_and_only_by_a_button(client: Client) -> None:
    assert client.get(TEST_MAIL).status_code == 405
    moderator = client_of(ModeratorFactory())
    assert {moderator.get(PAGE)["Location"], moderator.post(TEST_MAIL)["Location"]} == {
        f"/admin/login/?next={PAGE}",
        f"/admin/login/?next={TEST_MAIL}",
    }
    assert mail.outbox == []


def test_more_deliveries_cost_no_more_queries(client: Client) -> None:
    numbers = []
    for _each in range(2):
        DeliveryFactory.create_batch(3)
        with CaptureQueriesContext(connection) as queries:
            content(client)
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]


def test_a_test_push_needs_a_browser_that_takes_it(client: Client) -> None:
    page = client.post(f"{PAGE}test-push/", follow=True).content.decode()

    assert "None of your browsers takes push notifications." in page


def test_a_test_push_says_how_many_browsers_took_it(
    client: Client, administrator: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    PushDeviceFactory.create_batch(2, person=administrator)
    PushDeviceFactory()
    pushed: list[str] = []

    def take(browser: Subscription, message: dict[str, object], **_more: object) -> Answer:
        pushed.append(str(message["body"]))
        return Answer(201 if len(pushed) == 1 else 410, "")

    monkeypatch.setattr("messenger.carriers.push.push", take)

    assert "1 browser took it." in client.post(f"{PAGE}test-push/", follow=True).content.decode()
    assert pushed == ["Push notifications reach this browser."] * 2
