"""Texts that are being written: kept for their writer, used up by sending, never seen by anybody else."""

import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from config.common import clock
from messenger.models import Message, UnsentText
from tests.cast import Cast, client_of, holding, make_cast
from tests.factories import CodeUserFactory
from ticketing.models import TicketStatus, Visibility
from ticketing.services import assignment, properties
from ticketing.surfaces import OFFICE, PORTAL, Surface

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def cast() -> Cast:
    return make_cast(TicketStatus.ASSIGNED)


class Page:
    """An open page with a form: it counts what it saves, as `static/js/behaviours/keep-text.js` does."""

    def __init__(self, cast: Cast, client: Client, surface: Surface = OFFICE, box: str = "message") -> None:
        self.cast, self.client, self.surface, self.box = cast, client, surface, box
        self.page, self.key, self.version, self.base = str(uuid.uuid4()), str(uuid.uuid4()), 0, 0

    def url(self, name: str) -> str:
        return self.surface.ticket_url(name, self.cast.ticket)

    def save(self, text: str, *, is_lost: bool = False, **fields: object) -> Any:
        self.version += 1
        typed = {"key": self.key, "box": self.box, "text": text, "page": self.page, "version": self.version}
        body = urlencode({**typed, "base": self.base, **fields})
        answer = self.client.put(self.url("unsent_texts"), body, content_type="application/x-www-form-urlencoded")
        if answer.status_code == 200 and not is_lost:
            self.key, self.base = answer.json()["key"], self.version
        return answer

    def open(self, row: UnsentText) -> "Page":
        self.key, self.version, self.base = str(row.key), row.version, row.version
        return self

    def send(self, text: str) -> Any:
        return self.client.post(self.url("message_send"), {"client_key": self.key, "text": text})


def kept() -> list[str]:
    return [each.text for each in UnsentText.objects.all()]


def test_what_is_typed_is_kept_and_the_last_version_counts(cast: Cast) -> None:
    page = Page(cast, cast.client("responsible"))

    assert page.save("Half a").status_code == 200
    page.save("Half a sentence")

    assert kept() == ["Half a sentence"]
    # A request that was on its way for long.
    page.save("Half", version=1)
    assert kept() == ["Half a sentence"]
    page.save("  ")
    assert kept() == []


def test_sending_uses_it_up_and_nothing_brings_it_back(cast: Cast) -> None:
    page = Page(cast, cast.client("responsible"))
    page.save("On my way")

    page.send("On my way.")
    page.save("On my way")

    assert (Message.objects.get().text, kept()) == ("On my way.", [])


def test_a_page_that_has_not_read_yet_what_is_kept_uses_it_up_by_sending_the_same(cast: Cast) -> None:
    Page(cast, cast.client("responsible")).save("On my way")
    Page(cast, cast.client("moderator")).save("On my way")
    Page(cast, cast.client("responsible")).save("Half a sentence")

    Page(cast, cast.client("responsible")).send("On my way")

    assert sorted(UnsentText.objects.values_list("writer", "text")) == sorted(
        [(cast.person("responsible").pk, "Half a sentence"), (cast.person("moderator").pk, "On my way")]
    )


@pytest.mark.parametrize(("box", "address"), [("update", "update_post"), ("internal", "internal_update_post")])
def test_updates_use_theirs_up(cast: Cast, box: str, address: str) -> None:
    page = Page(cast, cast.client("responsible"), box=box)
    page.save("The seal is new.")

    page.client.post(page.url(address), {"client_key": page.key, "text": "The seal is new."})
    page.save("The seal")

    assert kept() == []


def test_a_message_that_was_not_sent_uses_nothing_up(cast: Cast) -> None:
    page = Page(cast, cast.client("responsible"))
    page.save("On my way")

    page.client.post(page.url("message_send"), {"client_key": page.key, "text": "  "})

    assert kept() == ["On my way"]


def test_two_devices_never_write_over_each_other(cast: Cast) -> None:
    desk, phone = Page(cast, cast.client("responsible")), Page(cast, cast.client("responsible"))
    desk.save("Begun at the desk")

    phone.open(UnsentText.objects.get()).save("Begun at the desk, ended on the phone")
    desk.save("Begun at the desk, and went on")

    assert kept() == ["Begun at the desk, and went on", "Begun at the desk, ended on the phone"]
    # Each goes on with its own.
    desk.save("Desk")
    phone.save("Phone")
    assert sorted(kept()) == ["Desk", "Phone"]
    shown = desk.client.get(desk.url("unsent_texts")).content.decode()
    assert shown.index("Phone") < shown.index("Desk")


def test_an_answer_that_was_lost_makes_no_second_text(cast: Cast) -> None:
    page = Page(cast, cast.client("responsible"))
    page.save("One")
    page.save("Two", is_lost=True)

    page.save("Three")

    assert kept() == ["Three"]


def test_nobody_else_reads_it_and_a_guest_of_a_shared_phone_neither(cast: Cast) -> None:
    page = Page(cast, cast.client("reporter"), PORTAL)
    page.save("My number is 1234")

    others = [cast.client(role) for role in ("responsible", "moderator", "administrator")]
    office = OFFICE.ticket_url("unsent_texts", cast.ticket)
    guests = [client_of(session=holding(cast.code)), client_of(session=holding(cast.code, person=CodeUserFactory()))]

    assert "1234" in page.client.get(page.url("unsent_texts")).content.decode()
    for client, address in [(each, office) for each in others] + [(each, page.url("unsent_texts")) for each in guests]:
        answer = client.get(address)
        assert answer.status_code == 200
        assert "1234" not in answer.content.decode()
        client.delete(address)
    assert kept() == ["My number is 1234"]


def test_who_only_looks_is_nobody_yet(cast: Cast) -> None:
    page = Page(cast, client_of(session=holding(cast.code)), PORTAL)

    assert page.save("I begin").status_code == 204
    assert kept() == []


def test_who_may_not_write_keeps_nothing(cast: Cast) -> None:
    assert Page(cast, cast.client("uninvolved")).save("I").status_code == 403
    assert Page(cast, cast.client("reporter"), PORTAL, box="internal").save("I").status_code in (403, 404)
    assert Page(cast, cast.client("other_holder"), PORTAL).save("I").status_code == 404
    assert Page(cast, cast.client("responsible")).save("x" * 10_001).status_code == 400
    assert kept() == []


def test_who_lost_the_ticket_reads_copies_and_discards_the_own_text(cast: Cast) -> None:
    page = Page(cast, cast.client("responsible"))
    page.save("Ordered the seal, comes on Monday.")
    person = cast.person("responsible")
    assignment.withdraw(actor=cast.moderator, ticket_id=cast.ticket.pk, person=person)

    shown = page.client.get(page.url("ticket_detail") + "?tab=messenger").content.decode()
    listed = page.client.get(reverse("office:unsent_list")).content.decode()

    assert "Ordered the seal" in listed
    assert cast.ticket.title in listed
    assert "Ordered the seal" not in shown or "unsent-text" in shown
    updates = page.client.get(page.url("ticket_detail") + "?tab=internal").content.decode()
    assert "Ordered the seal" in updates
    given = {"ticket": cast.ticket.pk, "key": page.key}
    assert cast.client("moderator").post(reverse("office:unsent_discard"), given).status_code == 303
    assert kept()
    assert page.client.post(reverse("office:unsent_discard"), given).status_code == 303
    assert kept() == []


def test_a_ticket_that_is_hidden_by_now_leaves_the_text_and_nothing_else(cast: Cast) -> None:
    page = Page(cast, cast.client("manager"), box="update")
    page.save("We need it back on Friday.")
    properties.change_visibility(actor=cast.moderator, ticket_id=cast.ticket.pk, visibility=Visibility.INTERNAL)

    listed = page.client.get(reverse("office:unsent_list")).content.decode()

    assert "We need it back on Friday." in listed
    assert "You can no longer open this ticket." in listed
    assert cast.ticket.title not in listed


def test_a_code_user_takes_the_text_of_a_closed_ticket_along() -> None:
    cast = make_cast(TicketStatus.DONE)
    page = Page(cast, cast.client("reporter"), PORTAL)
    page.save("It leaks again.")
    cast.ticket.__class__.objects.update(status=TicketStatus.CLOSED)

    shown = page.client.get(page.url("ticket_detail")).content.decode()

    assert "It leaks again." in shown
    page.client.delete(page.url("unsent_texts"))
    assert kept() == []


def test_the_page_says_in_its_own_statement_whether_there_is_one(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for client, surface, where in (
        (cast.client("responsible"), OFFICE, "?tab=messenger"),
        (cast.client("reporter"), PORTAL, ""),
    ):
        page = Page(cast, client, surface)
        address = page.url("ticket_detail") + where
        assert "data-has-unsent" not in client.get(address).content.decode()
        page.save("Half")
        assert "data-has-unsent" in client.get(address).content.decode()
        # Drawn alone when a ticket is opened again: it does not know, and its page asks.
        assert "data-has-unsent" in client.get(page.url("message_composer")).content.decode()


def test_the_office_counts_them(cast: Cast) -> None:
    page = Page(cast, cast.client("responsible"))
    for number in range(3):
        page.save(f"Text {number}")
        page.key = str(uuid.uuid4())

    counts = page.client.get(reverse("office:view_count_list")).content.decode()

    assert '[data-count=unsent]">3<' in counts


def test_a_page_that_keeps_too_many_is_told(cast: Cast) -> None:
    page = Page(cast, cast.client("responsible"))
    for number in range(20):
        page.save(f"Text {number}")
        page.key = str(uuid.uuid4())

    assert page.save("One more").status_code == 429
    assert len(kept()) == 20


def test_after_a_month_it_is_swept(cast: Cast, settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    page = Page(cast, cast.client("responsible"))
    page.save("Old")
    UnsentText.objects.update(changed_at=clock.now() - timedelta(days=31))
    page.key = str(uuid.uuid4())
    page.save("Young")

    call_command("remove_orphans", verbosity=0)

    assert kept() == ["Young"]
