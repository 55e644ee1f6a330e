"""The worker that empties the outbox: a thread of the server, or a process of its own."""

import logging
from collections.abc import Mapping
from threading import Event, Thread

from django.db import DatabaseError, close_old_connections, connections

from messenger.models import Channel
from messenger.services import outbox
from messenger.services.delivering import Carrier, deliver_due

logger = logging.getLogger(__name__)

# Between two looks into the outbox, and after the database was away.
PAUSE, REST = 1.0, 5.0


class Worker:
    """Looks into the outbox each second, and at once when this process added something."""

    def __init__(self, carriers: Mapping[Channel, Carrier]) -> None:
        self.carriers = carriers
        self.is_ended = Event()
        self._is_woken = Event()

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
            deliver_due(self.carriers)
        except DatabaseError as error:
            logger.warning("The outbox cannot be read now (%s).", type(error).__name__)
            return REST
        else:
            return PAUSE
        finally:
            # Back to the pool: pages need it in the meantime.
            connections.close_all()

    def end(self) -> None:
        self.is_ended.set()
        self._is_woken.set()


def start_in_thread(carriers: Mapping[Channel, Carrier]) -> Worker:
    """A worker that ends with this process; a letter that it was sending is sent again by the next one."""
    worker = Worker(carriers)
    Thread(target=worker.run, name="delivery", daemon=True).start()
    return worker
