"""What people say of their files: kept with them until they are sent, shown with them, found, and recorded."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from config.common.errors import InvalidInput
from messenger.models import Attachment
from messenger.models.attachments import MAX_CAPTION
from messenger.services.captions import caption_files
from tests.cast import Cast, make_cast
from tests.messenger import samples
from tests.messenger.attachments import stored
from tests.ticketing.test_message_search import found, say
from tests.ticketing.test_waiting_files import FORMS, Form, every_form
from ticketing.models import TicketStatus
from ticketing.services.search import refill_search
from ticketing.services.updates import post_update
from ticketing.services.verification import verify_ticket
from ticketing.surfaces import OFFICE

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
TYPED = " The\u202e belt\tfrays\n"
CAPTION = "The belt frays"


def caption_of(pk: str) -> str:
    return Attachment.objects.get(pk=pk).caption


def with_picture(cast: Cast, caption: str) -> uuid.UUID:
    file = stored(cast.reporter.person, samples.picture(), "belt.jpg")
    caption_files(actor=cast.reporter, captions={file.pk: caption})
    return file.pk


@every_form
def test_a_caption_goes_along_with_its_file_whatever_form_sends_it(make: Callable[[], Form]) -> None:
    form = make()
    first, second = form.add("first.pdf"), form.add("second.pdf", caption="As announced")

    assert f'name="caption-{first}"' in form.opened()
    assert 'value="As announced"' in form.opened()
    sent = form.send(first, second, **{f"caption-{first}": TYPED})

    assert sent.status_code in (302, 303)
    assert (caption_of(first), caption_of(second)) == (CAPTION, "As announced")


@pytest.mark.parametrize("name", ["message on the phone", "step of a flow", "desk form"])
def test_without_a_script_it_stays_while_another_file_is_removed(name: str) -> None:
    form = FORMS[name]()
    first, second = form.add("first.pdf"), form.add("second.pdf")

    form.send(first, second, remove=second, **{f"caption-{first}": CAPTION})

    assert caption_of(first) == CAPTION
    assert CAPTION in form.opened()


def test_a_caption_that_is_too_long_is_refused_and_the_form_shown_again() -> None:
    form = FORMS["message on the phone"]()
    pk = form.add("first.pdf")

    refused = form.send(pk, **{f"caption-{pk}": "x" * (MAX_CAPTION + 1)})

    assert refused.status_code == 400
    assert "Please keep it below 200 characters." in refused.content.decode()
    assert not Attachment.objects.get(pk=pk).has_parent
    assert form.send(pk, **{f"caption-{pk}": "x" * MAX_CAPTION}).status_code == 303


def test_only_its_uploader_says_something_of_a_file_and_only_before_it_is_sent() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    pk = with_picture(cast, CAPTION)

    caption_files(actor=cast.responsible, captions={pk: "Of another person"})
    assert caption_of(str(pk)) == CAPTION
    caption_files(actor=cast.reporter, captions={pk: "Said anew"})
    assert caption_of(str(pk)) == "Said anew"
    say(cast, "reporter", upload_ids=[pk])
    caption_files(actor=cast.reporter, captions={pk: "Too late"})

    assert caption_of(str(pk)) == "Said anew"
    with pytest.raises(InvalidInput):
        caption_files(actor=cast.reporter, captions={pk: "x" * (MAX_CAPTION + 1)})


def test_it_is_read_with_the_picture_and_found_by_who_may_read_it() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    say(cast, "reporter", upload_ids=[with_picture(cast, CAPTION)])

    page = cast.client("responsible").get(OFFICE.ticket_url("ticket_detail", cast.ticket) + "?tab=messenger")
    shown = page.content.decode()

    assert f'alt="{CAPTION}"' in shown
    assert f'<p class="attachment__caption" dir="auto">{CAPTION}</p>' in shown
    assert found(cast, "responsible", "frays") == ["frays"]
    assert found(cast, "reporter", "belt.jpg") == ["belt.jpg"]
    assert "the belt frays" in cast.fresh().search_messages
    before = cast.fresh().search_messages
    refill_search(cast.fresh())
    assert cast.fresh().search_messages == before


def test_the_record_shows_it_and_knows_when_it_was_changed() -> None:
    cast = make_cast(TicketStatus.IN_PROGRESS)
    file = stored(cast.responsible.person, samples.picture(), "belt.jpg")
    caption_files(actor=cast.responsible, captions={file.pk: CAPTION})
    given: dict[str, Any] = {"client_key": uuid.uuid4(), "is_internal": False, "upload_ids": [file.pk]}
    post_update(actor=cast.responsible, ticket_id=cast.ticket.pk, **given)

    address = reverse("office:device_detail", args=[cast.device.slug])
    record = cast.client("responsible").get(address, {"tab": "record"}).content.decode()

    assert f"belt.jpg: {CAPTION}" in record
    assert not list(verify_ticket(cast.fresh()))
    Attachment.objects.filter(pk=file.pk).update(caption="Nothing to see")
    assert [fault.problem for fault in verify_ticket(cast.fresh())] == ["The text is not the one that was recorded."]
