"""Links in e-mails that switch them off: by one click, without signing in, and by nobody else's hand."""

import re
import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from config.common import clock
from config.logs import without_tokens
from fleet.models import Person
from messenger.carriers import all_carriers
from messenger.models import Channel, Choice, Delivery, Exemption, Occasion, Reason
from messenger.preferences import wishes_of
from messenger.services.delivering import deliver_due
from messenger.services.unsubscribing import token_for
from tests.cast import Cast, make_cast
from tests.factories import MemberFactory, SubscriberFactory
from tests.mail_server import MailServer, mail_server, page_of, text_of
from ticketing.models import TicketStatus
from ticketing.services.messages import send_message

pytestmark = pytest.mark.django_db
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def server(settings: Settings) -> Iterator[MailServer]:
    with mail_server(settings) as started:
        yield started


@pytest.fixture
def cast() -> Cast:
    made = make_cast(TicketStatus.ASSIGNED)
    Delivery.objects.all().delete()
    return made


@pytest.fixture
def visitor() -> Client:
    """A browser, or a mail program, that has no session and is asked for tokens of forms."""
    return Client(enforce_csrf_checks=True)


def mail_for(cast: Cast, server: MailServer, person: Person) -> None:
    """Max writes, and what follows is sent."""
    send_message(actor=cast.manager, ticket_id=cast.ticket.pk, client_key=uuid.uuid4(), text="Hello")
    Delivery.objects.exclude(person=person).delete()
    with clock.freeze(timezone.now() + timedelta(minutes=2)):
        deliver_due({Channel.EMAIL: all_carriers()[Channel.EMAIL]})


def address(person: Person, *occasions: Occasion, exemptions: tuple[Exemption, ...] = ()) -> str:
    token = token_for(person=person, occasions=occasions or (Occasion.MESSAGE,), exemptions=exemptions)
    return f"/unsubscribe/{token}/"


def is_on(person: Person, occasion: Occasion = Occasion.MESSAGE) -> bool:
    return wishes_of(person, clock.now()).channels[occasion, Channel.EMAIL]


def test_a_mail_can_be_switched_off_by_its_header_without_signing_in(
    cast: Cast, server: MailServer, visitor: Client
) -> None:
    rosa = cast.person("responsible")
    mail_for(cast, server, rosa)
    header = server.only["List-Unsubscribe"]
    assert server.only["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.search(rb"^List-Unsubscribe: <http://testserver/unsubscribe/\S+>\r?$", server.raw[0], re.MULTILINE)
    assert header.strip("<>") in text_of(server.only)
    assert header.strip("<>") in page_of(server.only)

    answer = visitor.post(header.strip("<>").removeprefix("http://testserver"), ONE_CLICK)
    mail_for(cast, server, rosa)

    assert answer.status_code == 200
    assert not is_on(rosa)
    assert is_on(rosa, Occasion.OFFER)
    assert len(server.received) == 1
    assert Delivery.objects.filter(channel=Channel.EMAIL).latest("pk").reason == Reason.SWITCHED_OFF


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_at_the_link_changes_nothing(visitor: Client, method: str) -> None:
    member = MemberFactory()

    answer = getattr(visitor, method)(address(member))

    assert answer.status_code == 200
    assert not Choice.objects.exists()
    assert not answer.cookies.get("fleetdesk_session")


def test_the_page_switches_off_and_on_again_in_the_persons_language(visitor: Client) -> None:
    member = MemberFactory(language="de")
    url = address(member, Occasion.MESSAGE, Occasion.UPDATE)

    before = visitor.get(url, headers={"Accept-Language": "fr"}).content.decode()
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', before)
    assert token is not None
    off = visitor.post(url, {"csrfmiddlewaretoken": token[1]}, follow=True)
    was_on = is_on(member), is_on(member, Occasion.UPDATE)
    again = visitor.post(url, {"csrfmiddlewaretoken": token[1], "again": "1"}, follow=True)

    assert '<html lang="de"' in re.sub(r"\s+", " ", before)
    assert "Nachrichten, Updates" in before
    assert "Abschalten" in before
    assert off.redirect_chain == [(url, 303)]
    assert "Wieder einschalten" in off.content.decode()
    assert was_on == (False, False)
    assert "Abschalten" in again.content.decode()
    assert is_on(member)
    assert is_on(member, Occasion.UPDATE)


def test_only_the_one_click_of_mail_programs_comes_without_the_token_of_a_form(visitor: Client) -> None:
    member = MemberFactory()

    for form in ({}, {"again": "1"}, {"List-Unsubscribe": "Two-Clicks"}):
        assert visitor.post(address(member), form).status_code == 403
    assert not Choice.objects.exists()
    assert visitor.post(address(member), ONE_CLICK).status_code == 200
    assert visitor.post(address(member), ONE_CLICK).status_code == 200
    assert not is_on(member)


def test_links_that_we_did_not_make_lead_nowhere(visitor: Client) -> None:
    member = MemberFactory()
    nowhere = visitor.get("/nothing/at/all/")
    wrong = [
        "/unsubscribe/nonsense/",
        address(member)[:-2] + "x/",
        f"/unsubscribe/{signing.dumps([member.pk, ['message'], []], salt='another')}/",
        f"/unsubscribe/{signing.dumps([member.pk, ['nonsense'], []], salt='unsubscribe')}/",
        address(MemberFactory(is_active=False)),
    ]

    for url in wrong:
        assert (visitor.get(url).status_code, visitor.post(url, ONE_CLICK).status_code) == (404, 404)
        assert visitor.get(url).content == nowhere.content
    assert not Choice.objects.exists()


def test_a_link_is_good_for_years(visitor: Client) -> None:
    subscriber = SubscriberFactory()
    url = address(subscriber, Occasion.UPDATE)

    with clock.freeze(clock.now() + timedelta(days=800)):
        assert visitor.post(url, ONE_CLICK).status_code == 200
    assert not is_on(subscriber, Occasion.UPDATE)


def test_an_exception_because_of_which_a_mail_came_ends_with_it(
    cast: Cast, server: MailServer, visitor: Client
) -> None:
    rosa = cast.person("responsible")
    Choice.objects.create(person=rosa, occasion=Occasion.MESSAGE, channel=Channel.EMAIL, is_on=False)
    always = Exemption.objects.create(person=rosa, template=cast.device.template, channel=Channel.EMAIL, is_on=True)
    push = Exemption.objects.create(person=rosa, template=cast.device.template, channel=Channel.PUSH, is_on=True)
    mail_for(cast, server, rosa)
    url = server.only["List-Unsubscribe"].strip("<>").removeprefix("http://testserver")

    assert visitor.get(url).status_code == 200
    assert Exemption.objects.filter(pk=always.pk).exists()
    visitor.post(url, ONE_CLICK)
    mail_for(cast, server, rosa)

    assert set(Exemption.objects.all()) == {push}
    assert len(server.received) == 1


def test_tokens_of_links_are_kept_out_of_logs() -> None:
    assert without_tokens(f'"POST {address(MemberFactory.build(pk=5))} HTTP/1.1"') == '"POST /unsubscribe/…/ HTTP/1.1"'
