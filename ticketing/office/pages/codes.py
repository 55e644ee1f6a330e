"""The list of codes, and the sheet of one: what it opens, what is printed of it, its scans and its history."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString

from config.common import keyset
from config.common.keyset import Key, keyset_page
from config.common.qr import qr_svg
from config.common.rows import get_or_none
from config.common.rules import may
from fleet.access import code_events_for, customers_for, listed_codes, templates_for
from fleet.actors import Actor
from fleet.code_scans import SHOWN_DAYS, OddScans, counted_days, odd_scans, scans_of, today, with_odd_scans
from fleet.models import Code, CodeDay, CodeEvent, CodeEventKind, Device
from fleet.selectors import search_codes
from fleet.services.code_secrets import ensure_short_id
from fleet.services.code_tokens import is_made_with_this_secret, url_of
from fleet.short_ids import shown_short_id
from ticketing.access import device_tickets_for, flows_for
from ticketing.assistants.content import shown_version
from ticketing.models import CreationFlow
from ticketing.office.list_forms import CodeListForm
from ticketing.office.pages.lists import Chip, ListPage, PageLinks, list_page
from ticketing.office.pages.sheet_links import customer_url, device_url
from ticketing.transitions import OPEN_WORK

NEWEST_FIRST = Key("created_at", keyset.moment, descending=True)
NEWEST_EVENT_FIRST = Key("at", keyset.moment, descending=True)
EVENTS = 20  # Rows of the history.


@dataclass(frozen=True)
class CodeListPage:
    """`scans` counts by code those of the last thirty days. Addresses are empty where the reader may not go there."""

    listing: ListPage[Code]
    scans: dict[object, int]
    labels_url: str
    batch_url: str

    def customer_url(self, code: Code) -> str:
        """The list with the codes of that customer only."""
        return f"{self.listing.address}?customer={code.device.customer_id}" if code.device else ""


def code_list_page(actor: Actor, query: QueryDict) -> CodeListPage:
    codes, links = listed_codes(actor), PageLinks(reverse("office:code_list"), query)
    form = CodeListForm(query, templates_for(actor))
    chosen, chips = form.chosen, list[Chip]()
    if "state" in chosen:
        codes = _in_state(codes, chosen["state"])
    if "template" in chosen:
        codes = codes.filter(device__template=chosen["template"])
    if "customer" in chosen:
        codes = codes.filter(device__customer=chosen["customer"])
        customer = get_or_none(customers_for(actor).filter(pk=chosen["customer"]))
        chips = [Chip(customer.name if customer else "?", "building-2", links.changed(customer=""))]
    listing = list_page(
        search_codes(codes, chosen["q"]) if "q" in chosen else codes,
        key=NEWEST_FIRST,
        form=form,
        links=links,
        chips=chips,
        create_url=reverse("office:code_create") if may(actor, "fleet.pair_code") else "",
    )
    may_print = bool(may(actor, "fleet.manage_code"))
    return CodeListPage(
        listing,
        scans_of(listing.rows),
        labels_url=reverse("office:code_labels") if may_print else "",
        batch_url=reverse("office:code_batch") if may_print else "",
    )


def _in_state(codes: QuerySet[Code], state: str) -> QuerySet[Code]:
    if state == "odd":
        return with_odd_scans(codes)
    if state == "pin":
        return codes.exclude(pin_hash="")
    if state == "disabled":
        return codes.filter(is_enabled=False)
    if state == "unscanned":
        return codes.filter(last_scanned_at=None)
    return codes.filter(device__isnull=state == "unpaired")


@dataclass(frozen=True)
class Printed:
    """What is printed of a code; the id to type is empty where another code has the same one."""

    url: str
    picture: SafeString
    short_id: str
    downloads: list[tuple[str, str]]


@dataclass(frozen=True)
class SeenByCodeUsers:
    """What those find who scan the code and have no account: its flows, or why there is nothing to find."""

    device: Device | None
    asks_pin: bool
    flows: list[CreationFlow]
    has_help: bool
    open_count: int


@dataclass(frozen=True)
class Bar:
    """A day of the chart, `x` and `height` in its units."""

    day: CodeDay
    x: int
    height: int


@dataclass(frozen=True)
class Scans:
    bars: list[Bar]
    total: int
    browsers: int
    refused: int
    odd: OddScans | None


ICONS = {
    CodeEventKind.CREATED: "plus",
    CodeEventKind.PAIRED: "link",
    CodeEventKind.UNPAIRED: "unlink",
    CodeEventKind.RENEWED: "refresh-cw",
    CodeEventKind.ENABLED: "check",
    CodeEventKind.DISABLED: "circle-off",
    CodeEventKind.PIN_SET: "lock-keyhole",
    CodeEventKind.PIN_REMOVED: "lock-open",
    CodeEventKind.LOGGED_OUT: "log-out",
    CodeEventKind.SHARED: "share-2",
    CodeEventKind.PRINTED: "printer",
}


@dataclass(frozen=True)
class History:
    """`icons` are by the kind of an event."""

    events: list[CodeEvent]
    icons: dict[CodeEventKind, str]
    previous: str
    next: str


@dataclass(frozen=True)
class CodeSheet:
    """`printed` is None for those who may not print, and where `has_other_secret`."""

    code: Code
    may_manage: bool
    may_pair: bool
    printed: Printed | None
    has_other_secret: bool
    seen: SeenByCodeUsers
    scans: Scans
    history: History
    device_url: str
    customer_url: str


def code_sheet(actor: Actor, code: Code, query: QueryDict) -> CodeSheet:
    may_manage = bool(may(actor, "fleet.manage_code", code))
    has_other_secret = not is_made_with_this_secret(code)
    return CodeSheet(
        code=code,
        may_manage=may_manage,
        may_pair=bool(may(actor, "fleet.pair_code", code)),
        printed=_printed(code) if may_manage and not has_other_secret else None,
        has_other_secret=has_other_secret,
        seen=_seen_by_code_users(code),
        scans=_scans(code),
        history=_history(actor, code, PageLinks(reverse("office:code_detail", args=[code.pk]), query)),
        device_url=device_url(actor, code.device),
        customer_url=customer_url(actor, code.device.customer if code.device else None),
    )


def _printed(code: Code) -> Printed:
    address, short_id = url_of(code), ensure_short_id(code)
    downloads = [(kind.upper(), reverse("office:code_picture", args=[code.pk, kind])) for kind in ("svg", "png", "pdf")]
    return Printed(
        url=address,
        picture=qr_svg(address),
        short_id=shown_short_id(short_id),
        downloads=downloads,
    )


def _seen_by_code_users(code: Code) -> SeenByCodeUsers:
    device = code.device if code.is_enabled else None
    if device is None:
        return SeenByCodeUsers(None, asks_pin=False, flows=[], has_help=False, open_count=0)
    holder = Actor(device_ids=frozenset({device.pk}))
    return SeenByCodeUsers(
        device,
        asks_pin=code.has_pin,
        flows=flows_for(holder, device),
        has_help=shown_version(device.template_id) is not None,
        open_count=device_tickets_for(holder, device).filter(status__in=OPEN_WORK).count(),
    )


BAR_STEP, CHART_HEIGHT = 10, 60


def _scans(code: Code) -> Scans:
    counted = counted_days(code)
    shown = counted[-SHOWN_DAYS:]
    most = max(each.scans for each in shown) or 1
    # The least that was scanned can still be seen.
    heights = [max(2, each.scans * CHART_HEIGHT // most) if each.scans else 0 for each in shown]
    return Scans(
        bars=[
            Bar(day, place * BAR_STEP, height) for place, (day, height) in enumerate(zip(shown, heights, strict=True))
        ],
        total=sum(each.scans for each in shown),
        browsers=sum(each.browsers for each in shown),
        refused=sum(each.refused for each in shown),
        odd=odd_scans(counted, today()),
    )


def _history(actor: Actor, code: Code, links: PageLinks) -> History:
    found = keyset_page(code_events_for(actor, code), key=NEWEST_EVENT_FIRST, cursor=links.cursor, size=EVENTS)
    return History(found.rows, ICONS, links.at(found.previous), links.at(found.next))
