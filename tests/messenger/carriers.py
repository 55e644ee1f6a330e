"""A carrier that remembers what it was given, and does as a test says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from fleet.models import Person
from messenger.models import Channel, Delivery, Reason
from messenger.preferences import Wishes
from messenger.services.delivering import deliver_due
from messenger.services.outbox import ChannelDown, Letter
from messenger.source import News


@dataclass
class Sent:
    letter: Letter
    news: Sequence[News]

    @property
    def sentences(self) -> list[str]:
        return [line.sentence for each in self.news for line in each.lines]


@dataclass
class MemoryCarrier:
    sent: list[Sent] = field(default_factory=list)
    reason: Reason | None = None
    is_down: bool = False
    # Called before each letter; may raise.
    before: Callable[[Letter], None] = lambda _letter: None

    def obstacle(self, person: Person) -> Reason | None:
        return self.reason

    def open(self) -> None:
        if self.is_down:
            raise ChannelDown("No one answers.")

    def send(self, letter: Letter, wishes: Wishes, news: Sequence[News]) -> None:
        self.before(letter)
        self.sent.append(Sent(letter, news))

    def close(self) -> None:
        pass

    def of(self, person: Person) -> list[Sent]:
        return [sent for sent in self.sent if sent.letter.person == person]


def deliver(carrier: MemoryCarrier, *channels: Channel) -> int:
    return deliver_due(dict.fromkeys(channels or tuple(Channel), carrier)).count


def states(**conditions: object) -> list[tuple[str, str]]:
    """State and reason of the deliveries that fulfil the conditions, oldest first."""
    return list(Delivery.objects.filter(**conditions).order_by("pk").values_list("state", "reason"))
