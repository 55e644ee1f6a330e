"""Questions of many sockets that are answered together: one call of a thread instead of one for each."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from channels.db import database_sync_to_async

Q = TypeVar("Q")
A = TypeVar("A")
# What one thread is busy with at a time: more would keep the questions behind it waiting for too long.
MOST = 250


class Gathering(Generic[Q, A]):
    """Gathers what is asked within one turn of the event loop, and all that is asked while others are answered.

    `answer` gets the questions and returns their answers in the same order; what it raises, all of them get.
    """

    def __init__(self, answer: Callable[[Sequence[Q]], Sequence[A]]) -> None:
        self._answer = answer
        # A process has one loop that serves; tests have one each.
        self._waiting: WeakKeyDictionary[asyncio.AbstractEventLoop, list[tuple[Q, asyncio.Future[A]]]]
        self._waiting = WeakKeyDictionary()
        self._tasks: set[asyncio.Task[None]] = set()

    async def ask(self, question: Q) -> A:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[A] = loop.create_future()
        if loop in self._waiting:
            self._waiting[loop].append((question, future))
        else:
            self._waiting[loop] = [(question, future)]
            task = loop.create_task(self._answer_all(loop))
            # The loop itself does not keep its tasks alive.
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await future

    async def _answer_all(self, loop: asyncio.AbstractEventLoop) -> None:
        waiting = self._waiting[loop]
        try:
            while waiting:
                await asyncio.sleep(0)
                batch = waiting[:MOST]
                del waiting[:MOST]
                await self._answer_batch(batch)
        finally:
            del self._waiting[loop]

    async def _answer_batch(self, batch: list[tuple[Q, "asyncio.Future[A]"]]) -> None:
        questions = [question for question, _future in batch]
        try:
            answers = await database_sync_to_async(self._answer)(questions)
        except Exception as error:
            # Those who asked handle it.
            for _question, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        for (_question, future), answer in zip(batch, answers, strict=True):
            # A socket that was closed meanwhile does not wait any more.
            if not future.done():
                future.set_result(answer)
