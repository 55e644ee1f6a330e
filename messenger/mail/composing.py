"""What an e-mail says, worded and drawn in the language that is active."""

from collections.abc import Sequence
from dataclasses import dataclass
from email.header import Header
from email.message import EmailMessage
from email.mime.image import MIMEImage
from email.utils import formataddr, parseaddr
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext

from config.common.interface import exact_time
from config.common.marks import isolated
from fleet.models import Organisation, Person
from fleet.organisation import organisation
from messenger.mail.looks import Looks, looks
from messenger.models import Channel
from messenger.preferences import Wishes
from messenger.services.outbox import Letter
from messenger.services.unsubscribing import token_for
from messenger.source import News, NewsLine, Quote, ticket_source
from messenger.text import render_text

PRODUCT = "Fleetdesk"
# Characters. Of subjects, mail programs show about half of this; a longer text is read in Fleetdesk.
MAX_TITLE, MAX_QUOTE = 120, 2_000
# Mail programs cut off what is longer than about a hundred kilobytes.
MAX_QUOTES, MAX_TICKETS = 5, 12
LOGO_HEIGHT = 40
LOGO_ID = "logo"
_OF_ONE_WORD = {"Message-ID", "In-Reply-To", "References", "List-Unsubscribe"}


@dataclass(frozen=True)
class MailQuote:
    """`author` is empty where the sentence above names them; `text` is plain, `markup` the same drawn."""

    author: str
    text: str
    markup: SafeString

    @property
    def quoted(self) -> str:
        return "\n".join(f"> {line}".rstrip() for line in self.text.splitlines())


@dataclass(frozen=True)
class MailLine:
    """`quotes` are the newest ones; `is_cut` says that there are more."""

    sentence: str
    time: str
    quotes: Sequence[MailQuote]
    is_cut: bool
    is_urgent: bool


@dataclass(frozen=True)
class MailTicket:
    """`url` leads to the place of its first line."""

    news: News
    url: str
    lines: Sequence[MailLine]


@dataclass(frozen=True)
class Logo:
    """`width` and `height` in pixels, as it is shown."""

    content: bytes
    width: int
    height: int = LOGO_HEIGHT


@dataclass(frozen=True)
class Mail:
    """All that the templates of an e-mail read. Addresses are absolute; empty where there is none.

    `further` tickets are only named, because there are so many.
    """

    subject: str
    language: str
    house: str
    logo: Logo | None
    tickets: Sequence[MailTicket]
    further: Sequence[MailTicket]
    settings_url: str
    unsubscribe_url: str
    look: Looks

    @property
    def is_digest(self) -> bool:
        return len(self.tickets) + len(self.further) > 1


class _Whole(Header):
    """Of one word, which stays on the line of its name: programs look for links and ids there."""

    def encode(self, *_options: object, **_more: object) -> str:
        return str(self)


class _Related(EmailMultiAlternatives):
    # The pictures belong to the page, and are no files to save.
    mixed_subtype = "related"

    def message(self, **options: Any) -> EmailMessage:
        made = super().message(**options)
        subject = str(self.subject)
        # Django folds it as if no name stood before it, and the subject begins with a blank then.
        charset = None if subject.isascii() else "utf-8"
        made.replace_header("Subject", Header(subject, charset, header_name="Subject"))
        for name in _OF_ONE_WORD & set(self.extra_headers):
            made.replace_header(name, _Whole(self.extra_headers[name]))
        return made


def compose(letter: Letter, wishes: Wishes, news: Sequence[News]) -> EmailMultiAlternatives:
    """The e-mail for a letter, with the times of the person's time zone."""
    house = organisation()
    with timezone.override(ZoneInfo(wishes.preferences.time_zone)):
        mail = _mail(house, news, _unsubscribe_url(letter.person, wishes, news))
        text = render_to_string("messenger/mail/letter.txt", {"mail": mail})
        page = render_to_string("messenger/mail/letter.html", {"mail": mail})
    message = _Related(
        subject=mail.subject,
        body=text,
        from_email=formataddr((mail.house, _address())),
        to=[letter.person.email or ""],
        headers=_headers(letter, news, mail),
        attachments=[_picture(mail.logo)] if mail.logo else [],
    )
    message.attach_alternative(page, "text/html")
    return message


def _mail(house: Organisation | None, news: Sequence[News], unsubscribe_url: str) -> Mail:
    return Mail(
        subject=subject_of(news),
        language=get_language() or settings.LANGUAGE_CODE,
        house=_one_line(house.name) if house else parseaddr(settings.DEFAULT_FROM_EMAIL)[0] or PRODUCT,
        logo=_logo(house),
        tickets=[_ticket(each) for each in news[:MAX_TICKETS]],
        further=[_ticket(each) for each in news[MAX_TICKETS:]],
        settings_url=notification_settings_url(),
        unsubscribe_url=unsubscribe_url,
        look=looks(),
    )


def subject_of(news: Sequence[News]) -> str:
    """One line, however the title was written."""
    if len(news) > 1:
        return ngettext("News about %(n)s ticket", "News about %(n)s tickets", len(news)) % {"n": len(news)}
    first = news[0]
    return f"[{first.reference}] {isolated(_cut(_one_line(first.title), MAX_TITLE))} · {_one_line(first.status)}"


def _ticket(news: News) -> MailTicket:
    return MailTicket(news, news.lines[0].url if news.lines else news.url, [_line(line) for line in news.lines])


def _line(line: NewsLine) -> MailLine:
    has_authors = len({quote.author for quote in line.quotes}) > 1
    shown = line.quotes[-MAX_QUOTES:]
    quotes = [_quote(quote, author=quote.author if has_authors else "") for quote in shown]
    return MailLine(line.sentence, exact_time(line.at), quotes, len(quotes) < len(line.quotes), line.is_urgent)


def _quote(quote: Quote, author: str) -> MailQuote:
    text = _cut(quote.text, MAX_QUOTE)
    look = looks()
    # Mail programs know no stylesheet: each element brings its own look.
    markup = str(render_text(text)).replace("<p>", f"<p {look('mail-text')}>")
    markup = markup.replace("<a ", f"<a {look('mail-link')} ")
    return MailQuote(author, text, mark_safe(markup))  # noqa: S308 (what `render_text` made, and attributes of ours)


def notification_settings_url() -> str:
    """The absolute address of the reader's own settings; empty where there are none."""
    try:
        return f"{settings.PUBLIC_URL}{reverse(settings.NOTIFICATION_SETTINGS_URL_NAME)}"
    except NoReverseMatch:
        return ""


def _unsubscribe_url(person: Person, wishes: Wishes, news: Sequence[News]) -> str:
    """Switches off what this e-mail is about; empty for one that nobody can switch off."""
    occasions = {line.occasion for each in news for line in each.lines}
    if not occasions:
        return ""
    tickets = [each.ticket_id for each in news] if wishes.exemptions else []
    scopes = [ticket_source().scope(ticket) for ticket in tickets]
    exemptions = {each for scope in scopes for each in wishes.always(Channel.EMAIL, scope)}
    token = token_for(person=person, occasions=occasions, exemptions=exemptions)
    return f"{settings.PUBLIC_URL}{reverse('email_unsubscribe', args=[token])}"


def _logo(house: Organisation | None) -> Logo | None:
    if house is None or not house.logo:
        return None
    try:
        with house.logo.open("rb") as file:
            content = file.read()
        return Logo(content, max(1, round(house.logo.width * LOGO_HEIGHT / house.logo.height)))
    except OSError:
        # A mail without its logo is better than none.
        return None


def _picture(logo: Logo) -> MIMEImage:
    part = MIMEImage(logo.content)
    part.add_header("Content-ID", f"<{LOGO_ID}>")
    part.add_header("Content-Disposition", "inline", filename="logo.jpg")
    return part


def _headers(letter: Letter, news: Sequence[News], mail: Mail) -> dict[str, str]:
    headers = {
        # The same when it is sent again, so that mail programs show it once.
        "Message-ID": f"<{letter.key}@{_domain()}>",
        "Content-Language": mail.language,
        # RFC 3834: no one's holiday is to answer.
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Precedence": "bulk",
    }
    if mail.unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{mail.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if len(news) == 1:
        # A message that was never sent stands at the beginning of the ticket's conversation: also the first one that
        # a person gets answers it, so it does not matter which one arrives first.
        root = f"<ticket.{news[0].ticket_id}@{_domain()}>"
        headers |= {"In-Reply-To": root, "References": root}
    return headers


def _address() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def _domain() -> str:
    return _address().rpartition("@")[2]


def _one_line(text: str) -> str:
    """Without line breaks, which would begin a header of its own, and other characters that control something."""
    return " ".join("".join(" " if not each.isprintable() else each for each in text).split())


def _cut(text: str, length: int) -> str:
    if len(text) <= length:
        return text
    words = text[:length].rsplit(None, 1)
    # A word as long as the text is cut where it is.
    return f"{(words[0] if len(words[0]) > length // 2 else text[: length - 1]).rstrip()}…"
