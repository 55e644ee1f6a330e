"""From the first step of a flow to the open ticket, over HTTP."""

import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fleet.models import Person
from messenger.models import Attachment
from messenger.services.attachments import MAX_FILES
from tests.cast import client_of, make_cast
from tests.factories import CodeFactory, GroupFactory, MemberFactory, QuestionFactory, StepFactory, make_flow
from tests.messenger import samples
from tests.messenger.tus import Sender
from tests.ticketing.portal_browser import LongFlow, PortalBrowser, make_device, make_long_flow, photo
from ticketing.models import Answer, QuestionKind, Ticket, TicketStatus, Visibility

pytestmark = pytest.mark.django_db
TOO_MANY = "At most 10 files can be added."  # Stands in each page once, for its script.


@pytest.fixture
def phone() -> PortalBrowser:
    return PortalBrowser(CodeFactory(device=make_device()))


@pytest.fixture
def asked(phone: PortalBrowser) -> LongFlow:
    return make_long_flow(phone.device)


def value(draft: Ticket, question: Any) -> dict[str, Any]:
    answer: Answer = Answer.objects.get(ticket=draft, question=question)
    return answer.value


def files(draft: Ticket) -> list[str]:
    return list(Attachment.objects.filter(answer__ticket=draft).values_list("name", flat=True))


# Starting


def test_looking_makes_no_person_and_starting_makes_one(phone: PortalBrowser, asked: LongFlow) -> None:
    phone.get("device")
    assert not Person.objects.filter(role="code_user").exists()
    draft = phone.start(asked.flow)
    assert draft.status == TicketStatus.DRAFT
    assert draft.creator == Person.objects.get(role="code_user")


def test_starting_twice_with_one_key_leads_to_one_draft(phone: PortalBrowser, asked: LongFlow) -> None:
    data = {"client_key": str(uuid.uuid4())}
    first = phone.post("flow_start", data, flow_id=asked.flow.pk)
    second = phone.post("flow_start", data, flow_id=asked.flow.pk)
    assert first.url == second.url
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize("data", [{}, {"client_key": "1"}, {"client_key": str(uuid.uuid4()), "follows": "x"}])
def test_starting_without_a_good_key_is_refused_and_makes_nothing(
    phone: PortalBrowser, asked: LongFlow, data: dict[str, str]
) -> None:
    assert phone.post("flow_start", data, flow_id=asked.flow.pk).status_code == 400
    assert not Ticket.objects.exists()
    assert not Person.objects.filter(role="code_user").exists()


def test_flows_that_are_not_offered_cannot_be_started(phone: PortalBrowser) -> None:
    closed = make_flow(phone.device.template, open_to_code_users=False)
    retired = make_flow(phone.device.template, is_active=False)
    foreign = make_flow()
    for flow in (closed, retired, foreign):
        answer = phone.post("flow_start", {"client_key": str(uuid.uuid4())}, flow_id=flow.pk)
        assert answer.status_code == 404
    assert not Ticket.objects.exists()


# Steps


def test_every_kind_of_answer_is_kept(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = phone.start(asked.flow)
    assert phone.answer(draft, 1, **asked.first).url == phone.url("flow_step", ticket_id=draft.pk, number=2)
    more: dict[str, Any] = {
        f"q{asked.multiple.pk}": [str(asked.options[0].pk), str(asked.options[2].pk)],
        f"q{asked.day.pk}": "2026-01-31",
        f"q{asked.yes_no.pk}": "no",
    }
    assert phone.answer(draft, 2, **more).url == phone.url("flow_summary", ticket_id=draft.pk)
    assert value(draft, asked.text) == {"text": "Drum squeals"}
    assert value(draft, asked.long_text) == {"text": "Since this morning.\nOnly when it is warm."}
    assert [c["en"] for c in value(draft, asked.single)["choices"]] == ["Leak"]
    assert value(draft, asked.number) == {"number": "12.5"}
    assert [c["en"] for c in value(draft, asked.multiple)["choices"]] == ["Warm", "Wet"]
    assert value(draft, asked.day) == {"date": "2026-01-31"}
    assert value(draft, asked.yes_no) == {"yes": False}
    assert files(draft) == ["drum.png"]


def test_optional_questions_may_stay_empty(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = phone.start(asked.flow)
    phone.answer(draft, 1, **asked.first)
    assert phone.answer(draft, 2).url == phone.url("flow_summary", ticket_id=draft.pk)
    assert b"Not answered" in phone.get("flow_summary", ticket_id=draft.pk).content


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("12,5", "12.5"), ("12.5", "12.5"), ("1 234,50", "1234.5"), ("1.234,5", "1234.5"), ("-007", "-7"), ("-0", "0")],
)
def test_numbers_are_stored_the_same_however_they_were_typed(
    phone: PortalBrowser, asked: LongFlow, typed: str, stored: str
) -> None:
    draft = phone.start(asked.flow)
    phone.answer(draft, 1, **{f"q{asked.number.pk}": typed})
    assert value(draft, asked.number) == {"number": stored}


@pytest.mark.parametrize("typed", ["twelve", "NaN", "1e5", "1,2,3", "٣", "9" * 30])
def test_what_is_no_number_is_refused_and_stays_typed(phone: PortalBrowser, asked: LongFlow, typed: str) -> None:
    draft = phone.start(asked.flow)
    answer = phone.answer(draft, 1, **{**asked.first, f"q{asked.number.pk}": typed})
    assert answer.status_code == 400
    assert typed in answer.content.decode()
    assert not Answer.objects.filter(ticket=draft, question=asked.number).exists()


def test_a_day_may_be_typed_as_the_language_writes_it(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = phone.start(asked.flow)
    phone.client.cookies["django_language"] = "de"
    phone.answer(draft, 2, **{f"q{asked.day.pk}": "31.01.2026"})
    assert value(draft, asked.day) == {"date": "2026-01-31"}


def test_bad_input_is_named_and_nothing_typed_is_lost(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = phone.start(asked.flow)
    answer = phone.answer(draft, 1, **{**asked.first, f"q{asked.text.pk}": "", f"q{asked.single.pk}": "99999"})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "Please answer this question." in page
    assert "Since this morning." in page
    assert 'value="12,50"' in page
    assert files(draft) == ["drum.png"]
    assert "drum.png" in page


def test_a_bad_file_takes_no_good_one_with_it(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = phone.start(asked.flow)
    broken = SimpleUploadedFile("broken.png", b"", "image/png")
    answer = phone.answer(draft, 1, **{**asked.first, f"q{asked.photo.pk}": [photo("good.png"), broken]})
    assert answer.status_code == 400
    assert "broken.png" in answer.content.decode()
    assert files(draft) == ["good.png"]
    assert value(draft, asked.text) == {"text": "Drum squeals"}


def test_files_are_taken_away_one_by_one_and_the_rest_stays(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = phone.start(asked.flow)
    phone.answer(draft, 1, **{**asked.first, f"q{asked.photo.pk}": [photo("a.png"), photo("b.png", "blue")]})
    gone = Attachment.objects.get(name="a.png")
    data = {**asked.first, f"q{asked.text.pk}": "Changed", "remove": reverse("attachment", args=[gone.pk])}
    del data[f"q{asked.photo.pk}"]
    answer = phone.answer(draft, 1, action="", **data)
    assert answer.url == phone.url("flow_step", ticket_id=draft.pk, number=1)
    assert files(draft) == ["b.png"]
    assert value(draft, asked.text) == {"text": "Changed"}


def test_a_required_photo_that_is_kept_need_not_be_sent_again(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = phone.start(asked.flow)
    phone.answer(draft, 1, **asked.first)
    again = {key: given for key, given in asked.first.items() if key != f"q{asked.photo.pk}"}
    assert phone.answer(draft, 1, **again).status_code == 302
    nothing = phone.start(asked.flow)
    assert "Add at least one photo" in phone.answer(nothing, 1, **again).content.decode()


def uploaded(phone: PortalBrowser, draft: Ticket, name: str, content: bytes = samples.PDF) -> str:
    """The id of a file that left before its step was sent."""
    tus = Sender(phone.client, phone.url("upload_add", ticket_id=draft.pk))
    return str(tus.upload(content, name, "answer")["id"])


def naming(asked: LongFlow, *ids: str) -> dict[str, Any]:
    """What a step sends for files that left before it."""
    return {f"q{asked.photo.pk}_uploads": list(ids)}


def typed(asked: LongFlow) -> dict[str, Any]:
    """Good answers to the first step without its photo."""
    return {name: given for name, given in asked.first.items() if name != f"q{asked.photo.pk}"}


def test_files_that_were_uploaded_before_become_the_answer(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = phone.start(asked.flow)
    ids = [uploaded(phone, draft, "a.pdf"), uploaded(phone, draft, "b.pdf")]
    assert phone.answer(draft, 1, **typed(asked)).status_code == 400

    answers = [phone.answer(draft, 1, **typed(asked), **naming(asked, *ids)) for _twice in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert files(draft) == ["a.pdf", "b.pdf"]
    assert phone.get("flow_resume", ticket_id=draft.pk).url.endswith("/2/")


def test_a_step_with_an_error_keeps_the_uploads_that_came_with_it(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = phone.start(asked.flow)

    answer = phone.answer(draft, 1, **naming(asked, uploaded(phone, draft, "a.pdf")))

    page = answer.content.decode()
    assert answer.status_code == 400
    assert "Please answer this question." in page
    assert "a.pdf" in page
    assert "Add at least one photo" not in page
    assert files(draft) == ["a.pdf"]


def test_an_upload_of_another_person_is_no_answer_and_takes_no_good_one_with_it(
    phone: PortalBrowser, asked: LongFlow
) -> None:
    draft, other = phone.start(asked.flow), PortalBrowser(phone.code)
    mine = uploaded(phone, draft, "mine.pdf")
    theirs = uploaded(other, other.start(asked.flow), "theirs.pdf")

    for wrong in (theirs, str(uuid.uuid4())):
        answer = phone.answer(draft, 1, **typed(asked), **naming(asked, wrong, mine))
        assert answer.status_code == 400
        assert "A file is no longer there." in answer.content.decode()
        assert files(draft) == ["mine.pdf"]
    assert phone.answer(draft, 1, **typed(asked), **naming(asked, "1 OR 1=1", mine)).status_code == 302


def test_uploads_and_files_of_an_answer_are_limited_together(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = phone.start(asked.flow)
    sent: dict[str, Any] = {f"q{asked.photo.pk}": [photo(f"{n}.png") for n in range(MAX_FILES)]}
    phone.answer(draft, 1, **sent)

    answer = phone.answer(draft, 1, **naming(asked, uploaded(phone, draft, "one-too-many.pdf")))

    assert "At most 10 files can be added." in answer.content.decode()
    assert len(files(draft)) == MAX_FILES


def test_of_many_invented_uploads_no_more_are_looked_at_than_an_answer_may_have(
    phone: PortalBrowser, asked: LongFlow
) -> None:
    draft = phone.start(asked.flow)
    counts = []

    for many in (MAX_FILES + 1, 300):
        invented = [str(uuid.uuid4()) for _number in range(many)]
        with CaptureQueriesContext(connection) as queries:
            answer = phone.answer(draft, 1, **naming(asked, *invented))
        counts.append(len(queries))

    assert answer.status_code == 400
    assert answer.content.decode().count(TOO_MANY) == 2
    assert counts[0] == counts[1]
    enough = [uploaded(phone, draft, f"{number}.pdf") for number in range(MAX_FILES)]
    assert phone.answer(draft, 1, **typed(asked), **naming(asked, *enough)).status_code == 302


def test_of_many_new_files_the_first_ten_are_kept(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = phone.start(asked.flow)
    sent: dict[str, Any] = {f"q{asked.photo.pk}": [photo(f"{n}.png") for n in range(MAX_FILES + 3)]}

    answer = phone.answer(draft, 1, **sent)

    assert answer.content.decode().count(TOO_MANY) == 2
    assert len(files(draft)) == MAX_FILES


def test_a_step_says_where_its_files_go_with_and_without_scripts(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = phone.start(asked.flow)

    page = phone.get("flow_step", ticket_id=draft.pk, number=1).content.decode()

    assert f'data-upload-url="{phone.url("upload_add", ticket_id=draft.pk)}"' in page
    assert f'data-name="q{asked.photo.pk}_uploads"' in page
    assert "All files together may have up to 12 MB." in page


def test_going_back_keeps_what_is_there_and_asks_nothing(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = phone.start(asked.flow)
    answer = phone.answer(draft, 1, action="back", **{f"q{asked.text.pk}": "Half a sent"})
    assert answer.url == phone.url("device")
    assert value(draft, asked.text) == {"text": "Half a sent"}
    assert not Answer.objects.filter(ticket=draft, question=asked.long_text).exists()
    phone.answer(draft, 1, **asked.first)
    assert phone.answer(draft, 2, action="back").url == phone.url("flow_step", ticket_id=draft.pk, number=1)
    page = phone.get("flow_step", ticket_id=draft.pk, number=1).content.decode()
    assert "Drum squeals" in page
    assert 'value="12.5"' in page


def test_a_draft_is_resumed_at_the_first_step_that_is_not_answered(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = phone.start(asked.flow)
    assert phone.get("flow_resume", ticket_id=draft.pk).url.endswith("/1/")
    phone.answer(draft, 1, **asked.first)
    assert phone.get("flow_resume", ticket_id=draft.pk).url.endswith("/2/")
    phone.answer(draft, 2)
    assert phone.get("flow_resume", ticket_id=draft.pk).url == phone.url("flow_summary", ticket_id=draft.pk)
    assert "Continue where you stopped" in phone.get("device").content.decode()


def test_the_summary_waits_for_required_answers(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = phone.start(asked.flow)
    first = phone.url("flow_step", ticket_id=draft.pk, number=1)
    assert phone.get("flow_summary", ticket_id=draft.pk).url == first
    assert phone.post("flow_send", ticket_id=draft.pk).url == first
    draft.refresh_from_db()
    assert draft.status == TicketStatus.DRAFT


def test_a_correction_leads_back_to_the_summary(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = phone.start(asked.flow)
    phone.answer(draft, 1, **asked.first)
    phone.answer(draft, 2)
    left = phone.post("flow_summary", {"edit": "1", "first_name": "Lena"}, ticket_id=draft.pk)
    assert left.url == phone.url("flow_step", ticket_id=draft.pk, number=1) + "?then=summary"
    draft.creator.refresh_from_db()
    assert draft.creator.first_name == "Lena"
    again = {key: given for key, given in asked.first.items() if key != f"q{asked.photo.pk}"}
    assert phone.answer(draft, 1, **again, then="summary").url == phone.url("flow_summary", ticket_id=draft.pk)


# Somebody edits the flow


def test_editing_a_flow_never_breaks_a_draft(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = phone.start(asked.flow)
    phone.answer(draft, 1, **asked.first)
    phone.answer(draft, 2)
    asked.long_text.delete()
    asked.single.kind = QuestionKind.TEXT
    asked.single.save()
    asked.photo.kind = QuestionKind.DATE
    asked.photo.save()
    asked.choices[1].delete()
    assert phone.get("flow_resume", ticket_id=draft.pk).url.endswith("/1/")
    assert phone.get("flow_step", ticket_id=draft.pk, number=1).status_code == 200
    data = {
        f"q{asked.text.pk}": "x",
        f"q{asked.single.pk}": "y",
        f"q{asked.number.pk}": "1",
        f"q{asked.photo.pk}": "2026-01-01",
    }
    assert phone.answer(draft, 1, then="summary", **data).url == phone.url("flow_summary", ticket_id=draft.pk)
    page = phone.get("flow_summary", ticket_id=draft.pk).content.decode()
    assert "No longer asked" in page
    assert "Since this morning." in page
    assert files(draft) == []
    assert phone.post("flow_send", ticket_id=draft.pk).status_code == 302
    draft.refresh_from_db()
    assert draft.status == TicketStatus.OPEN


def test_a_form_of_a_step_that_moved_is_taken_where_it_belongs(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = phone.start(asked.flow)
    new = StepFactory(flow=asked.flow, title="New", position=-1)
    QuestionFactory(step=new, text="New?")
    answer = phone.answer(draft, 1, step=str(asked.text.step_id), **asked.first)
    assert answer.url == phone.url("flow_step", ticket_id=draft.pk, number=3)
    assert value(draft, asked.text) == {"text": "Drum squeals"}
    assert phone.get("flow_resume", ticket_id=draft.pk).url.endswith("/1/")


@pytest.mark.parametrize("number", [0, 3, 99999])
def test_a_step_that_is_not_there_leads_to_one_that_is(phone: PortalBrowser, asked: LongFlow, number: int) -> None:
    draft = phone.start(asked.flow)
    answer = phone.get("flow_step", ticket_id=draft.pk, number=number)
    assert answer.url == phone.url("flow_step", ticket_id=draft.pk, number=1)


def test_a_flow_that_lost_all_questions_can_still_be_sent(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = phone.start(asked.flow)
    asked.flow.steps.all().delete()
    assert phone.get("flow_summary", ticket_id=draft.pk).status_code == 200
    assert phone.post("flow_send", ticket_id=draft.pk).status_code == 302


# Sending


def finished(phone: PortalBrowser, asked: LongFlow) -> Ticket:
    draft = phone.start(asked.flow)
    phone.answer(draft, 1, **asked.first)
    phone.answer(draft, 2)
    return draft


def test_sending_opens_the_ticket_once_and_says_what_happens_next(phone: PortalBrowser, asked: LongFlow) -> None:
    member = MemberFactory()
    GroupFactory(template=phone.device.template, employees=[member])
    draft = finished(phone, asked)
    assert not member.offers.exists()
    contact = {"first_name": "Lena", "last_name": "Kurz", "phone": "+49 30 1", "contact_email": "lena@example.org"}
    answers = [phone.post("flow_send", contact, ticket_id=draft.pk) for _ in range(2)]
    assert [answer.url for answer in answers] == [phone.url("flow_confirmation", ticket_id=draft.pk)] * 2
    draft.refresh_from_db()
    assert (draft.status, draft.subject, draft.visibility) == ("open", "Drum squeals", "public")
    assert member.offers.count() == 1
    assert draft.journal.filter(kind="opened").count() == 1
    assert (draft.creator.name, draft.creator.contact_email, draft.creator.email) == (
        "Lena Kurz",
        "lena@example.org",
        None,
    )
    assert draft.reference in phone.get("flow_confirmation", ticket_id=draft.pk).content.decode()


def test_after_sending_the_old_pages_lead_to_the_confirmation(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = finished(phone, asked)
    phone.post("flow_send", ticket_id=draft.pk)
    confirmation = phone.url("flow_confirmation", ticket_id=draft.pk)
    assert phone.get("flow_step", ticket_id=draft.pk, number=1).url == confirmation
    assert phone.answer(draft, 1, **asked.first).url == confirmation
    assert phone.get("flow_summary", ticket_id=draft.pk).url == confirmation


def test_a_wrong_address_on_the_summary_is_named_and_stays_typed(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = finished(phone, asked)
    answer = phone.post("flow_send", {"first_name": "Lena", "contact_email": "lena@"}, ticket_id=draft.pk)
    assert answer.status_code == 400
    assert 'value="lena@"' in answer.content.decode()
    assert 'value="Lena"' in answer.content.decode()
    draft.refresh_from_db()
    assert draft.status == TicketStatus.DRAFT


def test_a_new_ticket_remembers_the_one_it_follows(phone: PortalBrowser, asked: LongFlow) -> None:
    old = finished(phone, asked)
    phone.post("flow_send", ticket_id=old.pk)
    assert phone.start(asked.flow, follows=old.pk).follows == old


# Employees


@pytest.mark.parametrize("surface", ["portal", "office"])
def test_employees_must_choose_who_may_see_the_ticket(surface: str, phone: PortalBrowser) -> None:
    employee = MemberFactory()
    client = client_of(employee)
    flow = make_flow(phone.device.template)
    question = flow.steps.get().questions.get()

    def url(name: str, **kwargs: Any) -> str:
        return reverse(f"{surface}:{name}", kwargs={"slug": phone.device.slug, **kwargs})

    client.post(url("flow_start", flow_id=flow.pk), {"client_key": str(uuid.uuid4())})
    draft = Ticket.objects.get()
    assert draft.visibility == Visibility.INTERNAL
    client.post(url("flow_step", ticket_id=draft.pk, number=1), {"action": "next", f"q{question.pk}": "Leaks"})
    page = client.get(url("flow_summary", ticket_id=draft.pk)).content.decode()
    assert "Who may see this ticket?" in page
    assert "checked" not in page
    assert "How can we reach you?" not in page
    missing = client.post(url("flow_send", ticket_id=draft.pk))
    assert missing.status_code == 400
    assert "Choose who may see this ticket." in missing.content.decode()
    assert client.post(url("flow_send", ticket_id=draft.pk), {"visibility": "public"}).status_code == 302
    draft.refresh_from_db()
    assert (draft.status, draft.visibility) == (TicketStatus.OPEN, Visibility.PUBLIC)
    assert client.get(url("flow_confirmation", ticket_id=draft.pk)).status_code == (302 if surface == "office" else 200)


# Other people's drafts


def test_a_draft_is_nobody_elses(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = phone.start(asked.flow)
    stranger = PortalBrowser(phone.code)
    stranger.start(asked.flow)
    pages = [("flow_resume", {}), ("flow_step", {"number": 1}), ("flow_summary", {}), ("draft_delete", {})]
    for name, more in pages:
        assert stranger.get(name, ticket_id=draft.pk, **more).status_code == 404
        assert phone.get(name, ticket_id=draft.pk, **more).status_code in (200, 302)
    assert stranger.answer(draft, 1, **asked.first).status_code == 404
    assert stranger.post("flow_send", ticket_id=draft.pk).status_code == 404
    assert stranger.post("draft_delete", ticket_id=draft.pk).status_code == 404
    assert Ticket.objects.filter(pk=draft.pk, status="draft").exists()


def test_a_draft_has_one_address_only(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = phone.start(asked.flow)
    other = CodeFactory(device=make_device(template=phone.device.template))
    phone.client.get(reverse("portal:scan", args=[_token(other)]))
    wrong = reverse("portal:flow_step", kwargs={"slug": other.device.slug, "ticket_id": draft.pk, "number": 1})
    assert phone.client.get(wrong).status_code == 404


def _token(code: Any) -> str:
    from fleet.services.codes import token_of

    return token_of(code)


def test_a_draft_is_deleted_after_asking(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = phone.start(asked.flow)
    phone.answer(draft, 1, **asked.first)
    assert "Delete this draft?" in phone.get("draft_delete", ticket_id=draft.pk).content.decode()
    assert Ticket.objects.exists()
    assert phone.post("draft_delete", ticket_id=draft.pk).url == phone.url("device")
    assert not Ticket.objects.exists()
    assert not Attachment.objects.exists()


def test_a_sent_ticket_is_not_deleted_as_a_draft(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = finished(phone, asked)
    phone.post("flow_send", ticket_id=draft.pk)
    neighbour = PortalBrowser(phone.code)
    neighbour.start(asked.flow)

    refusals = [
        (phone.get("draft_delete", ticket_id=draft.pk), 409, "Its status is OPEN now."),
        (phone.post("draft_delete", ticket_id=draft.pk), 409, "Its status is OPEN now."),
        (neighbour.post("draft_delete", ticket_id=draft.pk), 403, "Only who began this draft can delete it."),
        (PortalBrowser().post("draft_delete", ticket_id=draft.pk), 404, "This page does not exist"),
    ]

    for answer, status, sentence in refusals:
        assert answer.status_code == status
        assert sentence in answer.content.decode()
    assert Ticket.objects.filter(pk=draft.pk).exists()


# Guards


def test_a_subscriber_who_is_asked_nothing_more_sends_the_ticket() -> None:
    cast = make_cast(TicketStatus.DRAFT, creator="subscriber")
    place = {"slug": cast.device.slug, "ticket_id": cast.ticket.pk}

    answer = cast.client("subscriber").post(reverse("portal:flow_send", kwargs=place))

    assert answer["Location"] == reverse("portal:flow_confirmation", kwargs=place)
    assert cast.fresh().status == TicketStatus.OPEN


@pytest.mark.parametrize("wanted", ["x", "", "-1", "9" * 5000])
def test_a_correction_of_no_step_leads_to_a_step_that_is_there(
    phone: PortalBrowser, asked: LongFlow, wanted: str
) -> None:
    draft = phone.start(asked.flow)

    answer = phone.post("flow_summary", {"edit": wanted}, ticket_id=draft.pk)

    assert phone.client.get(answer.url, follow=True).status_code == 200


@pytest.mark.parametrize("removed", ["/files/5d9f6e6a-7c8f-4f6b-9c55-6a5a2a6ddf5c/", "x", "/"])
def test_a_file_that_is_gone_is_taken_away_without_an_error_and_no_other_with_it(
    phone: PortalBrowser, asked: LongFlow, removed: str
) -> None:
    draft = phone.start(asked.flow)
    picture: dict[str, Any] = {f"q{asked.photo.pk}": photo()}
    phone.answer(draft, 1, **picture)

    answer = phone.answer(draft, 1, remove=removed)

    assert answer.url == phone.url("flow_step", ticket_id=draft.pk, number=1)
    assert files(draft) == ["drum.png"]
