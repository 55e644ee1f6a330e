"""The same problem: who joins, leaves or says that it works again, what they are told, and what others learn."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fleet.actors import KnownActor
from fleet.models import Counted, Usage
from messenger.models import Message
from tests.authorization import cells, exists
from tests.cast import Cast, CastRole, client_of, holding, make_cast
from tests.factories import CodeUserFactory, SubscriberFactory, TicketFactory, UpdateFactory
from tests.messenger.samples import picture, upload
from ticketing.models import Affected, TicketStatus, Visibility
from ticketing.portal.pages.device import SHOWN_TICKETS
from ticketing.services.affected import join_ticket, leave_ticket, say_works_again
from ticketing.services.life_cycle import cancel_ticket, finish_ticket, reopen_ticket
from ticketing.services.properties import change_visibility
from ticketing.services.verification import verify_ticket
from ticketing.transitions import LIVE, OPEN_WORK

pytestmark = pytest.mark.django_db
DRAFT = TicketStatus.DRAFT


def address(cast: Cast, verb: str) -> str:
    return reverse(f"portal:ticket_{verb}", args=[cast.device.slug, cast.ticket.pk])


def join(cast: Cast, role: str, **data: Any) -> Any:
    return cast.client(role).post(address(cast, "join"), {"client_key": str(uuid.uuid4()), **data})


def joined(cast: Cast, count: int = 1) -> list[KnownActor]:
    """Code users with a browser of their own who joined."""
    actors = []
    for _number in range(count):
        actor = KnownActor(CodeUserFactory(), frozenset({cast.device.pk}))
        join_ticket(actor=actor, ticket_id=cast.ticket.pk, client_key=uuid.uuid4())
        actors.append(actor)
    return actors


def page_of(cast: Cast, role: str, name: str = "ticket_detail") -> str:
    below = [cast.ticket.pk] if name.startswith("ticket_detail") else []
    page = cast.client(role).get(reverse(f"portal:{name}", args=[cast.device.slug, *below]))
    return " ".join(page.content.decode().split())


# Who may, when -------------------------------------------------------------------------------------------------------

HIDDEN, REFUSED, TOO_LATE, DONE = 404, 403, 409, 303
JOINERS = {CastRole.HOLDER, CastRole.MANAGER}
OWNERS = {CastRole.REPORTER, CastRole.SUBSCRIBER}
OUTSIDE = JOINERS | OWNERS


def sees(role: CastRole, status: TicketStatus, visibility: Visibility) -> bool:
    if role in OUTSIDE:
        return visibility == Visibility.PUBLIC
    return role not in (
        CastRole.STRANGER,
        CastRole.OTHER_HOLDER,
        CastRole.OTHER_CUSTOMERS_MANAGER,
        CastRole.FORMER_EMPLOYEE,
        CastRole.DRAFTING_EMPLOYEE,
    )


def expected(verb: str, role: CastRole, status: TicketStatus, visibility: Visibility) -> int:
    """Of somebody who did not join before."""
    if not sees(role, status, visibility):
        return HIDDEN
    if verb == "leave":
        return DONE  # Nothing to leave: nothing changes.
    allowed = {"join": JOINERS, "works_again": OWNERS}[verb]
    if role not in allowed:
        return REFUSED
    return DONE if status in {"join": LIVE, "works_again": OPEN_WORK}[verb] else TOO_LATE


@pytest.mark.parametrize("visibility", Visibility)
@pytest.mark.parametrize("status", [status for status in TicketStatus if status != DRAFT])
def test_over_http_every_actor_may_what_the_table_says(status: TicketStatus, visibility: Visibility) -> None:
    cast = make_cast(status, visibility)
    roles = {role for role, at, seen in cells() if (at, seen) == (status, visibility) and exists(role, at, seen)}
    wrong = []

    for verb in ("works_again", "leave", "join"):
        for role in sorted(roles):
            data = {"client_key": str(uuid.uuid4())}
            answer = cast.client(role).post(address(cast, verb), data).status_code
            if answer != expected(verb, role, status, visibility):
                wrong.append(f"{verb} {role}: {answer}")

    assert wrong == []
    assert not Affected.objects.filter(person__role__in=("member", "moderator", "administrator")).exists()
    assert list(verify_ticket(cast.fresh())) == []


@pytest.mark.parametrize("verb", ["join", "works_again", "leave"])
def test_a_draft_of_ones_own_is_no_ticket_yet(verb: str) -> None:
    cast = make_cast(DRAFT)
    assert cast.client("reporter").post(address(cast, verb), {"client_key": str(uuid.uuid4())}).status_code == 404


@pytest.mark.parametrize(
    ("status", "works_again", "leave"),
    [(TicketStatus.OPEN, 303, 303), (TicketStatus.IN_PROGRESS, 303, 303), (TicketStatus.DONE, 409, 303)],
)
def test_who_joined_says_that_it_works_and_leaves(status: TicketStatus, works_again: int, leave: int) -> None:
    cast = make_cast(status)
    browser = cast.client("holder")
    assert browser.post(address(cast, "join"), {"client_key": str(uuid.uuid4())}).status_code == 303
    person = Affected.objects.get().person

    assert browser.post(address(cast, "works_again")).status_code == works_again
    assert bool(Affected.objects.get().works_again_at) == (works_again == 303)
    assert browser.post(address(cast, "leave")).status_code == leave
    assert browser.post(address(cast, "leave")).status_code == 303
    assert not Affected.objects.exists()
    kinds = list(cast.ticket.journal.filter(person=person).order_by("sequence").values_list("kind", flat=True))
    assert kinds == ["joined", *(["works_again"] if works_again == 303 else []), "left"]


@pytest.mark.any_database
def test_who_joined_neither_leaves_nor_says_it_once_it_is_over() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    browser = cast.client("holder")
    browser.post(address(cast, "join"), {"client_key": str(uuid.uuid4())})
    cancel_ticket(actor=cast.moderator, ticket_id=cast.ticket.pk)

    answers = [browser.post(address(cast, verb)).status_code for verb in ("leave", "works_again")]

    assert answers == [409, 409]
    assert Affected.objects.count() == 1


@pytest.mark.any_database
def test_with_own_tickets_only_there_is_nothing_to_join() -> None:
    cast = make_cast(template={"portal_scope": "own"})
    assert join(cast, "holder").status_code == 404
    assert cast.ticket.title not in page_of(cast, "holder", "device")


@pytest.mark.any_database
def test_who_came_by_a_private_link_has_reported_it() -> None:
    cast = make_cast()
    person = cast.person("reporter")
    actor = KnownActor(person, links={cast.ticket.pk: person})
    say_works_again(actor=actor, ticket_id=cast.ticket.pk)
    assert Message.objects.get().author == person


# Once ----------------------------------------------------------------------------------------------------------------


def test_twice_counts_once_and_says_everything_once() -> None:
    cast = make_cast()
    browser, key = cast.client("holder"), str(uuid.uuid4())

    # A double click, and another tab with a page of its own.
    answers = [browser.post(address(cast, "join"), {"client_key": key, "text": "It drips."}) for _ in range(2)]
    answers.append(browser.post(address(cast, "join"), {"client_key": str(uuid.uuid4())}))

    assert [answer.status_code for answer in answers] == [303] * 3
    assert Affected.objects.count() == cast.ticket.journal.filter(kind="joined").count() == 1
    assert [message.text for message in Message.objects.all()] == ["It drips."]
    assert browser.get(address(cast, "join")).status_code == 303
    assert list(verify_ticket(cast.fresh())) == []


def test_words_and_photos_become_a_message_of_theirs() -> None:
    cast = make_cast(TicketStatus.IN_PROGRESS)

    join(cast, "manager", text="Here, too", files=[upload(picture(), "leak.jpg")])

    message = Message.objects.get()
    assert (message.author, message.text, message.kind) == (cast.person("manager"), "Here, too", "")
    assert [each.name for each in message.attachments.all()] == ["leak.jpg"]
    assert message.public_sequence
    assert list(verify_ticket(cast.fresh())) == []


@pytest.mark.any_database
def test_photos_that_come_twice_are_counted_once() -> None:
    cast = make_cast(TicketStatus.IN_PROGRESS)
    browser, data = cast.client("holder"), {"client_key": str(uuid.uuid4()), "text": "Here, too"}

    for _time in range(2):
        answer = browser.post(address(cast, "join"), {**data, "files": [upload(picture(), "leak.jpg")]})
        assert answer.status_code == 303

    assert set(Usage.objects.filter(what=Counted.UPLOADS).values_list("amount", flat=True)) == {1}
    assert Message.objects.get().attachments.count() == 1


@pytest.mark.any_database
def test_what_cannot_be_used_is_said_and_nothing_is_counted() -> None:
    cast = make_cast()
    answer = join(cast, "holder", text="x" * 10_001)
    assert answer.status_code == 400
    assert "too long" in answer.content.decode()
    assert not Affected.objects.exists()


@pytest.mark.any_database
def test_what_was_written_for_a_ticket_that_is_over_is_not_lost() -> None:
    cast = make_cast(TicketStatus.CLOSED)
    data = {"client_key": str(uuid.uuid4()), "text": "It drips again"}
    answer = cast.client("holder").post(address(cast, "join"), data, headers={"Origin": "http://testserver"})
    assert answer.status_code == 409
    assert "It drips again" in answer.content.decode()


def test_after_leaving_and_coming_back_nobody_is_told_again() -> None:
    cast = make_cast(TicketStatus.IN_PROGRESS)
    holder = joined(cast)[0]
    assert cast.notified("ticket_joined") == {"responsible"}

    leave_ticket(actor=holder, ticket_id=cast.ticket.pk)
    join_ticket(actor=holder, ticket_id=cast.ticket.pk, client_key=uuid.uuid4())

    assert cast.person("responsible").notifications.filter(kind="ticket_joined").count() == 1
    assert Affected.objects.count() == 1


@pytest.mark.parametrize("end", [finish_ticket, cancel_ticket])
def test_that_it_works_again_is_said_once_until_it_is_reopened(end: Callable[..., object]) -> None:
    cast = make_cast(TicketStatus.IN_PROGRESS)
    holder = joined(cast)[0]
    by = {"ticket_id": cast.ticket.pk}
    for actor in (holder, holder, cast.reporter, cast.reporter):
        say_works_again(actor=actor, **by)
    assert Message.objects.filter(kind="works_again").count() == 2
    assert "You said that it works again." in page_of(cast, "reporter")

    end(actor=cast.responsible, **by)
    reopen_ticket(actor=cast.responsible, **by)

    assert Affected.objects.get().works_again_at is None
    say_works_again(actor=cast.reporter, **by)
    assert Message.objects.filter(kind="works_again").count() == 3
    assert list(verify_ticket(cast.fresh())) == []


# What is shown -------------------------------------------------------------------------------------------------------


def test_customers_read_how_many_and_employees_who() -> None:
    cast = make_cast(TicketStatus.IN_PROGRESS)
    join(cast, "manager")
    joined(cast, 2)
    office = reverse("office:ticket_detail", args=[cast.ticket.pk])

    for role in ("reporter", "holder"):
        assert "3 more people are affected." in page_of(cast, role)
        assert "Max Manager" not in page_of(cast, role)
        assert "3 more people are affected." in page_of(cast, role, "device")
        history = cast.client(role).get(
            reverse("portal:ticket_detail", args=[cast.device.slug, cast.ticket.pk]), {"view": "history"}
        )
        assert "One more person is affected." in history.content.decode()
        assert "Max Manager" not in history.content.decode()
    assert "You are affected, too. 2 more people are affected." in page_of(cast, "manager")
    for role in ("responsible", "uninvolved"):
        page = cast.client(role).get(office).content.decode()
        assert "Max Manager" in page
        assert "3 more affected" in page
        assert (str(cast.person("manager").email) in page) == (role == "responsible")
    assert "Max Manager" not in cast.client("subscriber").get(office).content.decode()


@pytest.mark.any_database
def test_who_cancels_reads_that_others_are_affected() -> None:
    cast = make_cast()
    browser = cast.client("reporter")
    assert "affected" not in browser.get(address(cast, "cancel")).content.decode()

    joined(cast, 2)

    assert "2 more people are affected." in browser.get(address(cast, "cancel")).content.decode()


def test_internal_hides_it_all_and_tells_nobody_outside() -> None:
    cast = make_cast(TicketStatus.IN_PROGRESS)
    join(cast, "manager")
    change_visibility(actor=cast.responsible, ticket_id=cast.ticket.pk, visibility=Visibility.INTERNAL)

    assert cast.client("manager").get(address(cast, "join")).status_code == 404
    assert cast.ticket.title not in page_of(cast, "manager", "device")
    assert Affected.objects.count() == 1
    assert "Max Manager" in cast.client("responsible").get(cast.ticket.get_absolute_url()).content.decode()


def test_on_the_page_of_the_device_ones_own_come_first_with_their_last_update() -> None:
    cast = make_cast(TicketStatus.IN_PROGRESS)
    for number in range(12):
        TicketFactory(device=cast.device, flow=cast.flow, subject=f"Newer {number}")
    UpdateFactory(ticket=cast.ticket, text="Old news", sequence=900, public_sequence=900)
    UpdateFactory(ticket=cast.ticket, text="The **seal** is ordered", sequence=901, public_sequence=901)
    UpdateFactory(ticket=cast.ticket, text="Secret", sequence=902, is_internal=True)

    browser = cast.client("holder")
    before = browser.get(reverse("portal:device", args=[cast.device.slug])).content.decode()
    browser.post(address(cast, "join"), {"client_key": str(uuid.uuid4())})
    after = browser.get(reverse("portal:device", args=[cast.device.slug])).content.decode()

    assert (cast.ticket.title in before, "Your open tickets" in before) == (False, False)
    assert after.index("Your open tickets") < after.index(cast.ticket.title) < after.rindex("Newer 11")
    assert "The seal is ordered" in after
    assert not any(text in after for text in ("Old news", "Secret"))
    assert before.count("Same problem? Me too: ") == before.count("ticket-row__actions") == SHOWN_TICKETS


def test_before_reporting_the_others_are_named_but_not_to_employees() -> None:
    cast = make_cast(TicketStatus.IN_PROGRESS)
    for page in ("device", "ticket_new"):
        assert "Is it one of these?" in page_of(cast, "holder", page)
        assert "Is it one of these?" not in page_of(cast, "reporter", page)
        assert "Is it one of these?" not in page_of(cast, "moderator", page)


def test_employees_act_from_the_list() -> None:
    cast = make_cast(TicketStatus.OPEN)
    accept = reverse("office:ticket_accept", args=[cast.ticket.pk])
    page = page_of(cast, "offered", "ticket_list")
    assert f'action="{accept}"' in page
    assert reverse("office:ticket_reject", args=[cast.ticket.pk]) in page
    assert accept not in page_of(cast, "uninvolved", "ticket_list")

    answer = cast.client("offered").post(accept, {"from": "device"})

    assert (answer.status_code, answer["Location"]) == (303, reverse("portal:device", args=[cast.device.slug]))
    page = page_of(cast, "offered", "ticket_list")
    assert accept not in page
    assert f"{reverse('office:ticket_detail', args=[cast.ticket.pk])}?tab=updates" in page


@pytest.mark.any_database
def test_who_rejects_from_there_comes_back_there() -> None:
    cast = make_cast(TicketStatus.OPEN)
    reject, device = (
        reverse("office:ticket_reject", args=[cast.ticket.pk]),
        reverse("portal:device", args=[cast.device.slug]),
    )
    browser = cast.client("offered")
    assert f'href="{device}"' in browser.get(reject, {"from": "device"}).content.decode()
    assert browser.post(reject, {"from": "device"})["Location"] == device


@pytest.mark.any_database
def test_managers_join_from_the_back_office() -> None:
    cast = make_cast(TicketStatus.OPEN)
    office = reverse("office:ticket_detail", args=[cast.ticket.pk])
    said = {role: cast.client(role).get(office).content.decode() for role in ("manager", "subscriber", "moderator")}
    assert {role for role, page in said.items() if address(cast, "join") in page} == {"manager"}
    assert {role for role, page in said.items() if address(cast, "works_again") in page} == {"subscriber"}


def test_open_and_closed_tickets_are_two_groups() -> None:
    cast = make_cast(TicketStatus.CLOSED)
    TicketFactory(device=cast.device, flow=cast.flow, subject="Still open")
    tickets = reverse("portal:ticket_list", args=[cast.device.slug])
    browser = cast.client("holder")

    shown, closed = (browser.get(tickets, query).content.decode() for query in ({}, {"show": "closed"}))

    assert ("Still open" in shown, cast.ticket.title in shown) == (True, False)
    assert ("Still open" in closed, cast.ticket.title in closed) == (False, True)


@pytest.mark.parametrize("role", ["holder", "manager", "offered", "moderator"])
@pytest.mark.parametrize("name", ["device", "ticket_list", "ticket_new", "ticket_join"])
def test_queries_do_not_grow(role: str, name: str) -> None:
    def cost(rows: int) -> int:
        cast = make_cast(TicketStatus.IN_PROGRESS)
        for number in range(rows):
            other = TicketFactory(device=cast.device, flow=cast.flow, status=TicketStatus.IN_PROGRESS)
            UpdateFactory(ticket=other, sequence=900 + number, public_sequence=900 + number)
            for ticket in (other, cast.ticket):
                Affected.objects.create(ticket=ticket, person=SubscriberFactory())
        kwargs = {"ticket_id": cast.ticket.pk} if name == "ticket_join" else {}
        url = reverse(f"portal:{name}", kwargs={"slug": cast.device.slug, **kwargs})
        browser = cast.client(role)
        browser.get(url)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert browser.get(url).status_code in (200, 403)
        return len(queries)

    assert cost(1) == cost(3)


@pytest.mark.any_database
def test_a_browser_that_never_acted_gets_a_person_when_it_joins() -> None:
    cast = make_cast()
    browser = client_of(None, holding(cast.code))
    assert browser.get(address(cast, "join")).status_code == 200
    assert browser.post(address(cast, "join"), {"client_key": str(uuid.uuid4())}).status_code == 303
    assert Affected.objects.get().person.is_code_user
