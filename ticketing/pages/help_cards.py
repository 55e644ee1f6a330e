"""Links to elements of an assistant in what was written in a ticket: the cards that stand in their places."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string

from fleet.models import Device
from messenger.help_links import HelpLink, has_help_link, help_links_in, typed_title, with_cards
from messenger.models import Message
from messenger.text import kept_text
from ticketing.assistants.content import ElementContent
from ticketing.assistants.finding import plain
from ticketing.assistants.shown import shown_assistant
from ticketing.models import ElementFileKind, Ticket, Update
from ticketing.surfaces import Surface

MOST_WORDS = 140  # Characters of a card.
# Of a picture that does not say its own.
WIDTH, HEIGHT = 1200, 800


@dataclass(frozen=True)
class HelpPicture:
    url: str
    width: int
    height: int


@dataclass(frozen=True)
class HelpCard:
    """`title` is what the writer called it, `own_title` what the element is called, empty where that is the same.

    `url` is empty where the element is not there any more.
    """

    title: str
    own_title: str = ""
    words: str = ""
    picture: HelpPicture | None = None
    url: str = ""


@dataclass(frozen=True)
class HelpUrls:
    """Addresses of the help below a ticket, which all may open who read its messages."""

    surface: Surface
    ticket: Ticket

    def element(self, key: str) -> str:
        return self.surface.ticket_url("ticket_help", self.ticket, key=key)

    def file(self, file_id: str) -> str:
        return self.surface.ticket_url("ticket_help_file", self.ticket, file_id=file_id)

    def poster(self, file_id: str) -> str:
        return self.surface.ticket_url("ticket_help_poster", self.ticket, file_id=file_id)


def fill_help_cards(written: Sequence[Message | Update], ticket: Ticket, surface: Surface) -> None:
    """Puts cards into texts with links, in the reader's language; one query, or none where no text has one."""
    markups = {each: markup for each in written if has_help_link(markup := kept_text(each))}
    if not markups:
        return
    wanted = [link for markup in markups.values() for link in help_links_in(markup)]
    elements = _elements(ticket.device, wanted)
    urls = HelpUrls(surface, ticket)

    def card(link: HelpLink) -> str:
        # Of another device nothing is said but what was written: not every reader may know it.
        is_own = ticket.device is not None and link.slug == ticket.device.slug
        shown = _card(link, elements.get(link.key) if is_own else None, urls)
        return render_to_string("ticketing/_help_card.html", {"card": shown})

    for each, markup in markups.items():
        each.filled_markup = with_cards(markup, card)


def first_words(element: ElementContent) -> str:
    """How it begins, in one line of plain text in the reader's language."""
    texts = (element.body, *(text for part in element.parts for text in (part.title, part.text)))
    words = " ".join(plain(next(filter(None, map(str, texts)), "")).split())
    return words if len(words) <= MOST_WORDS else f"{words[:MOST_WORDS].rsplit(None, 1)[0]}…"


def _elements(device: Device | None, links: Iterable[HelpLink]) -> dict[str, ElementContent]:
    if device is None or all(link.slug != device.slug for link in links):
        return {}
    shown = shown_assistant(device)
    return shown.content.by_key if shown else {}


def _card(link: HelpLink, element: ElementContent | None, urls: HelpUrls) -> HelpCard:
    if element is None:
        return HelpCard(link.words if link.has_title else "")
    own = str(element.title)
    # A title that was left as it was proposed is read in the reader's language.
    is_proposed = not link.has_title or link.words in _proposed(element)
    return HelpCard(
        title=own if is_proposed else link.words,
        own_title="" if is_proposed else own,
        words=first_words(element),
        picture=_picture(element, urls),
        url=urls.element(element.key),
    )


def _proposed(element: ElementContent) -> set[str]:
    return {typed_title(each) for each in element.title.by_language.values()}


def _picture(element: ElementContent, urls: HelpUrls) -> HelpPicture | None:
    files = (*element.files, *(file for part in element.parts for file in part.files))
    found = next((file for file in files if file.has_poster or file.kind == ElementFileKind.PICTURE), None)
    if found is None:
        return None
    # The small one, where it has one: the large one is on the page of the element.
    url = urls.poster(found.id) if found.has_poster else urls.file(found.id)
    return HelpPicture(url, found.width or WIDTH, found.height or HEIGHT)
