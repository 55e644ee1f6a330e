"""The page that scans, and what employees read of a code that leads to no device."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from fleet.models import Device
from fleet.services.code_entry import Sticker
from fleet.services.code_tokens import short_id_of
from fleet.short_ids import shown_short_id
from ticketing.forms.codes import CodePhotoForm, ShortIdForm

# In the address of the page that scans: what the device is chosen for.
PURPOSE, FOR_TICKET, FOR_FORM = "for", "ticket", "form"


@dataclass(frozen=True)
class CodeEntryPage:
    """`purpose` is what the address carries along; `has_failed` where a code opened nothing."""

    photo: CodePhotoForm
    short_id: ShortIdForm
    purpose: str
    has_failed: bool = False

    @property
    def query(self) -> str:
        return query_of(self.purpose)

    @property
    def public_url(self) -> str:
        """Links of it are ours as well as those of the host by which the page was opened."""
        return settings.PUBLIC_URL


def query_of(purpose: str) -> str:
    """What carries the purpose along; empty for none."""
    return f"?{PURPOSE}={purpose}" if purpose else ""


@dataclass(frozen=True)
class ReplacedPage:
    """A sticker that another one has replaced; `device` is the one that the new one opens."""

    replaced_at: datetime
    short_id: str
    device: Device | None


def replaced_page(sticker: Sticker) -> ReplacedPage:
    assert sticker.replaced_at is not None
    return ReplacedPage(sticker.replaced_at, shown_short_id(short_id_of(sticker.code)), sticker.code.device)
