"""How long a ticket is muted, in words."""

from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from messenger.models import Mute


def until_words(mute: Mute, time_zone: str) -> str:
    """In the person's own time zone."""
    if mute.until is None:
        return _("Muted")
    moment = mute.until.astimezone(ZoneInfo(time_zone))
    return _("Muted until %(time)s") % {"time": date_format(moment, "SHORT_DATETIME_FORMAT")}
