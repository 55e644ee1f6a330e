"""Files that arrived and were not sent: each page shows its own again, in order, until they are sent or removed."""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.common import clock
from messenger.models import Attachment, Upload
from messenger.services import attachments
from messenger.services.orphans import remove_idle_uploads, remove_unattached_uploads
from tests.cast import client_of, make_cast
from tests.factories import CategoryFactory, DeskTicketFactory, ManagerFactory, MemberFactory, SubscriberFactory
from tests.messenger import samples
from tests.messenger.tus import Sender
from tests.ticketing.portal_browser import PortalBrowser, answered_draft, make_long_flow
from ticketing.models import Question, QuestionKind, Ticket, TicketStatus, Visibility
from ticketing.services import properties
from ticketing.surfaces import OFFICE, PORTAL

pytestmark = pytest.mark.django_db
CHOSEN = ("third.pdf", "first.pdf", "second.pdf")


@dataclass
class Form:
    """A page with a list of files: where they go, what its form sends besides, and its field of their ids."""

    client: Client
    page: str
    uploads: str
    action: str
    purpose: str
    data: dict[str, Any] = field(default_factory=dict)
    name: str = "uploads"
    slot: str = ""
    stranger: Client | None = None

    def add(self, name: str, **said: Any) -> str:
        made = Sender(self.client, self.uploads).upload(samples.PDF, name, self.purpose, slot=self.slot, **said)
        return str(made["id"])

    def shown(self, client: Client | None = None) -> list[str]:
        """The names of the files that the page shows as not sent, in its order."""
        return re.findall(r'aria-label="Remove: ([^"]+)"', self.opened(client))

    def opened(self, client: Client | None = None) -> str:
        answer = (client or self.client).get(self.page)
        assert answer.status_code == 200, answer
        return str(answer.content.decode())

    def send(self, *ids: str, **more: Any) -> Any:
        return self.client.post(self.action, {"client_key": uuid.uuid4(), **self.data, self.name: ids, **more})


def written(role: str, surface: Any, purpose: str, page: str, action: str) -> Form:
    cast = make_cast(TicketStatus.ASSIGNED)
    return Form(
        cast.client(role),
        f"{surface.ticket_url('ticket_detail', cast.ticket)}?{page}",
        surface.ticket_url("upload_add", cast.ticket),
        surface.ticket_url(action, cast.ticket),
        purpose,
        {"text": "Look", "audience": "public"},
        stranger=cast.client("reporter" if role != "reporter" else "responsible") if purpose != "internal" else None,
    )


def step() -> Form:
    phone = PortalBrowser()
    asked = make_long_flow(phone.device)
    draft = phone.start(asked.flow)
    number = f"q{asked.photo.pk}"
    address = phone.url("flow_step", ticket_id=draft.pk, number=1)
    add = phone.url("upload_add", ticket_id=draft.pk)
    data = {"action": "next", **asked.without_photo}
    return Form(phone.client, address, add, address, "answer", data, f"{number}_uploads", number)


def whole_flow() -> Form:
    person = MemberFactory()
    phone = PortalBrowser(client=client_of(person))
    asked = make_long_flow(phone.device)
    draft_key = uuid.uuid4()
    start = reverse("office:flow_start", args=[phone.device.slug, asked.flow.pk])
    phone.client.post(start, {"client_key": draft_key})
    draft = Ticket.objects.get(client_key=draft_key)
    number = f"q{asked.photo.pk}"
    address = reverse("office:ticket_form", args=[phone.device.slug, draft.pk])
    data = {"action": "later", **asked.without_photo}
    add = OFFICE.ticket_url("upload_add", draft)
    return Form(phone.client, address, add, address, "answer", data, f"{number}_uploads", number)


def desk_edit() -> Form:
    manager = ManagerFactory()
    ticket = DeskTicketFactory(customer=manager.customer, creator=manager, person=manager, category=CategoryFactory())
    address = reverse("office:ticket_edit", args=[ticket.pk])
    data = {
        "version": ticket.sequence,
        "category": ticket.category_id,
        "subject": "Lost badge",
        "person": manager.pk,
        "person_text": manager.name,
        "writer": manager.pk,
        "stage": "new",
        "stage_before": "new",
    }
    stranger = client_of(MemberFactory())
    add = OFFICE.ticket_url("upload_add", ticket)
    return Form(client_of(manager), address, add, address, "edit", data, stranger=stranger)


def desk() -> Form:
    manager = ManagerFactory()
    anna = SubscriberFactory(customer=manager.customer)
    address = reverse("office:desk_form")
    data = {"category": CategoryFactory().pk, "subject": "Badge", "person": anna.pk, "person_text": anna.name}
    add = reverse("office:desk_upload_add")
    stranger = client_of(ManagerFactory(customer=manager.customer))
    return Form(client_of(manager), address, add, address, "desk", data, slot=str(uuid.uuid4()), stranger=stranger)


FORMS: dict[str, Callable[[], Form]] = {
    "message in the office": lambda: written("responsible", OFFICE, "message", "tab=messenger", "message_send"),
    "message on the phone": lambda: written("reporter", PORTAL, "message", "view=messages", "message_send"),
    "update in the office": lambda: written("responsible", OFFICE, "update", "tab=updates", "update_post"),
    "update on the phone": lambda: written("reporter", PORTAL, "update", "view=updates", "update_post"),
    "internal update": lambda: written("responsible", OFFICE, "internal", "tab=internal", "internal_update_post"),
    "step of a flow": step,
    "flow on one page": whole_flow,
    "edit of a ticket": desk_edit,
    "desk form": desk,
}
every_form = pytest.mark.parametrize("make", FORMS.values(), ids=list(FORMS))


@every_form
@pytest.mark.any_database
def test_what_arrived_is_shown_as_it_was_chosen_sent_as_the_form_says_and_then_gone(make: Callable[[], Form]) -> None:
    form = make()
    # The smallest arrives first, whatever was chosen first.
    ids = {name: form.add(name, position=str(CHOSEN.index(name))) for name in sorted(CHOSEN)}

    assert form.shown() == list(CHOSEN)
    assert form.opened().count(f'value="{ids["first.pdf"]}"') == 2  # Its button, and what the form sends.
    order = [ids[name] for name in ("second.pdf", "third.pdf", "first.pdf")]
    sent = form.send(*order)

    assert sent.status_code in (302, 303)
    assert list(Attachment.objects.values_list("name", "position")) == [
        ("second.pdf", 0),
        ("third.pdf", 1),
        ("first.pdf", 2),
    ]
    assert all(file.has_parent for file in Attachment.objects.all())
    page = form.opened()
    assert "data-upload=" not in page
    assert "data-offered=" not in page


@every_form
@pytest.mark.any_database
def test_a_part_of_a_file_is_shown_as_such_and_not_sent(make: Callable[[], Form]) -> None:
    form = make()
    key = uuid.uuid4()
    begun = Sender(form.client, form.uploads).begin(200, "half.pdf", form.purpose, key, {"slot": form.slot})
    assert begun.status_code == 201

    page = form.opened()

    [row] = re.findall(r'<li\s+class="uploader__file"\s+data-state="partial".*?</li>', page, re.DOTALL)
    assert f'data-key="{key}"' in row
    assert "Only a part of it arrived. Choose it again." in row
    assert 'type="hidden"' not in row
    assert 'type="checkbox"' not in row
    assert form.shown() == ["half.pdf"]


@every_form
@pytest.mark.any_database
def test_without_a_script_one_is_removed_and_what_was_typed_stays(make: Callable[[], Form]) -> None:
    form = make()
    one, other = form.add("one.pdf"), form.add("other.pdf")

    answer = form.send(one, other, remove=one, action="")

    assert answer.status_code in (200, 303)
    assert list(Attachment.objects.values_list("name", flat=True)) == ["other.pdf"]
    typed = next(str(form.data[name]) for name in form.data if name in ("text", "subject") or name.startswith("q"))
    assert typed in (answer if answer.status_code == 200 else form.client.get(form.page)).content.decode()


@every_form
@pytest.mark.any_database
def test_it_waits_for_a_whole_day_and_is_swept_on_the_next(make: Callable[[], Form]) -> None:
    form = make()
    form.add("a.pdf")
    now = clock.now()

    with clock.freeze(now + timedelta(hours=26)):
        remove_unattached_uploads()
        remove_idle_uploads()
    assert form.shown() == ["a.pdf"]
    with clock.freeze(now + timedelta(hours=37)):
        remove_unattached_uploads()
        remove_idle_uploads()
    assert form.shown() == []
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    "make",
    [each for name, each in FORMS.items() if name not in ("step of a flow", "flow on one page", "internal update")],
)
@pytest.mark.any_database
def test_nobody_else_sees_it(make: Callable[[], Form]) -> None:
    form = make()
    form.add("mine.pdf")
    assert form.stranger is not None

    answer = form.stranger.get(form.page)

    assert "mine.pdf" not in answer.content.decode()
    assert form.shown() == ["mine.pdf"]


@every_form
def test_a_page_costs_the_same_for_any_number_of_files(make: Callable[[], Form]) -> None:
    form = make()
    form.add("0.pdf")
    form.opened()
    counts = []
    for number in (1, 2):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(form.shown()) == number
        counts.append(len(queries))
        form.add(f"{number}.pdf")

    assert counts[0] == counts[1]


# Where it may wait ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "slot", ["q0", "q999999", "x", "q1 or 1=1", "q-1", "q" + "9" * 19, "q\u0661", "\x00", "q1" * 30]
)
@pytest.mark.any_database
def test_a_list_that_the_page_has_not_is_refused(slot: str) -> None:
    for form in (step(), desk(), written("responsible", OFFICE, "message", "tab=messenger", "message_send")):
        sender = Sender(form.client, form.uploads)
        assert sender.begin(100, purpose=form.purpose, said={"slot": slot}).status_code == 400
        assert sender.begin(100, purpose=form.purpose, said={"slot": form.slot}).status_code == 201


@pytest.mark.any_database
def test_questions_of_other_flows_and_for_other_answers_have_no_list() -> None:
    form, other = step(), step()
    sender = Sender(form.client, form.uploads)
    texts = Question.objects.exclude(kind=QuestionKind.FILES).values_list("pk", flat=True)
    for slot in (other.slot, *(f"q{pk}" for pk in texts)):
        assert sender.begin(100, purpose="answer", said={"slot": slot}).status_code == 400


@pytest.mark.any_database
def test_a_file_of_a_question_that_is_gone_stands_at_the_first_for_files() -> None:
    form = step()
    form.add("a.pdf")
    Upload.objects.update(slot="q99999")

    assert form.shown() == ["a.pdf"]


@pytest.mark.any_database
def test_a_key_is_found_again_in_another_form_and_place() -> None:
    form = desk()
    key, other = uuid.uuid4(), str(uuid.uuid4())
    sender = Sender(form.client, form.uploads)
    said = [{"slot": form.slot, "position": "4"}, {"slot": other, "position": "1"}]

    first, again = (sender.begin(100, purpose="desk", key=key, said=each) for each in said)

    assert first["Location"] == again["Location"]
    upload = Upload.objects.get()
    assert (upload.slot, upload.position) == (other, 1)


@pytest.mark.parametrize("position", ["-1", "x", "1.5", "9" * 30])
@pytest.mark.any_database
def test_a_place_that_is_none_is_refused_or_the_last(position: str) -> None:
    form = desk()
    status = Sender(form.client, form.uploads).begin(100, purpose="desk", said={"position": position}).status_code
    assert status == (201 if position.isdigit() else 400)


@pytest.mark.any_database
def test_only_what_the_page_shows_counts_against_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "MAX_WAITING", 2)
    cast = make_cast(TicketStatus.ASSIGNED)
    sender = Sender(cast.client("responsible"), OFFICE.ticket_url("upload_add", cast.ticket))
    for purpose in ("message", "update"):
        assert [sender.begin(100, purpose=purpose).status_code for _each in range(2)] == [201, 201]

    refused = sender.begin(100, purpose="message")

    assert (refused.status_code, refused.json()["code"]) == (400, "too_many_waiting")
    assert "wait in this form" in refused.json()["message"]


# One refused file -----------------------------------------------------------------------------------------------------

WRITTEN = {name: make for name, make in FORMS.items() if "message" in name or "update" in name}


def program(name: str = "setup.exe") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"MZ" + bytes(range(256)) * 8, "application/octet-stream")


def pdf(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, samples.PDF, "application/pdf")


@pytest.mark.parametrize("make", WRITTEN.values(), ids=list(WRITTEN))
@pytest.mark.any_database
def test_one_refused_file_is_named_and_the_others_stay_and_are_sent_without_it(make: Callable[[], Form]) -> None:
    form = make()
    before = form.add("before.pdf")

    answer = form.send(before, files=[pdf("a.pdf"), program(), pdf("b.pdf")])

    page = answer.content.decode()
    assert answer.status_code == 400
    assert "setup.exe" in page
    assert re.search(r">\s*Send without it", page)
    assert "Files have to be added again" not in page
    assert re.findall(r'aria-label="Remove: ([^"]+)"', page) == ["before.pdf", "a.pdf", "b.pdf"]
    ids = re.findall(r'type="hidden" name="uploads" value="([^"]+)"', page)
    assert form.shown() == ["before.pdf", "a.pdf", "b.pdf"]
    assert form.send(*ids).status_code == 303
    assert list(Attachment.objects.values_list("name", "position")) == [("before.pdf", 0), ("a.pdf", 1), ("b.pdf", 2)]
    assert form.shown() == []


@pytest.mark.parametrize("make", WRITTEN.values(), ids=list(WRITTEN))
@pytest.mark.any_database
def test_a_text_that_is_refused_keeps_its_files(make: Callable[[], Form]) -> None:
    form = make()
    form.data["text"] = "x" * 10_001

    answer = form.send(form.add("before.pdf"), files=[pdf("a.pdf")])

    assert answer.status_code == 400
    assert not re.search(r">\s*Send without", answer.content.decode())
    assert form.shown() == ["before.pdf", "a.pdf"]


@pytest.mark.any_database
def test_a_file_that_comes_with_me_too_is_kept_and_another_is_named() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    client = cast.client("other_holder") if "other_holder" in cast else cast.client("holder")
    address = reverse("portal:ticket_join", args=[cast.device.slug, cast.ticket.pk])
    page = client.get(address)
    if page.status_code != 200:
        client = cast.client("holder")
        page = client.get(address)
    assert 'data-purpose="join"' in page.content.decode()

    made = Sender(client, PORTAL.ticket_url("upload_add", cast.ticket)).upload(samples.PDF, "mine.pdf", "join")
    assert "mine.pdf" in client.get(address).content.decode()
    sent = {"client_key": uuid.uuid4(), "text": "Here, too", "uploads": [made["id"]]}
    refused = client.post(address, {**sent, "files": [program(), pdf("a.pdf")]})

    assert refused.status_code == 400
    assert "Send without it" in refused.content.decode()
    ids = re.findall(r'type="hidden" name="uploads" value="([^"]+)"', refused.content.decode())
    assert len(ids) == 2
    assert client.post(address, {**sent, "client_key": uuid.uuid4(), "uploads": ids}).status_code == 303
    assert all(file.message_id for file in Attachment.objects.all())


# What others did meanwhile --------------------------------------------------------------------------------------------


@pytest.mark.any_database
def test_files_of_a_ticket_that_was_closed_are_listed_to_be_saved_or_removed_and_go_along() -> None:
    phone = PortalBrowser()
    asked = make_long_flow(phone.device)
    old = answered_draft(phone, asked)
    phone.post("flow_send", ticket_id=old.pk)
    old.refresh_from_db()
    sender = Sender(phone.client, PORTAL.ticket_url("upload_add", old))
    made = [sender.upload(samples.PDF, name, "message") for name in ("a.pdf", "b.pdf")]
    phone.post("ticket_cancel", ticket_id=old.pk)
    old.refresh_from_db()
    assert old.status == TicketStatus.CANCELLED

    page = phone.client.get(PORTAL.ticket_url("ticket_detail", old) + "?view=messages").content.decode()
    assert "These files arrived and were not sent." in page
    assert reverse("attachment", args=[made[0]["id"]]) in page
    removed = phone.client.post(PORTAL.ticket_url("upload_remove", old, upload_id=made[0]["id"]))
    assert removed.status_code == 303
    draft = phone.start(asked.flow, follows=old.pk)
    shown = phone.get("flow_step", ticket_id=draft.pk, number=1).content.decode()
    assert re.findall(r'aria-label="Remove: ([^"]+)"', shown) == ["b.pdf"]
    assert "b.pdf" not in phone.client.get(PORTAL.ticket_url("ticket_detail", old)).content.decode()


@pytest.mark.any_database
def test_what_was_typed_into_a_draft_that_was_sent_or_deleted_in_another_tab_is_shown() -> None:
    phone = PortalBrowser()
    asked = make_long_flow(phone.device)
    sent, deleted = answered_draft(phone, asked), answered_draft(phone, asked)
    phone.post("flow_send", ticket_id=sent.pk)
    phone.post("draft_delete", ticket_id=deleted.pk)
    changed = {f"q{asked.text.pk}": "It is the other drum", "step": str(asked.text.step_id)}

    for draft, status in ((sent, 409), (deleted, 404)):
        address = phone.url("flow_step", ticket_id=draft.pk, number=1)
        answer = phone.client.post(address, {**changed, "action": "next"}, headers={"Origin": "http://testserver"})
        assert (answer.status_code, "It is the other drum" in answer.content.decode()) == (status, True)
    again = dict(asked.without_photo)
    twice = phone.client.post(
        phone.url("flow_step", ticket_id=sent.pk, number=1), again, headers={"Origin": "http://testserver"}
    )
    assert twice.status_code == 303


@pytest.mark.any_database
def test_a_comment_on_a_ticket_that_was_hidden_meanwhile_is_shown() -> None:
    cast = make_cast(TicketStatus.DONE)
    client = cast.client("reporter")
    properties.change_visibility(actor=cast.responsible, ticket_id=cast.ticket.pk, visibility=Visibility.INTERNAL)

    answer = client.post(
        reverse("ratings:rate", args=[cast.ticket.pk]),
        {"score": "4", "comment": "Quick and kind"},
        headers={"Origin": "http://testserver"},
    )

    assert answer.status_code == 404
    assert "Quick and kind" in answer.content.decode()


@pytest.mark.any_database
def test_a_draft_that_is_left_with_an_uploaded_file_says_so_before_it_is_sent() -> None:
    phone = PortalBrowser()
    asked = make_long_flow(phone.device)
    draft = answered_draft(phone, asked)
    add = phone.url("upload_add", ticket_id=draft.pk)
    Sender(phone.client, add).upload(samples.PDF, "late.pdf", "answer", slot=f"q{asked.photo.pk}")

    assert "late.pdf" in phone.get("flow_summary", ticket_id=draft.pk).content.decode()
