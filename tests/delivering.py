"""Workers that empty an outbox and are killed at random, for the rig and its small brother among the tests."""

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction

from config.common import clock
from fleet.models import Assignment
from messenger.models import Channel, Delivery, DeliveryState
from messenger.services.notifications import notify
from messenger.services.outbox import WINDOW
from tests.factories import MemberFactory, TicketFactory
from tests.mail_server import MailServer
from tests.source import ROOT
from ticketing.entry_kinds import MESSAGE_SENT
from ticketing.models import TicketStatus
from ticketing.services.journal import record

PEOPLE = 100
DELIVER = (sys.executable, "manage.py", "deliver")
MOST_SECONDS = 60 * 60


class Workers:
    """Processes of `manage.py deliver`, of which one is killed now and then and another takes its place."""

    def __init__(
        self, environment: Mapping[str, str], log: Path, command: Sequence[str] = DELIVER, number: int = 2
    ) -> None:
        self.environment, self.log, self.command = environment, log, command
        self.kills = 0
        self.running = [self.start() for _each in range(number)]

    def start(self) -> "subprocess.Popen[bytes]":
        with self.log.open("ab") as words:
            return subprocess.Popen(self.command, cwd=ROOT, env=self.environment, stdout=words, stderr=words)

    def kill_one(self) -> None:
        victim = random.choice(self.running)
        victim.send_signal(signal.SIGKILL)
        victim.wait()
        self.kills += 1
        self.running[self.running.index(victim)] = self.start()

    def end(self) -> None:
        for worker in self.running:
            worker.terminate()
            worker.wait(30)


@dataclass(frozen=True)
class Outcome:
    """What came of the letters; `repeated` are those that came again with the Message-ID of the first."""

    states: Mapping[str, int]
    lost: int
    repeated: int
    kills: int
    seconds: float

    @property
    def is_well(self) -> bool:
        # A worker that is killed was sending one letter at most.
        return self.lost == 0 and self.repeated <= self.kills and set(self.states) == {DeliveryState.SENT}


def fill(letters: int) -> None:
    """Messages about many tickets to many employees, each of whom is responsible for all of them."""
    people = MemberFactory.create_batch(min(PEOPLE, letters))
    with clock.freeze(clock.now() - WINDOW):
        for _number in range(letters // len(people)):
            with transaction.atomic():
                ticket = TicketFactory(status=TicketStatus.IN_PROGRESS)
                entry = record(ticket, MESSAGE_SENT, None, digest="0" * 64)
                Assignment.objects.bulk_create(Assignment(ticket=ticket, person=person) for person in people)
                notify(ticket_id=ticket.pk, kind="message_sent", people=people, sequence=entry.sequence, actor=None)


def states() -> Counter[str]:
    return Counter(Delivery.objects.filter(channel=Channel.EMAIL).values_list("state", flat=True))


def deliver_all(
    mail: MailServer, workers: Workers, letters: int, *, kill_seconds: float, down_seconds: float
) -> Outcome:
    """Lets the workers send what waits, kills them, and takes the mail server away once in the middle."""
    begin, was_down = time.monotonic(), False
    try:
        while (left := states())["waiting"] + left["sending"] and time.monotonic() - begin < MOST_SECONDS:
            time.sleep(random.uniform(0, kill_seconds))
            if left["waiting"]:
                workers.kill_one()
            if not was_down and left["sent"] > letters // 3:
                was_down = True
                with mail.away():
                    time.sleep(down_seconds)
    finally:
        workers.end()
        connection.close()
    came = Counter(str(message["Message-ID"]).strip("<>").partition("@")[0] for message in mail.received)
    wanted = {str(key) for key in Delivery.objects.filter(channel=Channel.EMAIL).values_list("letter", flat=True)}
    return Outcome(
        states=dict(states()),
        lost=len(wanted - came.keys()),
        repeated=sum(count - 1 for count in came.values()),
        kills=workers.kills,
        seconds=time.monotonic() - begin,
    )
