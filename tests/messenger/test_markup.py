"""The markup that is kept with each text: made once, shown from then on, and made again when the rules change."""

import hashlib
import uuid
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import Model
from django.utils import translation

from messenger import text
from messenger.models import Message
from messenger.models.conversations import WrittenText
from messenger.services import markup
from messenger.text import MARKUP_VERSION, render_text
from tests.cast import make_cast
from tests.factories import MessageFactory, UpdateFactory
from ticketing.models import TicketStatus, Update
from ticketing.services.messages import send_message
from ticketing.services.updates import post_update
from ticketing.surfaces import OFFICE

pytestmark = pytest.mark.django_db
TEXT = (
    "Call **now**:\nhttps://a.example/x and [here](https://b.example), @Mara, a@b.example. <b>5 < 6</b> C:\\temp, "
    "030 1234567"
)
HELP = " [[/d/press/help/3f2a/ | Oil level]]"
# SHA-256 of what each version of the rules makes of these.
KNOWN_VERSIONS = {2: "db220fb09a1de12adfb194cd3a4920dc15830b02ed74832aadf4a5c7b4f0275d"}


def remake() -> str:
    said = StringIO()
    call_command("remake_markup", stdout=said)
    return said.getvalue()


def kept(model: type[Model]) -> list[tuple[str, int]]:
    return list(model._default_manager.order_by("pk").values_list("markup", "markup_version"))


def test_rules_that_change_have_a_new_version() -> None:
    digest = hashlib.sha256(render_text(TEXT + HELP).encode()).hexdigest()

    assert digest == KNOWN_VERSIONS.get(MARKUP_VERSION), "Texts become other markup now: raise MARKUP_VERSION."


def test_markup_is_the_same_for_readers_of_all_languages() -> None:
    made = set()

    for language in ("en", "de", "fr"):
        with translation.override(language):
            made.add(render_text(TEXT))

    assert len(made) == 1


def test_markup_is_made_when_a_text_is_written() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    given: dict[str, Any] = {"actor": cast.responsible, "ticket_id": cast.ticket.pk, "text": TEXT}

    send_message(**given, client_key=uuid.uuid4())
    for internal in (False, True):
        post_update(**given, client_key=uuid.uuid4(), is_internal=internal)

    assert kept(Message) == [(render_text(TEXT), MARKUP_VERSION)]
    assert kept(Update) == [(render_text(TEXT), MARKUP_VERSION)] * 2


def test_pages_show_what_is_kept_and_parse_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    client = cast.client("responsible")
    given: dict[str, Any] = {"actor": cast.responsible, "ticket_id": cast.ticket.pk, "text": TEXT}
    send_message(**given, client_key=uuid.uuid4())
    post_update(**given, client_key=uuid.uuid4(), is_internal=False)

    def refuse(_text: str) -> None:
        raise AssertionError("A text was parsed again.")

    # What is imported only by the first request would keep the refusal.
    client.get(OFFICE.ticket_url("ticket_detail", cast.ticket))
    monkeypatch.setattr(text, "render_text", refuse)
    for tab in ("messenger", "updates"):
        page = client.get(OFFICE.ticket_url("ticket_detail", cast.ticket), {"tab": tab}).content.decode()
        assert "<strong>now</strong>" in page


@pytest.mark.parametrize(("version", "old"), [(0, ""), (MARKUP_VERSION + 1, "<p>Other rules.</p>")])
def test_text_with_markup_of_other_rules_is_shown_by_the_present_ones(version: int, old: str) -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    made = {"ticket": cast.ticket, "text": TEXT, "markup": old, "markup_version": version, "sequence": 900}
    MessageFactory(**made)
    UpdateFactory(**made)
    client = cast.client("responsible")

    for tab in ("messenger", "updates"):
        page = client.get(OFFICE.ticket_url("ticket_detail", cast.ticket), {"tab": tab}).content.decode()
        assert render_text(TEXT) in page
        assert "Other rules" not in page


def test_command_makes_outdated_markup_again_in_batches_and_the_rest_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markup, "BATCH_SIZE", 2)
    old = MessageFactory.create_batch(5, text=TEXT)
    UpdateFactory(text=TEXT, markup="<p>Other rules.</p>", markup_version=MARKUP_VERSION + 1)
    current = MessageFactory(text=TEXT, markup="<p>Kept.</p>", markup_version=MARKUP_VERSION)

    first, second = remake(), remake()

    assert first.split("\n")[:2] == ["messages: 5 made again.", "updates: 1 made again."]
    assert second.split("\n")[:2] == ["messages: 0 made again.", "updates: 0 made again."]
    assert kept(Message) == [(render_text(TEXT), MARKUP_VERSION)] * len(old) + [("<p>Kept.</p>", MARKUP_VERSION)]
    assert kept(Update) == [(render_text(TEXT), MARKUP_VERSION)]
    current.refresh_from_db()
    assert current.text == TEXT


def test_text_that_is_erased_while_the_command_runs_gets_no_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    message: WrittenText = MessageFactory(text=TEXT)

    def erase_meanwhile(written: str) -> str:
        Message.objects.update(text="", salt="", markup="")
        return render_text(written)

    monkeypatch.setattr(markup, "render_text", erase_meanwhile)
    remake()

    message.refresh_from_db()
    assert (message.text, message.markup) == ("", "")
