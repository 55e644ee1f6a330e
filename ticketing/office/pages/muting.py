"""How long a ticket is muted, in words."""

from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from fleet.actors import Actor
from messenger.models import Mute
from messenger.preferences import preferences_of


def until_words(mute: Mute, time_zone: str) -> str:
    """In the person's own time zone."""
    if mute.until is None:
        return _("Muted")
    moment = mute.until.astimezone(ZoneInfo(time_zone))
    return _("Muted until %(time)s") % {"time": date_format(moment, "SHORT_DATETIME_FORMAT")}


def muted_words(actor: Actor, mute: Mute | None) -> str:
    """Empty for none; one query for any other."""
    if mute is None or actor.person is None:
        return ""
    return until_words(mute, preferences_of(actor.person).time_zone)
