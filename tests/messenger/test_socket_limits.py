"""Only so many sockets are open by one code or address; what closes, or dies without a word, makes room."""

import asyncio
import uuid
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from io import StringIO
from unittest import mock

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.core.management import CommandError, call_command
from redis import Redis

from config.asgi import application
from config.common import clock
from fleet import live_sockets
from fleet.actors import ANONYMOUS, Actor, actor_of
from fleet.live_sockets import LIFETIME, Place, PlacesHere, PlacesInRedis
from fleet.services import limits
from fleet.services.limits import Limit, socket_places
from messenger import hub
from tests.cast import client_of, holding
from tests.factories import CodeFactory, ManagerFactory, MemberFactory

HOME, DEPOT = "203.0.113.7", "198.51.100.20"


@pytest.fixture(autouse=True)
def nothing_is_open(monkeypatch) -> PlacesHere:
    places = PlacesHere()
    monkeypatch.setattr(live_sockets, "_here", places)
    monkeypatch.setattr(live_sockets, "shared_places", lambda: None)
    return places


def of_code(key: str = "a", limit: int = 2) -> Place:
    return Place({f"code:{key}": limit})


# The count -----------------------------------------------------------------------------------------------------------


@pytest.fixture(params=["here", "redis"])
def places(request) -> PlacesHere | PlacesInRedis:
    if request.param == "here":
        return PlacesHere()
    return PlacesInRedis(Redis.from_url(request.getfixturevalue("redis_url")))


def test_there_is_room_up_to_the_limit_and_again_when_one_leaves(places) -> None:
    first = of_code()

    assert [places.take(place) for place in (first, of_code(), of_code())] == [True, True, False]
    assert places.take(of_code("another"))
    places.leave(first)

    assert [places.take(of_code()) for _number in range(2)] == [True, False]


def test_what_the_second_name_refuses_takes_no_room_under_the_first(places) -> None:
    crowded = {"address:a": 1}
    places.take(Place(crowded))

    assert not places.take(Place({"code:a": 1, **crowded}))

    assert places.take(of_code(limit=1))


def test_what_is_not_renewed_runs_out_and_what_is_renewed_stays(places) -> None:
    lost, alive = of_code(), of_code()
    begin = clock.now()
    for place in (lost, alive):
        places.take(place)

    with clock.freeze(begin + timedelta(seconds=LIFETIME - 1)):
        assert not places.take(of_code())
        places.renew(alive)
    with clock.freeze(begin + timedelta(seconds=LIFETIME + 1)):
        assert [places.take(of_code()) for _number in range(2)] == [True, False]


def test_processes_share_the_count_in_redis(redis_url: str) -> None:
    one, other = (PlacesInRedis(Redis.from_url(redis_url)) for _number in range(2))
    place = of_code()

    assert [one.take(place), other.take(of_code()), one.take(of_code())] == [True, True, False]
    assert other.counts() == {"code:a": 2}

    other.clear(["code:a"])
    assert one.counts() == {}
    one.renew(place)
    assert other.counts() == {"code:a": 1}


@pytest.mark.asyncio
async def test_while_redis_is_away_this_process_counts(monkeypatch, caplog) -> None:
    gone = PlacesInRedis(Redis.from_url("redis://127.0.0.1:1/0"))
    monkeypatch.setattr(live_sockets, "shared_places", lambda: gone)

    assert [await live_sockets.take_place(of_code()) for _number in range(3)] == [True, True, False]
    assert "Redis is away (ConnectionError): this process counts its sockets for itself." in caplog.text


# The socket ----------------------------------------------------------------------------------------------------------


def connection(client, address: str = HOME) -> WebsocketCommunicator:
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    headers = [(b"cookie", cookies.encode()), (b"origin", b"http://testserver")]
    socket = WebsocketCommunicator(application, "/ws/", headers=headers)
    socket.scope["client"] = [address, 4711]
    return socket


@asynccontextmanager
async def open_socket(client, address: str = HOME):
    socket = connection(client, address)
    assert (await socket.connect())[0]
    await is_alive(socket)
    try:
        yield socket
    finally:
        await socket.disconnect()


async def is_alive(socket) -> None:
    await socket.send_json_to({"kind": "ping"})
    assert await socket.receive_json_from() == {"kind": "pong"}


async def is_refused(client, address: str = HOME) -> None:
    """Accepted, so that the page learns why, and closed at once; what it sends meanwhile is not heard."""
    socket = connection(client, address)
    assert (await socket.connect())[0]
    assert await socket.receive_output() == {"type": "websocket.close", "code": hub.TOO_MANY}
    await socket.send_json_to({"kind": "follow", "topics": ["tickets"]})
    assert await socket.receive_nothing()
    await socket.disconnect()


@sync_to_async
def phones(*codes):
    return [client_of(session=holding(code)) for code in codes]


@sync_to_async
def codes(number: int):
    return [CodeFactory() for _number in range(number)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("connection_given_back")
@pytest.mark.asyncio
async def test_a_code_has_so_many_sockets_and_another_code_its_own() -> None:
    code, other = await codes(2)
    first, second, stranger = await phones(code, code, other)

    with mock.patch.object(limits, "SOCKETS", Limit(2, 99)):
        async with open_socket(first), open_socket(stranger):
            async with open_socket(second, DEPOT):
                await is_refused(first)
                await is_refused(second, DEPOT)
            async with open_socket(second):
                pass


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("connection_given_back")
@pytest.mark.asyncio
async def test_an_address_has_so_many_sockets_and_employees_are_not_among_them() -> None:
    one, two, three = await phones(*await codes(3))
    signed_in = await sync_to_async(lambda: [client_of(MemberFactory()), client_of(ManagerFactory())])()

    with mock.patch.object(limits, "SOCKETS", Limit(99, 2)):
        async with AsyncExitStack() as stack:
            for client in (*signed_in, one, two):
                await stack.enter_async_context(open_socket(client))
            await is_refused(three)
            for client in signed_in:
                await stack.enter_async_context(open_socket(client))
            await stack.enter_async_context(open_socket(three, DEPOT))


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("connection_given_back")
@pytest.mark.asyncio
async def test_an_open_socket_keeps_its_place(nothing_is_open: PlacesHere) -> None:
    [code] = await codes(1)
    [client] = await phones(code)

    with mock.patch.object(limits, "SOCKETS", Limit(1, 99)), mock.patch.object(hub, "RENEW_AFTER", 0):
        async with open_socket(client) as socket:
            nothing_is_open._ends.clear()
            await asyncio.sleep(2 * hub.TICK_SECONDS)
            await is_alive(socket)
            await is_refused(client)


@pytest.mark.django_db
def test_only_holders_of_a_code_take_a_place() -> None:
    code = CodeFactory()
    session = holding(code)
    names = {f"code:{code.pk}": 60, f"address:{HOME}": 200}

    assert socket_places(actor_of(None, session, HOME)) == names
    signed_in = [actor_of(made(), session, HOME) for made in (MemberFactory, ManagerFactory)]
    for actor in (ANONYMOUS, Actor(address=HOME), *signed_in):
        assert socket_places(actor) == {}


# The operator's command ----------------------------------------------------------------------------------------------


@pytest.fixture
def shared(redis_url: str, monkeypatch) -> PlacesInRedis:
    found = PlacesInRedis(Redis.from_url(redis_url))
    monkeypatch.setattr("fleet.management.commands.limits.shared_places", lambda: found)
    return found


def run_command(*arguments: str) -> str:
    out = StringIO()
    call_command("limits", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_the_command_shows_and_clears_sockets_in_redis(shared: PlacesInRedis) -> None:
    code = CodeFactory(label="Left door", device__name="Washer 3")
    for name in (f"code:{code.pk}", f"code:{uuid.uuid4()}", f"address:{HOME}"):
        shared.take(Place({name: 5}))

    lines = [" ".join(line.split()) for line in run_command().splitlines()]
    assert f"code {code.pk} Left door, Washer 3 sockets 1 60" in lines
    assert f"address {HOME} sockets 1 200" in lines
    assert HOME not in run_command("--code", str(code.pk))

    run_command("--clear", "--address", HOME)
    assert len(shared.counts()) == 2
    run_command("--clear")
    assert shared.counts() == {}


@pytest.mark.django_db
def test_the_command_says_that_redis_is_away(monkeypatch) -> None:
    gone = PlacesInRedis(Redis.from_url("redis://127.0.0.1:1/0"))
    monkeypatch.setattr("fleet.management.commands.limits.shared_places", lambda: gone)

    with pytest.raises(CommandError, match="Redis, which counts the sockets, is away"):
        run_command()
