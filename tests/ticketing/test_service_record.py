"""The service record of a device: who reads what of it, in which order, and whether it is what was written."""

import uuid
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.common import clock
from config.common.errors import DomainError
from config.common.pdf import printable
from fleet.actors import KnownActor
from fleet.models import Device
from tests.cast import Cast, client_of, make_cast, open_for, start
from tests.factories import ManagerFactory, ModeratorFactory
from ticketing.access import record_for
from ticketing.entry_kinds import ENTRY_KINDS
from ticketing.models import JournalEntry, Priority, Ticket, TicketStatus, Update, Visibility
from ticketing.office.record import KINDS, PAGE_SIZE, Narrowing, whole_record
from ticketing.services import assignment, life_cycle, messages, properties, updates

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast(TicketStatus.IN_PROGRESS)


def post(cast: Cast, text: str, *, is_internal: bool = False, ticket: Ticket | None = None) -> None:
    updates.post_update(
        actor=cast.moderator,
        ticket_id=(ticket or cast.ticket).pk,
        client_key=uuid.uuid4(),
        text=text,
        is_internal=is_internal,
    )


def second_ticket(cast: Cast, visibility: Visibility = Visibility.PUBLIC) -> Ticket:
    return open_for(cast.moderator, cast.device, cast.flow, visibility)


def record_page(client: Client, device: Device, **query: Any) -> Any:
    address = reverse("office:device_detail", args=[device.slug])
    response = client.get(address, {"tab": "record", **query})
    assert response.status_code == 200
    return response


def lines_of(client: Client, device: Device, **query: Any) -> list[tuple[int, str]]:
    """Number of the ticket and sentence of each line, as the page shows them."""
    lines = record_page(client, device, **query).context["page"].body.page.lines
    return [(line.ticket.number, line.entry.sentence) for line in lines]


def test_it_holds_what_happened_in_all_tickets_newest_first(cast: Cast) -> None:
    other = second_ticket(cast)
    post(cast, "In the first.")
    post(cast, "In the second.", ticket=other)

    lines = record_page(cast.client("uninvolved"), cast.device).context["page"].body.page.lines

    assert [line.ticket for line in lines[:2]] == [other, cast.ticket]
    assert [line.update.text for line in lines[:2]] == ["In the second.", "In the first."]
    assert [line.entry.at for line in lines] == sorted((line.entry.at for line in lines), reverse=True)
    assert {line.ticket for line in lines} == {other, cast.ticket}


def test_it_is_worded_as_the_histories_of_its_tickets(cast: Cast) -> None:
    other = second_ticket(cast)
    for ticket in (cast.ticket, other):
        messages.send_message(actor=cast.moderator, ticket_id=ticket.pk, client_key=uuid.uuid4(), text="Coming.")
    assignment.assign(actor=cast.moderator, ticket_id=other.pk, person=cast.person("uninvolved"))

    lines = lines_of(cast.client("moderator"), cast.device)

    # An assignment and the status that follows from it are one line; messages of two tickets are two.
    assert lines[0] == (other.number, "Made Una Uninvolved responsible. The ticket is ASSIGNED now.")
    assert lines[1] == (other.number, "Wrote a message.")
    assert lines[2] == (cast.ticket.number, "Wrote a message.")


def test_the_customer_reads_public_entries_of_public_tickets_only(cast: Cast) -> None:
    inside = second_ticket(cast, Visibility.INTERNAL)
    post(cast, "For all to read.")
    post(cast, "Not for the customer.", is_internal=True)
    post(cast, "Inside of the internal one.", is_internal=True, ticket=inside)

    outside = record_page(cast.client("manager"), cast.device).content.decode()
    of_employees = record_page(cast.client("uninvolved"), cast.device).content.decode()

    assert "For all to read." in outside
    assert "Not for the customer." not in outside
    assert "Inside of the internal one." not in outside
    assert f"#{inside.number}" not in outside
    assert "Offered to" not in outside
    for text in ("For all to read.", "Not for the customer.", "Inside of the internal one."):
        assert text in of_employees


def test_managers_cannot_ask_for_more(cast: Cast) -> None:
    post(cast, "Not for the customer.", is_internal=True)

    for query in ({"visibility": "internal"}, {"version": ""}, {"kind": "updates"}, {"ticket": cast.ticket.pk}):
        page = record_page(cast.client("manager"), cast.device, **query)
        assert "Not for the customer." not in page.content.decode()
    for name in ("device_record", "device_record_pdf"):
        response = cast.client("manager").get(
            reverse(f"office:{name}", args=[cast.device.slug]), {"visibility": "internal"}
        )
        assert response.status_code == 200
        assert b"Not for the customer." not in response.content


def test_employees_see_the_version_for_the_customer(cast: Cast) -> None:
    post(cast, "For all to read.")
    post(cast, "Not for the customer.", is_internal=True)

    of_manager = lines_of(cast.client("manager"), cast.device)
    version = lines_of(cast.client("uninvolved"), cast.device, version="customer")

    assert version == of_manager
    assert version != lines_of(cast.client("uninvolved"), cast.device)


def test_it_is_narrowed_by_kind_ticket_day_and_visibility(cast: Cast) -> None:
    other = second_ticket(cast)
    post(cast, "Public.")
    post(cast, "Internal.", is_internal=True)
    client, device = cast.client("moderator"), cast.device
    today, tomorrow = clock.now().date(), clock.now().date() + timedelta(days=2)

    kinds = {sentence for _number, sentence in lines_of(client, device, kind="updates")}
    assert kinds == {"Posted an update.", "Posted an internal update."}
    assert {number for number, _sentence in lines_of(client, device, ticket=other.pk)} == {other.number}
    properties.change_priority(actor=cast.moderator, ticket_id=other.pk, priority=Priority.HIGH)
    assert lines_of(client, device, kind="details") == [(other.number, "Priority changed from Normal to High.")]
    assert {kind.name for each in KINDS.values() for kind in each.kinds} == set(ENTRY_KINDS)
    internal = {sentence for _number, sentence in lines_of(client, device, visibility="internal")}
    assert "Posted an internal update." in internal
    assert "Posted an update." not in internal
    assert lines_of(client, device, since=tomorrow.isoformat()) == []
    assert lines_of(client, device, until=(today - timedelta(days=2)).isoformat()) == []
    # What is not on the lists is ignored.
    everything = lines_of(client, device)
    assert lines_of(client, device, kind="x", ticket="y", since="z", visibility="w", version="v") == everything


def test_of_more_tickets_than_can_be_chosen_each_is_found_by_its_number(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    older, newer = cast.ticket, second_ticket(cast)
    client, device = cast.client("moderator"), cast.device
    assert "number" not in record_page(client, device).context["page"].body.form.fields
    monkeypatch.setattr("ticketing.office.pages.devices.MOST_TICKETS_TO_CHOOSE", 1)

    def found(**query: Any) -> set[int]:
        return {number for number, _sentence in lines_of(client, device, **query)}

    form = record_page(client, device).context["page"].body.form
    assert [key for key, _label in form.fields["ticket"].choices] == ["", str(newer.pk)]
    assert found(number=older.number) == found(number=f" #{older.number} ") == {older.number}
    # It is what was typed last.
    assert found(number=older.number, ticket=newer.pk) == {older.number}
    assert found(number="99999999") == set()
    assert found(number="x") == found() == {older.number, newer.number}
    inside = second_ticket(cast, Visibility.INTERNAL)
    manager = cast.client("manager")
    assert lines_of(manager, device, number=inside.number) == []
    assert lines_of(manager, device, number=older.number) != []


def test_pages_follow_each_other_without_a_gap(cast: Cast) -> None:
    for number in range(PAGE_SIZE):
        post(cast, f"Update {number}.")
    client = cast.client("moderator")

    first = record_page(client, cast.device, kind="updates").context["page"].body
    second = record_page(client, cast.device).context["page"].body
    following = client.get(second.next).context["page"].body

    assert (first.previous, first.next) == ("", "")
    assert len(first.page.lines) == PAGE_SIZE
    seen = [(line.ticket.pk, line.entry.sequence) for part in (second, following) for line in part.page.lines]
    assert len(seen) == len(set(seen))
    assert client.get(following.previous).context["page"].body.page.lines == second.page.lines


def test_paper_says_that_it_is_complete_and_unchanged(cast: Cast) -> None:
    entries = record_for(cast.moderator, cast.device).count()
    address = reverse("office:device_record", args=[cast.device.slug])

    page = cast.client("moderator").get(address).content.decode()
    public = cast.client("manager").get(address).content.decode()

    assert f"Record complete and unchanged, {entries} entries" in page
    known = record_for(cast.manager, cast.device).count()
    assert 0 < known < entries
    assert f"Record complete and unchanged, {known} entries" in public


def test_paper_says_that_something_was_changed(cast: Cast) -> None:
    post(cast, "What was written.")
    Update.objects.update(text="What was never written.")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ticketing_journalentry SET at = %s WHERE sequence = 2", [clock.now()])

    page = cast.client("moderator").get(reverse("office:device_record", args=[cast.device.slug])).content.decode()

    assert "complete and unchanged" not in page
    assert "the record is not what was written" in page


def test_an_extract_says_that_it_is_one(cast: Cast) -> None:
    post(cast, "One update.")

    record = whole_record(cast.moderator, cast.device, Narrowing(kind="updates"), for_customer=False)

    assert record.shown == 1
    assert not record.is_whole
    assert record.proof.faults == 0
    address = reverse("office:device_record", args=[cast.device.slug])
    assert (
        "An extract: 1 entry is shown." in cast.client("moderator").get(address, {"kind": "updates"}).content.decode()
    )


@pytest.mark.any_database
@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_the_pdf_is_one_and_is_named_for_its_device(cast: Cast, language: str) -> None:
    post(cast, "Ещё раз: 東京 <b>ł</b> & œ")
    address = reverse("office:device_record_pdf", args=[cast.device.slug])

    response = cast.client("moderator").get(address, headers={"Accept-Language": language})

    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-")
    assert "Washer" in response["Content-Disposition"]


@pytest.mark.any_database
@pytest.mark.parametrize("text", ["word " * 4_000, "w" * 20_000, "line\n" * 4_000])
def test_a_text_longer_than_a_page_goes_on_on_the_next(cast: Cast, text: str) -> None:
    post(cast, "x")
    Update.objects.update(text=text)

    response = cast.client("moderator").get(reverse("office:device_record_pdf", args=[cast.device.slug]))

    assert response.status_code == 200
    assert response.content.count(b"/Type /Page\n") > 1


def test_what_the_font_lacks_is_printed_without_its_accent() -> None:
    assert printable("Grüße, œuvre – „so“ 5 €") == "Grüße, œuvre – „so“ 5 €"
    assert printable("Łódź ő") in ("Łódź o", "?ódz o", "Łódz o", "?ódź o")
    assert printable("東") == "?"
    assert printable("5\u202fkm") == "5\u00a0km"


def test_paper_costs_the_same_for_one_ticket_and_for_three(cast: Cast) -> None:
    client, address = cast.client("moderator"), reverse("office:device_record", args=[cast.device.slug])
    client.get(address)
    post(cast, "One.")
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for _more in range(2):
        post(cast, "More.", ticket=second_ticket(cast))
    with CaptureQueriesContext(connection) as three:
        client.get(address)

    assert len(three) == len(one)


ACTS = ("public update", "internal update", "message", "make internal", "make public", "assign", "finish")


def act(cast: Cast, ticket: Ticket, what: str) -> None:
    keys: dict[str, Any] = {"actor": cast.moderator, "ticket_id": ticket.pk}
    match what:
        case "public update" | "internal update":
            post(cast, what, is_internal=what.startswith("internal"), ticket=ticket)
        case "message":
            messages.send_message(**keys, client_key=uuid.uuid4(), text="Hello")
        case "make internal" | "make public":
            wanted = Visibility.INTERNAL if what == "make internal" else Visibility.PUBLIC
            properties.change_visibility(**keys, visibility=wanted)
        case "assign":
            assignment.assign(**keys, person=cast.person("uninvolved"))
        case "finish":
            life_cycle.start_work(**keys)


@given(acts=st.lists(st.tuples(st.booleans(), st.sampled_from(ACTS)), max_size=12))
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_nothing_internal_is_ever_in_the_record_of_a_customer(acts: list[tuple[bool, str]]) -> None:
    cast = make_cast()
    tickets = [cast.ticket, second_ticket(cast)]
    for is_second, what in acts:
        # What the rules refuse is no act.
        with suppress(DomainError):
            act(cast, tickets[is_second], what)

    for actor, for_customer in ((cast.manager, False), (cast.moderator, True)):
        entries = list(record_for(actor, cast.device, for_customer=for_customer))
        public = JournalEntry.objects.filter(
            ticket__device=cast.device, ticket__visibility=Visibility.PUBLIC, public_sequence__isnull=False
        )
        assert {entry.pk for entry in entries} == set(public.values_list("pk", flat=True))
        record = whole_record(actor, cast.device, Narrowing(), for_customer=for_customer)
        assert not any(line.entry.is_internal for line in record.lines)
        assert not any(line.update and line.update.is_internal for line in record.lines)
        assert record.proof.faults == 0


def test_entries_of_a_former_customer_stay_with_them(cast: Cast) -> None:
    new = ManagerFactory()
    Device.objects.filter(pk=cast.device.pk).update(customer=new.customer)
    device = Device.objects.get(pk=cast.device.pk)
    draft = open_for(KnownActor(person=ModeratorFactory()), device, cast.flow)

    assert cast.client("manager").get(reverse("office:device_detail", args=[device.slug])).status_code == 404
    numbers = {number for number, _sentence in lines_of(client_of(new), device)}
    assert numbers == {draft.number}
    version = {number for number, _sentence in lines_of(cast.client("moderator"), device, version="customer")}
    assert version == {draft.number}


def test_drafts_are_no_part_of_it(cast: Cast) -> None:
    draft = start(cast.reporter, cast.device, cast.flow)

    assert not record_for(cast.administrator, cast.device).filter(ticket=draft).exists()


def test_print_and_pdf_end_where_texts_are_too_long_and_say_so(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        post(cast, f"{number} {'long ' * 20}")
    monkeypatch.setattr("ticketing.office.record.MOST_TEXT", 250)

    record = whole_record(cast.moderator, cast.device, Narrowing(), for_customer=False)

    assert [line.update.text[0] for line in record.lines if line.update] == ["1", "2"]
    assert record.is_cut
    assert not record.is_whole
    page = cast.client("moderator").get(reverse("office:device_record", args=[cast.device.slug]))
    assert "Only the newest entries are shown." in page.content.decode()
