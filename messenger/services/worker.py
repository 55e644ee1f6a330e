"""Workers, such as the one that empties the outbox: threads of the server, or of a process of their own."""

import logging
import time
from collections.abc import Callable, Collection, Mapping
from threading import Event, Thread

from django.db import DatabaseError, close_old_connections, connections

from messenger.models import Channel
from messenger.services import outbox
from messenger.services.delivering import Carrier, deliver_due

logger = logging.getLogger(__name__)

# Seconds between two looks into the outbox; after the database was away; and at most while a mail server is.
PAUSE, REST, LONGEST_REST = 1.0, 5.0, 60.0


class Looker:
    """Looks for work each second, and at once when this process added some."""

    subject: str

    def __init__(self) -> None:
        self.is_ended = Event()
        self._is_woken = Event()

    def listen(self, wake: Callable[[], None]) -> None:
        """Has `wake` called after each commit that adds work."""
        raise NotImplementedError

    def work(self) -> None:
        """Does what is due, until there is none or it `is_ended`."""
        raise NotImplementedError

    def run(self) -> None:
        self.listen(self._is_woken.set)
        while not self.is_ended.is_set():
            self._is_woken.clear()
            pause = self.look()
            self._is_woken.wait(pause)

    def look(self) -> float:
        """Does what is due; returns the seconds until the next look."""
        try:
            close_old_connections()
            self.work()
        except DatabaseError as error:
            logger.warning("%s cannot be read now (%s).", self.subject, type(error).__name__)
            return REST
        except Exception:  # The thread has no one else who would start it again.
            logger.exception("%s could not be worked on.", self.subject)
            return REST
        else:
            return PAUSE
        finally:
            # Back to the pool: pages need it in the meantime.
            connections.close_all()

    def end(self) -> None:
        self.is_ended.set()
        self._is_woken.set()


class Worker(Looker):
    """Empties the outbox."""

    subject = "The outbox"

    def __init__(self, carriers: Mapping[Channel, Carrier]) -> None:
        super().__init__()
        self.carriers = carriers
        # Of channels whose servers are away: when they are tried again, and for how long they rest then.
        self._tried_again: dict[Channel, tuple[float, float]] = {}

    def listen(self, wake: Callable[[], None]) -> None:
        outbox.on_put(wake)

    def work(self) -> None:
        tried = {channel: carrier for channel, carrier in self.carriers.items() if not self._rests(channel)}
        self._let_rest(deliver_due(tried, lambda: not self.is_ended.is_set()).down, tried)

    def _rests(self, channel: Channel) -> bool:
        return time.monotonic() < self._tried_again.get(channel, (0.0, 0.0))[0]

    def _let_rest(self, down: Collection[Channel], tried: Collection[Channel]) -> None:
        for channel in tried:
            _until, pause = self._tried_again.pop(channel, (0.0, REST / 2))
            if channel in down:
                pause = min(2 * pause, LONGEST_REST)
                self._tried_again[channel] = (time.monotonic() + pause, pause)


def start_in_threads(carriers: Mapping[Channel, Carrier]) -> list[tuple[Worker, Thread]]:
    """A worker for each channel, so that a slow one keeps back no other.

    They end with this process; a letter that one of them was sending is sent again by the next process.
    """
    started = []
    for channel, carrier in carriers.items():
        worker = Worker({channel: carrier})
        thread = Thread(target=worker.run, name=f"delivery-{channel.value}", daemon=True)
        thread.start()
        started.append((worker, thread))
    return started
