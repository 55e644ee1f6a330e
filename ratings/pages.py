"""The page on which a rating is corrected."""

from dataclasses import dataclass

from ratings.forms import RatingForm
from ticketing.models import Ticket


@dataclass(frozen=True)
class RatingPage:
    """A form that was sent and could not be used; `back_url` is where it was filled in."""

    ticket: Ticket
    form: RatingForm
    back_url: str

    @property
    def device_name(self) -> str:
        """Empty for a ticket from the desk that names no device."""
        return self.ticket.device.name if self.ticket.device else ""
