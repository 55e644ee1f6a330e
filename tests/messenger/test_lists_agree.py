"""Lost frames, lost responses and cut sockets: in the end every page shows the same messages, each once."""

import asyncio
import json
import random
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.test import Client

from messenger import hub
from tests.cast import Cast
from tests.following import Follower
from tests.messenger.test_sockets import cast_in, connection, send
from ticketing.models import TicketStatus
from ticketing.surfaces import OFFICE, PORTAL

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.asyncio,
    pytest.mark.usefixtures("connection_given_back"),
    pytest.mark.any_database,
]
BURSTS, BURST, READERS, LOST, CUT = 6, 4, 4, 0.2, 0.2


class Page:
    """A page of one reader with a bad connection; `chance` decides what is lost."""

    def __init__(self, client: Client, cast: Cast, *, is_inside: bool, chance: random.Random) -> None:
        self.client, self.chance, self.lost = client, chance, LOST
        self.path = (OFFICE if is_inside else PORTAL).ticket_url("message_list", cast.ticket)
        part = "messages" if is_inside else "follow"
        self.follower = Follower(f"ticket.{cast.ticket.pk}.{part}", self.fetch)
        self.socket: Any = None

    async def fetch(self, after: int) -> str:
        response = await sync_to_async(self.client.get)(self.path, {"after": after})
        if self.is_lost:
            raise ConnectionError
        return response.content.decode()

    @property
    def is_lost(self) -> bool:
        return self.chance.random() < self.lost

    async def open(self) -> None:
        self.socket = connection(self.client)
        await self.socket.connect()
        await self.socket.send_json_to(self.follower.opening())
        await self.hear_all()

    async def hear_all(self) -> None:
        """Everything that has arrived by now: up to the response to a last ping."""
        await self.socket.send_json_to(self.follower.beat())
        while (frame := json.loads(await self.socket.receive_from()))["kind"] != "pong":
            if not self.is_lost:
                await self.follower.hear(frame)

    async def cut(self) -> None:
        await self.socket.disconnect()
        await self.open()

    async def settle(self) -> None:
        """The connection is good again: a beat and, where a response was lost, another try are enough."""
        self.lost = 0.0
        for _beat in range(2):
            await self.hear_all()
        if self.follower.is_behind:
            await self.follower.fetch_new()


@pytest.mark.parametrize("fewest", [1, 9], ids=["bubbles come with hints", "pages ask for bubbles"])
async def test_all_pages_show_the_same_messages_however_bad_their_connections_are(
    fewest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "FEWEST_READERS", fewest)
    monkeypatch.setattr(hub, "DRAW_SECONDS", 10)
    cast = await cast_in(TicketStatus.ASSIGNED)
    clients = await sync_to_async(lambda: [cast.client("responsible"), cast.client("reporter")])()
    chance = random.Random(7)
    pages = [Page(clients[n % 2], cast, is_inside=n % 2 == 0, chance=chance) for n in range(READERS)]
    for page in pages:
        await page.open()

    for _burst in range(BURSTS):
        for number in range(BURST):
            await send(cast, "responsible" if number % 2 else "reporter", text="Hello")
        for page in pages:
            await (page.cut() if chance.random() < CUT else page.hear_all())
    # The last one may be lost everywhere: no other follows by which a page would notice.
    await send(cast, text="The last one")
    await asyncio.sleep(0.2)
    for page in pages:
        page.lost = 1.0
        await page.hear_all()
        assert len(page.follower.shown) <= BURSTS * BURST
        await page.settle()
        await page.socket.disconnect()

    assert any(page.follower.brought for page in pages) == (fewest == 1)
    sent = await sync_to_async(lambda: [*cast.ticket.conversation.messages.values("sequence", "public_sequence")])()
    assert len(sent) == BURSTS * BURST + 1
    for number, page in enumerate(pages):
        assert page.follower.shown == [each["public_sequence" if number % 2 else "sequence"] for each in sent]
