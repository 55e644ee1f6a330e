"""What takes letters of the outbox to their servers, by channel."""

from collections.abc import Mapping

from messenger.carriers.mail import MailCarrier
from messenger.carriers.push import PushCarrier
from messenger.models import Channel
from messenger.services.delivering import Carrier


def all_carriers() -> Mapping[Channel, Carrier]:
    return {Channel.EMAIL: MailCarrier(), Channel.PUSH: PushCarrier()}
