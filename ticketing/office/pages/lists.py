"""What the pages of the lists share: a search and filters, chips of what they are narrowed to, one page of rows."""

from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from django.http import QueryDict

from config.common.keyset import Key, keyset_page
from ticketing.office.list_forms import ListForm

M = TypeVar("M", bound=Model)
PAGE_SIZE = 25  # Rows: a screen of a desktop.


@dataclass(frozen=True)
class Chip:
    """What a list is narrowed to because a sheet led there; `href` is the list without it."""

    label: str
    icon: str
    href: str


@dataclass(frozen=True)
class ListPage(Generic[M]):
    """One page of a list. `create_url` is empty where the reader may not create."""

    rows: list[M]
    form: ListForm
    chips: list[Chip]
    address: str
    create_url: str
    previous: str
    next: str

    @property
    def is_narrowed(self) -> bool:
        return bool(self.form.chosen)


@dataclass(frozen=True)
class PageLinks:
    """Makes addresses from the present one."""

    address: str
    query: QueryDict

    @property
    def cursor(self) -> str:
        return self.query.get("cursor", "")

    def changed(self, **changes: str) -> str:
        """With some of the query changed; a place in the list is left out unless it is given."""
        kept = {name: self.query[name] for name in self.query if name != "cursor" and self.query[name]}
        wanted = {name: value for name, value in {**kept, **changes}.items() if value}
        return f"{self.address}?{urlencode(wanted)}" if wanted else self.address

    def at(self, cursor: str) -> str:
        """The page there; empty for none."""
        return self.changed(cursor=cursor) if cursor else ""


def list_page(
    rows: QuerySet[M],
    *,
    key: Key,
    form: ListForm,
    links: PageLinks,
    chips: list[Chip],
    create_url: str,
) -> ListPage[M]:
    """The page that the query of the address asks for; one query."""
    found = keyset_page(rows, key=key, cursor=links.cursor, size=PAGE_SIZE)
    return ListPage(
        rows=found.rows,
        form=form,
        chips=chips,
        address=links.address,
        create_url=create_url,
        previous=links.at(found.previous),
        next=links.at(found.next),
    )
