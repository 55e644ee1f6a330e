"""The ready-made views of the ticket list, as the menu of the back office and the list itself name them."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise

from fleet.actors import Actor
from ticketing.office.filters import EMPLOYEE_VIEWS, VIEWS

_ICONS = {
    "unassigned": "user-x",
    "not_fixed": "rotate-ccw",
    "offered": "inbox",
    "mine": "user-check",
    "open": "list-todo",
    "waiting": "smile",
    "drafts": "file-pen",
    "all": "tickets",
}


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
        ViewLink(name, VIEWS[name], icon, f"{address}?view={name}")
        for name, icon in _ICONS.items()
        if actor.is_employee or name not in EMPLOYEE_VIEWS
    ]
