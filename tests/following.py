"""A page that follows a conversation by the rules of ``live.js`` and ``messenger.js``, without a browser."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

_NUMBER = re.compile(r'data-number="(\d+)"')
_LATER = re.compile(r'data-more="?later')


@dataclass
class Follower:
    """`fetch` asks for the markup after a number, and raises `ConnectionError` where the connection failed."""

    topic: str
    fetch: Callable[[int], Awaitable[str]]
    # The number of the topic as the page shows it; None where that is unknown.
    known: int | None = 0
    shown: list[int] = field(default_factory=list)
    last: int = 0
    fetches: int = 0
    is_behind: bool = False
    # Messages that came with their hints.
    brought: int = 0
    _is_fetching: bool = False

    def opening(self) -> dict[str, Any]:
        """What it says when its socket opens, before its first beat."""
        return {"kind": "follow", "topics": [self.topic], "language": "en"}

    def beat(self) -> dict[str, Any]:
        return {"kind": "ping", "numbers": {} if self.known is None else {self.topic: str(self.known)}}

    async def hear(self, frame: dict[str, Any]) -> None:
        if frame["kind"] == "following":
            missed = frame["number"] is None or frame["number"] != self.known
            self.known = frame["number"]
            if missed:
                await self.fetch_new()
        elif frame["kind"] == "hint":
            self.known = frame["sequence"]
            if "markup" in frame and frame["after"] == self.last and not (self._is_fetching or self.is_behind):
                self.brought += 1
                self._take([int(number) for number in _NUMBER.findall(frame["markup"])])
            else:
                await self.fetch_new()

    async def fetch_new(self) -> None:
        """All that came after the last message, each once; what is said meanwhile is asked for in the same go."""
        self.is_behind = True
        if self._is_fetching:
            return
        self._is_fetching = True
        try:
            while self.is_behind:
                self.is_behind = False
                self.fetches += 1
                markup = await self.fetch(self.last)
                self._take([int(number) for number in _NUMBER.findall(markup)])
                self.is_behind = self.is_behind or _LATER.search(markup) is not None
        except ConnectionError:
            self.is_behind = True
        finally:
            self._is_fetching = False

    def _take(self, numbers: list[int]) -> None:
        for number in numbers:
            # As `Bubbles.put`: one that is there already is not added.
            if number not in self.shown[-200:]:
                self.shown.append(number)
        self.last = max([self.last, *numbers])
