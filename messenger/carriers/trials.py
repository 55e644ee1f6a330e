"""Whether letters arrive: something is sent to the one who asks, at once and beside the outbox."""

import smtplib

from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext, ngettext, override
from django.utils.translation import gettext_lazy as _

from config.common import clock
from fleet.models import Person
from messenger.carriers.push import push_all
from messenger.models import Channel, PushDevice
from messenger.services.outbox import ChannelDown, PermanentError
from messenger.web_push import Answer


def send_trial(person: Person, channel: Channel) -> str:
    """Returns a sentence that says what was sent. Raises `ChannelDown` or `PermanentError`."""
    return _TRIALS[channel](person)


def _mail(person: Person) -> str:
    if not person.email:
        raise PermanentError(gettext("You have no e-mail address."))
    with override(person.language):
        subject = gettext("A test from Fleetdesk")
        text = gettext("This e-mail was sent from the page of deliveries. E-mails reach you.")
    try:
        send_mail(subject, text, None, [person.email])
    except smtplib.SMTPException as error:
        raise ChannelDown(f"{type(error).__name__}: {error}") from error
    return gettext("An e-mail was sent to %(address)s.") % {"address": person.email}


def _push(person: Person) -> str:
    devices = list(PushDevice.objects.filter(person=person))
    if not devices:
        raise PermanentError(gettext("None of your browsers takes push notifications. Switch them on there first."))
    now = int(clock.now().timestamp() * 1000)
    with override(person.language):
        message = {
            "title": gettext("A test from Fleetdesk"),
            "body": gettext("Push notifications reach this browser."),
            "url": settings.PUBLIC_URL,
            "tag": "test",
            "ticket": 0,
            "urgent": False,
            "count": 1,
            "at": now,
            "sent": now,
            "unread": None,
        }
    outcomes = push_all(devices, message)
    taken = [outcome for outcome in outcomes.values() if isinstance(outcome, Answer) and outcome.is_taken]
    if not taken:
        first = next(iter(outcomes.values()))
        raise ChannelDown(f"{first.status} {first.text}" if isinstance(first, Answer) else type(first).__name__)
    return ngettext("%(n)s browser took it.", "%(n)s browsers took it.", len(taken)) % {"n": len(taken)}


_TRIALS = {Channel.EMAIL: _mail, Channel.PUSH: _push}
# What the buttons say, of the channels that can be tried.
TRIAL_LABELS = {Channel.EMAIL: _("Send a test e-mail to me"), Channel.PUSH: _("Send a test push to me")}
