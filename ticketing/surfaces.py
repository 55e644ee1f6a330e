"""The two surfaces of the product: pages that both show know from here under which names and in which frame."""

from dataclasses import dataclass

from django.urls import reverse

from ticketing.models import Ticket


@dataclass(frozen=True)
class Surface:
    """`namespace` is that of its URL names, `layout` the template that its pages extend."""

    name: str
    namespace: str
    layout: str

    @property
    def is_office(self) -> bool:
        return self.name == "office"

    @property
    def is_portal(self) -> bool:
        return self.name == "portal"

    def url(self, name: str, **kwargs: object) -> str:
        """The address of a page of this surface: ``surface.url("ticket_detail", ticket_id=5)``."""
        return reverse(f"{self.namespace}:{name}", kwargs=kwargs)

    def ticket_url(self, name: str, ticket: Ticket, **kwargs: object) -> str:
        """The address of a page about a ticket; in the portal it lies below the ticket's device."""
        if self.is_portal:
            assert ticket.device is not None
            kwargs["slug"] = ticket.device.slug
        return self.url(name, ticket_id=ticket.pk, **kwargs)


PORTAL = Surface(name="portal", namespace="portal", layout="layouts/portal.html")
OFFICE = Surface(name="office", namespace="office", layout="layouts/office.html")
