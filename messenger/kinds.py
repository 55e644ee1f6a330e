"""The registry of notification kinds, supplied from above: what a row says, in the reader's language."""

from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise


@dataclass(frozen=True)
class NotificationKind:
    """`sentence` may use ``%(actor)s`` and ``%(ticket)s``; `icon` is a Lucide name."""

    name: str
    sentence: str | Promise
    icon: str
    is_urgent: bool = False


_kinds: dict[str, NotificationKind] = {}


def register_kind(kind: NotificationKind) -> None:
    """Supply a kind; the same name again is an error unless it is the same kind."""
    if _kinds.setdefault(kind.name, kind) != kind:
        raise ImproperlyConfigured(f"The notification kind {kind.name} is registered twice.")


def require_kind(name: str) -> NotificationKind:
    """The kind of that name; raises `ImproperlyConfigured` if nobody supplied it."""
    try:
        return _kinds[name]
    except KeyError:
        raise ImproperlyConfigured(f"There is no notification kind {name}.") from None
