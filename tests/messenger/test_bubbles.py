"""The bubble of a new message comes with its hint: made once, and for nobody who may not read it."""

import json
import uuid
from contextlib import AsyncExitStack
from functools import partial
from typing import Any
from unittest import mock

import pytest
from asgiref.sync import sync_to_async

from messenger import hub
from messenger.topics import Drawn, drawn_bubble
from tests.cast import Cast, make_cast
from tests.messenger.test_sockets import cast_in, connection, is_alive, send
from ticketing.models import TicketStatus, Visibility
from ticketing.pages.bubbles import inside_message, public_message
from ticketing.services import message_changes, messages, properties, updates

pytestmark = pytest.mark.any_database
EMPLOYEES = ("responsible", "moderator")
# So many that one bubble costs less than their requests.
CROWD = (("responsible", "en"), ("moderator", "de"), ("moderator", "de"), ("moderator", "fr"), ("moderator", ""))


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine draws slowly."""
    monkeypatch.setattr(hub, "DRAW_SECONDS", 10)


async def open_pages(stack: AsyncExitStack, cast: Cast, *pages: tuple[str, str]) -> list[Any]:
    """A socket for each role and language of a page."""
    sockets = []
    for role, language in pages:
        socket = connection(await sync_to_async(cast.client)(role))
        await socket.connect()
        stack.push_async_callback(socket.disconnect)
        topic = f"ticket.{cast.ticket.pk}.{'messages' if role in EMPLOYEES else 'follow'}"
        await socket.send_json_to({"kind": "follow", "topics": [topic], "language": language})
        assert (await socket.receive_json_from())["kind"] == "following"
        await is_alive(socket)
        sockets.append(socket)
    return sockets


async def next_hint(socket: Any) -> dict[str, Any]:
    frame: dict[str, Any] = {"kind": ""}
    while frame["kind"] != "hint":
        frame = json.loads(await socket.receive_from(timeout=10))
    return frame


def say(cast: Cast, role: str = "responsible", text: str = "Hello") -> int:
    """Returns the number of the message as employees count."""
    sent = messages.send_message(actor=cast.acting(role), ticket_id=cast.ticket.pk, client_key=uuid.uuid4(), text=text)
    return sent.sequence


@pytest.mark.django_db(transaction=True)
@pytest.mark.asyncio
@pytest.mark.usefixtures("connection_given_back")
class TestSockets:
    async def test_it_is_made_once_and_comes_in_the_language_of_the_page_but_not_to_its_author(self) -> None:
        cast = await cast_in(TicketStatus.ASSIGNED)
        async with AsyncExitStack() as stack:
            pages = await open_pages(stack, cast, *CROWD)
            with mock.patch("messenger.hub.drawn_bubble", wraps=drawn_bubble) as draw:
                await send(cast, "responsible", "On the way.")
                heard = [await next_hint(page) for page in pages]

        assert draw.call_count == 1
        assert ["markup" in frame for frame in heard] == [False, True, True, True, False]
        assert heard[1] == heard[2]
        assert all("On the way." in frame["markup"] and "data-key" not in frame["markup"] for frame in heard[1:4])
        assert heard[1]["markup"] != heard[3]["markup"]

    async def test_customers_get_theirs_with_their_numbers(self) -> None:
        cast = await cast_in(TicketStatus.ASSIGNED)
        async with AsyncExitStack() as stack:
            [page, *_others] = await open_pages(stack, cast, *[("reporter", "en")] * 3)
            await send(cast, text="First")
            await send(cast, text="Second")
            first, second = [await next_hint(page), await next_hint(page)]

        ticket = await sync_to_async(cast.fresh)()
        assert (second["sequence"], second["after"]) == (ticket.public_sequence, first["sequence"])
        assert f'data-number="{second["sequence"]}"' in second["markup"]

    async def test_employees_who_may_not_read_messages_get_none_by_the_topic_of_customers(self) -> None:
        cast = await cast_in(TicketStatus.ASSIGNED)
        async with AsyncExitStack() as stack:
            pages = await open_pages(stack, cast, *[("uninvolved", "en")] * 3, *[("reporter", "en")] * 3)
            await send(cast, "responsible", "The code of the door is 4711.")
            heard = [await next_hint(page) for page in pages]

        assert ["markup" in frame for frame in heard] == [False] * 3 + [True] * 3

    @pytest.mark.parametrize("crowd", [CROWD[:2], CROWD])
    async def test_hints_come_without_it_to_a_few_or_where_something_was_revoked_unheard(self, crowd: Any) -> None:
        cast = await cast_in(TicketStatus.ASSIGNED)
        async with AsyncExitStack() as stack:
            pages = await open_pages(stack, cast, *crowd)
            with mock.patch("ticketing.pages.bubbles.read_epoch", return_value={1: 1_000_000}):
                await send(cast, "reporter")
                heard = [await next_hint(page) for page in pages]

        assert not any("markup" in frame for frame in heard)

    async def test_hints_come_in_their_order_and_also_when_nothing_can_be_drawn(self) -> None:
        cast = await cast_in(TicketStatus.ASSIGNED)
        async with AsyncExitStack() as stack:
            pages = await open_pages(stack, cast, *CROWD)
            with mock.patch("messenger.hub.drawn_bubble", side_effect=RuntimeError("broken")):
                for _number in range(3):
                    await send(cast, "reporter")
                numbers = [[(await next_hint(page))["sequence"] for _number in range(3)] for page in pages]

        assert numbers == [sorted(set(numbers[0]))] * len(pages)


@pytest.mark.django_db
class TestDrawing:
    def drawn(self, cast: Cast, number: int) -> Drawn:
        found = inside_message(cast.ticket.pk, number, ["en"])
        assert found is not None
        return found

    def test_it_says_what_stands_before_it_and_what_was_changed(self) -> None:
        cast = make_cast(TicketStatus.ASSIGNED)
        first = say(cast)
        update = updates.post_update(
            actor=cast.responsible, ticket_id=cast.ticket.pk, client_key=uuid.uuid4(), is_internal=True, text="Inside"
        )
        message_changes.edit_message(actor=cast.responsible, ticket_id=cast.ticket.pk, number=first, text="Better")
        changed = cast.fresh().sequence
        last = say(cast)

        drawn = self.drawn(cast, last)
        outside = public_message(cast.ticket.pk, cast.fresh().public_sequence, ["en"])
        assert (drawn.after, drawn.changed) == (update.sequence, changed)
        assert outside is not None
        assert outside.after < outside.changed < cast.fresh().public_sequence

    def test_customers_get_nothing_of_an_internal_ticket_nor_of_what_was_written_in_one(self) -> None:
        cast = make_cast(TicketStatus.ASSIGNED)
        say(cast)
        public = cast.fresh().public_sequence
        assert public_message(cast.ticket.pk, public, ["en"])
        show = partial(properties.change_visibility, actor=cast.moderator, ticket_id=cast.ticket.pk)
        show(visibility=Visibility.INTERNAL)
        assert public_message(cast.ticket.pk, public, ["en"]) is None
        inside = say(cast, "moderator", "Among us")
        show(visibility=Visibility.PUBLIC)

        assert "Among us" in self.drawn(cast, inside).markup["en"]
        numbers = range(cast.fresh().sequence + 2)
        drawn = [public_message(cast.ticket.pk, number, ["en"]) for number in numbers]
        assert not any("Among us" in each.markup["en"] for each in drawn if each)

    def test_it_costs_three_statements_in_any_number_of_languages(self, django_assert_num_queries: Any) -> None:
        cast = make_cast(TicketStatus.ASSIGNED)
        number = say(cast)

        with django_assert_num_queries(3):
            drawn = inside_message(cast.ticket.pk, number, ["en", "de", "fr"])
        assert drawn is not None
        assert set(drawn.markup) == {"en", "de", "fr"}

    def test_a_long_one_is_asked_for(self) -> None:
        cast = make_cast(TicketStatus.ASSIGNED)

        with mock.patch("ticketing.pages.bubbles.MOST_CHARACTERS", 100):
            assert self.drawn(cast, say(cast)).markup == {}
