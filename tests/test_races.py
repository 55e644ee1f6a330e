"""Many at once, over HTTP and on a real database: one effect each, friendly answers, a journal without gaps."""

import re
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from config.common.errors import InvalidInput
from fleet.actors import KnownActor
from fleet.models import Assignment, Customer, Decision, Device, Offer, Person, Role
from fleet.services import exchange_writes, people
from messenger.models import Message, Notification, PushDevice
from ratings.models import Rating
from tests.cast import Cast, answer_everything, client_of, holding, make_cast, start
from tests.factories import (
    AdministratorFactory,
    CategoryFactory,
    CodeFactory,
    CodeUserFactory,
    CustomerFactory,
    ManagerFactory,
    MemberFactory,
    ModeratorFactory,
    OfferFactory,
    TemplateFactory,
)
from tests.messenger.push_service import PushService
from ticketing.models import JournalEntry, Ticket, TicketStatus, Update
from ticketing.services.desk import DeskFields, create_desk_ticket
from ticketing.services.verification import verify_ticket

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
CROWD = 8
FRIENDLY = {200, 201, 303, 400, 403, 404, 409}
Request = Callable[[], Any]


def together(requests: Sequence[Request]) -> Counter[int]:
    """Send all requests at the same moment, each over a connection of its own; returns their statuses, counted."""
    barrier = threading.Barrier(len(requests), timeout=30)
    statuses: list[int] = []

    def run(request: Request) -> None:
        try:
            barrier.wait()
            statuses.append(request().status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(request,)) for request in requests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(statuses) == len(requests), "a request ended with an exception or not at all"
    assert set(statuses) <= FRIENDLY, statuses
    return Counter(statuses)


def browser(person: Person | None = None, session: dict[str, Any] | None = None) -> Client:
    client = client_of(person, session)
    client.raise_request_exception = False
    return client


def post(client: Client, url: str, **data: Any) -> Request:
    return lambda: client.post(url, data)


def office(cast: Cast, who: Person, verb: str, **data: Any) -> Request:
    return post(browser(who), reverse(f"office:ticket_{verb}", args=[cast.ticket.pk]), **data)


def portal(cast: Cast, client: Client, name: str, **data: Any) -> Request:
    return post(client, portal_url(cast, name, ticket_id=cast.ticket.pk), **data)


def portal_url(cast: Cast, name: str, **place: int) -> str:
    return reverse(f"portal:{name}", kwargs={"slug": cast.device.slug, **place})


def code_user(cast: Cast, person: Person | None = None) -> Client:
    return browser(None, holding(cast.code, person=person))


def kinds(cast: Cast) -> Counter[str]:
    return Counter(JournalEntry.objects.filter(ticket=cast.ticket).values_list("kind", flat=True))


def assert_whole(cast: Cast) -> Ticket:
    """The record is complete; an OPEN ticket has no responsible person, one that is worked on has."""
    ticket = cast.fresh()
    assert list(verify_ticket(ticket)) == []
    has_responsible = Assignment.objects.filter(ticket=ticket, ended_at=None).exists()
    if ticket.status in (TicketStatus.OPEN, TicketStatus.ASSIGNED, TicketStatus.IN_PROGRESS):
        assert has_responsible == (ticket.status != TicketStatus.OPEN)
    return ticket


def test_one_member_who_accepts_eight_times_is_responsible_once() -> None:
    cast = make_cast()

    answers = together([office(cast, cast.person("offered"), "accept") for _ in range(CROWD)])

    assert assert_whole(cast).status == TicketStatus.ASSIGNED
    assert Assignment.objects.count() == 1
    assert (kinds(cast)["offer_accepted"], kinds(cast)["status_changed"]) == (1, 1)
    assert not set(answers) & {403, 404, 409}


def test_eight_members_who_accept_at_once_are_all_responsible_and_one_changes_the_status() -> None:
    cast = make_cast()
    people = [OfferFactory(ticket=cast.ticket).person for _ in range(CROWD)]

    together([office(cast, person, "accept") for person in people])

    assert_whole(cast)
    assert {a.person_id for a in Assignment.objects.all()} == {person.pk for person in people}
    assert (kinds(cast)["offer_accepted"], kinds(cast)["status_changed"]) == (CROWD, 1)


def test_eight_who_reject_at_once_alarm_the_superiors_once() -> None:
    cast = make_cast()
    Offer.objects.filter(decision=Decision.OPEN).delete()
    people = [OfferFactory(ticket=cast.ticket).person for _ in range(CROWD)]

    together([office(cast, person, "reject") for person in people])

    assert_whole(cast)
    assert Notification.objects.filter(kind="everybody_rejected", person=cast.person("moderator")).count() == 1


def test_finishing_eight_times_counts_one_phase_and_notifies_once() -> None:
    cast = make_cast(TicketStatus.IN_PROGRESS)
    before = kinds(cast)["status_changed"]

    answers = together([office(cast, cast.person("responsible"), "finish") for _ in range(CROWD)])

    ticket = assert_whole(cast)
    assert (ticket.status, ticket.done_count) == (TicketStatus.DONE, 1)
    assert kinds(cast)["status_changed"] == before + 1
    assert Notification.objects.filter(kind="ticket_finished", person=cast.person("manager")).count() == 1
    assert 409 not in answers


def test_eight_customers_who_rate_at_once_leave_the_first_rating() -> None:
    cast = make_cast(TicketStatus.DONE)
    url = reverse("ratings:rate", args=[cast.ticket.pk])
    clients = [code_user(cast, CodeUserFactory()) for _ in range(CROWD)]

    answers = together([post(client, url, score=n % 5 + 1) for n, client in enumerate(clients)])

    assert assert_whole(cast).status == TicketStatus.CLOSED
    assert Rating.objects.count() == 1
    assert kinds(cast)["rated"] == 1
    assert answers[409] == CROWD - 1


def test_one_customer_who_rates_eight_times_is_thanked_each_time() -> None:
    cast = make_cast(TicketStatus.DONE)
    url = reverse("ratings:rate", args=[cast.ticket.pk])
    clients = [code_user(cast, cast.person("reporter")) for _ in range(CROWD)]

    answers = together([post(client, url, score=5) for client in clients])

    assert_whole(cast)
    assert Rating.objects.count() == 1
    assert answers == {303: CROWD}


def test_sending_a_draft_eight_times_gives_one_number_and_one_set_of_offers() -> None:
    cast = make_cast(TicketStatus.DRAFT)
    clients = [code_user(cast, cast.person("reporter")) for _ in range(CROWD)]

    answers = together([portal(cast, client, "flow_send") for client in clients])

    ticket = assert_whole(cast)
    assert (ticket.status, ticket.number) == (TicketStatus.OPEN, 1001)
    assert (kinds(cast)["opened"], kinds(cast)["offers_sent"]) == (1, 1)
    assert Offer.objects.count() == 3
    assert Notification.objects.filter(kind="ticket_offered").count() == 3
    assert answers == {303: CROWD}


def test_eight_drafts_sent_at_once_get_eight_numbers_without_a_gap() -> None:
    cast = make_cast(TicketStatus.DRAFT)
    requests = []
    for _ in range(CROWD):
        person = CodeUserFactory()
        client = code_user(cast, person)
        actor = KnownActor(person=person, device_ids=cast.holder.device_ids)
        draft = start(actor, cast.device, cast.flow)
        requests.append(post(client, portal_url(cast, "flow_send", ticket_id=draft.pk)))

    together(requests)

    numbers = Ticket.objects.posted().order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1001, 1001 + CROWD))


def test_the_first_click_of_a_new_code_user_eight_times_makes_one_person_and_one_draft() -> None:
    cast = make_cast(TicketStatus.DRAFT)
    first = code_user(cast)
    url = portal_url(cast, "flow_start", flow_id=cast.flow.pk)
    people, drafts, key = Person.objects.filter(role=Role.CODE_USER).count(), Ticket.objects.count(), uuid.uuid4()
    requests = []
    for _ in range(CROWD):
        same = Client(raise_request_exception=False)
        same.cookies.update(first.cookies)
        requests.append(post(same, url, client_key=str(key)))

    answers = together(requests)

    assert Ticket.objects.count() == drafts + 1
    assert Person.objects.filter(role=Role.CODE_USER).count() == people + 1
    assert answers == {303: CROWD}


def test_a_message_sent_eight_times_with_one_key_is_one_message() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    key = str(uuid.uuid4())
    clients = [code_user(cast, cast.person("reporter")) for _ in range(CROWD)]

    answers = together([portal(cast, c, "message_send", client_key=key, text="Once.") for c in clients])

    assert_whole(cast)
    assert Message.objects.count() == kinds(cast)["message_sent"] == 1
    assert Notification.objects.filter(kind="message_sent", person=cast.person("responsible")).count() == 1
    assert answers == {303: CROWD}


def test_eight_messages_at_once_all_arrive_in_one_order_for_both_sides() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    clients = [code_user(cast, CodeUserFactory()) for _ in range(CROWD)]

    together(
        [
            portal(cast, client, "message_send", client_key=str(uuid.uuid4()), text=f"Number {number}.")
            for number, client in enumerate(clients)
        ]
    )

    ticket = assert_whole(cast)
    found = list(Message.objects.order_by("sequence"))
    assert len(found) == CROWD
    assert found == list(Message.objects.order_by("public_sequence"))
    assert all(f"number {number}." in ticket.search_messages for number in range(CROWD))


def test_of_employees_who_answer_at_once_one_passes_and_the_others_are_told() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    seen = cast.fresh().sequence
    url = reverse("office:message_send", args=[cast.ticket.pk])
    clients = [browser(ModeratorFactory()) for _ in range(CROWD)]

    answers = together(
        [post(client, url, client_key=str(uuid.uuid4()), text="I am on my way.", seen=seen) for client in clients]
    )

    assert_whole(cast)
    assert Message.objects.count() == 1
    assert answers == {303: 1, 409: CROWD - 1}


def test_updates_posted_at_once_lose_nothing_of_each_other() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    names = ["update_post", "internal_update_post"] * (CROWD // 2)
    requests = []
    for number, name in enumerate(names):
        client = browser(cast.person("responsible"))
        url = reverse(f"office:{name}", args=[cast.ticket.pk])
        requests.append(post(client, url, client_key=str(uuid.uuid4()), text=f"Number {number}."))

    together(requests)

    ticket = assert_whole(cast)
    assert Update.objects.count() == CROWD
    assert all(f"number {n}." in ticket.search_public + ticket.search_internal for n in range(CROWD))


@pytest.mark.parametrize("round_", range(3))
def test_accepting_assigning_cancelling_and_withdrawing_at_once_leave_a_ticket_that_makes_sense(round_: int) -> None:
    cast = make_cast()
    other = MemberFactory()
    OfferFactory(ticket=cast.ticket, person=other)

    together(
        [
            office(cast, cast.person("offered"), "accept"),
            office(cast, other, "accept"),
            office(cast, cast.person("moderator"), "withdraw", person=cast.person("offered").pk),
            office(cast, cast.person("administrator"), "assign", person=cast.person("uninvolved").pk),
            office(cast, cast.person("administrator"), "withdraw", person=cast.person("uninvolved").pk),
            office(cast, cast.person("moderator"), "start"),
            office(cast, cast.person("administrator"), "finish"),
            portal(cast, code_user(cast, cast.person("reporter")), "ticket_cancel"),
        ]
    )

    assert_whole(cast)


@pytest.mark.parametrize("round_", range(3))
def test_hiding_a_ticket_while_customers_write_and_rate_leaves_nothing_behind(round_: int) -> None:
    cast = make_cast(TicketStatus.DONE)
    writers = [code_user(cast, CodeUserFactory()) for _ in range(CROWD - 3)]
    rating = code_user(cast, CodeUserFactory())
    url = reverse("ratings:rate", args=[cast.ticket.pk])

    together(
        [
            *(portal(cast, w, "message_send", client_key=str(uuid.uuid4()), text="A word.") for w in writers),
            office(cast, cast.person("moderator"), "visibility", visibility="internal"),
            office(cast, cast.person("responsible"), "close"),
            post(rating, url, score=3),
        ]
    )

    ticket = assert_whole(cast)
    assert ticket.status == TicketStatus.CLOSED
    assert Message.objects.exclude(public_sequence=None).count() == Message.objects.count()
    assert Rating.objects.count() == kinds(cast)["rated"]


def test_saving_a_step_while_the_draft_is_sent_or_deleted_ends_well() -> None:
    cast = make_cast(TicketStatus.DRAFT)
    answer_everything(cast.reporter, cast.ticket)
    step = portal_url(cast, "flow_step", ticket_id=cast.ticket.pk, number=1)
    clients = [code_user(cast, cast.person("reporter")) for _ in range(CROWD)]

    together(
        [
            *(post(client, step) for client in clients[:3]),
            *(portal(cast, client, "flow_send") for client in clients[3:5]),
            *(portal(cast, client, "draft_delete") for client in clients[5:]),
        ]
    )

    ticket = Ticket.objects.filter(pk=cast.ticket.pk).first()
    assert ticket is None or (ticket.status == TicketStatus.OPEN and not list(verify_ticket(ticket)))


def test_two_administrators_who_deactivate_each_other_at_once_leave_one(monkeypatch: pytest.MonkeyPatch) -> None:
    mara, jonas = AdministratorFactory(), AdministratorFactory()
    both_look = threading.Barrier(2)
    look = people.is_last_administrator

    def look_together(person: Person) -> bool:
        found = look(person)
        # The lock keeps the other one out: only without it both have looked before either writes.
        with suppress(threading.BrokenBarrierError):
            both_look.wait(timeout=1)
        return found

    def deactivate(actor: Person, person: Person) -> HttpResponse:
        try:
            people.deactivate_person(actor=KnownActor(person=actor), person=person)
        except InvalidInput as refusal:
            return HttpResponse(status=refusal.http_status)
        return HttpResponse()

    monkeypatch.setattr(people, "is_last_administrator", look_together)

    answers = together([lambda: deactivate(mara, jonas), lambda: deactivate(jonas, mara)])

    assert answers == {200: 1, 400: 1}
    assert Person.objects.filter(role=Role.ADMINISTRATOR, is_active=True).count() == 1


# The desk form -------------------------------------------------------------------------------------------------------


def desk_ticket(manager: Person) -> Ticket:
    fields = DeskFields(category=CategoryFactory(), subject="Badge", person=manager, description="Lost", comment="Calm")
    return create_desk_ticket(actor=KnownActor(person=manager), client_key=uuid.uuid4(), fields=fields)


def editing(ticket: Ticket, who: Person, **changed: str) -> Request:
    shown = {name: getattr(ticket, name) for name in ("subject", "description", "comment")}
    data = {"version": ticket.sequence, "category": ticket.category_id, "person": ticket.person_id}
    stage = {"stage": "new", "stage_before": "new"}
    url = reverse("office:ticket_edit", args=[ticket.pk])
    return post(browser(who), url, **{**data, **shown, **stage, "person_text": str(ticket.person), **changed})


def test_edits_of_different_fields_at_once_are_all_kept() -> None:
    manager = ManagerFactory()
    ticket = desk_ticket(manager)
    changes = {"subject": "Badge 7", "description": "Stolen", "comment": "Angry"}

    answers = together([editing(ticket, ModeratorFactory(), **{name: text}) for name, text in changes.items()])

    assert answers == Counter({303: 3})
    assert {name: getattr(Ticket.objects.get(), name) for name in changes} == changes
    assert list(verify_ticket(Ticket.objects.get())) == []


def test_of_edits_of_one_field_at_once_one_is_kept_and_the_others_are_asked() -> None:
    manager = ManagerFactory()
    ticket = desk_ticket(manager)

    answers = together([editing(ticket, ModeratorFactory(), subject=f"Badge {n}") for n in range(CROWD)])

    assert answers == Counter({303: 1, 409: CROWD - 1})
    assert JournalEntry.objects.filter(ticket=ticket, kind="field_edited").count() == 1
    assert list(verify_ticket(Ticket.objects.get())) == []


def test_a_desk_form_that_is_sent_eight_times_opens_one_ticket() -> None:
    manager, category = ManagerFactory(), CategoryFactory()
    data = {"client_key": uuid.uuid4(), "category": category.pk, "subject": "Badge"}
    named = {"person": manager.pk, "person_text": manager.name}

    answers = together([post(browser(manager), reverse("office:desk_form"), **data, **named) for _ in range(CROWD)])

    assert answers == Counter({303: CROWD})
    assert Ticket.objects.count() == 1


# Import --------------------------------------------------------------------------------------------------------------

PRESS = "name;template\nPress 1;Press\nPress 2;Press\n"
TABLES: dict[str, tuple[Any, str]] = {
    "customers": (Customer, "name;number\nAcme;7\nMüller;8\n"),
    "people": (Person, "email;role;customer;last_name\nanna@x.example;Subscriber;Kern;Berg\n"),
    # Without plate and serial number, so that no constraint keeps them apart.
    "devices": (Device, PRESS),
}


def waiting_import(client: Client, kind: str, content: str) -> tuple[str, str]:
    """Where a file is checked, and the digest of its check."""
    upload = {"kind": kind, "file": SimpleUploadedFile("table.csv", content.encode())}
    check = client.post(reverse("office:exchange"), upload).headers["Location"]
    found = re.search(r'name="digest" value="([0-9a-f]{64})"', client.get(check).content.decode())
    assert found
    return check, found[1]


def meet_before_writing(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    both_have_read, write = threading.Barrier(2), exchange_writes.WRITERS[kind]

    def write_together(entries: Sequence[Any]) -> None:
        # One waits for the other already: only without that both have read before either writes.
        with suppress(threading.BrokenBarrierError):
            both_have_read.wait(timeout=1)
        write(entries)

    monkeypatch.setitem(exchange_writes.WRITERS, kind, write_together)


def said_to(client: Client) -> str:
    page = client.get(reverse("office:exchange")).content.decode()
    found = re.search(r"Nothing was imported|imported already|rows? (?:was|were) imported", page)
    return found[0] if found else ""


@pytest.mark.parametrize("kind", TABLES)
def test_a_table_that_two_import_at_once_is_imported_once(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    TemplateFactory(name="Press")
    CustomerFactory(name="Kern")
    model, content = TABLES[kind]
    clients = [browser(ModeratorFactory()) for _ in "ab"]
    imports = [(client, *waiting_import(client, kind, content)) for client in clients]
    before = model.objects.count()
    meet_before_writing(monkeypatch, kind)

    answers = together([post(client, f"{check}import/", digest=digest) for client, check, digest in imports])

    assert answers == Counter({303: 2})
    assert model.objects.count() == before + content.count("\n") - 1
    said = sorted(said_to(client) for client in clients)
    assert said[0] == "Nothing was imported"
    assert said[1].endswith("imported")


def test_a_double_click_imports_once(monkeypatch: pytest.MonkeyPatch) -> None:
    TemplateFactory(name="Press")
    moderator = ModeratorFactory()
    clients = [browser(moderator) for _ in "ab"]
    check, digest = waiting_import(clients[0], "devices", PRESS)
    meet_before_writing(monkeypatch, "devices")

    answers = together([post(client, f"{check}import/", digest=digest) for client in clients])

    # Who comes when the file is gone, is answered as by any address that leads nowhere.
    assert set(answers) <= {303, 404}
    assert answers[303] >= 1
    assert Device.objects.count() == 2


def test_two_people_store_one_browser_at_once(push_server: PushService) -> None:
    """Somebody signs in where another one just did: the browser belongs to one of them, and neither sees an error."""
    fields = push_server.browser().fields
    clients = [client_of(person) for person in MemberFactory.create_batch(CROWD)]

    def storing(client: Client) -> Request:
        return lambda: client.post("/push/devices/", fields, content_type="application/json")

    statuses = together([storing(client) for client in clients])

    assert sum(statuses.values()) == CROWD
    assert set(statuses) <= FRIENDLY
    assert PushDevice.objects.count() == 1


def test_of_eight_employees_who_pair_one_sticker_one_does_and_the_others_are_told() -> None:
    code, template = CodeFactory(device=None), TemplateFactory()
    url = reverse("office:code_pair_new", args=[code.pk])
    crowd = [browser(MemberFactory()) for _ in range(CROWD)]

    answers = together([post(each, url, template=template.pk, name="Press 9") for each in crowd])

    assert answers == Counter({303: 1, 409: CROWD - 1})
    assert Device.objects.filter(name="Press 9").count() == 1
    assert code.events.count() == 1


def test_an_employee_who_pairs_eight_times_at_once_creates_one_device() -> None:
    code, template, member = CodeFactory(device=None), TemplateFactory(), MemberFactory()
    url = reverse("office:code_pair_new", args=[code.pk])

    answers = together([post(browser(member), url, template=template.pk, name="Press 9") for _ in range(CROWD)])

    assert answers == Counter({303: CROWD})
    assert Device.objects.filter(name="Press 9").count() == 1
    assert code.events.count() == 1
