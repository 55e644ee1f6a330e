"""Where the limits of code holders count: people, reports, uploads and files; what is refused is not lost."""

import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.common.errors import TooMuch
from fleet.actors import KnownActor, actor_of
from fleet.models import Code, Counted, Person
from messenger.models import Message, Piece, Upload
from messenger.services.attachments import Place
from messenger.services.uploads import MIN_PIECE_BYTES, receive_piece, start_upload
from tests.cast import Cast, holding, make_cast
from tests.factories import CodeFactory, CodeUserFactory, MemberFactory, TicketFactory
from tests.fleet.limits import HOME, amounts, holder, limited
from tests.messenger import samples
from tests.messenger.tus import Sender
from tests.ticketing.portal_browser import LongFlow, PortalBrowser, make_long_flow, photo
from ticketing.models import Answer, QuestionKind, Ticket, TicketStatus, Update
from ticketing.services import drafts, messages, updates
from ticketing.services.drafts import AnswerInput

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("within_one_hour")]
HERE = "http://testserver"


def phone(code: Code, address: str = HOME) -> PortalBrowser:
    return PortalBrowser(code=code, client=Client(REMOTE_ADDR=address))


def begin(browser: PortalBrowser, flow: LongFlow, key: uuid.UUID | None = None) -> Any:
    return browser.post("flow_start", {"client_key": str(key or uuid.uuid4())}, flow_id=flow.flow.pk)


def pdf(name: str = "a.pdf") -> SimpleUploadedFile:
    return samples.upload(samples.PDF, name)


# Where it counts -----------------------------------------------------------------------------------------------------


def test_new_people_are_limited_and_those_who_have_begun_go_on() -> None:
    code = CodeFactory()
    flow = make_long_flow(code.device)
    first, second = phone(code), phone(code)

    with limited(Counted.PEOPLE, per_code=1):
        assert begin(first, flow).status_code == 303
        refused = begin(second, flow)
        assert begin(first, flow).status_code == 303
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

    assert answers == [303, 303, 303, 303, 429]
    assert again.status_code == 303
    assert Ticket.objects.count() == 2


def announced(actor: KnownActor, code: Code | None = None, length: int = 100) -> Upload:
    """An upload as its first request makes it, before a byte travels."""
    return start_upload(
        actor=actor,
        place=Place(TicketFactory().pk, "message"),
        device_id=code.device_id if code else None,
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
        announced(KnownActor(person=MemberFactory()))


def test_bytes_are_limited_when_they_arrive_and_not_when_they_are_announced() -> None:
    code = CodeFactory()
    actor = KnownActor(person=CodeUserFactory(), code_ids={code.device_id: code.pk})
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
    actor = actor_of(None, holding(cast.code, CodeFactory())).with_person(person or CodeUserFactory())
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

    with CaptureQueriesContext(connection) as queries:
        assert client.get(f"/d/{cast.device.slug}/").status_code == 200
        assert client.post(address, {"client_key": str(uuid.uuid4()), "text": "Hello"}).status_code == 303

    assert not [query for query in queries.captured_queries if "fleet_usage" in query["sql"]]
