"""All live sockets of this process: who follows what, hints to them, and the questions that are asked again."""

import asyncio
import json
import logging
import time
from collections import deque
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from channels.db import database_sync_to_async
from channels.layers import get_channel_layer

from config.common import clock
from config.common.gathering import Gathering
from config.common.live import HINT, group_name
from config.common.numbers import whole_number
from fleet.live_sockets import RENEW_AFTER, Place, renew_places
from fleet.revocation import REVOCATION_GROUP, REVOKED, Ground, read_epoch, stamps_between, stamps_until
from messenger.answers import Answer, Question, answer
from messenger.lines import Line
from messenger.presence import (
    COMPANY,
    COMPANY_GROUP,
    MOST_NAMED,
    NOBODY,
    SEEN,
    Company,
    Present,
    Room,
    Who,
    frame_of,
)
from messenger.topics import (
    Drawn,
    Number,
    drawn_bubble,
    ground_of,
    has_hints,
    is_topic,
    shows_of,
    side_of_bubble,
)

logger = logging.getLogger(__name__)
T = TypeVar("T")

BEAT_SECONDS = 40  # Proxies close silent connections after 50 seconds or more; see docs/deploy.
MISSED_BEATS = 2
TICK_SECONDS = 0.5  # Between two looks at the epoch, at the channel layer and for silent sockets.
GRACE_SECONDS = 0.1  # What the epoch shows may still be on its way through the channel layer.
MISSED_ECHOES = 3
LAYER_SECONDS = 3  # A layer that does not respond for so long is away.
LONGEST_PAUSE = 10  # Seconds between two tries to reach it.
# Every socket is asked again after so many seconds, for what was changed by hand in the database.
LONGEST_TRUST = 15 * 60
KEPT_CAUSES = 200
# A bubble costs as much as a reader or two who ask for it, however many there are. Hints wait for it so long at most.
FEWEST_READERS = 3
DRAW_SECONDS = 5

# Codes with which a socket is closed.
AWAY, FAULT, NOTHING_LEFT, SILENT, TOO_SLOW, TOO_FAST, TOO_MANY = 1013, 1011, 4401, 4408, 4413, 4429, 4430

Cause = frozenset[Ground]
OWN_GROUPS = (REVOCATION_GROUP, COMPANY_GROUP)


@dataclass(eq=False)
class Socket:
    """An open socket: what it follows, each topic with the ground of its own, and what its right to that rests on."""

    line: Line
    session_key: str | None
    place: Place
    topics: dict[str, Ground | None] = field(default_factory=dict)
    grounds: frozenset[Ground] = frozenset()
    seen_at: float = field(default_factory=time.monotonic)
    ask_at: float = field(default_factory=lambda: time.monotonic() + LONGEST_TRUST)
    renewed_at: float = field(default_factory=time.monotonic)
    is_over: bool = False
    who: Who = NOBODY
    own_ids: frozenset[int] = frozenset()
    # Of its page; empty for one that takes no bubbles.
    language: str = ""
    # While its rules are asked again, hints wait.
    questions: int = 0
    held: list[tuple[str, str]] = field(default_factory=list)

    def send(self, **frame: str | int | None) -> None:
        if not self.is_over:
            self.line.send(json.dumps(frame))

    def takes_bubble(self, side: bool | None) -> bool:  # noqa: FBT001 (as `side_of_bubble` says it)
        """Whether its page takes bubbles, and its reader is of that side and somebody already."""
        return bool(self.language and self.own_ids) and self.who.is_employee is side


@dataclass
class Followed:
    """A topic that sockets follow, or are about to; `heard` counts its hints."""

    sockets: set[Socket] = field(default_factory=set)
    coming: int = 0
    heard: int = 0
    # That of the newest hint.
    number: int = 0
    # The last frame that said who is there, and the marks of those who saw something since the last look.
    company: str = ""
    marks: dict[int, list[Any]] = field(default_factory=dict)
    # While a bubble is drawn, later hints wait for it.
    is_drawing: bool = False
    waiting: list[dict[str, Any]] = field(default_factory=list)


class Hub:
    """One channel of the layer for all sockets, and one membership for each topic that any of them follows.

    Everything happens on the event loop; nothing waits for a single socket.
    """

    def __init__(self) -> None:
        self.sockets: set[Socket] = set()
        self.topics: dict[str, Followed] = {}
        self.layer: Any = get_channel_layer()
        self.channel = ""
        self.is_away = False
        self._joined: set[str] = set()
        self._lock = asyncio.Lock()
        self._life: list[asyncio.Task[None]] = []
        self._errands: set[asyncio.Task[Any]] = set()
        self._asking: Gathering[Question, Answer] = Gathering(answer)
        self._company = Company()
        self._rooms: dict[Room, set[str]] = {}
        self._marked: set[str] = set()
        self._causes: deque[Cause] = deque(maxlen=KEPT_CAUSES)
        self._caused = 0
        self._epoch: dict[int, int] = {}
        self._heard_stamps: set[str] = set()
        self._is_epoch_unread = False
        self._echoes_sent = self._echoes_heard = 0
        self._tries, self._next_try = 0, 0.0

    # Coming and going ------------------------------------------------------------------------------------------------

    async def join(self, socket: Socket) -> None:
        """Count the socket in. Raises what the channel layer or the database raise while they are away."""
        self.sockets.add(socket)
        try:
            async with self._lock:
                if not self._life:
                    await self._begin()
        except BaseException:
            self.sockets.discard(socket)
            raise

    async def leave(self, socket: Socket) -> None:
        """Forget the socket; with the last one, this process listens to nothing any more."""
        await self._adjust(self._forget(socket))
        async with self._lock:
            if not self.sockets and self._life:
                await self._end()

    async def _begin(self) -> None:
        async with asyncio.timeout(LAYER_SECONDS):
            self.channel = await self.layer.new_channel()
            for group in OWN_GROUPS:
                await self.layer.group_add(group, self.channel)
        self.is_away = False
        self._echoes_sent = self._echoes_heard = 0
        # Read before any rule is asked: what is revoked from now on moves it.
        self._epoch, self._heard_stamps = await database_sync_to_async(read_epoch)(), set()
        self._life = [asyncio.create_task(self._listen()), asyncio.create_task(self._tick())]

    async def _end(self) -> None:
        for task in self._life:
            task.cancel()
        await asyncio.wait(self._life)
        self._life = []
        groups = [*OWN_GROUPS, *map(group_name, self._joined)]
        self._joined.clear()
        try:
            async with asyncio.timeout(LAYER_SECONDS):
                for group in groups:
                    await self.layer.group_discard(group, self.channel)
        except Exception as error:
            logger.debug("The channel layer is away: %s", error)

    def drop(self, socket: Socket, code: int) -> None:
        """Close the socket with the code, and forget it."""
        if not socket.is_over:
            left = self._forget(socket)
            socket.line.close(code)
            self._spawn(self._adjust(left))

    def _forget(self, socket: Socket) -> list[str]:
        socket.is_over = True
        self.sockets.discard(socket)
        return self._unfollow(socket, list(socket.topics))

    # Following -------------------------------------------------------------------------------------------------------

    async def follow(self, socket: Socket, wanted: list[str]) -> None:
        """Let the socket follow those of the topics that it may, and say which it may not."""
        known = [topic for topic in wanted if is_topic(topic)]
        # Listened to before they are asked about: what happens in between is heard, or in the number.
        for topic in known:
            self.topics.setdefault(topic, Followed()).coming += 1
        try:
            await self._adjust(known)
            heard = {topic: self.topics[topic].heard for topic in known}
            found = await self._ask(socket, known)
            if not socket.is_over:
                self._take(socket, wanted, found, heard)
        finally:
            for topic in known:
                self.topics[topic].coming -= 1
            await self._adjust(self._unused(known))

    def _take(self, socket: Socket, wanted: list[str], found: Answer, heard: dict[str, int]) -> None:
        self._trust(socket, found)
        for topic, number in found.topics.items():
            followed = self.topics[topic]
            followed.sockets.add(socket)
            socket.topics[topic] = ground_of(topic)
            # A hint that came meanwhile was not for this socket yet: then the page has to look.
            is_certain = followed.heard == heard[topic]
            socket.send(kind="following", topic=topic, number=number if is_certain else None)
            self._enter(socket, topic)
        refused = [topic for topic in wanted if topic not in found.topics]
        self._revoke(socket, [topic for topic in refused if topic in socket.topics])
        for topic in refused:
            socket.send(kind="refused", topic=topic)

    async def unfollow(self, socket: Socket, topics: Iterable[str]) -> None:
        await self._adjust(self._unfollow(socket, topics))

    def _unfollow(self, socket: Socket, topics: Iterable[str]) -> list[str]:
        """Returns the topics that no one follows any more."""
        left = [topic for topic in topics if topic in socket.topics]
        for topic in left:
            if shows_of(topic) and (ground := socket.topics[topic]) is not None:
                self._company.leave(ground, socket)
            del socket.topics[topic]
            self.topics[topic].sockets.discard(socket)
        return self._unused(left)

    def _unused(self, topics: Iterable[str]) -> list[str]:
        unused = [topic for topic in topics if not (self.topics[topic].sockets or self.topics[topic].coming)]
        for topic in unused:
            del self.topics[topic]
            if (room := ground_of(topic)) in self._rooms:
                self._rooms[room].discard(topic)
                if not self._rooms[room]:
                    del self._rooms[room]
        return unused

    async def _adjust(self, topics: Iterable[str]) -> None:
        """Join the groups of the topics that are followed, and leave those of the others."""
        async with self._lock:
            for topic in topics:
                if not self._life or (topic in self.topics) == (topic in self._joined) or not has_hints(topic):
                    continue
                try:
                    async with asyncio.timeout(LAYER_SECONDS):
                        if topic in self.topics:
                            await self.layer.group_add(group_name(topic), self.channel)
                            self._joined.add(topic)
                        else:
                            self._joined.discard(topic)
                            await self.layer.group_discard(group_name(topic), self.channel)
                except Exception as error:
                    # The next tick tries to reach it again.
                    self._lose(error)
                    return

    def catch_up(self, socket: Socket, shown: Mapping[str, object]) -> None:
        """Say the numbers of those topics of which the page shows less than was heard: a frame did not reach it."""
        for topic, number in shown.items():
            heard = self.topics[topic].number if topic in socket.topics and not socket.questions else 0
            if heard > (whole_number(str(number)) or 0):
                socket.send(kind="following", topic=topic, number=heard)

    # Asking ----------------------------------------------------------------------------------------------------------

    async def _ask(self, socket: Socket, topics: Iterable[str]) -> Answer:
        """Ask the rules, and again if what the answer rests on was revoked meanwhile: it may be from before."""
        while True:
            caused = self._caused
            found = await self._asking.ask(Question(socket.session_key, tuple(topics)))
            since = self._caused - caused
            recent = list(self._causes)[-since:] if since else []
            if since <= KEPT_CAUSES and not any(_is_concerned(found.grounds, found.topics, cause) for cause in recent):
                return found

    def ask_again(self, concerned: Callable[[Socket], Iterable[str]], *, says_numbers: bool = False) -> None:
        """Ask about those topics of each socket again; until the answer is there, its hints wait."""
        for socket in self.sockets:
            topics = list(concerned(socket))
            if topics:
                socket.questions += 1
                self._spawn(self._confirm(socket, topics, says_numbers=says_numbers))

    async def _confirm(self, socket: Socket, topics: list[str], *, says_numbers: bool) -> None:
        try:
            found = await self._ask(socket, topics)
        except Exception:
            # A right that cannot be confirmed is none. The page comes back.
            logger.exception("The rules of a socket could not be asked again.")
            self.drop(socket, FAULT)
            return
        if socket.is_over:
            return
        self._trust(socket, found)
        self._revoke(socket, [topic for topic in topics if topic in socket.topics and topic not in found.topics])
        socket.questions -= 1
        self._release(socket)
        if says_numbers:
            self._say_numbers(socket, found.topics)

    def _release(self, socket: Socket) -> None:
        if not socket.questions:
            held, socket.held = socket.held, []
            for topic, text in held:
                if topic in socket.topics:
                    self._pass(socket, text)

    def _say_numbers(self, socket: Socket, numbers: dict[str, Number]) -> None:
        for topic, number in numbers.items():
            if topic in socket.topics:
                socket.send(kind="following", topic=topic, number=number)

    @staticmethod
    def _trust(socket: Socket, found: Answer) -> None:
        socket.grounds, socket.who, socket.own_ids = found.grounds, found.who, found.own_ids
        left = (found.ends_at - clock.now()).total_seconds() if found.ends_at else LONGEST_TRUST
        socket.ask_at = time.monotonic() + min(left, LONGEST_TRUST)

    def _revoke(self, socket: Socket, topics: list[str]) -> None:
        if not topics:
            return
        self._spawn(self._adjust(self._unfollow(socket, topics)))
        for topic in sorted(topics):
            socket.send(kind="revoked", topic=topic)
        if not socket.topics:
            self.drop(socket, NOTHING_LEFT)

    # Hearing ---------------------------------------------------------------------------------------------------------

    async def _listen(self) -> None:
        while True:
            try:
                event = await self.layer.receive(self.channel)
            except Exception as error:
                self._lose(error)
                await asyncio.sleep(TICK_SECONDS)
                continue
            if event["type"] == HINT:
                self._deliver(event)
            elif event["type"] == REVOKED:
                self._hear_revocation(event)
            elif event["type"] == SEEN:
                self._hear_mark(event)
            elif event["type"] == COMPANY:
                self._hear_company(event)
            else:
                self._echoes_heard = event["number"]

    def _deliver(self, event: dict[str, Any]) -> None:
        followed = self.topics.get(event["topic"])
        if followed is None:
            return
        followed.heard += 1
        followed.number = max(followed.number, event.get("sequence") or 0)
        if followed.is_drawing:
            followed.waiting.append(event)
        else:
            self._pass_on(event)

    def _pass_on(self, event: dict[str, Any], *, draws: bool = True) -> None:
        topic = event["topic"]
        side = side_of_bubble(topic, event["kind"]) if draws else None
        readers = [socket.language for socket in self.topics[topic].sockets if socket.takes_bubble(side)]
        if len(readers) >= FEWEST_READERS:
            self.topics[topic].is_drawing = True
            self._spawn(self._draw(event, frozenset(readers)))
        else:
            self._spread(topic, json.dumps(_hint(event)))

    # Bubbles ---------------------------------------------------------------------------------------------------------

    async def _draw(self, event: dict[str, Any], languages: frozenset[str]) -> None:
        """Send a message's bubble with its hint; without it, if that takes long or fails."""
        topic = event["topic"]
        followed = self.topics[topic]
        drawing = asyncio.create_task(database_sync_to_async(drawn_bubble)(topic, event["sequence"], languages))
        await asyncio.wait([drawing], timeout=DRAW_SECONDS)
        if not drawing.done():
            logger.warning("A bubble takes too long: its readers ask for it.")
            self._errands.add(drawing)
            drawing.add_done_callback(self._errands.discard)
        elif error := drawing.exception():
            logger.warning("A bubble could not be drawn: %r", error)
        followed.is_drawing = False
        if self.topics.get(topic) is not followed:
            return
        drawn = drawing.result() if drawing.done() and not drawing.exception() else None
        self._spread_bubble(event, drawn)
        waiting, followed.waiting = followed.waiting, []
        # Where messages come faster than they are drawn, pages ask for all of them at once.
        for each in waiting:
            self._pass_on(each, draws=len(waiting) == 1)

    def _spread_bubble(self, event: dict[str, Any], drawn: Drawn | None) -> None:
        """To those whose right is certain: nothing was revoked that this process has not heard of."""
        hint = _hint(event)
        plain = json.dumps(hint)
        if drawn is None or stamps_between(self._epoch, dict(drawn.epoch)) - self._heard_stamps:
            self._spread(event["topic"], plain)
            return
        place = {"after": drawn.after, "changed": drawn.changed}
        texts = {code: json.dumps({**hint, **place, "markup": markup}) for code, markup in drawn.markup.items()}
        now, side = time.monotonic(), side_of_bubble(event["topic"], event["kind"])

        def text_for(socket: Socket) -> str:
            # Who wrote it sees it as their own, and so does who writes without being anybody yet.
            is_other = socket.takes_bubble(side) and drawn.author_id not in socket.own_ids
            return texts.get(socket.language, plain) if is_other and socket.ask_at > now else plain

        self._spread(event["topic"], text_for)

    def _spread(self, topic: str, text: str | Callable[[Socket], str]) -> None:
        """Send the frame to all who follow the topic, or hold it while their rules are asked again."""
        for socket in list(self.topics[topic].sockets):
            own = text if isinstance(text, str) else text(socket)
            if socket.questions:
                socket.held.append((topic, own))
            else:
                self._pass(socket, own)

    def _pass(self, socket: Socket, text: str) -> None:
        if not socket.line.send(text):
            self.drop(socket, TOO_SLOW)

    def _hear_revocation(self, event: dict[str, Any]) -> None:
        if "stamp" in event:
            self._heard_stamps.add(event["stamp"])
        self._revoke_for(frozenset((kind, key) for kind, key in event.get("cause", ())))

    def _revoke_for(self, cause: Cause) -> None:
        self._causes.append(cause)
        self._caused += 1
        self.ask_again(lambda socket: _concerned(socket.grounds, socket.topics, cause))

    # Who is there ----------------------------------------------------------------------------------------------------

    def say(self, socket: Socket, topic: str, doing: str) -> None:
        """The page of the socket says what its reader does there; nothing for a topic that it does not follow."""
        room = socket.topics.get(topic)
        if room is not None and shows_of(topic):
            self._company.say(room, socket, socket.who, doing, time.monotonic())

    def _enter(self, socket: Socket, topic: str) -> None:
        """Tell the socket who is there already."""
        shows, room = shows_of(topic), ground_of(topic)
        if not shows or room is None:
            return
        self._rooms.setdefault(room, set()).add(topic)
        people, followed = self._company.people(room, time.monotonic()), self.topics[topic]
        if people or followed.company:
            text = followed.company or json.dumps(frame_of(topic, shows, people))
            # What is newer than the last look is news for all who were there before.
            if followed.sockets == {socket}:
                followed.company = text
            self._pass(socket, text)

    def _hear_company(self, event: dict[str, Any]) -> None:
        if event["process"] != self.channel:
            rooms = (((kind, key), list(map(tuple, people))) for (kind, key), people in event["rooms"])
            self._company.hear(event["process"], rooms, time.monotonic())

    def _hear_mark(self, event: dict[str, Any]) -> None:
        if event["topic"] in self.topics:
            self.topics[event["topic"]].marks[event["mark"][0]] = event["mark"]
            self._marked.add(event["topic"])

    async def _tell_company(self) -> None:
        """Tell the other processes who came and went here, and the sockets what they do not know yet."""
        now = time.monotonic()
        shared, changed = self._company.turn(now)
        for room in changed:
            for topic in self._rooms.get(room, ()):
                self._show_company(topic, self._company.people(room, now))
        marked, self._marked = self._marked, set()
        for topic in marked & self.topics.keys():
            marks, self.topics[topic].marks = self.topics[topic].marks, {}
            self._spread(topic, json.dumps({"kind": "seen", "topic": topic, "by": list(marks.values())[-MOST_NAMED:]}))
        if not shared or self.is_away:
            return
        try:
            async with asyncio.timeout(LAYER_SECONDS):
                event = {"type": COMPANY, "process": self.channel, "rooms": shared}
                await self.layer.group_send(COMPANY_GROUP, event)
        except Exception as error:
            self._lose(error)

    def _show_company(self, topic: str, people: list[Present]) -> None:
        shows = shows_of(topic)
        text = json.dumps(frame_of(topic, shows, people))
        # What these readers are not told must not show by when a frame comes.
        if text != (self.topics[topic].company or json.dumps(frame_of(topic, shows, []))):
            self.topics[topic].company = text
            self._spread(topic, text)

    # Twice a second --------------------------------------------------------------------------------------------------

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            await self._tell_company()
            await renew_places(self._look_at_sockets(time.monotonic()))
            await self._check_layer()
            await self._check_epoch()

    def _look_at_sockets(self, now: float) -> list[Place]:
        """Close silent sockets, and ask those again whose time has come; returns the places to renew."""
        # A phone that loses its network leaves the socket open.
        heard_after = now - BEAT_SECONDS * (MISSED_BEATS + 0.5)
        renewed_after = now - RENEW_AFTER
        silent, due, places = [], set(), []
        # One pass: a thousand sockets are looked at twice a second.
        for socket in self.sockets:
            if socket.seen_at < heard_after:
                silent.append(socket)
            elif socket.ask_at <= now and not socket.questions:
                due.add(socket)
            if socket.renewed_at < renewed_after and socket.place.limits:
                socket.renewed_at = now
                places.append(socket.place)
        for socket in silent:
            self.drop(socket, SILENT)
        if due:
            self.ask_again(lambda socket: socket.topics if socket in due else ())
        return places

    async def _check_epoch(self) -> None:
        """Ask all sockets again if something was revoked of which this process heard nothing."""
        try:
            epoch = await _to_its_end(database_sync_to_async(read_epoch)())
        except Exception as error:
            # Without a database nothing is revoked either; the epoch is read as soon as it is back.
            if not self._is_epoch_unread:
                logger.warning("The epoch of access cannot be read: %s", type(error).__name__)
            self._is_epoch_unread = True
            return
        self._is_epoch_unread = False
        moved, self._epoch = stamps_between(self._epoch, epoch), epoch
        if moved - self._heard_stamps:
            await asyncio.sleep(GRACE_SECONDS)
        if moved - self._heard_stamps:
            self._revoke_for(frozenset())
        self._heard_stamps -= stamps_until(self._heard_stamps, epoch)

    async def _check_layer(self) -> None:
        """Send an echo through the layer to itself; when none comes back, listen anew."""
        if not self.is_away and self._echoes_sent - self._echoes_heard >= MISSED_ECHOES:
            self._lose("it is silent")
        if self.is_away:
            await self._find_layer()
            return
        self._echoes_sent += 1
        try:
            async with asyncio.timeout(LAYER_SECONDS):
                await self.layer.send(self.channel, {"type": "hub.echo", "number": self._echoes_sent})
        except Exception as error:
            self._lose(error)

    def _lose(self, reason: object) -> None:
        if not self.is_away:
            self.is_away = True
            self._tries, self._next_try = 0, 0.0
            logger.warning("The channel layer is away, and live hints with it: %r", reason)

    async def _find_layer(self) -> None:
        """Join all groups anew, with growing pauses; then send every page the numbers of its topics."""
        if time.monotonic() < self._next_try:
            return
        self._tries += 1
        self._next_try = time.monotonic() + min(LONGEST_PAUSE, TICK_SECONDS * 2**self._tries)
        try:
            async with self._lock, asyncio.timeout(LAYER_SECONDS):
                # Closes connections that may be dead.
                await self.layer.flush()
                self.channel = await self.layer.new_channel()
                for group in (*OWN_GROUPS, *map(group_name, filter(has_hints, self.topics))):
                    await self.layer.group_add(group, self.channel)
                self._joined = set(filter(has_hints, self.topics))
        except Exception as error:
            logger.debug("The channel layer is still away: %s", error)
            return
        self._life[0].cancel()
        self._life[0] = asyncio.create_task(self._listen())
        self._echoes_heard = self._echoes_sent
        self.is_away = False
        logger.warning("The channel layer is back.")
        self.ask_again(lambda socket: socket.topics, says_numbers=True)

    def _spawn(self, errand: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(errand)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)


def _hint(event: dict[str, Any]) -> dict[str, Any]:
    numbers: dict[str, Any] = {name: event[name] for name in ("sequence", "ticket") if name in event}
    return {"kind": "hint", "topic": event["topic"], "event": event["kind"], **numbers}


async def _to_its_end(reading: Coroutine[Any, Any, T]) -> T:
    """Also when the hub ends meanwhile: what goes on in a thread keeps its connection to the database."""
    task = asyncio.create_task(reading)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


def _concerned(grounds: frozenset[Ground], topics: dict[str, Ground | None], cause: Cause) -> list[str]:
    """Those of the topics whose right rests on all of the cause."""
    rest = cause - grounds
    return [topic for topic, own in topics.items() if rest <= {own}]


def _is_concerned(grounds: frozenset[Ground], topics: Iterable[str], cause: Cause) -> bool:
    return bool(_concerned(grounds, {topic: ground_of(topic) for topic in topics}, cause))


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub_of_this_process() -> Hub:
    # A process that serves has one loop; tests have one each.
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]
