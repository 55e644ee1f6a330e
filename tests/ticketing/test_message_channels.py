"""Every cell of the authorization table for messages and their media, over every way by which it is asked."""

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.base import ContentFile
from django.core.signals import request_finished
from django.db import close_old_connections, transaction
from django.test import RequestFactory
from django.urls import resolve, reverse

from config.common.errors import DomainError
from messenger.models import Attachment, AttachmentKind, Delivery
from tests import authorization
from tests.cast import CastRole
from tests.factories import AttachmentFactory, MessageFactory
from tests.ticketing.test_authorization import FAR_SEQUENCE, Scene, scenes_for
from ticketing.models import TicketStatus, Visibility
from ticketing.news import Tickets
from ticketing.surfaces import OFFICE, PORTAL

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
OUTSIDE = ("stranger", "holder", "reporter", "other_holder", "subscriber", "manager", "other_customers_manager")
GOOD = {HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.NO_CONTENT, HTTPStatus.PARTIAL_CONTENT, HTTPStatus.NOT_MODIFIED}


@pytest.fixture(autouse=True)
def open_database() -> Iterator[None]:
    """Where no server is, the end of a response must not close the connection of the test."""
    request_finished.disconnect(close_old_connections)
    yield
    request_finished.connect(close_old_connections)


class Page:
    """What one actor asks about the ticket of its scene: of views, because middleware would take most of the time."""

    def __init__(self, scene: Scene, role: str, film: Attachment) -> None:
        self.cast, self.role, self.ticket, self.film = scene.cast, role, scene.ticket, film
        self.surface = PORTAL if role in OUTSIDE else OFFICE
        self.session = SessionStore()
        self.session.update(self.cast.sessions.get(CastRole(role), {}))
        self.session.save()

    @property
    def number(self) -> int:
        return self.ticket.public_sequence if self.role in OUTSIDE else self.ticket.sequence

    def asks(self, url: str, data: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None) -> bool:
        """Whether the address gives what it has, or takes the form; anything else is no refusal but a fault."""
        make = RequestFactory(headers={"X-Requested-With": "fetch", **(headers or {})})
        request: Any = make.get(url) if data is None else make.post(url, data)
        request.actor, request.session = self.cast[self.role], self.session
        view = resolve(url.partition("?")[0])
        try:
            response = view.func(request, *view.args, **view.kwargs)
        except DomainError:
            return False
        assert response.status_code in GOOD, response.status_code
        response.close()
        return True

    def url(self, name: str, **more: Any) -> str:
        return self.surface.ticket_url(name, self.ticket, **more)

    def own_message(self) -> int:
        public = FAR_SEQUENCE + 1 if self.ticket.is_public else None
        person = self.cast.people[CastRole(self.role)]
        numbers = {"sequence": FAR_SEQUENCE + 1, "public_sequence": public}
        return int(MessageFactory(ticket=self.ticket, author=person, **numbers).sequence)


Ask = Callable[[Page], bool]


def read(name: str, **more: Any) -> Ask:
    return lambda page: page.asks(page.url(name, **more))


def film(name: str = "attachment", query: str = "", **headers: str) -> Ask:
    return lambda page: page.asks(reverse(name, args=[page.film.pk]) + query, headers=headers)


def send(page: Page) -> bool:
    with rolled_back():
        return page.asks(page.url("message_send"), {"client_key": str(uuid.uuid4()), "text": "Hello"})


def of_own(name: str) -> Ask:
    def ask(page: Page) -> bool:
        with rolled_back():
            return page.asks(page.url(name, number=page.own_message()), {"text": "Better"})

    return ask


@contextmanager
def rolled_back() -> Iterator[None]:
    point = transaction.savepoint()
    yield
    transaction.savepoint_rollback(point)


# By the number of the row that says who may.
ASKS: dict[str, dict[str, Ask]] = {
    "06": {
        "list": read("message_list"),
        "poll": lambda page: page.asks(page.url("message_list"), headers={"If-None-Match": f'W/"{page.number}"'}),
        "one": read("message_detail", number=FAR_SEQUENCE),
        "seen marks": read("message_seen"),
    },
    "10": {
        "save": film(query="?download"),
        "range": film(range="bytes=0-1"),
        "poster": film("attachment_preview"),
        "other format": film("attachment_other", range="bytes=0-1"),
    },
    "12": {"send": send},
    "50": {"edit": of_own("message_edit")},
    "51": {"take back": of_own("message_take_back")},
}


def film_of(scene: Scene) -> Attachment:
    parts = {"preview": ContentFile(b"jpeg", "preview"), "other": ContentFile(b"webm", "other")}
    types = {"kind": AttachmentKind.VIDEO, "content_type": "video/mp4", "other_type": "video/webm"}
    made: Attachment = AttachmentFactory(message=scene.files["message"].message, **types, **parts)
    return made


@pytest.mark.parametrize("visibility", Visibility)
@pytest.mark.parametrize("status", TicketStatus)
def test_every_cell_is_answered_over_every_channel(status: TicketStatus, visibility: Visibility) -> None:
    wrong = []
    films: dict[int, Attachment] = {}
    for role, scene in scenes_for(status, visibility).items():
        if id(scene) not in films:
            films[id(scene)] = film_of(scene)
        page = Page(scene, role, films[id(scene)])
        for row, asks in ASKS.items():
            # Who is nobody yet has written nothing.
            if row in ("50", "51") and CastRole(role) not in scene.cast.people:
                continue
            expected = authorization.is_allowed(row, role, status, visibility)
            wrong += [f"{row} {role}: {name}, table {expected}" for name, ask in asks.items() if ask(page) != expected]

    assert wrong == []


@pytest.mark.parametrize("visibility", Visibility)
@pytest.mark.parametrize("status", [status for status in TicketStatus if status != TicketStatus.DRAFT])
def test_letters_and_pushes_say_nothing_to_who_may_not_read_it(status: TicketStatus, visibility: Visibility) -> None:
    """As if a row had been made for each person while they could still read it."""
    wrong, told = [], []
    for role, scene in scenes_for(status, visibility).items():
        entry, person = scene.ticket.journal.latest("sequence"), scene.cast.people.get(CastRole(role))
        if person is None:
            continue
        with rolled_back():
            numbers = {"sequence": entry.sequence, "public_sequence": entry.public_sequence}
            MessageFactory(ticket=scene.ticket, text="Secret", **numbers)
            row = Delivery(pk=1, person=person, ticket=scene.ticket, kind="message_sent", sequence=entry.sequence)
            is_told = bool(Tickets().concerned(person, scene.ticket.pk, [row]))
            news = Tickets().news(person, scene.ticket.pk, [row])
        quotes = any("Secret" in quote.text for line in news.lines for quote in line.quotes)
        may_read = authorization.is_allowed("06", role, status, visibility)
        wrong += [role] if (is_told or quotes) and not may_read else []
        told += [role] if is_told else []

    assert wrong == []
    assert told or status == TicketStatus.OPEN
