"""Who is where at this moment, and who writes: in the memory of each process, never in the database.

Each process tells the others who is there on its own sockets, twice a second at most and only what has changed. So what
a socket costs does not grow with how many others there are.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from config.common.live import group_name, send_on_commit
from fleet.actors import Actor
from fleet.models import Person
from fleet.revocation import Ground

COMPANY_GROUP = "company"
COMPANY, SEEN = "company.here", "company.seen"
# A page that says nothing more is not writing any more; it says so every three seconds.
WRITING_SECONDS = 6
SHARE_SECONDS = 10  # Between two times that a process tells the others of everyone.
TRUST_SECONDS = 25  # A process that was not heard of for so long has gone.
MOST_NAMED = 8  # In one frame: it is as long for a crowd as for a few.

# What people do, from least to most. Who looks at a ticket does not see its conversation; notes are internal.
Doing = Literal["looks", "reads", "notes", "writes"]
DOINGS: tuple[Doing, ...] = ("looks", "reads", "notes", "writes")
_PUBLIC_DOINGS: dict[Doing, str] = {"looks": "", "reads": "reads", "notes": "reads", "writes": "writes"}
_WRITING = ("notes", "writes")
# The place that they share: what the right to be there rests on, such as ("ticket", "5").
Room = Ground
Frame = dict[str, Any]


@dataclass(frozen=True)
class Who:
    """Somebody at a socket; `person_id` is 0 for who has no row, the name empty where there is none."""

    person_id: int = 0
    name: str = ""
    is_employee: bool = False


NOBODY = Who()
# Person, name, whether an employee, and what they do: as it travels between processes.
Present = tuple[int, str, bool, Doing]


def who_is(actor: Actor) -> Who:
    person = actor.person
    return NOBODY if person is None else Who(person.pk, own_name(person), person.is_employee)


def own_name(person: Person) -> str:
    """Empty for who has none: what stands for it depends on the reader's language."""
    return f"{person.first_name} {person.last_name}".strip()


def publish_seen(topic: str, mark: tuple[int, str, int]) -> None:
    """Tell all who follow the topic how far somebody has seen it, when the transaction is committed."""
    send_on_commit(group_name(topic), {"type": SEEN, "topic": topic, "mark": list(mark)})


def frame_of(topic: str, shows: str, people: Iterable[Present]) -> Frame:
    """What those who follow the topic are told: names, or only whether the team is there and writes."""
    if shows == "team":
        team = {_PUBLIC_DOINGS[doing] for _key, _name, is_employee, doing in people if is_employee}
        return {"kind": "here", "topic": topic, "team": max(team, key=("", "reads", "writes").index, default="")}
    present = sorted(people, key=lambda each: -DOINGS.index(each[3]))
    named = [{"id": key, "name": name, "team": inside, "doing": doing} for key, name, inside, doing in present]
    return {"kind": "here", "topic": topic, "people": named[:MOST_NAMED], "more": max(0, len(named) - MOST_NAMED)}


@dataclass
class _Stay:
    """What one socket said of one room; `until` is when that runs out, which staying alone does not."""

    who: Who
    doing: Doing
    until: float = 0.0

    def doing_at(self, now: float) -> Doing:
        return "reads" if self.doing in _WRITING and self.until <= now else self.doing


@dataclass
class Company:
    """Who is in each room, as this process knows it."""

    stays: defaultdict[Room, dict[Hashable, _Stay]] = field(default_factory=lambda: defaultdict(dict))
    # Of other processes: who is there, and until when that is believed.
    others: defaultdict[Room, dict[str, tuple[list[Present], float]]] = field(default_factory=lambda: defaultdict(dict))
    _shared: dict[Room, list[Present]] = field(default_factory=dict)
    _touched: set[Room] = field(default_factory=set)
    _share_all_at: float = 0.0

    def say(self, room: Room, socket: Hashable, who: Who, doing: str, now: float) -> None:
        """The socket's page says what its reader does; anything unknown means that they have gone."""
        known = next((each for each in DOINGS if each == doing), None)
        if known is None:
            self.leave(room, socket)
            return
        if not who.is_employee and known in ("looks", "notes"):
            known = "reads"
        self.stays[room][socket] = _Stay(who, known, now + WRITING_SECONDS)
        self._touched.add(room)

    def leave(self, room: Room, socket: Hashable) -> None:
        if room in self.stays and self.stays[room].pop(socket, None) is not None:
            self._touched.add(room)

    def hear(self, process: str, rooms: Iterable[tuple[Room, list[Present]]], now: float) -> None:
        """What another process shared."""
        for room, people in rooms:
            known = self.others[room].get(process, ([], 0.0))[0]
            if people:
                self.others[room][process] = (people, now + TRUST_SECONDS)
            else:
                self.others[room].pop(process, None)
            if people != known:
                self._touched.add(room)

    def turn(self, now: float) -> tuple[list[tuple[Room, list[Present]]], set[Room]]:
        """What to share with other processes, and the rooms in which something may be new; to be called often."""
        changed, self._touched = self._touched, set()
        shared = [(room, people) for room in changed if (people := self._own(room, now)) != self._shared.get(room, [])]
        for room, people in shared:
            self._shared[room] = people
        if now >= self._share_all_at:
            self._share_all_at = now + SHARE_SECONDS
            changed |= self._forget_gone(now)
            shared = [*(each for each in shared if not each[1]), *((r, p) for r, p in self._shared.items() if p)]
        for room in changed:
            self._tidy(room)
        # Nobody says when they stop writing.
        self._touched |= {room for room in changed | self._touched if self._writes(room, now)}
        return shared, changed

    def people(self, room: Room, now: float) -> list[Present]:
        """Everyone who is there, each once."""
        others = [each for people, until in self.others.get(room, {}).values() if until > now for each in people]
        return _each_once([*self._own(room, now), *others])

    def _own(self, room: Room, now: float) -> list[Present]:
        stays = self.stays.get(room, {}).values()
        return _each_once((s.who.person_id, s.who.name, s.who.is_employee, s.doing_at(now)) for s in stays)

    def _writes(self, room: Room, now: float) -> bool:
        return any(stay.doing in _WRITING and stay.until > now for stay in self.stays.get(room, {}).values())

    def _forget_gone(self, now: float) -> set[Room]:
        """The rooms in which processes were believed in that have gone."""
        gone = set()
        for room, processes in self.others.items():
            for process, (_people, until) in list(processes.items()):
                if until <= now:
                    del processes[process]
                    gone.add(room)
        return gone

    def _tidy(self, room: Room) -> None:
        for kept in (self.stays, self.others):
            if room in kept and not kept[room]:
                del kept[room]
        if not self._shared.get(room):
            self._shared.pop(room, None)


def _each_once(people: Iterable[Present]) -> list[Present]:
    """With the most that they do. Those without a row cannot be told apart, and are one."""
    most: dict[int, Present] = {}
    for each in people:
        known = most.get(each[0])
        if known is None or DOINGS.index(each[3]) > DOINGS.index(known[3]):
            most[each[0]] = each
    return [most[key] for key in sorted(most)]
