"""Links in e-mails by which a person gets no more of their kind, without signing in (RFC 8058)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core import signing
from django.db import transaction

from config.common import clock
from config.common.errors import NotVisible
from config.common.rows import get_or_none
from fleet.models import Person
from messenger.models import Channel, Choice, Exemption, Occasion
from messenger.preferences import wishes_of

_SALT = "unsubscribe"


@dataclass(frozen=True)
class Subscription:
    """What the e-mail with the link was about, and the exceptions because of which it was sent in any case."""

    person: Person
    occasions: tuple[Occasion, ...]
    exemption_ids: tuple[int, ...] = ()

    @property
    def is_on(self) -> bool:
        """Whether e-mails about one of these are sent at all."""
        channels = wishes_of(self.person, clock.now()).channels
        return any(channels[occasion.value, Channel.EMAIL.value] for occasion in self.occasions)


def token_for(*, person: Person, occasions: Iterable[Occasion], exemptions: Iterable[Exemption]) -> str:
    """The part of the link that names them. It never expires: old mails are kept for years."""
    said = [person.pk, sorted(set(occasions)), sorted(each.pk for each in exemptions)]
    return signing.dumps(said, salt=_SALT)


def subscription_of(*, token: str) -> Subscription:
    """What the link is about. Raises `NotVisible` for a link that we did not make, and where its person is gone."""
    try:
        key, occasions, exemption_ids = signing.loads(token, salt=_SALT)
        known = tuple(Occasion(each) for each in occasions)
    except (signing.BadSignature, ValueError):
        raise NotVisible from None
    person = get_or_none(Person.objects.filter(pk=key, is_active=True))
    if person is None:
        raise NotVisible
    return Subscription(person, known, tuple(exemption_ids))


@transaction.atomic
def unsubscribe(*, token: str) -> Subscription:
    """Sends the person no more e-mails of the occasions, and ends the exceptions because of which one was sent.

    Doing it twice is harmless. Raises `NotVisible` as `subscription_of` does.
    """
    subscription = subscription_of(token=token)
    _choose(subscription, is_on=False)
    always = Exemption.objects.filter(person=subscription.person, channel=Channel.EMAIL, is_on=True)
    always.filter(pk__in=subscription.exemption_ids).delete()
    return subscription


@transaction.atomic
def subscribe_again(*, token: str) -> Subscription:
    """Sends the person e-mails of the occasions again. Raises `NotVisible` as `subscription_of` does."""
    subscription = subscription_of(token=token)
    _choose(subscription, is_on=True)
    return subscription


def _choose(subscription: Subscription, *, is_on: bool) -> None:
    rows = [
        Choice(person=subscription.person, occasion=each, channel=Channel.EMAIL, is_on=is_on)
        for each in subscription.occasions
    ]
    Choice.objects.bulk_create(
        rows,
        update_conflicts=True,
        update_fields=["is_on"],
        unique_fields=["person", "occasion", "channel"],
    )
