"""Who was asked about a ticket, is responsible for it, or is affected, too: three tables in one statement."""

from typing import Any

from django.db.models import BigIntegerField, F, QuerySet, Value

from config.common.kept import Given, Kept
from config.common.rows import keep_related, loaded
from fleet.models import Assignment, Offer, Person
from ticketing.models import Affected, Ticket

_OF_NAME = ("id", "role", "first_name", "last_name")
_OF_PERSON = (*_OF_NAME, "phone", "contact_email", "email")
_TICKET = Given("ticket", BigIntegerField())
# Typed, because Django converts what is read by the first of the three.
_NO_ONE = {
    f"by_{field.name}": Value(None, output_field=field)
    for field in Person._meta.concrete_fields
    if field.name in _OF_NAME
}
_Row = dict[str, Any]
_Involved = Offer | Assignment | Affected


def _involved() -> "QuerySet[Any, _Row]":
    offers, assignments, affected = (
        model._default_manager.filter(ticket=_TICKET).order_by() for model in (Offer, Assignment, Affected)
    )
    by = {f"by_{name}": F(f"assigned_by__{name}") for name in _OF_NAME}
    no_decision = Value("")
    # PostgreSQL takes the types of the columns from the first two.
    return _columns(offers, "made_at", "decided_at", decided=F("decision"), **_NO_ONE).union(
        _columns(assignments, "started_at", "ended_at", decided=no_decision, **by),
        _columns(affected, "joined_at", "works_again_at", decided=no_decision, **_NO_ONE),
        all=True,
    )


def _columns(rows: "QuerySet[Any, Any]", since: str, until: str, **others: F | Value) -> "QuerySet[Any, _Row]":
    person = {f"of_{name}": F(f"person__{name}") for name in _OF_PERSON}
    kind = Value(rows.model._meta.model_name)
    return rows.values(kind=kind, key=F("id"), since=F(since), until=F(until), **others, **person)


_INVOLVED = Kept(_involved)


def read_involved(ticket: Ticket) -> None:
    """Reads offers, assignments and who joined, with what pages show of the people; one query for all."""
    found: dict[str, list[_Involved]] = {"offer": [], "assignment": [], "affected": []}
    # The order that each of them has by itself.
    for row in sorted(_INVOLVED.rows(ticket=ticket.pk), key=lambda row: (row["since"], row["key"])):
        made = _made(ticket, row)
        made.person = loaded(Person, {name: row[f"of_{name}"] for name in _OF_PERSON})
        found[row["kind"]].append(made)
    for relation, kind in (("offers", "offer"), ("assignments", "assignment"), ("affected", "affected")):
        keep_related(ticket, relation, found[kind])


def _made(ticket: Ticket, row: _Row) -> _Involved:
    common = {"id": row["key"], "ticket_id": ticket.pk, "person_id": row["of_id"]}
    since, until = row["since"], row["until"]
    if row["kind"] == "offer":
        return loaded(Offer, {**common, "made_at": since, "decided_at": until, "decision": row["decided"]})
    if row["kind"] == "affected":
        return loaded(Affected, {**common, "joined_at": since, "works_again_at": until})
    own = {"started_at": since, "ended_at": until, "assigned_by_id": row["by_id"]}
    assignment = loaded(Assignment, {**common, **own})
    if row["by_id"] is not None:
        assignment.assigned_by = loaded(Person, {name: row[f"by_{name}"] for name in _OF_NAME})
    return assignment
