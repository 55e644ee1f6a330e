"""Hints leave over one connection, and a channel layer that is stuck keeps no one waiting for long."""

import asyncio
import threading
import time
from collections.abc import Iterator

import pytest

from config.common import live


class Layer:
    """A channel layer that notes where it was asked to send, or takes nothing."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, object]] = []
        self.places: set[object] = set()
        self.is_stuck = False

    async def group_send(self, group: str, event: object) -> None:
        if self.is_stuck:
            await asyncio.sleep(60)
        self.places.add(asyncio.get_running_loop())
        self.sent.append((group, event))


@pytest.fixture
def layer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Layer]:
    layer = Layer()
    monkeypatch.setattr(live, "get_channel_layer", lambda: layer)
    live._only_sender.cache_clear()
    yield layer
    live._only_sender.cache_clear()


def test_hints_of_all_threads_leave_over_one_event_loop(layer: Layer) -> None:
    threads = [threading.Thread(target=live._send, args=(f"topic.{number}", {})) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    live._send("topic.5", {})

    assert sorted(group for group, _event in layer.sent) == [f"topic.{number}" for number in range(6)]
    assert len(layer.places) == 1


def test_a_layer_that_is_stuck_holds_up_one_hint_and_is_tried_again(
    layer: Layer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "SEND_SECONDS", 0.2)
    monkeypatch.setattr(live, "REST_SECONDS", 0.6)
    layer.is_stuck = True
    begin = time.monotonic()

    for _number in range(20):
        with pytest.raises(TimeoutError):
            live._send("topic.1", {})
    took = time.monotonic() - begin
    layer.is_stuck = False
    time.sleep(0.7)
    live._send("topic.2", {})

    assert took < 0.5
    assert [group for group, _event in layer.sent] == ["topic.2"]
