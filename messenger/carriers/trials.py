"""Whether letters arrive: something is sent to the one who asks, at once and beside the outbox."""

import smtplib

from django.core.mail import send_mail
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from fleet.models import Person
from messenger.models import Channel
from messenger.services.outbox import ChannelDown, PermanentError


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


_TRIALS = {Channel.EMAIL: _mail}
# What the buttons say, of the channels that can be tried.
TRIAL_LABELS = {Channel.EMAIL: _("Send a test e-mail to me")}
