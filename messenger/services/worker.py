"""The worker that empties the outbox: a thread of the server, or a process of its own."""

import logging
import time
from collections.abc import Collection, Mapping
from threading import Event, Thread

from django.db import DatabaseError, close_old_connections, connections

from messenger.models import Channel
from messenger.services import outbox
from messenger.services.delivering import Carrier, deliver_due

logger = logging.getLogger(__name__)

# Seconds between two looks into the outbox; after the database was away; and at most while a mail server is.
PAUSE, REST, LONGEST_REST = 1.0, 5.0, 60.0


class Worker:
    """Looks into the outbox each second, and at once when this process added something."""

    def __init__(self, carriers: Mapping[Channel, Carrier]) -> None:
        self.carriers = carriers
        self.is_ended = Event()
        self._is_woken = Event()
        # Of channels whose servers are away: when they are tried again, and for how long they rest then.
        self._tried_again: dict[Channel, tuple[float, float]] = {}

    def run(self) -> None:
        outbox.on_put(self._is_woken.set)
        while not self.is_ended.is_set():
            self._is_woken.clear()
            pause = self.look()
            self._is_woken.wait(pause)

    def look(self) -> float:
        """Sends what is due; returns the seconds until the next look."""
        try:
            close_old_connections()
            tried = {channel: carrier for channel, carrier in self.carriers.items() if not self._rests(channel)}
            self._let_rest(deliver_due(tried, lambda: not self.is_ended.is_set()).down, tried)
        except DatabaseError as error:
            logger.warning("The outbox cannot be read now (%s).", type(error).__name__)
            return REST
        except Exception:  # The thread has no one else who would start it again.
            logger.exception("The outbox could not be emptied.")
            return REST
        else:
            return PAUSE
        finally:
            # Back to the pool: pages need it in the meantime.
            connections.close_all()

    def _rests(self, channel: Channel) -> bool:
        return time.monotonic() < self._tried_again.get(channel, (0.0, 0.0))[0]

    def _let_rest(self, down: Collection[Channel], tried: Collection[Channel]) -> None:
        for channel in tried:
            _until, pause = self._tried_again.pop(channel, (0.0, REST / 2))
            if channel in down:
                pause = min(2 * pause, LONGEST_REST)
                self._tried_again[channel] = (time.monotonic() + pause, pause)

    def end(self) -> None:
        self.is_ended.set()
        self._is_woken.set()


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
