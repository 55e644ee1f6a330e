"""The page that scans, and what employees read of a code that leads to no device."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from fleet.actors import Actor
from fleet.models import Device
from fleet.services.code_entry import Sticker
from fleet.services.code_secrets import short_id_for
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
    """A sticker that another one has replaced; `device` is the one that the new one opens.

    `short_id` is that of the new one, empty for those who do not print it; `label` says where it is.
    """

    replaced_at: datetime
    short_id: str
    label: str
    device: Device | None


def replaced_page(actor: Actor, sticker: Sticker) -> ReplacedPage:
    assert sticker.replaced_at is not None
    code = sticker.code
    return ReplacedPage(sticker.replaced_at, short_id_for(actor, code), code.label, code.device)
