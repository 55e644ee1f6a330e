"""Files of an answer: sent with their step, or uploaded before it."""

import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from messenger.models import Attachment
from messenger.services.attachments import MAX_FILES
from tests.messenger import samples
from tests.messenger.tus import Sender
from tests.ticketing.portal_browser import LongFlow, PortalBrowser, files_of, photo, value_of
from ticketing.models import Ticket

pytestmark = pytest.mark.django_db
TOO_MANY = "At most 10 files can be added."  # Stands in each page once, for its script.


# Sent with the step ---------------------------------------------------------------------------------------------------


def test_a_bad_file_takes_no_good_one_with_it(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = phone.start(asked.flow)
    broken = SimpleUploadedFile("broken.png", b"", "image/png")

    answer = phone.answer(draft, 1, **{**asked.first, f"q{asked.photo.pk}": [photo("good.png"), broken]})

    assert answer.status_code == 400
    assert "broken.png" in answer.content.decode()
    assert files_of(draft) == ["good.png"]
    assert value_of(draft, asked.text) == {"text": "Drum squeals"}


def test_files_are_taken_away_one_by_one_and_the_rest_stays(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = phone.start(asked.flow)
    phone.answer(draft, 1, **{**asked.first, f"q{asked.photo.pk}": [photo("a.png"), photo("b.png", "blue")]})
    gone = Attachment.objects.get(name="a.png")
    data = {**asked.first, f"q{asked.text.pk}": "Changed", "remove": reverse("attachment", args=[gone.pk])}
    del data[f"q{asked.photo.pk}"]

    answer = phone.answer(draft, 1, action="", **data)

    assert answer.url == phone.url("flow_step", ticket_id=draft.pk, number=1)
    assert files_of(draft) == ["b.png"]
    assert value_of(draft, asked.text) == {"text": "Changed"}


@pytest.mark.parametrize("removed", ["/files/5d9f6e6a-7c8f-4f6b-9c55-6a5a2a6ddf5c/", "x", "/"])
def test_a_file_that_is_gone_is_taken_away_without_an_error_and_no_other_with_it(
    phone: PortalBrowser, asked: LongFlow, removed: str
) -> None:
    draft = phone.start(asked.flow)
    picture: dict[str, Any] = {f"q{asked.photo.pk}": photo()}
    phone.answer(draft, 1, **picture)

    answer = phone.answer(draft, 1, remove=removed)

    assert answer.url == phone.url("flow_step", ticket_id=draft.pk, number=1)
    assert files_of(draft) == ["drum.png"]


def test_a_required_photo_that_is_kept_need_not_be_sent_again(phone: PortalBrowser, asked: LongFlow) -> None:
    draft, nothing = phone.start(asked.flow), phone.start(asked.flow)
    phone.answer(draft, 1, **asked.first)

    assert phone.answer(draft, 1, **asked.without_photo).status_code == 303
    assert "Add at least one photo" in phone.answer(nothing, 1, **asked.without_photo).content.decode()


def test_of_many_new_files_the_first_ten_are_kept(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = phone.start(asked.flow)
    sent: dict[str, Any] = {f"q{asked.photo.pk}": [photo(f"{n}.png") for n in range(MAX_FILES + 3)]}

    answer = phone.answer(draft, 1, **sent)

    assert answer.content.decode().count(TOO_MANY) == 2
    assert len(files_of(draft)) == MAX_FILES


# Uploaded before the step ---------------------------------------------------------------------------------------------


def uploaded(phone: PortalBrowser, draft: Ticket, name: str, content: bytes = samples.PDF) -> str:
    """The id of a file that left before its step was sent."""
    tus = Sender(phone.client, phone.url("upload_add", ticket_id=draft.pk))
    return str(tus.upload(content, name, "answer")["id"])


def naming(asked: LongFlow, *ids: str) -> dict[str, Any]:
    """What a step sends for files that left before it."""
    return {f"q{asked.photo.pk}_uploads": list(ids)}


def test_files_that_were_uploaded_before_become_the_answer(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = phone.start(asked.flow)
    ids = [uploaded(phone, draft, "a.pdf"), uploaded(phone, draft, "b.pdf")]
    assert phone.answer(draft, 1, **asked.without_photo).status_code == 400

    answers = [phone.answer(draft, 1, **asked.without_photo, **naming(asked, *ids)) for _twice in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert files_of(draft) == ["a.pdf", "b.pdf"]
    assert phone.get("flow_resume", ticket_id=draft.pk).url.endswith("/2/")


def test_a_step_with_an_error_keeps_the_uploads_that_came_with_it(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = phone.start(asked.flow)

    answer = phone.answer(draft, 1, **naming(asked, uploaded(phone, draft, "a.pdf")))

    page = answer.content.decode()
    assert answer.status_code == 400
    assert "Please answer this question." in page
    assert "a.pdf" in page
    assert "Add at least one photo" not in page
    assert files_of(draft) == ["a.pdf"]


def test_an_upload_of_another_person_is_no_answer_and_takes_no_good_one_with_it(
    phone: PortalBrowser, asked: LongFlow
) -> None:
    draft, other = phone.start(asked.flow), PortalBrowser(phone.code)
    mine = uploaded(phone, draft, "mine.pdf")
    theirs = uploaded(other, other.start(asked.flow), "theirs.pdf")

    for wrong in (theirs, str(uuid.uuid4())):
        answer = phone.answer(draft, 1, **asked.without_photo, **naming(asked, wrong, mine))
        assert answer.status_code == 400
        assert "A file is no longer there." in answer.content.decode()
        assert files_of(draft) == ["mine.pdf"]
    assert phone.answer(draft, 1, **asked.without_photo, **naming(asked, "1 OR 1=1", mine)).status_code == 303


def test_uploads_and_files_of_an_answer_are_limited_together(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = phone.start(asked.flow)
    sent: dict[str, Any] = {f"q{asked.photo.pk}": [photo(f"{n}.png") for n in range(MAX_FILES)]}
    phone.answer(draft, 1, **sent)

    answer = phone.answer(draft, 1, **naming(asked, uploaded(phone, draft, "one-too-many.pdf")))

    assert "At most 10 files can be added." in answer.content.decode()
    assert len(files_of(draft)) == MAX_FILES


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
    assert phone.answer(draft, 1, **asked.without_photo, **naming(asked, *enough)).status_code == 303


def test_a_step_says_where_its_files_go_with_and_without_scripts(phone: PortalBrowser, asked: LongFlow) -> None:
    draft = phone.start(asked.flow)

    page = phone.get("flow_step", ticket_id=draft.pk, number=1).content.decode()

    assert f'data-upload-url="{phone.url("upload_add", ticket_id=draft.pk)}"' in page
    assert f'data-name="q{asked.photo.pk}_uploads"' in page
    assert "All files together may have up to 12 MB." in page
