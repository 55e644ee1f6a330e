"""Letters by push, to all browsers of a person at once."""

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from django.db.models import QuerySet

from config.common import clock
from config.common.marks import isolated
from fleet.actors import KnownActor
from fleet.models import Person
from messenger.models import PushDevice, Reason, TicketPush
from messenger.preferences import Wishes
from messenger.selectors import unread_tickets
from messenger.services.outbox import MOST_ATTEMPTS, Letter, PermanentError, Unneeded
from messenger.services.push_devices import forget_gone, note_sent
from messenger.source import News
from messenger.web_push import Answer, ForeignHost, Subscription, is_on, push

# Requests that are on their way at the same time.
AT_ONCE = 8
# Characters of what was written; a lock screen shows no more, and a message has less than 4 KB.
SHOWN_TEXT, SHOWN_BODY = 240, 500

Outcome = Answer | OSError | ForeignHost


class PushCarrier:
    """Keeps no connections: each push service is another host."""

    def obstacle(self, person: Person) -> Reason | None:
        return None if is_on() and PushDevice.objects.filter(person=person).exists() else Reason.NO_DEVICE

    def open(self) -> None:
        """Each service is asked by itself: one that is away keeps back no others."""

    def send(self, letter: Letter, wishes: Wishes, news: Sequence[News]) -> None:
        # Before the list is read: what is sent later knows more.
        sent_at = clock.now()
        unread = _unread_of(letter.person)
        for each in news:
            self._send_one(letter, each, message_of(letter, wishes, each, sent_at, unread))

    def close(self) -> None:
        """Nothing is open."""

    def _send_one(self, letter: Letter, news: News, message: Mapping[str, object]) -> None:
        devices = list(_devices_of(letter.person, news.ticket_id))
        if not devices:
            raise Unneeded(Reason.NO_DEVICE)
        # Those that took the letter before are left alone when it is sent again for the sake of others.
        left = [device for device in devices if device.last_letter != letter.key]
        outcomes = push_all(left, message)
        forget_gone(key for key, outcome in outcomes.items() if isinstance(outcome, Answer) and outcome.is_gone)
        taken = [key for key, outcome in outcomes.items() if isinstance(outcome, Answer) and outcome.is_taken]
        note_sent(taken, letter.key)
        is_last = letter.rows[0].attempts >= MOST_ATTEMPTS
        _judge(outcomes.values(), taken=len(devices) - len(left) + len(taken), is_last=is_last)


def message_of(
    letter: Letter, wishes: Wishes, news: News, sent_at: datetime, unread: Sequence[int] | None
) -> dict[str, object]:
    """What the service worker gets: number and kind; names and texts only where the person allowed it.

    `unread` are the tickets of which notifications stay on the lock screen, as at `sent_at`; None where that is not
    known.
    """
    shows_text = wishes.preferences.shows_text
    body = [line.sentence if shows_text else line.brief for line in news.lines]
    if shows_text and news.lines and (text := news.lines[0].text):
        body.append(text if len(text) <= SHOWN_TEXT else f"{text[: SHOWN_TEXT - 1]}…")
    return {
        "title": f"{news.reference} {isolated(news.title[:SHOWN_TEXT])}" if shows_text else news.reference,
        "body": "\n".join(body)[:SHOWN_BODY],
        "url": news.lines[0].url if news.lines else news.url,
        "tag": f"ticket-{news.ticket_id}",
        "ticket": news.ticket_id,
        "urgent": any(line.is_urgent for line in news.lines),
        "count": len(letter.rows),
        "at": int(max(row.created_at for row in letter.rows).timestamp() * 1000),
        "sent": int(sent_at.timestamp() * 1000),
        "unread": unread,
    }


def _unread_of(person: Person) -> list[int] | None:
    if person.is_code_user:
        # They have no bell, so nothing says what they have read.
        return None
    return unread_tickets(KnownActor(person=person))


def _devices_of(person: Person, ticket_id: int) -> QuerySet[PushDevice]:
    found = PushDevice.objects.filter(person=person)
    if not person.is_code_user:
        return found
    # Only the browsers that wanted to hear of this ticket, and still hold what opens it.
    return found.filter(tickets__in=TicketPush.objects.standing().filter(ticket=ticket_id))


def push_all(devices: Sequence[PushDevice], message: Mapping[str, object]) -> dict[int, Outcome]:
    """What became of the message at each device, by its id."""
    if not devices:
        return {}
    topic, is_urgent = str(message["tag"]), bool(message["urgent"])

    def tried(browser: Subscription) -> Outcome:
        try:
            return push(browser, message, topic=topic, is_urgent=is_urgent)
        except (OSError, ForeignHost) as error:
            return error

    browsers = [Subscription(device.endpoint, device.p256dh, device.auth) for device in devices]
    with ThreadPoolExecutor(max_workers=min(AT_ONCE, len(browsers))) as pool:
        return dict(zip((device.pk for device in devices), pool.map(tried, browsers), strict=True))


def _judge(outcomes: Collection[Outcome], *, taken: int, is_last: bool) -> None:
    """Raises what the outcomes of all devices mean for the letter; nothing where it has arrived.

    At the last attempt one browser that took it is enough: a push service that never answers makes no letter dead that
    was read long ago.
    """
    later = [each for each in outcomes if isinstance(each, OSError) or (isinstance(each, Answer) and each.is_passing)]
    if later and not (is_last and taken):
        raise OSError(f"{len(later)} of {len(outcomes)} devices: {_said(later[0])}")
    refused = [each for each in outcomes if not isinstance(each, Answer) or not (each.is_taken or each.is_gone)]
    if taken:
        return
    if refused:
        raise PermanentError(f"{len(refused)} of {len(outcomes)} devices: {_said(refused[0])}")
    raise Unneeded(Reason.NO_DEVICE)


def _said(outcome: Outcome) -> str:
    # Never the address: who knows it can write to the browser.
    if isinstance(outcome, Answer):
        return f"{outcome.status} {outcome.text}"
    return f"{type(outcome).__name__}: {outcome}"
