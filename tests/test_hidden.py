"""No answer shows whether something exists that is hidden from its reader: not by its status, its headers, its bytes,
nor by how much work it was."""

import re
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from itertools import product

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from messenger.models import Attachment, Notification
from tests.addresses import Address, addresses_with_parameters
from tests.cast import client_of, make_cast
from tests.factories import AdministratorFactory
from tests.hiding import FIXED, Reader, absent_like, hidden_of, make_readers, without_tokens
from ticketing.models import Ticket, TicketStatus

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
ADDRESSES = addresses_with_parameters()
READERS = make_readers()
CSRF_SECRET = "s" * 32
KEY = str(uuid.uuid4())
FORM = {"text": "Hello", "client_key": KEY, "pin": "1234", "purpose": "message", "score": "5", "action": "next"}
_TIME = re.compile(r"\d\d:\d\d:\d\d")
_VALUES = re.compile(r"'[^']*'|\b[0-9a-f]{32}\b|\d+")


@dataclass(frozen=True)
class Way:
    """A way to ask: method, headers, and whether a form comes with its token."""

    method: str = "get"
    headers: dict[str, str] = field(default_factory=dict)
    has_token: bool = False


ASK, SEND = Way(), Way("post", {"Origin": "http://testserver"}, has_token=True)
WAYS = [
    ASK,
    SEND,
    Way("post"),
    Way("post", {"X-Requested-With": "fetch"}, has_token=True),
    Way("post", {"HX-Request": "true", "Accept-Language": "fr"}, has_token=True),
    Way("get", {"X-Requested-With": "fetch"}),
    Way("get", {"Accept": "application/json", "Accept-Language": "de"}),
    Way("get", {"HX-Request": "true"}),
    Way("get", {"Range": "bytes=0-3", "Accept-Language": "de"}),
    Way("head"),
    Way("options"),
    Way("put", has_token=True),
]


@dataclass(frozen=True)
class Answer:
    """All that a reader gets to see, and the statements that the database was asked."""

    status: int
    headers: list[tuple[str, str]]
    cookies: str
    body: str
    statements: list[str]


def ask(client: Client, path: str, way: Way) -> Answer:
    """The answer without tokens of forms, and with what the question itself repeats taken out where it is no 404."""
    cache.clear()
    # It has an end, and says so by a warning.
    connection.queries_log.clear()
    client.cookies[settings.CSRF_COOKIE_NAME] = CSRF_SECRET
    headers = {**way.headers, **({"X-CSRFToken": CSRF_SECRET} if way.has_token else {})}
    with CaptureQueriesContext(connection) as asked:
        if way.method == "post":
            response = client.post(path, FORM, headers=headers)
        else:
            response = client.generic(way.method.upper(), path, headers=headers)
    statements = [_VALUES.sub("?", query["sql"]) for query in asked]
    body = b"".join(response) if response.streaming else response.content
    shown = without_tokens(body.decode())
    pairs = [(name, _TIME.sub("now", text)) for name, text in response.headers.items()]
    if response.status_code != HTTPStatus.NOT_FOUND:
        shown = shown.replace(path, "here")
        pairs = [(name, text.replace(path, "here")) for name, text in pairs if name != "Content-Length"]
    return Answer(response.status_code, pairs, _TIME.sub("now", response.cookies.output()), shown, statements)


def asked_once(client: Client) -> Callable[[str, Way], Answer]:
    """What `ask` answers, which is remembered: many hidden things of a kind stand beside the same absent one."""
    known: dict[tuple[str, str], Answer] = {}

    def answer(path: str, way: Way) -> Answer:
        key = path, str(way)
        if key not in known:
            known[key] = ask(client, path, way)
        return known[key]

    return answer


def questions(address: Address, reader: Reader, ways: Sequence[Way]) -> Iterator[tuple[str, str, Way]]:
    """Two paths, one with a hidden id and one with an absent one, and a way to ask for both.

    In all those ways where the path holds hidden ids only; then every hidden id among the reader's own ones.
    """
    wanted = [name for name in address.parameters if name not in FIXED]
    for name in wanted:
        hidden = hidden_of(address, name, reader)
        others = {other: hidden_of(address, other, reader)[0] for other in wanted} | FIXED
        plain = product([others], hidden[:1], [ASK, SEND] if address.is_admin else ways)
        for around, value, way in [*plain, *product([{**others, **reader.own}], hidden, [ASK, SEND])]:
            absent = {**around, name: absent_like(value)}
            yield address.path({**around, name: value}), address.path(absent), way


def differences(first: Answer, second: Answer) -> Iterator[str]:
    for name, left in asdict(first).items():
        if left != (right := getattr(second, name)):
            yield f"{name}: {left} / {right}"


def at_the_door(address: Address) -> set[int]:
    """Statuses that say that nothing was looked up."""
    refused: set[int] = {HTTPStatus.METHOD_NOT_ALLOWED}
    if address.route.startswith(("office/", "admin/")):
        refused |= {HTTPStatus.FOUND, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
    return refused


@pytest.mark.parametrize("who", READERS)
def test_hidden_and_absent_are_answered_alike_at_every_address(who: str) -> None:
    reader = READERS[who]()
    reader.client.handler.enforce_csrf_checks = True
    known = Ticket.objects.count()
    # The ways differ before the reader is known: for one reader all of them, for the others what leads to a view.
    ways = WAYS if who == "a code user of another device" else [ASK, SEND]
    wrong, seen = [], set()
    answer = asked_once(reader.client)

    for address in ADDRESSES:
        closed: list[Way] = []
        for hidden, absent, way in questions(address, reader, ways):
            if way not in closed:
                first, second = answer(hidden, way), answer(absent, way)
                seen.add(first.status)
                # Nothing is looked up for a method that an address does not take, nor for a reader who may not enter
                # the house: once is enough.
                closed += [way] if first.status in at_the_door(address) else []
                wrong += [f"{way.method} {hidden}: {name}" for name in differences(first, second)]

    assert not wrong, "\n".join(wrong)
    # The walk says something only if it met refusals of every kind and changed nothing.
    assert {302, 404, 405} <= seen
    assert Ticket.objects.count() == known


@pytest.mark.parametrize("who", READERS)
def test_what_is_hidden_is_there_for_others_and_what_is_own_is_open(who: str) -> None:
    reader = READERS[who]()
    administrator = client_of(AdministratorFactory())

    for name, route in {
        "ticket_id": "/office/tickets/{}/",
        "slug": "/d/{}/",
        "object_id": "/admin/fleet/device/{}/change/",
        "flow_id": "/admin/ticketing/creationflow/{}/change/",
        "code_id": "/office/codes/{}/",
    }.items():
        assert {administrator.get(route.format(value)).status_code for value in reader.hidden[name]} == {200}
    for file in Attachment.objects.filter(pk__in=reader.hidden["attachment_id"]).select_related("uploader"):
        entitled = administrator if any((file.message, file.update, file.answer)) else client_of(file.uploader)
        assert status_of(entitled, f"/files/{file.pk}/") == 200
    for notification in Notification.objects.filter(pk__in=reader.hidden["notification_id"]):
        address = f"/office/notifications/{notification.pk}/"
        assert client_of(notification.person).post(address).status_code == 303
    assert administrator.get(f"/c/{reader.hidden['token'][0]}/").status_code == 303
    if reader.own:
        own = reader.own
        device = f"/d/{own['slug']}/"
        for path in (device, f"{device}tickets/{own['ticket_id']}/", f"/files/{own['attachment_id']}/"):
            assert status_of(reader.client, path) == 200


def status_of(client: Client, path: str) -> int:
    """Also reads the answer, so that a file is closed."""
    response = client.get(path)
    b"".join(response)
    return response.status_code


@pytest.mark.parametrize("way", [ASK, SEND, *(way for way in WAYS if way.method in ("get", "head"))])
def test_hidden_is_answered_like_an_address_that_leads_nowhere(way: Way) -> None:
    reader = READERS["a code user of another device"]()
    absent = "/nothing/at/all/"
    hidden = [f"/d/{reader.hidden['slug'][0]}/new/", f"/files/{reader.hidden['attachment_id'][0]}/"]
    if way.method == "post":
        # What was typed is shown again, so that nowhere is a ticket that was never there.
        absent, hidden = "/tickets/2147483647/rate/", [f"/tickets/{reader.hidden['ticket_id'][0]}/rate/"]

    nowhere = ask(reader.client, absent, way)
    answers = [ask(reader.client, path, way) for path in hidden]

    assert nowhere.status == HTTPStatus.NOT_FOUND
    for answer in answers:
        assert (answer.status, answer.headers, answer.body) == (nowhere.status, nowhere.headers, nowhere.body)


@pytest.mark.parametrize("role", ["manager", "uninvolved"])
def test_people_who_signed_in_keep_the_shell_and_learn_nothing_from_it(role: str) -> None:
    cast, draft = make_cast(), make_cast(TicketStatus.DRAFT)
    client = cast.client(role)

    nowhere = ask(client, "/nothing/at/all/", ASK)
    hidden = ask(client, f"/office/tickets/{draft.ticket.pk}/", ASK)

    assert (hidden.status, hidden.headers, hidden.body) == (404, nowhere.headers, nowhere.body)
    for part in ('class="shell__side"', 'id="bell"', 'id="search-words"', 'class="empty-state"'):
        assert part in hidden.body


def test_an_id_without_example_fails_the_walk() -> None:
    reader = READERS["a stranger"]()

    with pytest.raises(LookupError):
        list(questions(Address("office/parcels/<int:parcel_id>/"), reader, [ASK]))


def test_a_session_that_is_gone_is_forgotten_for_hidden_and_absent_alike() -> None:
    slug = READERS["a stranger"]().hidden["slug"][0]
    answers = []

    for address in (slug, absent_like(slug)):
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = "x" * 32
        answers.append(ask(client, f"/d/{address}/", ASK))

    assert answers[0] == answers[1]
    assert settings.SESSION_COOKIE_NAME in answers[0].cookies
