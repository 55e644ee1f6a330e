"""The send guard: what others wrote meanwhile is shown before a message goes out."""

import html
import re
import uuid
from typing import Any

import pytest

from config.common.errors import DomainError
from fleet.actors import KnownActor
from messenger.models import Attachment, Message
from tests.cast import Cast, client_of, holding
from tests.factories import CodeUserFactory
from tests.messenger import samples
from tests.messenger.samples import upload
from ticketing.models import Priority, Update, Visibility
from ticketing.services import properties
from ticketing.services.guard import PageSeen, Unseen, require_seen
from ticketing.services.messages import send_message
from ticketing.services.updates import post_update
from ticketing.surfaces import OFFICE, PORTAL

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
FETCH = {"X-Requested-With": "fetch", "Accept": "text/html", "Accept-Language": "en"}


def known(cast: Cast, role: str) -> KnownActor:
    actor = cast[role]
    assert isinstance(actor, KnownActor)
    return actor


def say(cast: Cast, role: str, text: str, seen: int | None = None) -> Message:
    actor = known(cast, role)
    page = PageSeen(number=seen)
    return send_message(actor=actor, ticket_id=cast.ticket.pk, client_key=uuid.uuid4(), text=text, page=page)


def note(cast: Cast, role: str, text: str) -> Update:
    key = uuid.uuid4()
    return post_update(actor=known(cast, role), ticket_id=cast.ticket.pk, client_key=key, is_internal=True, text=text)


def form(text: str, seen: int, **fields: object) -> dict[str, object]:
    return {"client_key": str(uuid.uuid4()), "text": text, "seen": seen, **fields}


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return html.unescape(found[1])


def test_what_a_colleague_or_a_customer_wrote_meanwhile_holds_an_employees_message_back(cast: Cast) -> None:
    seen = cast.fresh().sequence
    for role in ("moderator", "reporter"):
        other = say(cast, role, "Meanwhile.")

        with pytest.raises(Unseen, match=re.escape(other.author.name)):
            say(cast, "responsible", "Past it.", seen)

        seen = other.sequence
        assert say(cast, "responsible", "After it.", seen)
        seen += 1


def test_internal_updates_of_colleagues_count_for_employees_only(cast: Cast) -> None:
    ticket = cast.fresh()
    note(cast, "moderator", "I call them now.")

    assert say(cast, "reporter", "Any news?", ticket.public_sequence)
    with pytest.raises(Unseen, match="2 new messages"):
        say(cast, "responsible", "Past it.", ticket.sequence)


def test_a_code_user_is_stopped_by_what_an_employee_wrote_only(cast: Cast) -> None:
    seen = cast.fresh().public_sequence
    say_as_another_code_user(cast, "Me too.")

    assert say(cast, "reporter", "It leaks more.", seen)

    answer = say(cast, "responsible", "On my way.")
    with pytest.raises(Unseen, match=re.escape(answer.author.name)):
        say(cast, "reporter", "Past it.", seen)


def say_as_another_code_user(cast: Cast, text: str) -> None:
    client = client_of(session=holding(cast.code, person=CodeUserFactory()))
    client.post(PORTAL.ticket_url("message_send", cast.ticket), form(text, 10_000))


def test_own_messages_and_what_is_no_message_hold_nothing_back(cast: Cast) -> None:
    seen = cast.fresh().sequence
    say(cast, "responsible", "From another tab.")
    properties.change_priority(actor=cast.moderator, ticket_id=cast.ticket.pk, priority=Priority.HIGH)

    assert say(cast, "responsible", "Second.", seen)


def test_pages_that_say_nothing_of_what_they_showed_are_not_stopped(cast: Cast) -> None:
    say(cast, "moderator", "Meanwhile.")

    assert say(cast, "responsible", "From an older page.")


def test_page_that_has_all_of_it_costs_no_statement(cast: Cast, django_assert_num_queries: Any) -> None:
    say(cast, "moderator", "Meanwhile.")
    ticket = cast.fresh()

    with django_assert_num_queries(0):
        require_seen(cast.responsible, ticket, ticket.sequence)


def test_a_script_gets_the_missing_bubbles_in_the_language_of_its_reader(cast: Cast) -> None:
    seen = cast.fresh().sequence
    say(cast, "reporter", "It **smokes**.")
    client, address = cast.client("responsible"), OFFICE.ticket_url("message_send", cast.ticket)
    sent = form("Wait for us.", seen)

    answer = client.post(address, sent, headers={**FETCH, "Accept-Language": "de"})

    found = answer.json()
    assert (answer.status_code, found["code"]) == (409, "unseen")
    assert "hat inzwischen geschrieben" in found["message"]
    assert "<strong>smokes</strong>" in found["markup"]
    assert Message.objects.count() == 1

    # Send anyway: the same key, once, from now on with what was shown.
    again = {**sent, "seen": cast.fresh().sequence}
    assert [client.post(address, again, headers=FETCH).status_code for _time in range(2)] == [201, 201]
    # A repetition is never stopped, whatever it says that it had seen.
    say(cast, "reporter", "And now it burns.")
    assert client.post(address, sent, headers=FETCH).status_code == 201
    assert Message.objects.filter(author=cast.person("responsible")).count() == 1


def test_without_scripts_a_page_shows_what_was_missed_and_what_was_typed(cast: Cast) -> None:
    client, address = cast.client("responsible"), OFFICE.ticket_url("message_send", cast.ticket)
    shown = client.get(OFFICE.ticket_url("ticket_detail", cast.ticket) + "?tab=messenger").content.decode()
    say(cast, "reporter", "It **smokes**.")
    file = upload(samples.PDF, "plan.pdf")
    sent = form("Wait for <us>.", int(hidden(shown, "seen")), audience="public", files=[file])

    held = client.post(address, sent)

    page = held.content.decode()
    assert held.status_code == 409
    assert "no-store" in held["Cache-Control"]
    for part in ("<strong>smokes</strong>", "Wait for &lt;us&gt;.", "Send anyway", "plan.pdf"):
        assert part in page
    assert hidden(page, "client_key") == sent["client_key"]
    assert Message.objects.count() == 1

    fields = {name: hidden(page, name) for name in ("client_key", "seen", "audience", "uploads")}
    for _time in range(2):
        assert client.post(address, {**fields, "text": "Wait for us."}).status_code == 303
    message = Message.objects.get(author=cast.person("responsible"))
    assert (message.text, Attachment.objects.get().message) == ("Wait for us.", message)


def test_a_phone_without_scripts_has_its_own_numbers(cast: Cast) -> None:
    note(cast, "responsible", "Not for customers.")
    client = cast.client("reporter")
    address = PORTAL.ticket_url("message_send", cast.ticket)
    shown = client.get(PORTAL.ticket_url("ticket_detail", cast.ticket)).content.decode()
    assert int(hidden(shown, "seen")) == cast.fresh().public_sequence
    say(cast, "responsible", "Switch it off.")

    held = client.post(address, form("Still on.", int(hidden(shown, "seen"))))

    assert held.status_code == 409
    assert "Switch it off." in held.content.decode()
    assert "Not for customers." not in held.content.decode()


def test_on_a_page_of_earlier_messages_those_after_it_were_not_written_meanwhile(cast: Cast) -> None:
    first = say(cast, "reporter", "Number 0")
    for number in range(1, 53):
        say(cast, "reporter", f"Number {number}")
    address = OFFICE.ticket_url("ticket_detail", cast.ticket)

    page = cast.client("responsible").get(f"{address}?tab=messenger&before={first.sequence + 2}").content.decode()

    assert int(hidden(page, "seen")) == first.sequence + 52 == cast.fresh().sequence


def test_refused_input_shown_again_still_says_what_was_seen(cast: Cast) -> None:
    page = cast.client("responsible").post(OFFICE.ticket_url("message_send", cast.ticket), form(" ", 3))

    assert page.status_code == 400
    assert hidden(page.content.decode(), "seen") == "3"


def test_text_for_employees_is_refused_for_its_readers_first(cast: Cast) -> None:
    properties.change_visibility(actor=cast.moderator, ticket_id=cast.ticket.pk, visibility=Visibility.INTERNAL)
    seen = cast.fresh().sequence
    say(cast, "moderator", "Between us.")
    properties.change_visibility(actor=cast.moderator, ticket_id=cast.ticket.pk, visibility=Visibility.PUBLIC)

    with pytest.raises(DomainError) as refusal:
        send_message(
            actor=cast.responsible,
            ticket_id=cast.ticket.pk,
            client_key=uuid.uuid4(),
            text="For us.",
            page=PageSeen(Visibility.INTERNAL, seen),
        )

    assert refusal.value.code == "audience"
