"""Who is there and who writes: what each side is told, what runs out, and what it costs."""

import asyncio
import time
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from fleet.live_sockets import Place
from messenger.hub import Followed, Hub, Socket
from messenger.presence import MOST_NAMED, TRUST_SECONDS, WRITING_SECONDS, Company, Who, frame_of
from tests.messenger.test_hub import statements_of_sockets
from tests.messenger.test_sockets import cast_in, socket_of
from ticketing.models import TicketStatus, Visibility
from ticketing.services import properties

ROOM = ("ticket", "5")
JONAS, MARA = (Who(key, name, is_employee=True) for key, name in ((1, "Jonas Keller"), (2, "Mara Vogt")))
GUEST = Who(9)


def shared_between(*companies: Company, now: float) -> None:
    for name, company in enumerate(companies):
        shared, _changed = company.turn(now)
        for other in companies:
            if other is not company:
                other.hear(str(name), shared, now)


def names(company: Company, now: float) -> list[tuple[str, str]]:
    return [(name, doing) for _key, name, _team, doing in company.people(ROOM, now)]


def test_writing_runs_out_and_being_there_does_not() -> None:
    company = Company()
    company.say(ROOM, "socket", JONAS, "writes", now=100)

    assert names(company, 100 + WRITING_SECONDS - 1) == [("Jonas Keller", "writes")]
    assert names(company, 100 + WRITING_SECONDS) == [("Jonas Keller", "reads")]
    company.turn(100)
    assert company.turn(100 + WRITING_SECONDS) == ([(ROOM, [(1, "Jonas Keller", True, "reads")])], {ROOM})
    company.leave(ROOM, "socket")
    assert company.turn(107)[0] == [(ROOM, [])]
    assert not company.stays


def test_a_person_is_there_once_with_the_most_that_they_do() -> None:
    company = Company()
    for socket, doing in enumerate(("looks", "notes", "reads")):
        company.say(ROOM, socket, JONAS, doing, now=0)
    company.say(ROOM, "else", MARA, "reads", now=0)

    assert names(company, 1) == [("Jonas Keller", "notes"), ("Mara Vogt", "reads")]


def test_processes_know_of_each_other_until_one_is_gone() -> None:
    here, there = Company(), Company()
    here.say(ROOM, 1, JONAS, "reads", now=0)
    there.say(ROOM, 1, MARA, "reads", now=0)
    shared_between(here, there, now=0)
    assert names(here, 1) == names(there, 1) == [("Jonas Keller", "reads"), ("Mara Vogt", "reads")]

    shared_between(here, there, now=TRUST_SECONDS - 1)
    assert len(names(here, TRUST_SECONDS + 1)) == 2, "who still says so is believed"
    here.turn(3 * TRUST_SECONDS)
    assert names(here, 3 * TRUST_SECONDS) == [("Jonas Keller", "reads")]
    assert ROOM not in here.others


def test_typing_on_is_no_news_and_a_crowd_makes_no_longer_frames() -> None:
    company = Company()
    company.say(ROOM, 1, JONAS, "writes", now=0)
    company.turn(0)
    company.say(ROOM, 1, JONAS, "writes", now=3)
    assert company.turn(3)[0] == []

    for number in range(500):
        company.say(ROOM, f"s{number}", Who(100 + number, "Somebody", is_employee=True), "reads", now=4)
    frame = frame_of("ticket.5.here", "names", company.people(ROOM, 4))
    assert len(frame["people"]) == MOST_NAMED
    assert frame["people"][0]["name"] == "Jonas Keller", "who writes is named first"
    assert frame["more"] == 501 - MOST_NAMED


@pytest.mark.parametrize(
    ("doing", "told"), [("looks", ""), ("reads", "reads"), ("notes", "reads"), ("writes", "writes")]
)
def test_customers_learn_only_that_the_team_is_there_and_nothing_of_notes(doing: str, told: str) -> None:
    company = Company()
    company.say(ROOM, 1, JONAS, doing, now=0)
    company.say(ROOM, 2, GUEST, "writes", now=0)

    assert frame_of("t", "team", company.people(ROOM, 0)) == {"kind": "here", "topic": "t", "team": told}


def test_customers_cannot_look_secretly_or_write_notes() -> None:
    company = Company()
    for doing in ("looks", "notes"):
        company.say(ROOM, 1, GUEST, doing, now=0)
        assert names(company, 0) == [("", "reads")]
    company.say(ROOM, 1, GUEST, "dances", now=0)
    assert names(company, 0) == []


class Heard(list[str]):
    """A line that keeps what is sent over it."""

    def send(self, text: str) -> bool:
        self.append(text)
        return True

    def close(self, code: int) -> None:
        pass


@pytest.mark.asyncio
async def test_who_comes_in_the_same_moment_takes_the_news_from_nobody() -> None:
    hub, topic = Hub(), "ticket.5.follow"
    hub.is_away = True

    def come() -> Heard:
        socket = Socket(line := Heard(), None, Place({}))
        hub.topics.setdefault(topic, Followed()).sockets.add(socket)
        socket.topics[topic] = ROOM
        hub._enter(socket, topic)
        return line

    early = come()
    hub._company.say(ROOM, "employee", JONAS, "reads", time.monotonic())
    late = come()
    assert (len(early), len(late)) == (0, 1)
    await hub._tell_company()

    assert early == late[:1]
    assert '"reads"' in early[0]


# Over sockets --------------------------------------------------------------------------------------------------------


async def next_here(socket: Any) -> Any:
    while (frame := await socket.receive_json_from(timeout=3))["kind"] != "here":
        pass
    return frame


def told(frame: Any) -> Any:
    return [(each["name"], each["doing"]) for each in frame["people"]] if "people" in frame else frame["team"]


@pytest.mark.asyncio
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("connection_given_back")
async def test_both_sides_hear_of_each_other_without_a_statement() -> None:
    cast = await cast_in(TicketStatus.ASSIGNED)
    inside, outside = (f"ticket.{cast.ticket.pk}.{part}" for part in ("here", "follow"))
    worker, guest, colleague = await sync_to_async(
        lambda: [cast.client(role) for role in ("responsible", "reporter", "uninvolved")]
    )()
    name = await sync_to_async(lambda: cast.person("responsible").name)()

    async with socket_of(worker, inside) as employee, socket_of(guest, outside) as customer:
        async with statements_of_sockets() as seen:
            await employee.send_json_to({"kind": "here", "topic": inside, "doing": "reads"})
            assert told(await next_here(customer)) == "reads"
            await employee.send_json_to({"kind": "here", "topic": inside, "doing": "notes"})
            assert told(await next_here(employee)) == [(name, "reads")]
            assert told(await next_here(employee)) == [(name, "notes")]
            await employee.send_json_to({"kind": "here", "topic": inside, "doing": "writes"})
            # Of the note before, nothing came.
            assert told(await next_here(customer)) == "writes"
            # What is not followed cannot be spoken in.
            await customer.send_json_to({"kind": "here", "topic": inside, "doing": "writes"})
            await customer.send_json_to({"kind": "here", "topic": outside, "doing": "writes"})
            frame = await next_here(employee)
            while len(frame["people"]) < 2:
                frame = await next_here(employee)
            assert {each["team"]: each["doing"] for each in frame["people"]} == {True: "writes", False: "writes"}
        assert [sql for sql in seen if "accessepoch" not in sql] == []

        async with socket_of(colleague) as other:
            await other.send_json_to({"kind": "follow", "topics": [inside]})
            assert len(told(await next_here(other))) == 2, "who comes later is told at once"
        await employee.disconnect()
        assert told(await next_here(customer)) == ""


@pytest.mark.asyncio
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("connection_given_back")
async def test_customers_hear_nothing_of_a_ticket_that_was_made_internal() -> None:
    cast = await cast_in(TicketStatus.ASSIGNED)
    inside, outside = (f"ticket.{cast.ticket.pk}.{part}" for part in ("here", "follow"))
    worker, guest = await sync_to_async(lambda: [cast.client(role) for role in ("responsible", "reporter")])()

    async with socket_of(worker, inside) as employee, socket_of(guest, outside) as customer:
        await sync_to_async(properties.change_visibility)(
            actor=cast["moderator"], ticket_id=cast.ticket.pk, visibility=Visibility.INTERNAL
        )
        await employee.send_json_to({"kind": "here", "topic": inside, "doing": "writes"})
        await next_here(employee)
        await asyncio.sleep(0.6)
        frames = []
        while not await customer.receive_nothing(0.05):
            frames.append(await customer.receive_output())
        assert not [frame for frame in frames if '"here"' in frame.get("text", "")]
