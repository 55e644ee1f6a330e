"""The ready-made views of the ticket list, as the menu of the back office and the list itself name them."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise

from fleet.actors import Actor
from ticketing.office.filters import EMPLOYEE_VIEWS, view_label

_ICONS = {
    "unassigned": "user-x",
    "not_fixed": "rotate-ccw",
    "offered": "inbox",
    "mine": "user-check",
    "open": "list-todo",
    "waiting": "smile",
    "done": "archive",
    "drafts": "file-pen",
    "all": "tickets",
}
VIEW_ICONS = tuple(_ICONS.values())

# Employees close what is done, and find it by its status.
CUSTOMERS_ONLY = ("done",)


@dataclass(frozen=True)
class ViewLink:
    """A view in the menu."""

    name: str
    label: str | Promise
    icon: str
    href: str

    @property
    def is_exception(self) -> bool:
        """Whether it is shown only where it has something."""
        return self.name == "not_fixed"


def view_links(actor: Actor) -> list[ViewLink]:
    """The views that the reader has. They leave filters behind: a view says itself what it shows."""
    address = reverse("office:ticket_list")
    return [
        ViewLink(name, view_label(actor, name), icon, f"{address}?view={name}")
        for name, icon in _ICONS.items()
        if name not in (CUSTOMERS_ONLY if actor.is_employee else EMPLOYEE_VIEWS)
    ]
