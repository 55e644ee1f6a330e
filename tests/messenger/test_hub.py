"""One hub for all sockets of a process: what a hint costs, who is asked again, and what it survives."""

import asyncio
import json
import re
import uuid
from collections.abc import Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.contrib.auth import get_user
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.http import HttpRequest

from config.common import clock, live
from fleet.actors import actor_of
from fleet.models import AccessEpoch, Person
from fleet.revocation import REVOCATION_GROUP, revoke_access
from fleet.services import codes
from fleet.sessions import actors_of_sessions
from messenger import answers, consumers, hub, lines
from messenger.selectors import numbers_of_bells
from messenger.services.notifications import read_all_notifications
from tests.cast import Cast, client_of, holding, make_cast
from tests.factories import CodeFactory, ManagerFactory, MemberFactory
from tests.messenger.test_sockets import cast_in, ends, is_alive, send, socket_of
from tests.messenger.test_sockets import connection as socket_for
from ticketing.live import number_of_list
from ticketing.models import Priority, TicketStatus
from ticketing.services import assignment, messages, properties, updates
from ticketing.surfaces import OFFICE, PORTAL

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.asyncio,
    pytest.mark.usefixtures("connection_given_back"),
]
CROWD = 200


@contextmanager
def statements() -> Iterator[list[str]]:
    """What the thread of the sockets asks the database."""
    seen: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        seen.append(sql)
        return execute(sql, *rest)

    connection.execute_wrappers.append(note)
    try:
        yield seen
    finally:
        connection.execute_wrappers.remove(note)


@asynccontextmanager
async def statements_of_sockets() -> Any:
    manager = statements()
    seen = await sync_to_async(manager.__enter__)()
    try:
        yield seen
    finally:
        await sync_to_async(manager.__exit__)(None, None, None)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[answers.Question]:
    """The questions of sockets, as they come."""
    seen: list[answers.Question] = []

    def answer(questions: Any) -> Any:
        seen.extend(questions)
        return answers.answer(questions)

    monkeypatch.setattr(hub, "answer", answer)
    return seen


@asynccontextmanager
async def crowd_of(client: Any, topic: str, number: int = CROWD) -> Any:
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(socket_of(client, topic)) for _number in range(number)]


# What a hint costs ---------------------------------------------------------------------------------------------------


async def test_a_hint_to_many_asks_nothing_and_is_heard_once_by_each() -> None:
    cast = await cast_in(TicketStatus.ASSIGNED)
    topic = f"ticket.{cast.ticket.pk}.messages"

    async with crowd_of(await sync_to_async(cast.client)("responsible"), topic) as sockets:
        async with statements_of_sockets() as seen:
            await get_channel_layer().group_send(
                live.group_name(topic), {"type": live.HINT, "topic": topic, "kind": "message_sent", "sequence": 7}
            )
            for socket in sockets:
                frame = await socket.receive_json_from()
                assert frame == {"kind": "hint", "topic": topic, "event": "message_sent", "sequence": 7}
            for socket in sockets:
                await is_alive(socket)

        assert [sql for sql in seen if "accessepoch" not in sql] == []


async def test_what_many_do_at_once_is_told_to_each_in_a_frame_or_two() -> None:
    cast = await cast_in(TicketStatus.ASSIGNED)
    topic = f"ticket.{cast.ticket.pk}.here"
    colleagues = ("responsible", "moderator", "administrator", "offered", "rejecter", "uninvolved")
    clients = await sync_to_async(lambda: [cast.client(role) for role in colleagues])()
    async with AsyncExitStack() as stack:
        sockets = [
            await stack.enter_async_context(socket_of(client, topic)) for client in clients for _page in range(3)
        ]
        async with statements_of_sockets() as seen:
            for doing in ("looks", "reads", "writes"):
                for socket in sockets:
                    await socket.send_json_to({"kind": "here", "topic": topic, "doing": doing})
            await asyncio.sleep(2 * hub.TICK_SECONDS)
            told = [await frames_until_pong(socket) for socket in sockets]

    # 18 pages said 54 things: each of them told by itself would be 972 frames.
    assert max(map(len, told)) <= 3
    assert all(len(frames[-1]["people"]) == len(colleagues) for frames in told)
    assert {each["doing"] for each in told[0][-1]["people"]} == {"writes"}
    assert [sql for sql in seen if "accessepoch" not in sql] == []


async def frames_until_pong(socket: Any) -> list[dict[str, Any]]:
    await socket.send_json_to({"kind": "ping"})
    frames = []
    while (frame := await socket.receive_json_from(timeout=10))["kind"] != "pong":
        frames.append(frame)
    return frames


async def test_sockets_of_one_topic_take_one_membership_and_follow_frames_one_batch(
    asked: list[answers.Question], monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = await cast_in(TicketStatus.ASSIGNED)
    topics = [f"ticket.{cast.ticket.pk}.{part}" for part in ("messages", "inside", "follow")]
    clients = await sync_to_async(lambda: [cast.client(role) for role in ("responsible", "moderator")])()
    sockets = [socket_for(client) for client in clients for _number in range(20)]
    for socket in sockets:
        await socket.connect()

    async with statements_of_sockets() as seen:
        for socket in sockets:
            await socket.send_json_to({"kind": "follow", "topics": topics})
        for socket in sockets:
            assert [(await socket.receive_json_from())["kind"] for _topic in topics] == ["following"] * 3

    layer = get_channel_layer()
    assert len(asked) == 40
    # Sessions, people, tickets, offers, assignments, in two batches at most: the first one, and all behind it.
    assert len([sql for sql in seen if "accessepoch" not in sql and "SELECT" in sql]) <= 10
    assert [len(layer.groups[live.group_name(topic)]) for topic in topics] == [1, 1, 1]
    for socket in sockets:
        await socket.disconnect()
    assert layer.groups == {}


async def test_a_slow_socket_is_closed_and_holds_up_no_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "LONGEST_QUEUE", 3)
    cast = await cast_in(TicketStatus.ASSIGNED)
    client, topic = await sync_to_async(cast.client)("responsible"), f"ticket.{cast.ticket.pk}.messages"
    stuck, sent = asyncio.Event(), []

    async def take_slowly(message: dict[str, Any]) -> None:
        sent.append(message)
        if "hint" in message.get("text", ""):
            await stuck.wait()

    frames: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    for frame in ({"type": "websocket.connect"}, follow_frame(topic)):
        frames.put_nowait(frame)
    fast_socket = socket_of(client, topic)
    async with fast_socket as fast:
        scope = {"actor": cast.responsible, "session_key": client.session.session_key}
        slow = asyncio.create_task(consumers.live(scope, frames.get, take_slowly))
        while not any("following" in message.get("text", "") for message in sent):
            await asyncio.sleep(0.01)

        for _number in range(5):
            await send(cast)
            assert (await fast.receive_json_from())["kind"] == "hint"

        stuck.set()
        while sent[-1]["type"] != "websocket.close":
            await asyncio.sleep(0.01)
        assert sent[-1]["code"] == hub.TOO_SLOW
        assert len([message for message in sent if "hint" in message.get("text", "")]) == 3
        frames.put_nowait({"type": "websocket.disconnect"})
        await slow


def follow_frame(topic: str) -> dict[str, Any]:
    return {"type": "websocket.receive", "text": json.dumps({"kind": "follow", "topics": [topic]})}


# Who is asked again --------------------------------------------------------------------------------------------------


async def test_a_revocation_asks_only_those_whose_right_rests_on_its_cause(asked: list[answers.Question]) -> None:
    cast = await cast_in(TicketStatus.ASSIGNED)
    other = await cast_in(TicketStatus.ASSIGNED)
    here, there = f"ticket.{cast.ticket.pk}.follow", f"ticket.{other.ticket.pk}.follow"
    member, phone, stranger = await sync_to_async(
        lambda: (cast.client("uninvolved"), cast.client("reporter"), other.client("reporter"))
    )()
    keys = {
        client.session.session_key: name for client, name in ((member, "member"), (phone, "phone"), (stranger, "other"))
    }

    async def asked_for(**cause: Any) -> set[tuple[str, tuple[str, ...]]]:
        asked.clear()
        await sync_to_async(revoke_access)(**cause)
        await asyncio.sleep(0.1)
        return {(keys[question.session_key], question.topics) for question in asked}

    async with socket_of(member, here, there), socket_of(phone, here), socket_of(stranger, there):
        assert await asked_for(ticket=cast.ticket.pk) == {("member", (here,)), ("phone", (here,))}
        assert await asked_for(person=cast.person("uninvolved").pk) == {("member", (here, there))}
        assert await asked_for(code=cast.code.pk) == {("phone", (here,))}
        assert await asked_for(session=stranger.session.session_key) == {("other", (there,))}
        assert await asked_for(ticket=other.ticket.pk, person=cast.person("uninvolved").pk) == {("member", (there,))}
        assert await asked_for(person=cast.person("moderator").pk) == set()
        assert len(await asked_for()) == 3


async def test_a_revocation_while_a_topic_is_asked_for_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = await cast_in(TicketStatus.ASSIGNED)
    client = await sync_to_async(cast.client)("offered")
    topic = f"ticket.{cast.ticket.pk}.messages"
    loop, times = asyncio.get_running_loop(), []

    def answer(questions: Any) -> Any:
        found = answers.answer(questions)
        times.append(len(questions))
        if len(times) == 1:
            # What was just answered is no longer so when the answer arrives.
            assignment.withdraw(actor=cast.moderator, ticket_id=cast.ticket.pk, person=cast.person("offered"))
            asyncio.run_coroutine_threadsafe(asyncio.sleep(0.05), loop).result()
        return found

    monkeypatch.setattr(hub, "answer", answer)
    socket = socket_for(client)
    await socket.connect()
    await socket.send_json_to({"kind": "follow", "topics": [topic]})

    assert await socket.receive_json_from() == {"kind": "refused", "topic": topic}
    assert len(times) == 2
    await socket.disconnect()


async def test_a_hint_waits_until_the_rules_are_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = await cast_in(TicketStatus.ASSIGNED)
    client = await sync_to_async(cast.client)("offered")
    topic = f"ticket.{cast.ticket.pk}.messages"
    event = {"type": live.HINT, "topic": topic, "kind": "message_sent"}

    async with socket_of(client, topic) as socket:
        await sync_to_async(cast.person("offered").offers.update)(decision="withdrawn", decided_at=clock.now())
        layer = get_channel_layer()
        await layer.group_send(REVOCATION_GROUP, {"type": "access.revoked", "cause": []})
        await layer.group_send(live.group_name(topic), event)
        await ends(socket)


async def test_an_event_that_was_lost_is_made_up_for_by_the_epoch_within_a_second(
    asked: list[answers.Question], monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = await cast_in(TicketStatus.OPEN)
    client = await sync_to_async(cast.client)("reporter")
    monkeypatch.setattr(live, "_send", lambda _group, _event: None)

    async with socket_of(client, f"ticket.{cast.ticket.pk}.follow") as socket:
        await sync_to_async(codes.enable_code)(actor=cast.moderator, code=cast.code, enabled=False)
        await ends(socket)


async def test_an_event_that_was_heard_is_not_asked_about_twice(asked: list[answers.Question]) -> None:
    cast = await cast_in(TicketStatus.OPEN)
    client = await sync_to_async(cast.client)("uninvolved")

    async with socket_of(client, "tickets") as socket:
        asked.clear()
        for _number in range(3):
            await sync_to_async(revoke_access)(person=cast.person("moderator").pk)
            await asyncio.sleep(2 * hub.TICK_SECONDS)
        assert asked == []
        await is_alive(socket)


async def test_a_session_is_asked_about_again_when_it_ends() -> None:
    member = await sync_to_async(MemberFactory)()
    client = await sync_to_async(client_of)(member)
    end = clock.now() + timedelta(seconds=1)
    await Session.objects.filter(pk=client.session.session_key).aupdate(expire_date=end)

    async with socket_of(client, "tickets") as socket:
        assert await socket.receive_nothing(0.3)
        await ends(socket, within=3)
        assert clock.now() >= end


async def test_what_was_changed_by_hand_is_noticed_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "LONGEST_TRUST", 1)
    member = await sync_to_async(MemberFactory)()
    client = await sync_to_async(client_of)(member)

    async with socket_of(client, "tickets") as socket:
        await Person.objects.filter(pk=member.pk).aupdate(is_active=False)
        await ends(socket, within=3)


async def test_a_right_that_cannot_be_confirmed_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = await cast_in(TicketStatus.OPEN)
    client = await sync_to_async(cast.client)("uninvolved")

    async with socket_of(client, "tickets") as socket:
        monkeypatch.setattr(hub.hub_of_this_process()._asking, "_answer", lambda _questions: 1 / 0)
        await sync_to_async(revoke_access)()
        assert await socket.receive_output() == {"type": "websocket.close", "code": hub.FAULT}


# The epoch -----------------------------------------------------------------------------------------------------------


async def test_the_epoch_moves_with_the_transaction_and_each_time_by_one() -> None:
    def total() -> int:
        return sum(AccessEpoch.objects.values_list("value", flat=True))

    before = await sync_to_async(total)()
    for _number in range(3):
        await sync_to_async(revoke_access)(person=1)

    assert await sync_to_async(total)() == before + 3


@pytest.mark.postgres
async def test_two_revocations_at_once_do_not_wait_for_each_other() -> None:
    async def begun(first: asyncio.Event, last: asyncio.Event) -> None:
        loop = asyncio.get_running_loop()

        def act() -> None:
            with transaction.atomic():
                revoke_access(person=1)
                loop.call_soon_threadsafe(first.set)
                asyncio.run_coroutine_threadsafe(last.wait(), loop).result(10)
            connection.close()

        await sync_to_async(act, thread_sensitive=False)()

    # There is a row that both could take.
    await sync_to_async(revoke_access)(person=1)
    events = [asyncio.Event() for _number in range(2)]
    async with asyncio.timeout(5):
        await asyncio.gather(begun(events[0], events[1]), begun(events[1], events[0]))


# The actors of sessions ----------------------------------------------------------------------------------------------


async def test_actors_of_many_sessions_are_those_of_each_and_cost_three_statements(
    django_assert_num_queries: Any,
) -> None:
    def check() -> None:
        code, closed = CodeFactory(), CodeFactory(is_enabled=False)
        gone, former = MemberFactory(is_active=False), MemberFactory()
        clients = [
            client_of(MemberFactory()),
            client_of(ManagerFactory(), session=holding(code)),
            client_of(MemberFactory(), session=holding(code)),
            client_of(session=holding(code, closed)),
            client_of(session=holding(closed)),
            client_of(gone),
            client_of(former),
            client_of(session={"codes": {str(code.pk): code.epoch - 1}}),
            client_of(session={"codes": {str(uuid.uuid4()): 1}}),
        ]
        former.set_password("another long password")
        former.save()
        keys = [client.session.session_key or "" for client in clients]
        with django_assert_num_queries(3):
            found = actors_of_sessions(keys)
        people = [found[key].actor.person_id is not None for key in keys]
        assert people == [True, True, True, False, False, False, False, False, False]
        devices = [set(found[key].actor.device_ids) for key in keys]
        assert devices == [set(), {code.device_id}, set(), {code.device_id}, set(), set(), set(), set(), set()]
        for client, key in zip(clients, keys, strict=True):
            assert found[key].actor == actor_of(user_of(client), client.session)

    await sync_to_async(check)()


def user_of(client: Any) -> Any:
    request = HttpRequest()
    request.session = client.session
    return get_user(request)


# The channel layer ---------------------------------------------------------------------------------------------------


class Broken:
    """A channel layer that can be cut: then it loses what it knew, as Redis does when it starts anew."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.is_cut = False

    def __getattr__(self, name: str) -> Any:
        async def call(*args: Any) -> Any:
            if self.is_cut and name != "receive":
                raise ConnectionError("cut")
            return await getattr(self.inner, name)(*args)

        return call


async def test_after_the_layer_was_away_topics_are_followed_again_and_pages_know_what_they_missed(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    cast = await cast_in(TicketStatus.ASSIGNED)
    layer = Broken(get_channel_layer())
    monkeypatch.setattr(hub, "get_channel_layer", lambda: layer)
    topic = f"ticket.{cast.ticket.pk}.messages"

    async with socket_of(await sync_to_async(cast.client)("responsible"), topic) as socket:
        layer.is_cut = True
        await layer.inner.flush()
        while not hub.hub_of_this_process().is_away:
            await asyncio.sleep(0.05)
        await send(cast)
        await socket.send_json_to({"kind": "ping"})
        assert await socket.receive_nothing(0.2)
        refused = socket_for(await sync_to_async(cast.client)("responsible"))
        assert (await refused.connect())[0]
        assert await refused.receive_output() == {"type": "websocket.close", "code": hub.AWAY}

        layer.is_cut = False
        sequence = (await sync_to_async(cast.fresh)()).sequence
        assert await socket.receive_json_from(5) == {"kind": "following", "topic": topic, "number": sequence}
        await send(cast)
        assert (await socket.receive_json_from())["kind"] == "hint"
        await is_alive(socket)

    said = [record.message for record in caplog.records if "channel layer" in record.message]
    assert len(said) == 2
    assert "away" in said[0]
    assert "back" in said[1]


# Numbers -------------------------------------------------------------------------------------------------------------


async def test_a_page_carries_the_numbers_that_its_topics_have() -> None:
    cast = await cast_in(TicketStatus.ASSIGNED)
    await sync_to_async(updates.post_update)(
        actor=cast.responsible, ticket_id=cast.ticket.pk, client_key=uuid.uuid4(), is_internal=True, text="Inside"
    )
    ticket = await sync_to_async(cast.fresh)()
    assert ticket.public_sequence < ticket.sequence
    office, portal = OFFICE.ticket_url("ticket_detail", ticket), PORTAL.ticket_url("ticket_detail", ticket)

    assert (
        await numbers_of(cast, "responsible", f"{office}?tab=messenger")
        >= {
            f"ticket.{ticket.pk}.messages": str(ticket.sequence),
            f"ticket.{ticket.pk}.inside": str(ticket.sequence),
        }.items()
    )
    assert (
        await numbers_of(cast, "reporter", f"{portal}?view=messages")
        == {f"ticket.{ticket.pk}.follow": str(ticket.public_sequence)}.items()
    )
    assert (
        await numbers_of(cast, "manager", office) >= {f"ticket.{ticket.pk}.follow": str(ticket.public_sequence)}.items()
    )
    assert "tickets" in dict(await numbers_of(cast, "responsible", OFFICE.url("ticket_list")))


async def numbers_of(cast: Cast, role: str, address: str) -> Any:
    """The numbers that the page has; those of the socket are the same."""
    browser = await sync_to_async(cast.client)(role)
    page = (await sync_to_async(browser.get)(address)).content.decode()
    found = re.findall(r'data-topics="([^"]+)"\s+data-numbers="([^"]*)"', page)
    shown = {
        topic: number
        for topics, numbers in found
        for topic, number in zip(topics.split(), numbers.split(), strict=True)
    }
    socket = socket_for(browser)
    await socket.connect()
    await socket.send_json_to({"kind": "follow", "topics": list(shown)})
    frames = [await socket.receive_json_from() for _topic in shown]
    await socket.disconnect()
    assert {frame["topic"]: str(frame["number"]) for frame in frames} == shown
    return shown.items()


async def test_numbers_move_with_what_pages_hear_of() -> None:
    def check() -> None:
        cast = make_cast(TicketStatus.ASSIGNED)
        person = cast.person("responsible").pk
        of_list, of_bell = number_of_list(), numbers_of_bells([person])
        messages.send_message(actor=cast.reporter, ticket_id=cast.ticket.pk, client_key=uuid.uuid4(), text="Hello")

        assert number_of_list() == of_list
        assert numbers_of_bells([person]) != of_bell
        read = numbers_of_bells([person])
        assert read_all_notifications(actor=cast.responsible)
        assert numbers_of_bells([person]) != read
        properties.change_priority(actor=cast.responsible, ticket_id=cast.ticket.pk, priority=Priority.HIGH)
        assert number_of_list() != of_list

    await sync_to_async(check)()
