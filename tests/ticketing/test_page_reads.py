"""What the page of a ticket and the list read in few statements is what the models say."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from config.common import clock
from config.common.errors import NotVisible
from fleet.models import Decision, Person
from messenger.models import Mute
from messenger.selectors import bell_state, mutes_of
from tests.cast import client_of, make_cast
from tests.factories import (
    AnswerFactory,
    AssignmentFactory,
    AttachmentFactory,
    CodeUserFactory,
    DraftFactory,
    MemberFactory,
    NotificationFactory,
    OfferFactory,
    PrivateLinkFactory,
    TicketFactory,
    UpdateFactory,
)
from ticketing.access import answers_for
from ticketing.models import Affected, Answer, QuestionKind, Ticket, TicketStatus
from ticketing.office.shown import shown_ticket_for

pytestmark = pytest.mark.django_db
ROLES = ("moderator", "administrator", "responsible", "uninvolved", "manager", "subscriber")
VIEW = "ticketing.view_ticket"


@pytest.mark.parametrize("role", ROLES)
def test_small_facts_are_those_of_the_ticket_and_the_reader(role: str) -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    actor, other = cast[role], TicketFactory()
    for sequence, is_internal in enumerate((True, True, False, True, False), start=900):
        UpdateFactory(ticket=cast.ticket, is_internal=is_internal, sequence=sequence)
    UpdateFactory(ticket=other, sequence=900)
    for ticket in (cast.ticket, other):
        NotificationFactory(ticket=ticket, person=actor.person)
    NotificationFactory(ticket=other, person=MemberFactory())

    shown = shown_ticket_for(actor, cast.ticket.pk, rule=VIEW)

    assert (shown.ticket, shown.updates, shown.internal_updates) == (cast.ticket, 2, 3)
    assert shown.bell == bell_state(actor)
    assert shown.bell.unread >= 2
    assert (shown.mute, shown.has_links) == (None, False)


@pytest.mark.parametrize("hours", [None, 1, -1])
@pytest.mark.parametrize("role", ["moderator", "manager"])
def test_a_mute_counts_until_it_is_over(role: str, hours: int | None) -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    until = None if hours is None else clock.now() + timedelta(hours=hours)
    Mute.objects.create(person_id=cast[role].person_id or 0, ticket=cast.ticket, until=until)
    Mute.objects.create(person_id=cast.responsible.person_id or 0, ticket=cast.ticket)

    mute = shown_ticket_for(cast[role], cast.ticket.pk, rule=VIEW).mute

    kept = mutes_of(cast[role]).filter(ticket=cast.ticket).first()
    assert (mute is None, mute and mute.until) == (kept is None, kept and kept.until)


@pytest.mark.parametrize(
    ("changed", "opens"),
    [({}, True), ({"revoked_at": 0}, False), ({"expires_at": -1}, False), ({"expires_at": 1}, True)],
)
def test_only_links_that_open_the_ticket_count(changed: dict[str, int], opens: bool) -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    link = PrivateLinkFactory(ticket=cast.ticket)
    for name, hours in changed.items():
        setattr(link, name, clock.now() + timedelta(hours=hours))
    link.save()

    assert shown_ticket_for(cast.moderator, cast.ticket.pk, rule=VIEW).has_links == opens


def test_drafts_of_others_are_not_there_for_members_and_kept_statements_are_not_shared() -> None:
    author, colleague = MemberFactory(), MemberFactory()
    draft = DraftFactory(creator=author)
    cast = make_cast()

    for _ in range(2):
        assert shown_ticket_for(cast.moderator, draft.pk, rule=VIEW).ticket == draft
        assert client_of(author).get(draft.get_absolute_url()).status_code == 200
        assert client_of(colleague).get(draft.get_absolute_url()).status_code == 404
        with pytest.raises(NotVisible):
            shown_ticket_for(cast.uninvolved, draft.pk, rule=VIEW)


def person_of(row: Any) -> Person:
    person: Person = row.person
    return person


def fields_of(row: Any) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_who_is_involved_is_read_with_all_columns_and_in_order(django_assert_num_queries: Any) -> None:
    cast = make_cast(TicketStatus.IN_PROGRESS)
    ticket = cast.ticket
    now = clock.now()
    for hours, decision in ((3, Decision.OPEN), (1, Decision.REJECTED), (2, Decision.WITHDRAWN)):
        OfferFactory(ticket=ticket, decision=decision, made_at=now - timedelta(hours=hours))
        by = MemberFactory(last_name=f"By {hours}") if hours % 2 else None
        ended = now if hours == 3 else None
        started = now - timedelta(hours=hours)
        AssignmentFactory(ticket=ticket, assigned_by=by, started_at=started, ended_at=ended)
        guest = CodeUserFactory(first_name="", last_name="")
        Affected.objects.create(
            ticket=ticket, person=guest, joined_at=now - timedelta(hours=hours), works_again_at=ended
        )
    kept = Ticket.objects.get(pk=ticket.pk)

    shown = shown_ticket_for(cast.moderator, ticket.pk, rule=VIEW).ticket

    with django_assert_num_queries(0):
        offers, assignments, affected = (
            list(shown.offers.all()),
            list(shown.assignments.all()),
            list(shown.affected.all()),
        )
        people = [*map(person_of, offers), *map(person_of, assignments), *map(person_of, affected)]
        names = [(person.name, person.is_employee) for person in people]
        assigned_by = [each.assigned_by and each.assigned_by.name for each in assignments]
    assert [fields_of(each) for each in offers] == [fields_of(each) for each in kept.offers.all()]
    assert [fields_of(each) for each in assignments] == [fields_of(each) for each in kept.assignments.all()]
    assert [fields_of(each) for each in affected] == [fields_of(each) for each in kept.affected.all()]
    rows = (kept.offers.all(), kept.assignments.all(), kept.affected.all())
    people = [person_of(each) for found in rows for each in found]
    assert names == [(person.name, person.is_employee) for person in people]
    assert assigned_by == [each.assigned_by and each.assigned_by.name for each in kept.assignments.all()]
    # What was not read with them is there all the same.
    assert offers[0].person.language == kept.offers.all()[0].person.language
    assert all(each.ticket is shown for each in offers)


@pytest.mark.parametrize("counts", [(), (0,), (1,), (0, 3, 0, 2), (12, 1)])
def test_answers_have_their_files_in_order_in_one_statement(
    counts: tuple[int, ...], django_assert_num_queries: Any
) -> None:
    cast = make_cast()
    Answer.objects.filter(ticket=cast.ticket).delete()
    AttachmentFactory(answer=AnswerFactory())
    for place, count in enumerate(counts):
        answer = AnswerFactory(ticket=cast.ticket, kind=QuestionKind.FILES, position=len(counts) - place, value={})
        for number in range(count):
            AttachmentFactory(answer=answer, position=count - number, name=f"{place} {number}")

    with django_assert_num_queries(1):
        answers = answers_for(cast.moderator, cast.ticket)
        read = [(fields_of(answer), [fields_of(file) for file in answer.attachments.all()]) for answer in answers]

    kept = Answer.objects.filter(ticket=cast.ticket)
    assert read == [(fields_of(answer), [fields_of(file) for file in answer.attachments.all()]) for answer in kept]


def test_forms_of_a_page_have_one_token_and_pages_different_ones() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    client = cast.client("moderator")
    client.handler.enforce_csrf_checks = True

    first, second = (
        re.findall(r'csrfmiddlewaretoken" value="(\w+)"|X-CSRFToken": "(\w+)"', page.content.decode())
        for page in (client.get(cast.ticket.get_absolute_url()) for _ in range(2))
    )

    tokens, others = ({one or two for one, two in found} for found in (first, second))
    assert len(first) > 4
    assert (len(tokens), len(others), len(tokens | others)) == (1, 1, 2)
    start = reverse("office:ticket_start", args=[cast.ticket.pk])
    assert client.post(start).status_code == 403
    assert client.post(start, {"csrfmiddlewaretoken": tokens.pop()}).status_code == 303
