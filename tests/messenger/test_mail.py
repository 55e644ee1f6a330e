"""E-mails as people receive them: what they say, how they look, and what becomes of those that a server refuses."""

import re
import time
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings

from config.common import clock
from fleet import organisation
from fleet.models import Organisation, Person
from messenger.carriers import all_carriers
from messenger.carriers import mail as carrier
from messenger.mail import composing
from messenger.models import Channel, Choice, Delivery, DeliveryState, Notification, Occasion, Pace, Preferences, Reason
from messenger.services.delivering import deliver_due
from messenger.services.notifications import notify
from messenger.services.worker import Worker
from tests.cast import Cast, make_cast
from tests.mail_server import MailServer, mail_server, page_of, text_of
from tests.messenger.samples import picture
from ticketing.models import Ticket, TicketStatus
from ticketing.services.messages import send_message
from ticketing.services.updates import post_update

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
LATER = timedelta(minutes=2)


@pytest.fixture
def server(settings: Settings) -> Iterator[MailServer]:
    with mail_server(settings) as started:
        yield started


@pytest.fixture
def cast() -> Cast:
    """Around a ticket of which all have heard."""
    made = make_cast(TicketStatus.ASSIGNED)
    Ticket.objects.filter(pk=made.ticket.pk).update(subject="Pumpe läuft heiß")
    Delivery.objects.all().delete()
    return made


def write(cast: Cast, text: str, role: str = "manager") -> None:
    send_message(actor=cast.acting(role), ticket_id=cast.ticket.pk, client_key=uuid.uuid4(), text=text)


def only_for(person: Person) -> None:
    Delivery.objects.exclude(person=person).delete()
    Delivery.objects.exclude(channel=Channel.EMAIL).delete()


def deliver(*, after: timedelta = LATER) -> None:
    with clock.freeze(timezone.now() + after):
        deliver_due({Channel.EMAIL: all_carriers()[Channel.EMAIL]})


def rows(person: Person) -> list[Delivery]:
    return list(Delivery.objects.filter(person=person, channel=Channel.EMAIL).order_by("pk"))


def set_language(person: Person, language: str) -> None:
    Person.objects.filter(pk=person.pk).update(language=language)


@pytest.mark.parametrize(
    ("language", "status", "sentence", "button", "why"),
    [
        (
            "en",
            "ASSIGNED",
            "Max Manager wrote a message.",
            "Open ticket",
            "You are responsible for this ticket.",
        ),
        (
            "de",
            "ZUGEWIESEN",
            "Max Manager hat eine Nachricht geschrieben.",
            "Ticket öffnen",
            "Sie sind für dieses Ticket zuständig.",
        ),
        (
            "fr",
            "Attribué",
            "Max Manager a écrit un message.",
            "Ouvrir le ticket",
            "Vous êtes responsable de ce ticket.",
        ),
    ],
)
def test_a_message_arrives_in_the_readers_language(
    cast: Cast, server: MailServer, language: str, status: str, sentence: str, button: str, why: str
) -> None:
    rosa = cast.person("responsible")
    set_language(rosa, language)
    write(cast, "Bitte *dringend*: Öl läuft über.\n\nGrüße")
    only_for(rosa)

    deliver()

    mail = server.only
    url = f"http://testserver/office/tickets/{cast.ticket.pk}/?tab=messenger"
    assert mail["To"] == rosa.email
    assert mail["Subject"] == f"[{cast.ticket.reference}] Pumpe läuft heiß · {status}"
    assert mail["Content-Language"] == language
    assert mail.get_content_type() == "multipart/alternative"
    for part in (text_of(mail), page_of(mail)):
        for wanted in (cast.ticket.reference, "Pumpe läuft heiß", status, "Washer 3", sentence, button, why, url):
            assert wanted in part
    assert "> Bitte *dringend*: Öl läuft über.\n>\n> Grüße" in text_of(mail)
    assert "Bitte <em>dringend</em>: Öl läuft über.</p>" in page_of(mail)
    assert f'<html lang="{language}">' in page_of(mail)


def test_times_are_those_of_the_readers_zone(cast: Cast, server: MailServer) -> None:
    rosa = cast.person("responsible")
    Preferences.objects.create(person=rosa, time_zone="America/New_York")
    with clock.freeze(datetime.fromisoformat("2026-07-01T12:00:00+00:00")):
        write(cast, "Hello")
    only_for(rosa)

    deliver()

    assert "July 1, 2026, 8 a.m." in text_of(server.only)


def test_mails_about_a_ticket_are_one_conversation(cast: Cast, server: MailServer) -> None:
    rosa = cast.person("responsible")
    for text in ("First", "Second"):
        write(cast, text)
        only_for(rosa)
        deliver()

    first, second = server.received
    root = f"<ticket.{cast.ticket.pk}@testserver>"
    assert first["Message-ID"] != second["Message-ID"]
    assert {mail["In-Reply-To"] for mail in (first, second)} == {root}
    assert {mail["References"] for mail in (first, second)} == {root}
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["X-Auto-Response-Suppress"] == "All"
    assert first["Precedence"] == "bulk"
    assert first["Date"]


def test_several_messages_travel_together_and_name_their_authors(cast: Cast, server: MailServer) -> None:
    rosa = cast.person("responsible")
    write(cast, "Where are you?")
    write(cast, "At the gate.", role="moderator")
    only_for(rosa)

    deliver()

    text = text_of(server.only)
    assert "Mona Moderator and others · 2 messages" in text
    assert "Max Manager:\n> Where are you?" in text
    assert "Mona Moderator:\n> At the gate." in text


def test_nothing_that_people_write_becomes_markup_or_a_header(cast: Cast, server: MailServer) -> None:
    rosa = cast.person("responsible")
    evil = '<script>alert(1)</script> <img src=x onerror=alert(1)> [click](javascript:alert(1)) "><b>'
    Ticket.objects.filter(pk=cast.ticket.pk).update(subject=f"Pump\r\nBcc: eve@example.com\u2028\x0b {evil}"[:120])
    Organisation.objects.create(pk=1, name="Werk\r\nBcc: eve@example.com")
    organisation.forget_organisation()
    write(cast, evil)
    only_for(rosa)

    deliver()

    mail, page = server.only, page_of(server.only)
    assert mail["Bcc"] is None
    assert mail["Subject"].startswith(f"[{cast.ticket.reference}] Pump Bcc: eve@example.com <script>alert(1)</script>")
    assert mail["From"].addresses[0].display_name == "Werk Bcc: eve@example.com"
    assert mail["From"].addresses[0].addr_spec == "noreply@testserver"
    assert not re.search(r"<(?:script|img|b)\b", page)
    assert 'href="javascript' not in page
    assert "&lt;script&gt;" in page
    assert evil in text_of(mail)


def test_long_titles_and_texts_are_cut(cast: Cast, server: MailServer) -> None:
    rosa = cast.person("responsible")
    Ticket.objects.filter(pk=cast.ticket.pk).update(subject="long " * 40)
    write(cast, "word " * 1_900)
    only_for(rosa)

    deliver()

    assert len(server.only["Subject"]) < 160
    assert "long… · ASSIGNED" in server.only["Subject"]
    assert len(text_of(server.only)) < 4_000
    assert "word…" in text_of(server.only)


def test_the_organisation_signs_with_name_and_logo(
    cast: Cast, server: MailServer, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    house = Organisation(pk=1, name="Müller Werke")
    house.logo.save("logo.jpg", ContentFile(picture(size=(300, 100))))
    organisation.forget_organisation()
    rosa = cast.person("responsible")
    write(cast, "Hello")
    only_for(rosa)

    deliver()

    mail = server.only
    assert mail["From"].addresses[0].display_name == "Müller Werke"
    assert mail.get_content_type() == "multipart/related"
    logo = next(part for part in mail.walk() if part["Content-ID"])
    assert (logo["Content-ID"], logo.get_content_type()) == ("<logo>", "image/jpeg")
    assert logo.get_content_disposition() == "inline"
    page = page_of(mail)
    assert re.search(r'<img src="cid:logo" alt="" width="120" height="40"', page)
    # Nothing is loaded from elsewhere, which would say that and where the mail was read.
    assert not re.search(r'(?:src|background)="?http|url\(|<link|@import', page)


def test_a_lost_logo_holds_up_no_mail(cast: Cast, server: MailServer, settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    Organisation.objects.create(pk=1, name="Werk", logo="organisation/gone.jpg")
    organisation.forget_organisation()
    write(cast, "Hello")
    only_for(cast.person("responsible"))

    deliver()

    assert "cid:logo" not in page_of(server.only)


def test_internal_texts_stay_in_the_house(cast: Cast, server: MailServer) -> None:
    rosa = cast.person("responsible")
    Choice.objects.create(person=rosa, occasion=Occasion.INTERNAL_UPDATE, channel=Channel.EMAIL, is_on=True)
    post_update(
        actor=cast.moderator, ticket_id=cast.ticket.pk, client_key=uuid.uuid4(), is_internal=True, text="CANARY"
    )
    only_for(rosa)

    deliver()

    assert "Mona Moderator posted an internal update." in text_of(server.only)
    assert b"CANARY" not in server.raw[0]


def test_a_digest_has_the_most_urgent_ticket_first(server: MailServer) -> None:
    quiet, urgent = make_cast(TicketStatus.OPEN), make_cast(TicketStatus.OPEN)
    Delivery.objects.all().delete()
    mona = quiet.person("moderator")
    Preferences.objects.create(person=mona, pace=Pace.HOURLY)
    for kind, cast in (("message_sent", quiet), ("nobody_responsible", urgent)):
        sequence = cast.ticket.journal.get(kind="opened").sequence
        notify(ticket_id=cast.ticket.pk, kind=kind, people=[mona], sequence=sequence, actor=None)

    deliver()
    assert server.received == []
    deliver(after=timedelta(hours=2))

    mail = server.only
    references = [each.ticket.reference for each in (urgent, quiet)]
    assert mail["Subject"] == "News about 2 tickets"
    assert re.findall(r"^(#[0-9]+) ", text_of(mail), re.MULTILINE) == references
    assert re.findall(r"> (#[0-9]+) <", page_of(mail)) == references
    assert mail["In-Reply-To"] is None
    assert mail["List-Unsubscribe"]


def test_a_mail_stays_so_small_that_programs_show_all_of_it(
    cast: Cast, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    rosa, mona = cast.person("responsible"), cast.person("moderator")
    monkeypatch.setattr(composing, "MAX_QUOTES", 2)
    monkeypatch.setattr(composing, "MAX_TICKETS", 1)
    for text in ("First", "Second", "Third"):
        write(cast, text)
    only_for(rosa)

    deliver()

    assert "3 messages" in text_of(server.only)
    assert "Earlier ones are in the ticket." in text_of(server.only)
    assert re.findall(r"^> (\w+)$", text_of(server.only), re.MULTILINE) == ["Second", "Third"]

    server.received.clear()
    Preferences.objects.create(person=mona, pace=Pace.HOURLY)
    others = [make_cast(TicketStatus.OPEN) for _number in range(3)]
    Delivery.objects.all().delete()
    for other in others:
        sequence = other.ticket.journal.get(kind="opened").sequence
        notify(ticket_id=other.ticket.pk, kind="nobody_responsible", people=[mona], sequence=sequence, actor=None)
    deliver()
    deliver(after=timedelta(hours=2))

    for part in (text_of(server.only), page_of(server.only)):
        assert part.count("No one is responsible for this ticket.") == (2 if "<html" in part else 1)
        assert all(f"/office/tickets/{other.ticket.pk}/" in part for other in others)
        assert "Further tickets" in part


# What a server answers -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
def test_what_a_server_refuses_for_good_is_dead_and_administrators_hear_of_it(
    cast: Cast, server: MailServer, command: str
) -> None:
    rosa = cast.person("responsible")
    write(cast, "Hello")
    only_for(rosa)
    server.answers[command] = "550 No such person here"

    deliver()

    (row,) = rows(rosa)
    assert (row.state, row.reason) == (DeliveryState.DEAD, Reason.REFUSED)
    assert "No such person here" in row.error
    assert Notification.objects.get(kind="delivery_failed").person == cast.person("administrator")


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_what_a_server_refuses_for_now_is_sent_later_under_the_same_number(
    cast: Cast, server: MailServer, command: str
) -> None:
    rosa = cast.person("responsible")
    write(cast, "Hello")
    only_for(rosa)
    server.answers[command] = "451 Try again later"

    deliver()
    (failed,) = rows(rosa)
    server.answers.clear()
    deliver(after=LATER * 2)

    assert (failed.state, failed.attempts) == (DeliveryState.WAITING, 1)
    assert "Try again later" in failed.error
    assert server.only["Message-ID"] == f"<{failed.letter}@testserver>"
    assert [row.state for row in rows(rosa)] == [DeliveryState.SENT]


def test_a_letter_that_was_taken_twice_has_the_same_message_id(cast: Cast, server: MailServer) -> None:
    rosa = cast.person("responsible")
    write(cast, "Hello")
    only_for(rosa)
    deliver()

    # As after a worker that was killed before it could say that the letter is sent.
    sending = {"state": DeliveryState.SENDING, "finished_at": None, "take_at": timezone.now()}
    Delivery.objects.filter(person=rosa).update(**sending)
    deliver()

    assert len({mail["Message-ID"] for mail in server.received}) == 1
    assert len(server.received) == 2


def test_no_letter_is_at_fault_when_the_server_is_away_or_refuses_our_address(cast: Cast, settings: Settings) -> None:
    rosa = cast.person("responsible")
    write(cast, "Hello")
    only_for(rosa)
    with mail_server(settings) as server:
        server.answers["MAIL"] = "550 Sender not allowed"
        deliver()
    deliver()

    (row,) = rows(rosa)
    assert (row.state, row.attempts, row.error) == (DeliveryState.WAITING, 0, "")


def test_a_server_that_says_nothing_is_left_alone(
    cast: Cast, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    rosa = cast.person("responsible")
    write(cast, "Hello")
    only_for(rosa)
    monkeypatch.setattr(carrier, "TIMEOUT", 0.2)
    server.pause = 2

    deliver()

    (row,) = rows(rosa)
    assert (row.state, row.attempts) == (DeliveryState.WAITING, 1)


@pytest.mark.django_db(transaction=True)
def test_what_is_urgent_arrives_within_two_seconds(settings: Settings) -> None:
    cast = make_cast(TicketStatus.OPEN)
    Delivery.objects.all().delete()
    with mail_server(settings) as server:
        worker = Worker({Channel.EMAIL: all_carriers()[Channel.EMAIL]})
        thread = Thread(target=worker.run)
        thread.start()
        try:
            # It looked, and found nothing.
            time.sleep(0.2)
            begin = time.monotonic()
            with transaction.atomic():
                offered = cast.fresh().journal.get(kind="offers_sent")
                notify(
                    ticket_id=cast.ticket.pk,
                    kind="ticket_offered",
                    people=[cast.person("offered")],
                    sequence=offered.sequence,
                    actor=None,
                )
            while not server.received and time.monotonic() - begin < 10:
                time.sleep(0.01)
            took = time.monotonic() - begin
        finally:
            worker.end()
            thread.join(10)

    assert server.only["To"] == cast.person("offered").email
    assert took < 2
