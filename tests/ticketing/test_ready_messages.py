"""Messages that each side reads in its own language: ready messages of employees, and the answers to them."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from config.common import clock
from config.common.errors import InvalidInput, NotAllowed, NotVisible, WrongStatus
from fleet.models import Person
from messenger.composed import BUILT_IN, IN_DANGER, ON_MY_WAY, TYPE_PLATE, WHEN, words_of
from messenger.models import Message, Notification, ReadyMessage
from tests.cast import Cast, make_cast
from ticketing.models import Priority, Ticket, TicketStatus, Visibility
from ticketing.services.life_cycle import cancel_ticket
from ticketing.services.ready import answer_question, send_ready_message
from ticketing.services.verification import verify_ticket

pytestmark = pytest.mark.django_db
IN_WORK = TicketStatus.IN_PROGRESS


@pytest.fixture
def cast() -> Cast:
    return make_cast(IN_WORK)


def send(cast: Cast, ready: Any, *, role: str = "responsible", key: uuid.UUID | None = None, **values: Any) -> Message:
    return send_ready_message(
        actor=cast.acting(role),
        ticket_id=cast.ticket.pk,
        client_key=key or uuid.uuid4(),
        ready=ready,
        values=values,
    )


def answer(cast: Cast, question: Message, choice: int, role: str = "reporter") -> Message:
    number = question.public_sequence
    assert number is not None
    return answer_question(actor=cast.acting(role), ticket_id=cast.ticket.pk, number=number, choice=choice)


def house_message(**texts: str) -> ReadyMessage:
    return ReadyMessage.objects.create(**texts)


def conversation(cast: Cast, role: str, language: str) -> str:
    name = "office:message_list" if role in ("responsible", "moderator", "manager") else "portal:message_list"
    args = [cast.ticket.pk] if name.startswith("office") else [cast.device.slug, cast.ticket.pk]
    client = cast.client(role)
    client.cookies["django_language"] = language
    Person.objects.filter(pk=cast.person(role).pk).update(language=language)
    return str(client.get(reverse(name, args=args), headers={"accept-language": language}).content.decode())


def test_each_side_reads_it_in_its_own_language(cast: Cast) -> None:
    send(cast, ON_MY_WAY, number=30)

    assert "Ich bin unterwegs, etwa 30 Minuten." in conversation(cast, "reporter", "de")
    assert "On my way, about 30 minutes." in conversation(cast, "responsible", "en")
    message = Message.objects.get()
    assert (message.text, message.composed) == ("", {"ready": "on_my_way", "values": {"number": 30}})
    assert list(verify_ticket(cast.fresh())) == []


def test_a_changed_value_is_found_by_the_journal(cast: Cast) -> None:
    message = send(cast, ON_MY_WAY, number=30)
    assert list(verify_ticket(cast.fresh())) == []

    Message.objects.filter(pk=message.pk).update(composed={"ready": "on_my_way", "values": {"number": 90}})

    assert [fault.sequence for fault in verify_ticket(cast.fresh())] == [message.sequence]


def test_the_same_key_is_sent_once(cast: Cast) -> None:
    key = uuid.uuid4()

    assert send(cast, TYPE_PLATE, key=key) == send(cast, TYPE_PLATE, key=key)

    assert Message.objects.count() == 1


def test_only_those_who_work_on_it_send_one(cast: Cast) -> None:
    for role in ("reporter", "manager", "offered", "uninvolved"):
        with pytest.raises(NotAllowed):
            send(cast, TYPE_PLATE, role=role)
    assert Message.objects.count() == 0

    for role in ("responsible", "moderator"):
        send(cast, TYPE_PLATE, role=role)

    assert Message.objects.count() == 2


def test_the_picture_that_is_asked_for_has_a_button_for_its_reader(cast: Cast) -> None:
    send(cast, TYPE_PLATE)

    assert 'data-behaviour="open-field"' in conversation(cast, "reporter", "en")
    assert 'data-behaviour="open-field"' not in conversation(cast, "responsible", "en")


def test_a_question_is_answered_by_a_button_once(cast: Cast) -> None:
    question = send(cast, IN_DANGER)
    button = f'value="{question.public_sequence}:1"'
    assert (button in conversation(cast, "reporter", "en"), button in conversation(cast, "responsible", "en")) == (
        True,
        False,
    )
    address = reverse("portal:question_answer", args=[cast.device.slug, cast.ticket.pk])

    first, second = (
        cast.client("reporter").post(address, {"answer": f"{question.public_sequence}:1"}) for _ in range(2)
    )

    assert (first.status_code, second.status_code) == (303, 303)
    given = Message.objects.exclude(pk=question.pk).get()
    question.refresh_from_db()
    assert (given.author, question.answered_by) == (cast.person("reporter"), given.sequence)
    assert button not in conversation(cast, "reporter", "en")
    assert "Ist jemand in Gefahr?</p><p><strong>Nein</strong>" in conversation(cast, "responsible", "de")
    assert list(verify_ticket(cast.fresh())) == []


def test_who_may_answer(cast: Cast) -> None:
    question = send(cast, IN_DANGER)
    for role in ("responsible", "moderator"):
        with pytest.raises(NotAllowed):
            answer(cast, question, 1, role)
    for role in ("other_holder", "other_customers_manager"):
        with pytest.raises(NotVisible):
            answer(cast, question, 1, role)
    with pytest.raises(NotVisible):
        answer(cast, question, 2)

    answer(cast, question, 1, "manager")

    with pytest.raises(InvalidInput, match="answered already"):
        answer(cast, question, 0)


def test_what_is_no_question_and_what_is_internal_cannot_be_answered() -> None:
    cast = make_cast(IN_WORK, Visibility.INTERNAL)
    inside = send(cast, IN_DANGER)
    assert inside.public_sequence is None
    Ticket.objects.update(visibility=Visibility.PUBLIC)
    plain = send(cast, TYPE_PLATE)

    for number in (inside.sequence, plain.public_sequence or 0):
        with pytest.raises(NotVisible):
            answer_question(actor=cast.acting("moderator"), ticket_id=cast.ticket.pk, number=number, choice=0)


def test_in_danger_tells_superiors_and_leaves_the_priority(cast: Cast) -> None:
    question = send(cast, IN_DANGER)
    Notification.objects.all().delete()

    given = answer(cast, question, 0)

    told = Notification.objects.filter(kind="danger_reported").values_list("person", flat=True)
    assert {cast.person("responsible").pk, cast.person("moderator").pk} <= set(told)
    assert (given.kind, cast.fresh().priority) == ("danger_reported", Priority.NORMAL)
    assert "Somebody is in danger." in conversation(cast, "moderator", "en")


def test_no_danger_is_a_message_like_others(cast: Cast) -> None:
    question = send(cast, IN_DANGER)
    Notification.objects.all().delete()

    answer(cast, question, 1)

    assert set(Notification.objects.values_list("kind", flat=True)) == {"message_sent"}


def test_times_are_proposed_and_one_is_chosen(cast: Cast) -> None:
    now = clock.now().replace(second=0, microsecond=0)
    with pytest.raises(InvalidInput, match="has passed"):
        send(cast, WHEN, times=[now - timedelta(hours=1)])
    for times in ([], [now + timedelta(days=day) for day in range(1, 7)]):
        with pytest.raises(InvalidInput, match="one to five"):
            send(cast, WHEN, times=times)

    question = send(cast, WHEN, times=[now + timedelta(days=2), now + timedelta(days=1)])

    with clock.freeze(now + timedelta(days=1, minutes=1)):
        with pytest.raises(InvalidInput, match="has passed"):
            answer(cast, question, 0)
        given = answer(cast, question, 1)
    assert given.composed is not None
    later = datetime.fromisoformat(given.composed["question"]["values"]["times"][1])
    assert later == now + timedelta(days=2)
    assert f'datetime="{later.isoformat(timespec="seconds")}" data-behaviour="local-time"' in conversation(
        cast, "responsible", "en"
    )


def test_nothing_is_answered_in_a_ticket_that_ended() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    question = send(cast, IN_DANGER)
    given = answer(cast, question, 1)
    other = send(cast, IN_DANGER)
    cancel_ticket(actor=cast.moderator, ticket_id=cast.ticket.pk)

    with pytest.raises(WrongStatus):
        answer(cast, other, 1)
    with pytest.raises(WrongStatus):
        send(cast, TYPE_PLATE)
    # It arrived: its sender only did not hear of it.
    assert answer(cast, question, 1) == given


def test_what_was_said_stays_when_the_administrator_changes_it(cast: Cast) -> None:
    ours = house_message(
        text_en="Part {text} comes on {time}.",
        text_de="Am {time} kommt das Teil {text}.",
        choices_en="Good\nToo late",
        choices_de="Gut\nZu spät",
    )
    question = send(cast, ours, text="{time} 7", time=clock.now() + timedelta(days=1))
    ReadyMessage.objects.update(text_en="Something else", choices_en="")

    given = answer(cast, question, 1)

    assert question.composed is not None
    assert given.composed is not None
    with translation.override("de"):
        assert words_of(question.composed).endswith("kommt das Teil {time} 7.\n• Gut\n• Zu spät")
        assert words_of(given.composed).endswith("Zu spät")
    with translation.override("fr"):
        assert words_of(question.composed).startswith("Part {time} 7 comes on")
    page = conversation(cast, "reporter", "de")
    assert (page.count('data-behaviour="local-time"'), "<strong>Zu spät</strong>" in page) == (2, True)


def test_it_is_found_by_its_words_in_all_languages(cast: Cast) -> None:
    send(cast, ON_MY_WAY, number=45)
    office = cast.client("moderator")

    for words in ("on my way", "unterwegs", "45 minuten"):
        page = office.get(reverse("office:ticket_list"), {"view": "all", "q": words}).content.decode()
        assert cast.ticket.reference in page, words
        assert "<mark>" in page, words


def test_the_picker_shows_how_it_reads_for_the_other_side(cast: Cast) -> None:
    Person.objects.filter(pk=cast.ticket.reporter.pk).update(language="de")
    office, address = cast.client("responsible"), reverse("office:ready_message", args=[cast.ticket.pk])
    page = office.get(address, {"ready": "on_my_way"}).content.decode()
    assert ("etwa 30 Minuten" in page, "about 30 minutes" in page) == (True, True)
    key = str(uuid.uuid4())
    sent = {"ready": "on_my_way", "client_key": key, "audience": "public", "number": "12"}
    assert "etwa 12 Minuten" in office.get(address, sent).content.decode()

    refused = office.post(address, {**sent, "number": "soon"})
    accepted = office.post(address, sent)

    assert (refused.status_code, accepted.status_code) == (400, 303)
    assert Message.objects.get().composed == {"ready": "on_my_way", "values": {"number": 12}}
    assert office.get(address, {"ready": "nothing"}).status_code == 404
    assert cast.client("manager").get(address).status_code == 403


def test_times_are_meant_in_the_zone_of_the_browser(cast: Cast) -> None:
    office, address = cast.client("responsible"), reverse("office:ready_message", args=[cast.ticket.pk])
    day = (clock.now() + timedelta(days=40)).date()
    sent = {"ready": "when", "client_key": str(uuid.uuid4()), "time_1": f"{day}T09:00", "zone": "Asia/Tokyo"}

    assert office.post(address, sent).status_code == 303

    question = Message.objects.get()
    assert question.composed is not None
    assert question.composed["values"]["times"] == [f"{day}T09:00:00+09:00"]


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_one_of_the_product_is_listed_and_shown(cast: Cast, name: str) -> None:
    address = reverse("office:ready_message", args=[cast.ticket.pk])

    page = cast.client("responsible").get(address, {"ready": name}, headers={"HX-Request": "true"})

    assert (page.status_code, b"<dialog" in page.content) == (200, True)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York"])
def test_a_time_that_some_readers_have_no_clock_for_is_refused(cast: Cast, zone: str) -> None:
    sent = {"ready": "when", "client_key": str(uuid.uuid4()), "time_1": "9999-12-31T23:59", "zone": zone}
    address = reverse("office:ready_message", args=[cast.ticket.pk])

    assert cast.client("responsible").get(address, sent).status_code == 200
    assert cast.client("responsible").post(address, sent).status_code == 400
    assert not Message.objects.exists()
