"""The registries of the kinds of notifications and messages, which the app above fills."""

from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from messenger.models import Occasion


@dataclass(frozen=True)
class NotificationKind:
    """The look of a kind of notifications. `sentence` may use ``%(actor)s`` and ``%(ticket)s``; `icon` is of Lucide.

    `brief` says it on a lock screen, without a name; where it is empty, `several` or a sentence without a name does.
    `several` says what ``%(n)s`` of them are, such as "3 messages"; where it is empty, only the last one counts.
    `occasion` is what people choose channels for.
    """

    name: str
    sentence: str | Promise
    icon: str
    occasion: Occasion
    is_urgent: bool = False
    several: str | Promise = ""
    brief: str | Promise = ""

    def in_brief(self, count: int) -> str:
        """What `count` of them are, without a name or text."""
        if self.brief:
            return str(self.brief)
        return str(self.several % {"n": count} if self.several else self.sentence)


_kinds: dict[str, NotificationKind] = {}


def register_kind(kind: NotificationKind) -> None:
    """Add a kind. Raises `ImproperlyConfigured` for a name that another kind has."""
    if _kinds.setdefault(kind.name, kind) != kind:
        raise ImproperlyConfigured(f"The notification kind {kind.name} is registered twice.")


def require_kind(name: str) -> NotificationKind:
    """The kind of that name. Raises `ImproperlyConfigured` if there is none."""
    try:
        return _kinds[name]
    except KeyError:
        raise ImproperlyConfigured(f"There is no notification kind {name}.") from None


DELIVERY_FAILED = NotificationKind(
    "delivery_failed",
    _("A notification about this ticket could not be delivered."),
    "mail-warning",
    Occasion.DELIVERY,
)
register_kind(DELIVERY_FAILED)


@dataclass(frozen=True)
class MessageKind:
    """What a button said for the author of a message: a sentence above what they wrote; `icon` is of Lucide.

    A plain one does not stand out.
    """

    name: str
    heading: str | Promise
    icon: str
    is_plain: bool = False


_message_kinds: dict[str, MessageKind] = {}


def register_message_kind(kind: MessageKind) -> None:
    """Add a kind. Raises `ImproperlyConfigured` for a name that another kind has."""
    if _message_kinds.setdefault(kind.name, kind) != kind:
        raise ImproperlyConfigured(f"The message kind {kind.name} is registered twice.")


def message_kind(name: str) -> MessageKind | None:
    """The kind of that name; None for a message that is only what its author wrote."""
    return _message_kinds[name] if name else None
