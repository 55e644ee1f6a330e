"""A code holder is limited by code and by address, in numbers that all processes share; employees never are."""

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from config.common import clock
from config.common.errors import TooMuch
from fleet.actors import Actor, actor_of
from fleet.models import Code, Counted, Person, Subject, Usage
from fleet.services.codes import token_of
from fleet.services.limits import LIMITS, Limit, count, count_uploads
from messenger.models import Message, Piece, Upload
from messenger.services.uploads import MIN_PIECE_BYTES, receive_piece, start_upload
from tests.cast import Cast, holding, make_cast
from tests.factories import CodeFactory, CodeUserFactory, ManagerFactory, MemberFactory, TicketFactory
from tests.messenger import samples
from tests.messenger.tus import Sender
from tests.ticketing.portal_browser import LongFlow, PortalBrowser, make_long_flow, photo
from ticketing.models import Answer, QuestionKind, Ticket, TicketStatus, Update
from ticketing.services import drafts, messages, updates
from ticketing.services.drafts import AnswerInput

pytestmark = pytest.mark.django_db
HOME, DEPOT = "203.0.113.7", "198.51.100.20"
TWO = datetime(2026, 5, 4, 14, 20, tzinfo=UTC)  # 16:20 in Berlin.
HERE = "http://testserver"


@pytest.fixture(autouse=True)
def within_one_hour() -> Iterator[None]:
    """No test runs across the end of an hour by chance."""
    with clock.freeze(TWO):
        yield


@contextmanager
def limited(what: Counted, *, per_code: int = 99, per_address: int = 99) -> Iterator[None]:
    with mock.patch.dict(LIMITS, {what: Limit(per_code, per_address)}):
        yield


def holder(code: Code, address: str = "") -> Actor:
    return actor_of(None, holding(code, person=CodeUserFactory()), address)


def phone(code: Code, address: str = HOME) -> PortalBrowser:
    return PortalBrowser(code=code, client=Client(REMOTE_ADDR=address))


def begin(browser: PortalBrowser, flow: LongFlow, key: uuid.UUID | None = None) -> Any:
    return browser.post("flow_start", {"client_key": str(key or uuid.uuid4())}, flow_id=flow.flow.pk)


def amounts(what: Counted) -> dict[str, int]:
    return dict(Usage.objects.filter(what=what).values_list("name", "amount"))


def pdf(name: str = "a.pdf") -> SimpleUploadedFile:
    return samples.upload(samples.PDF, name)


# By code and by address ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", Counted)
def test_a_code_is_open_up_to_its_limit_and_another_one_stays_open(what: Counted) -> None:
    code, other = CodeFactory(), CodeFactory()

    with limited(what, per_code=2):
        for _number in range(2):
            count(actor=holder(code, HOME), what=what)
        with pytest.raises(TooMuch) as refusal:
            count(actor=holder(code, DEPOT), what=what)
        count(actor=holder(other, HOME), what=what)

    assert refusal.value.code == f"too_many_{what}"
    assert amounts(what) == {str(code.pk): 2, str(other.pk): 1, HOME: 3}


@pytest.mark.parametrize("what", Counted)
def test_an_address_is_open_up_to_its_limit_and_another_one_stays_open(what: Counted) -> None:
    codes = [CodeFactory() for _number in range(3)]

    with limited(what, per_address=2):
        for code in codes[:2]:
            count(actor=holder(code, HOME), what=what)
        with pytest.raises(TooMuch):
            count(actor=holder(codes[2], HOME), what=what)
        count(actor=holder(codes[2], DEPOT), what=what)

    assert amounts(what) == {HOME: 2, DEPOT: 1} | {str(code.pk): 1 for code in codes}


def test_what_the_second_limit_refuses_is_not_counted_by_the_first() -> None:
    code = CodeFactory()

    with limited(Counted.UPLOADS, per_code=5, per_address=5), limited(Counted.BYTES, per_code=100, per_address=50):
        count_uploads(actor=holder(code, HOME), device_id=None, number=1, size=50)
        with pytest.raises(TooMuch):
            count_uploads(actor=holder(code, HOME), device_id=None, number=1, size=1)

    assert amounts(Counted.UPLOADS) == {str(code.pk): 1, HOME: 1}
    assert amounts(Counted.BYTES) == {str(code.pk): 50, HOME: 50}


def test_the_code_of_the_device_counts_else_the_one_scanned_last() -> None:
    first, last = CodeFactory(), CodeFactory()
    actor = actor_of(None, holding(first, last))

    count(actor=actor, what=Counted.DRAFTS, device_id=first.device_id)
    count(actor=actor, what=Counted.PEOPLE)
    count(actor=actor, what=Counted.UPLOADS, device_id=CodeFactory().device_id)

    assert amounts(Counted.DRAFTS) == {str(first.pk): 1}
    assert amounts(Counted.PEOPLE) == amounts(Counted.UPLOADS) == {str(last.pk): 1}


def test_employees_are_never_limited_and_people_with_a_login_by_address_only() -> None:
    code = CodeFactory()
    member = actor_of(MemberFactory(), holding(code), HOME)
    manager = actor_of(ManagerFactory(), holding(code), HOME)

    with limited(Counted.DRAFTS, per_code=0, per_address=1):
        for actor in (member, member, manager):
            count(actor=actor, what=Counted.DRAFTS, device_id=code.device_id)
        with pytest.raises(TooMuch):
            count(actor=manager, what=Counted.DRAFTS, device_id=code.device_id)

    assert amounts(Counted.DRAFTS) == {HOME: 1}


def test_the_factor_of_the_operator_multiplies_every_limit(settings: Any) -> None:
    code = CodeFactory()
    settings.CODE_LIMITS_FACTOR = 3

    with limited(Counted.DRAFTS, per_code=1):
        for _number in range(3):
            count(actor=holder(code), what=Counted.DRAFTS)
        with pytest.raises(TooMuch):
            count(actor=holder(code), what=Counted.DRAFTS)


def test_no_row_holds_the_token_of_a_code() -> None:
    code = CodeFactory()

    count(actor=holder(code, HOME), what=Counted.DRAFTS)

    assert token_of(code) not in repr(list(Usage.objects.values()))


# The hour ------------------------------------------------------------------------------------------------------------


def test_the_next_hour_begins_at_zero_and_the_refusal_says_when() -> None:
    code = CodeFactory()

    with limited(Counted.DRAFTS, per_code=1):
        count(actor=holder(code), what=Counted.DRAFTS)
        with pytest.raises(TooMuch, match=r"with this code in this hour\. Please try again from 5 p\.m\. on") as no:
            count(actor=holder(code), what=Counted.DRAFTS)
        with clock.freeze(TWO + timedelta(seconds=no.value.retry_after - 1)), pytest.raises(TooMuch):
            count(actor=holder(code), what=Counted.DRAFTS)
        with clock.freeze(TWO + timedelta(seconds=no.value.retry_after)):
            count(actor=holder(code), what=Counted.DRAFTS)

    assert no.value.retry_after == 40 * 60


def test_old_hours_are_swept_when_a_new_one_begins() -> None:
    code = CodeFactory()

    for hours in range(4):
        with clock.freeze(TWO + timedelta(hours=hours)):
            count(actor=holder(code, HOME), what=Counted.DRAFTS)

    assert {row.hour.hour for row in Usage.objects.all()} == {16, 17}


# Where it counts -----------------------------------------------------------------------------------------------------


def test_new_people_are_limited_and_whoever_has_begun_goes_on() -> None:
    code = CodeFactory()
    flow = make_long_flow(code.device)
    first, second = phone(code), phone(code)

    with limited(Counted.PEOPLE, per_code=1):
        assert begin(first, flow).status_code == 302
        refused = begin(second, flow)
        assert begin(first, flow).status_code == 302
        assert second.get("device").status_code == 200

    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 3600
    assert b"Unusually many people began to use this code in this hour." in refused.content
    assert Person.objects.filter(role="code_user").count() == 1
    # The new person goes on with the code and the address that were counted.
    assert amounts(Counted.DRAFTS) == {str(code.pk): 2, HOME: 2}


def test_reports_are_limited_and_the_same_key_counts_once() -> None:
    code = CodeFactory()
    flow, key = make_long_flow(code.device), uuid.uuid4()
    browser = phone(code)

    with limited(Counted.DRAFTS, per_code=2):
        answers = [begin(browser, flow, each).status_code for each in (key, key, key, uuid.uuid4(), uuid.uuid4())]
        again = begin(browser, flow, key)

    assert answers == [302, 302, 302, 302, 429]
    assert again.status_code == 302
    assert Ticket.objects.count() == 2


def announced(actor: Actor, code: Code | None = None, length: int = 100) -> Upload:
    """An upload as its first request makes it, before a byte travels."""
    return start_upload(
        actor=actor,
        ticket_id=TicketFactory().pk,
        device_id=code.device_id if code else None,
        purpose="message",
        client_key=uuid.uuid4(),
        name="a.mp4",
        length=length,
    )


def test_a_new_scan_brings_no_new_uploads() -> None:
    code = CodeFactory()

    with limited(Counted.UPLOADS, per_code=2):
        for _number in range(2):
            announced(holder(code), code)
        with pytest.raises(TooMuch):
            announced(holder(code), code)
        announced(Actor(person=MemberFactory()))


def test_bytes_are_limited_when_they_arrive_and_not_when_they_are_announced() -> None:
    code = CodeFactory()
    actor = Actor(person=CodeUserFactory(), code_ids={code.device_id: code.pk})
    announced(actor, code, length=10**8)
    upload = announced(actor, code, length=2 * MIN_PIECE_BYTES)

    def send(offset: int, size: int = MIN_PIECE_BYTES) -> int:
        return receive_piece(actor=actor, device_id=code.device_id, upload=upload, offset=offset, chunks=[bytes(size)])

    with limited(Counted.BYTES, per_code=MIN_PIECE_BYTES):
        assert send(0) == MIN_PIECE_BYTES
        with pytest.raises(TooMuch, match="Unusually many or large files"):
            send(MIN_PIECE_BYTES, MIN_PIECE_BYTES)

    upload.refresh_from_db()
    assert upload.offset == MIN_PIECE_BYTES
    assert Piece.objects.count() == 1
    assert amounts(Counted.BYTES) == {str(code.pk): MIN_PIECE_BYTES}
    assert amounts(Counted.UPLOADS) == {str(code.pk): 2}


def test_an_upload_counts_for_the_device_of_its_ticket() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    last = CodeFactory()
    client = Client(REMOTE_ADDR=HOME)
    session = client.session
    session.update(holding(cast.code, last, person=cast.person("reporter")))
    session.save()
    tus = Sender(client, f"/d/{cast.device.slug}/tickets/{cast.ticket.pk}/uploads/")

    with limited(Counted.UPLOADS, per_code=1):
        first = tus.begin(100, "a.mp4")
        refused = tus.begin(100, "b.mp4")

    assert first.status_code == 201
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_uploads")
    assert 0 < int(refused["Retry-After"]) <= 3600
    assert amounts(Counted.UPLOADS) == {str(cast.code.pk): 1, HOME: 1}


def writing(cast: Cast, way: str, key: uuid.UUID | None = None, person: Person | None = None) -> None:
    ticket, key = cast.ticket.pk, key or uuid.uuid4()
    actor = actor_of(None, holding(cast.code, CodeFactory(), person=person or CodeUserFactory()))
    files = [pdf("a.pdf"), pdf("b.pdf")]
    if way == "message":
        messages.send_message(actor=actor, ticket_id=ticket, client_key=key, files=files)
    elif way == "update":
        updates.post_update(actor=actor, ticket_id=ticket, client_key=key, is_internal=False, files=files)
    else:
        draft = drafts.start_draft(actor=actor, device=cast.device, flow=cast.flow, client_key=key)
        question = cast.flow.steps.get().questions.get()
        drafts.save_answers(actor=actor, ticket_id=draft.pk, answers={question: AnswerInput(files=files)})


@pytest.mark.parametrize("way", ["message", "update", "answer"])
def test_files_that_come_with_a_form_count_like_uploads(way: str) -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    size = 2 * len(samples.PDF)

    with limited(Counted.UPLOADS, per_code=3):
        writing(cast, way)
        with pytest.raises(TooMuch):
            writing(cast, way)

    assert amounts(Counted.UPLOADS) == {str(cast.code.pk): 2}
    assert amounts(Counted.BYTES) == {str(cast.code.pk): size}


@pytest.mark.parametrize("way", ["message", "update"])
def test_a_retry_of_what_was_sent_is_neither_counted_nor_refused(way: str) -> None:
    cast, key, person = make_cast(TicketStatus.ASSIGNED), uuid.uuid4(), CodeUserFactory()

    with limited(Counted.UPLOADS, per_code=2):
        for _time in range(2):
            writing(cast, way, key, person)
        with pytest.raises(TooMuch):
            writing(cast, way, uuid.uuid4(), person)

    assert amounts(Counted.UPLOADS) == {str(cast.code.pk): 2}
    assert Message.objects.count() + Update.objects.count() == 1


def test_employees_send_files_without_being_counted() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)

    with limited(Counted.UPLOADS, per_code=0, per_address=0):
        messages.send_message(actor=cast.responsible, ticket_id=cast.ticket.pk, client_key=uuid.uuid4(), files=[pdf()])

    assert amounts(Counted.UPLOADS) == {}


# Nothing is lost -----------------------------------------------------------------------------------------------------


def test_a_message_that_is_refused_is_shown_again() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    browser = phone(cast.code)
    key, text = str(uuid.uuid4()), "It smells of burnt rubber."

    with limited(Counted.PEOPLE, per_code=0):
        refused = browser.client.post(
            browser.url("message_send", ticket_id=cast.ticket.pk), {"client_key": key, "text": text}, HTTP_ORIGIN=HERE
        )

    assert refused.status_code == 429
    assert text in refused.content.decode()


def test_a_step_keeps_its_answers_and_its_page_when_a_file_is_refused() -> None:
    code = CodeFactory()
    flow, browser = make_long_flow(code.device), phone(code)
    draft = browser.start(flow.flow)
    files = [photo("one.png"), photo("two.png")]

    with limited(Counted.UPLOADS, per_code=1):
        refused = browser.answer(draft, 1, **{**flow.first, f"q{flow.photo.pk}": files})

    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 3600
    assert b"Unusually many or large files" in refused.content
    assert b"Drum squeals" in refused.content
    assert Answer.objects.get(question=flow.text).value == {"text": "Drum squeals"}
    assert Answer.objects.get(kind=QuestionKind.FILES).attachments.count() == 1


# What it costs -------------------------------------------------------------------------------------------------------


def test_reading_and_writing_cost_no_query_more() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    client = cast.client("reporter")
    address = f"/d/{cast.device.slug}/tickets/{cast.ticket.pk}/messages/send/"

    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(f"/d/{cast.device.slug}/").status_code == 200
        assert client.post(address, {"client_key": str(uuid.uuid4()), "text": "Hello"}).status_code == 303

    assert not [query for query in queries.captured_queries if "fleet_usage" in query["sql"]]


def test_a_report_costs_two_statements_more_once_the_hour_has_begun() -> None:
    code = CodeFactory()
    actor = holder(code, HOME)
    count(actor=actor, what=Counted.DRAFTS)

    with CaptureQueriesContext(connection) as queries:
        count(actor=actor, what=Counted.DRAFTS)

    assert len([query for query in queries.captured_queries if "fleet_usage" in query["sql"]]) == 2


# Many at once --------------------------------------------------------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_as_many_get_through_as_the_limit_allows() -> None:
    code = CodeFactory()
    actor, crowd, outcomes = holder(code, HOME), 16, []
    barrier = threading.Barrier(crowd, timeout=30)

    def run() -> None:
        barrier.wait()
        try:
            count_uploads(actor=actor, device_id=code.device_id, number=1, size=100)
            outcomes.append(True)
        except TooMuch:
            outcomes.append(False)
        finally:
            connections.close_all()

    with limited(Counted.UPLOADS, per_code=10):
        threads = [threading.Thread(target=run) for _number in range(crowd)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)

    assert (outcomes.count(True), outcomes.count(False)) == (10, 6)
    assert amounts(Counted.UPLOADS) == {str(code.pk): 10, HOME: 10}
    assert amounts(Counted.BYTES) == {str(code.pk): 1000, HOME: 1000}


# The operator's command ----------------------------------------------------------------------------------------------


def run_command(*arguments: str) -> str:
    out = StringIO()
    call_command("limits", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_shows_what_is_counted_with_names_and_limits() -> None:
    code, gone = CodeFactory(label="Left door", device__name="Washer 3"), CodeFactory()
    count_uploads(actor=holder(code, HOME), device_id=None, number=7, size=3 * 1024**2)
    count(actor=holder(gone), what=Counted.PEOPLE)
    gone_id = str(gone.pk)
    gone.delete()

    lines = [" ".join(line.split()) for line in run_command().splitlines()]

    assert lines[0] == "Counted from 16:00 to 17:00:"
    assert f"code {code.pk} Left door, Washer 3 uploads 7 300" in lines
    assert f"code {code.pk} Left door, Washer 3 bytes 3.0 MB 2048.0 MB" in lines
    assert f"address {HOME} bytes 3.0 MB 4096.0 MB" in lines
    assert f"code {gone_id} (deleted) people 1 60" in lines
    assert lines[-1].startswith("Sockets: without Redis the process that serves them counts them")


@pytest.mark.parametrize("which", ["all", "code", "address"])
def test_the_command_opens_what_it_clears_and_leaves_the_rest(which: str) -> None:
    code, other = CodeFactory(), CodeFactory()
    chosen = {"all": [], "code": ["--code", str(code.pk)], "address": ["--address", "2001:db8:1:2::5"]}[which]
    count(actor=holder(code, "2001:db8:1:2::/64"), what=Counted.DRAFTS)
    count(actor=holder(other, DEPOT), what=Counted.DRAFTS)

    with limited(Counted.DRAFTS, per_code=1), pytest.raises(TooMuch):
        count(actor=holder(code), what=Counted.DRAFTS)
    words = run_command("--clear", *chosen)

    left = {"all": set(), "code": {"2001:db8:1:2::/64", str(other.pk), DEPOT}}
    left["address"] = {str(code.pk), str(other.pk), DEPOT}
    assert set(amounts(Counted.DRAFTS)) == left[which]
    assert words.startswith(f"Counts forgotten: {4 - len(left[which])}")


def test_the_command_shows_one_subject_and_refuses_what_is_none() -> None:
    code, other = CodeFactory(), CodeFactory()
    for each in (code, other):
        count(actor=holder(each, HOME), what=Counted.DRAFTS)

    assert str(code.pk) in run_command("--code", str(code.pk))
    assert str(other.pk) not in run_command("--code", str(code.pk))
    assert HOME in run_command("--address", HOME)
    assert "Nothing was counted" in run_command("--address", DEPOT)
    for wrong in (["--code", "door"], ["--address", "door"], ["--code", str(code.pk), "--address", HOME]):
        with pytest.raises(CommandError):
            run_command(*wrong)


# Sentences -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("subject", Subject)
@pytest.mark.parametrize("what", Counted)
def test_every_refusal_has_its_sentence(what: Counted, subject: Subject) -> None:
    actor = holder(CodeFactory(), HOME)

    with limited(what, **{f"per_{subject}": 0}), translation.override("en"), pytest.raises(TooMuch) as refusal:
        count(actor=actor, what=what)

    assert ("this code" if subject == Subject.CODE else "this connection") in str(refusal.value)
