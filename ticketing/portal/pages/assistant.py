"""The pages of a device's assistant: one element a screen, its search, and all of it for phones without a network."""

import zlib
from dataclasses import dataclass
from functools import cache, partial
from typing import Protocol, cast

from django.conf import settings
from django.templatetags.static import static
from django.utils.translation import get_language

from fleet.actors import Actor
from fleet.models import Device
from fleet.organisation import organisation
from ticketing.access import flows_for
from ticketing.assistants.content import ElementContent
from ticketing.assistants.finding import FoundElement, find_elements, searched_text
from ticketing.assistants.shown import ShownAssistant
from ticketing.assistants.walk import ENDS, Path, flow_on_path, is_end, names_flows, read_path, walked, ways_on, written
from ticketing.forms.start import StartForm
from ticketing.models import CreationFlow
from ticketing.pages.assistant import Places, ShownElement, shown_element
from ticketing.surfaces import PORTAL

MOST_WORDS = 200  # Characters of a search.
# What a phone keeps without having shown it; later pictures are kept when they are seen.
MOST_PICTURE_BYTES = 3_000_000


class HasHelp(Protocol):
    """A device that was read with `number_of_help`."""

    help_number: int | None


@dataclass(frozen=True)
class KeptHelp:
    """What a phone keeps of an assistant: where it is, and a tag that changes with all that it shows."""

    url: str
    tag: str


@dataclass(frozen=True)
class HelpResult:
    found: FoundElement
    url: str


@dataclass(frozen=True)
class HelpPage:
    """An element of an assistant.

    `via` is the path with which a search goes on from here. At an end people are asked if it helped; `report` is what
    they may start if it did not, where an element that they saw leads to a flow. `words` and `results` are those of a
    search.
    """

    device: Device
    element: ShownElement
    is_start: bool
    is_end: bool
    report: tuple[CreationFlow, StartForm] | None
    back_url: str
    start_url: str
    own_url: str
    via: str
    words: str
    results: list[HelpResult]
    phone: str
    counts_url: str
    kept: KeptHelp

    @property
    def is_stuck(self) -> bool:
        """Whether it is a question without an answer, because what its buttons led to is gone."""
        return self.element.kind not in ENDS and not self.element.buttons

    @property
    def can_report(self) -> bool:
        return self.report is not None or any(button.flow for button in self.element.buttons)

    @property
    def shared_url(self) -> str:
        return settings.PUBLIC_URL + self.own_url

    @property
    def keep_as(self) -> str:
        return f"{self.device.slug}.{self.element.key}"


@dataclass(frozen=True)
class OfflineElement:
    """As in `HelpPage`, without what needs a network; `find` is the text that a search looks at."""

    element: ShownElement
    find: str
    is_end: bool
    keep_as: str


@dataclass(frozen=True)
class OfflineHelp:
    """All of an assistant for a phone without a network."""

    device: Device
    elements: list[OfflineElement]
    start_url: str
    phone: str
    counts_url: str


def kept_help(device: Device, number: int) -> KeptHelp:
    """The tag stands for the version, the language, the device's name, the number to call, and all that draws it."""
    assets = map(static, ("css/portal.css", "css/help.css", "js/portal.js"))
    house = organisation()
    parts = (number, get_language(), device.name, house.phone if house else "", digest_of_markup(), *assets)
    tag = f"{number}-{zlib.crc32(repr(parts).encode()):08x}"
    return KeptHelp(PORTAL.url("help_bundle", slug=device.slug), tag)


@cache
def digest_of_markup() -> int:
    """Of all templates and translations; they change with the release only, and the process with it."""
    files = [*settings.BASE_DIR.glob("templates/**/*.html"), *settings.BASE_DIR.glob("locale/*/LC_MESSAGES/*.mo")]
    return zlib.crc32(b"".join(file.read_bytes() for file in sorted(files)))


def offered_help(device: Device) -> KeptHelp | None:
    """Of a device with `help_number`; None where it has no assistant."""
    number = cast("HasHelp", device).help_number
    return None if number is None else kept_help(device, number)


def help_page(
    actor: Actor, shown: ShownAssistant, element: ElementContent, *, via: str = "", words: str = ""
) -> HelpPage:
    """`via` is the path that the address carries, `words` what is searched for."""
    device, by_key = shown.device, shown.content.by_key
    is_start = element is shown.content.start
    seen = read_path(via, by_key)
    path = walked(seen, element.key)
    # A search is shown at the start, but nobody walked back there to search.
    searched_from = seen if is_start and seen else path
    walked_over = [by_key[key] for key in path]
    flows = {flow.pk: flow for flow in flows_for(actor, device)} if names_flows(walked_over) else {}
    urls = _Urls(device.slug)
    places = Places(
        by_key, flows, partial(urls.element, path), urls.file, urls.poster, partial(_start_form, searched_from)
    )
    ways = ways_on(element, by_key, flows)
    at_end = is_end(element, ways)
    words = words[:MOST_WORDS].strip()
    house = organisation()
    return HelpPage(
        device=device,
        element=shown_element(element, places),
        is_start=is_start,
        is_end=at_end,
        report=_report(path, places) if at_end else None,
        back_url=urls.element(path[:-2], path[-2]) if len(path) > 1 else PORTAL.url("device", slug=device.slug),
        start_url=urls.start,
        own_url=urls.own(element.key),
        via=written(searched_from),
        words=words,
        results=[
            HelpResult(each, urls.element(searched_from, each.key)) for each in find_elements(shown.content, words)
        ],
        phone=house.phone if house else "",
        counts_url="" if actor.is_employee else PORTAL.url("help_counts", slug=device.slug),
        kept=kept_help(device, shown.number),
    )


def offline_help(shown: ShownAssistant) -> OfflineHelp:
    """Without buttons that start a flow, because that needs a network."""
    device, by_key = shown.device, shown.content.by_key
    urls = _Urls(device.slug)
    places = Places(by_key, {}, urls.own, urls.file, urls.poster, StartForm)
    house = organisation()
    return OfflineHelp(
        device=device,
        elements=[
            OfflineElement(
                element=shown_element(element, places),
                find=searched_text(element),
                is_end=is_end(element, ways_on(element, by_key, ())),
                keep_as=f"{device.slug}.{element.key}",
            )
            for element in shown.content.elements
        ],
        start_url=urls.start,
        phone=house.phone if house else "",
        counts_url=PORTAL.url("help_counts", slug=device.slug),
    )


@dataclass(frozen=True)
class _Urls:
    slug: str

    @property
    def start(self) -> str:
        return PORTAL.url("help", slug=self.slug)

    def own(self, key: str) -> str:
        """The address that is passed on."""
        return PORTAL.url("help_element", slug=self.slug, key=key)

    def element(self, path: Path, key: str) -> str:
        """The address with the path that was walked until there."""
        before = walked(path, key)[:-1]
        return f"{self.own(key)}?via={written(before)}" if before else self.own(key)

    def file(self, file_id: str) -> str:
        return PORTAL.url("help_file", slug=self.slug, file_id=file_id)

    def poster(self, file_id: str) -> str:
        return PORTAL.url("help_poster", slug=self.slug, file_id=file_id)


def _start_form(path: Path) -> StartForm:
    # One form each, as on the page of the device.
    return StartForm(auto_id=False, initial={"via": written(path)})


def _report(path: Path, places: Places) -> tuple[CreationFlow, StartForm] | None:
    """What an earlier element leads to; the element's own buttons are on its page."""
    *earlier, here = path
    if flow_on_path((here,), places.elements, places.flows) is not None:
        return None
    wanted = flow_on_path(tuple(earlier), places.elements, places.flows)
    return None if wanted is None else (places.flows[wanted], places.start_form())
