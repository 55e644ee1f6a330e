"""The actions of the back office over HTTP: offered when possible, refused when not, and one effect each."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from fleet.models import Decision, Offer, Person
from tests.cast import Cast, make_cast
from tests.factories import CodeUserFactory, ManagerFactory, MemberFactory
from ticketing.models import JournalEntry, Priority, Ticket, TicketStatus, Visibility
from ticketing.office.pages.ticket_actions import ACTIONS, actions_for, next_step, status_steps

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
VERBS = (
    "accept",
    "reject",
    "assign",
    "withdraw",
    "start",
    "set_back",
    "finish",
    "close",
    "reopen",
    "cancel",
    "priority",
    "visibility",
    "delete_draft",
    "read",
)


def act(cast: Cast, role: str, verb: str, **fields: object) -> int:
    return send(cast.client(role), cast.ticket, verb, **fields)


def send(client: Client, ticket: Ticket, verb: str, **fields: object) -> int:
    return client.post(reverse(f"office:ticket_{verb}", args=[ticket.pk]), fields).status_code


def verbs(cast: Cast, role: str) -> list[str]:
    return [
        each.action.url_name.removeprefix("office:ticket_").replace("_", "-")
        for each in actions_for(cast[role], cast.fresh())
    ]


# What is offered -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "responsible", "superior"),
    [
        (TicketStatus.ASSIGNED, ["start", "finish", "cancel"], ["assign", "start", "finish", "cancel"]),
        (TicketStatus.IN_PROGRESS, ["finish", "set-back", "cancel"], ["assign", "finish", "set-back", "cancel"]),
        (TicketStatus.DONE, ["close", "reopen"], ["assign", "close", "reopen"]),
        (TicketStatus.CLOSED, ["reopen"], ["reopen"]),
        (TicketStatus.CANCELLED, ["reopen"], ["reopen"]),
    ],
)
def test_only_what_is_possible_now_is_offered(
    status: TicketStatus, responsible: list[str], superior: list[str]
) -> None:
    cast = make_cast(status)

    assert verbs(cast, "responsible") == responsible
    assert verbs(cast, "moderator") == superior
    assert verbs(cast, "uninvolved") == verbs(cast, "rejecter") == verbs(cast, "manager") == []


@pytest.mark.parametrize(
    ("status", "role", "step", "ways"),
    [
        (TicketStatus.OPEN, "moderator", "assign", {"ASSIGNED": "assign", "IN PROGRESS": "start"}),
        (TicketStatus.OPEN, "offered", "accept", {"ASSIGNED": "accept"}),
        (TicketStatus.ASSIGNED, "responsible", "start", {"IN PROGRESS": "start", "DONE": "finish"}),
        (TicketStatus.ASSIGNED, "offered", "accept", {}),
        (TicketStatus.IN_PROGRESS, "responsible", "finish", {"ASSIGNED": "set_back", "DONE": "finish"}),
        (TicketStatus.DONE, "responsible", "", {"ASSIGNED": "reopen", "CLOSED": "close"}),
        (TicketStatus.CLOSED, "moderator", "", {"ASSIGNED": "reopen"}),
        (TicketStatus.CANCELLED, "responsible", "", {}),
        (TicketStatus.IN_PROGRESS, "uninvolved", "", {}),
        (TicketStatus.OPEN, "manager", "", {}),
    ],
)
def test_stations_lead_where_the_reader_may_go_and_one_step_is_the_next(
    status: TicketStatus, role: str, step: str, ways: dict[str, str]
) -> None:
    cast = make_cast(status)

    offered = actions_for(cast[role], cast.fresh())
    following = next_step(cast.fresh(), offered)
    steps = status_steps(cast.fresh(), offered)

    assert (following.action.url_name if following else "") == (f"office:ticket_{step}" if step else "")
    led = {str(each.station.label): each.way.action.url_name for each in steps if each.way}
    assert led == {label: f"office:ticket_{verb}" for label, verb in ways.items()}


def test_an_open_offer_is_accepted_or_rejected() -> None:
    cast = make_cast()

    page = cast.client("offered").get(cast.ticket.get_absolute_url()).content.decode()

    assert verbs(cast, "offered") == ["accept", "reject"]
    assert verbs(cast, "moderator") == ["assign", "start", "cancel"]
    assert "This ticket is offered to you." in page
    assert 'id="reject-dialog"' in page


def test_every_action_has_its_address() -> None:
    for action in ACTIONS:
        assert reverse(action.url_name, args=[5])


# One effect each -----------------------------------------------------------------------------------------------------


def test_a_ticket_goes_its_way() -> None:
    cast = make_cast()
    way = [
        ("offered", "accept", TicketStatus.ASSIGNED),
        ("offered", "start", TicketStatus.IN_PROGRESS),
        ("offered", "set_back", TicketStatus.ASSIGNED),
        ("offered", "finish", TicketStatus.DONE),
        ("offered", "close", TicketStatus.CLOSED),
        ("offered", "reopen", TicketStatus.ASSIGNED),
        ("offered", "cancel", TicketStatus.CANCELLED),
    ]

    for role, verb, status in way:
        assert act(cast, role, verb) == 303, verb
        assert cast.fresh().status == status, verb


def test_an_action_leads_back_to_its_tab() -> None:
    cast = make_cast()
    url = reverse("office:ticket_accept", args=[cast.ticket.pk])

    response = cast.client("offered").post(url, {"tab": "messenger"})
    assert response["Location"] == f"/office/tickets/{cast.ticket.pk}/?tab=messenger"

    stray = cast.client("offered").post(url, {"tab": "https://evil.example"})
    assert stray["Location"] == f"/office/tickets/{cast.ticket.pk}/"


def test_superiors_assign_and_withdraw() -> None:
    cast = make_cast()
    newcomer, offered = cast.person("uninvolved"), cast.person("offered")

    assert act(cast, "moderator", "assign", person=newcomer.pk) == 303
    assert cast.fresh().status == TicketStatus.ASSIGNED

    assert act(cast, "moderator", "withdraw", person=newcomer.pk) == 303
    assert cast.fresh().status == TicketStatus.OPEN

    assert act(cast, "moderator", "withdraw", person=offered.pk) == 303
    assert Offer.objects.get(ticket=cast.ticket, person=offered).decision == Decision.WITHDRAWN


def test_a_person_who_left_can_be_withdrawn() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    Person.objects.filter(pk=cast.person("responsible").pk).update(is_active=False)

    assert act(cast, "moderator", "withdraw", person=cast.person("responsible").pk) == 303
    assert cast.fresh().status == TicketStatus.OPEN


def test_the_staff_is_loaded_where_the_dialog_is_opened() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    newcomer, page = MemberFactory(), reverse("office:ticket_detail", args=[cast.ticket.pk])
    option, address = f'<option value="{newcomer.pk}">', reverse("office:ticket_assign", args=[cast.ticket.pk])

    closed = cast.client("moderator").get(page).content.decode()
    opened = cast.client("moderator").get(address, {"tab": "offers"})

    assert option not in closed
    assert f'hx-get="{address}?tab=general"' in closed
    assert option in opened.content.decode()
    assert f'<option value="{cast.person("responsible").pk}">' not in opened.content.decode()
    assert opened.context["page"].tab.name == "offers"
    assert cast.client("responsible").get(address).status_code == 403


def test_only_active_employees_are_assigned() -> None:
    cast = make_cast()

    for person in (CodeUserFactory(), ManagerFactory(), MemberFactory(is_active=False)):
        assert act(cast, "moderator", "assign", person=person.pk) == 400
    assert act(cast, "moderator", "assign", person="unknown") == 400
    assert act(cast, "moderator", "assign") == 400
    assert act(cast, "moderator", "withdraw", person=cast.person("uninvolved").pk) == 400
    assert cast.fresh().status == TicketStatus.OPEN


def test_priority_and_visibility_are_changed() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)

    assert act(cast, "responsible", "priority", priority=3) == 303
    assert act(cast, "responsible", "visibility", visibility="internal") == 303
    ticket = cast.fresh()
    assert (ticket.priority, ticket.visibility) == (Priority.HIGH, Visibility.INTERNAL)

    assert act(cast, "responsible", "priority", priority=7) == 400
    assert act(cast, "responsible", "visibility", visibility="secret") == 400


@pytest.mark.parametrize(
    ("verb", "fields", "opened", "error"),
    [
        ("assign", {"person": "unknown"}, r'<dialog[^>]*id="assign-dialog"[^>]*\bopen\b', "Choose an active employee."),
        ("assign", {}, r'<dialog[^>]*id="assign-dialog"[^>]*\bopen\b', "Choose an active employee."),
        ("priority", {"priority": "7"}, r"<details[^>]*\bopen\b", "Choose one of these."),
        (
            "visibility",
            {"visibility": "secret"},
            r'<dialog[^>]*id="visibility-dialog"[^>]*\bopen\b',
            "Choose who may see this ticket.",
        ),
        ("withdraw", {"person": "unknown"}, "notice--error", "the ticket has changed meanwhile"),
    ],
)
def test_a_choice_that_cannot_be_used_is_asked_again(
    verb: str, fields: dict[str, str], opened: str, error: str
) -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    address = reverse(f"office:ticket_{verb}", args=[cast.ticket.pk])

    answer = cast.client("moderator").post(address, {**fields, "tab": "offers"})
    page = answer.content.decode()

    assert answer.status_code == 400
    assert answer.context["page"].tab.name == "offers"
    assert re.search(opened, page)
    assert error in page
    assert len(re.findall(r"<dialog[^>]*\bopen\b", page)) <= 1
    assert cast.fresh().sequence == cast.ticket.sequence


def test_a_choice_that_cannot_be_used_is_asked_again_on_a_tab_that_there_is() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    address = reverse("office:ticket_priority", args=[cast.ticket.pk])

    for tab in ("", "no-such-tab"):
        answer = cast.client("responsible").post(address, {"priority": "7", "tab": tab})
        assert answer.context["page"].tab.name == "general"


def test_making_a_ticket_public_asks_first() -> None:
    cast = make_cast(TicketStatus.ASSIGNED, Visibility.INTERNAL)

    page = cast.client("responsible").get(cast.ticket.get_absolute_url()).content.decode()

    assert "Make this ticket public?" in page
    assert "stay with employees" in page


def test_closing_says_that_there_is_no_rating_yet() -> None:
    cast = make_cast(TicketStatus.DONE)

    page = cast.client("responsible").get(cast.ticket.get_absolute_url()).content.decode()

    assert "No one has rated yet: close anyway?" in page


def test_drafts_are_deleted() -> None:
    cast = make_cast(TicketStatus.DRAFT, Visibility.INTERNAL)

    assert act(cast, "uninvolved", "delete_draft") == 404
    assert act(cast, "moderator", "delete_draft") == 303
    assert not Ticket.objects.filter(pk=cast.ticket.pk).exists()


@pytest.mark.parametrize("visibility", Visibility)
@pytest.mark.parametrize("status", [status for status in TicketStatus if status != TicketStatus.DRAFT])
def test_a_sent_ticket_is_never_deleted_and_is_refused_as_the_table_says(
    status: TicketStatus, visibility: Visibility
) -> None:
    cast = make_cast(status, visibility)
    late = {"moderator", "administrator"}
    never = {"uninvolved", "offered", "responsible", "rejecter"}
    hidden = {"other_customers_manager"}
    # The customer's people know of PUBLIC tickets; the subscriber is named by another and began no draft.
    (never if visibility == Visibility.PUBLIC else hidden).update({"manager", "subscriber"})

    for roles, answer in ((late, 409), (never, 403), (hidden, 404)):
        for role in roles & set(cast.actors):
            assert act(cast, role, "delete_draft") == answer

    signed_out = ("stranger", "holder", "other_holder", "former_employee")
    assert {act(cast, role, "delete_draft") for role in signed_out} == {302}
    assert Ticket.objects.filter(pk=cast.ticket.pk).exists()


# Refusals ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", VERBS)
def test_managers_of_other_customers_learn_nothing(verb: str) -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    before = JournalEntry.objects.count()
    fields = {"person": cast.person("offered").pk, "priority": 3, "visibility": "internal"}

    assert act(cast, "other_customers_manager", verb, **fields) == 404
    assert send(cast.client("other_customers_manager"), Ticket(pk=10**9), verb, **fields) == 404
    assert JournalEntry.objects.count() == before


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb != "read"])
def test_members_without_offer_change_nothing(verb: str) -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    before = JournalEntry.objects.count()

    assert act(cast, "uninvolved", verb, person=cast.person("offered").pk, priority=3, visibility="internal") == 403
    assert JournalEntry.objects.count() == before


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb != "read"])
def test_customers_do_not_do_the_teams_work(verb: str) -> None:
    cast = make_cast(TicketStatus.ASSIGNED)

    assert act(cast, "manager", verb, person=cast.person("offered").pk, priority=3, visibility="internal") in (403, 409)
    assert cast.fresh().sequence == cast.ticket.sequence


@pytest.mark.parametrize("verb", VERBS)
def test_nothing_happens_by_looking(verb: str) -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    address = reverse(f"office:ticket_{verb}", args=[cast.ticket.pk])

    # Two of them are pages that ask; the administrator has no offer to reject.
    asks = {"assign": 200, "reject": 403}
    assert cast.client("administrator").get(address).status_code == asks.get(verb, 405)
    assert cast.fresh().sequence == cast.ticket.sequence
    assert cast.client("stranger").post(address).status_code == 302


def test_the_loser_of_a_race_reads_one_friendly_sentence() -> None:
    cast = make_cast(TicketStatus.CANCELLED)

    response = cast.client("moderator").post(reverse("office:ticket_start", args=[cast.ticket.pk]))

    assert response.status_code == 409
    assert "This is not possible while the ticket is CANCELLED." in response.content.decode()
