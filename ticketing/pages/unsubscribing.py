"""The page of those who want no more e-mails of a kind."""

from collections.abc import Sequence
from dataclasses import dataclass

from messenger.mail.composing import notification_settings_url
from messenger.services.unsubscribing import Subscription


@dataclass(frozen=True)
class UnsubscribePage:
    """`is_on` while e-mails about one of the occasions are sent; `settings_url` is empty where there are none."""

    order: str
    occasions: Sequence[str]
    is_on: bool
    settings_url: str


def unsubscribe_page(subscription: Subscription, order: str) -> UnsubscribePage:
    occasions = [str(each.label) for each in subscription.occasions]
    return UnsubscribePage(order, occasions, subscription.is_on, notification_settings_url())
