"""The administration of ready messages: placeholders and answers are alike in all languages."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from messenger.composed import choices_of
from messenger.models import ReadyMessage
from tests.cast import client_of
from tests.factories import AdministratorFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def client() -> Client:
    return client_of(AdministratorFactory())


def save(client: Client, **columns: str) -> str:
    names = [f"{field}_{language}" for field in ("text", "choices") for language in ("en", "de", "fr")]
    sent: dict[str, Any] = {**dict.fromkeys(names, ""), "icon": "car", "position": "0", "is_active": "on", **columns}
    answer = client.post(reverse("admin:messenger_readymessage_add"), sent, headers={"accept-language": "en"})
    return "saved" if answer.status_code == 302 else answer.content.decode()


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"text_en": "Call {nummer}"}, "Only {number}, {text} and {time} can stand in braces."),
        ({"text_en": "Call {number"}, "Only {number}, {text} and {time} can stand in braces."),
        ({"text_en": "{text} and {text}"}, "Each placeholder can be there once."),
        ({"text_en": "At {time}", "text_de": "Um"}, "Each language needs the same placeholders as English."),
        ({"text_en": "At", "text_fr": "À {time}"}, "Each language needs the same placeholders as English."),
        ({"text_en": "Well?", "choices_en": "Yes"}, "Enter two to five answers."),
        ({"text_en": "Well?", "choices_en": "Yes\nNo", "choices_de": "Ja"}, "as many answers as English."),
        ({"text_en": "Well?", "choices_de": "Ja\nNein"}, "as many answers as English."),
    ],
)
def test_what_readers_would_miss_is_refused(client: Client, columns: dict[str, str], sentence: str) -> None:
    assert sentence in save(client, **columns)
    assert ReadyMessage.objects.count() == 0


def test_it_is_saved_with_its_answers(client: Client) -> None:
    asked = {"choices_en": " Yes \n\nNo\n", "choices_de": "Ja\nNein"}

    assert save(client, text_en="At {time}, {text}?", text_de="{text} um {time}?", **asked) == "saved"

    assert choices_of(ReadyMessage.objects.get()) == [
        {"en": "Yes", "de": "Ja", "fr": "Yes"},
        {"en": "No", "de": "Nein", "fr": "No"},
    ]
