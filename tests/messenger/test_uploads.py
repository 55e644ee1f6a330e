"""An upload belongs to its uploader until it is attached, and from then on to its parent alone."""

import uuid
from collections.abc import Callable
from unittest import mock

import pytest
from django.core.files.storage import default_storage

from config.common.errors import InvalidInput, NotVisible
from fleet.actors import ANONYMOUS, KnownActor
from fleet.models import Person
from messenger.models import Attachment, Upload
from messenger.services import attachments
from messenger.services.attachments import Place, collect_attachments, delete_upload
from messenger.services.uploads import start_upload
from tests.factories import (
    AnswerFactory,
    AttachmentFactory,
    MemberFactory,
    MessageFactory,
    TicketFactory,
    UpdateFactory,
)

pytestmark = pytest.mark.django_db

PARENTS: dict[str, Callable[[Person], dict[str, object]]] = {
    "message": lambda person: {"message": MessageFactory(author=person)},
    "update": lambda person: {"update": UpdateFactory(author=person)},
    "answer": lambda person: {"answer": AnswerFactory(ticket__creator=person)},
}


@pytest.mark.parametrize("parent", PARENTS)
def test_a_file_that_is_attached_is_neither_taken_back_nor_attached_again(parent: str) -> None:
    person = MemberFactory()
    attached = AttachmentFactory(uploader=person, **PARENTS[parent](person))
    waiting = AttachmentFactory(uploader=person)

    with pytest.raises(NotVisible):
        delete_upload(actor=KnownActor(person=person), upload_id=attached.pk)
    with pytest.raises(InvalidInput):
        collect_attachments(person=person, upload_ids=[attached.pk])

    assert Attachment.objects.filter(pk=attached.pk).exists()
    assert collect_attachments(person=person, upload_ids=[waiting.pk]) == [waiting]


def test_taking_an_upload_back_leaves_all_others(django_capture_on_commit_callbacks: object) -> None:
    person = MemberFactory()
    mine, other, foreign = AttachmentFactory(uploader=person), AttachmentFactory(uploader=person), AttachmentFactory()

    uploader = KnownActor(person=person)
    for actor, wanted in ((uploader, uuid.uuid4()), (uploader, foreign.pk), (ANONYMOUS, mine.pk)):
        with pytest.raises(NotVisible):
            delete_upload(actor=actor, upload_id=wanted)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        delete_upload(actor=KnownActor(person=person), upload_id=mine.pk)

    assert set(Attachment.objects.all()) == {other, foreign}
    stored = [default_storage.exists(attachment.file.name) for attachment in (mine, other, foreign)]
    assert stored == [False, True, True]


def test_only_own_uploads_that_wait_count_towards_the_limit() -> None:
    person = MemberFactory()
    AttachmentFactory()
    AttachmentFactory(uploader=person, message=MessageFactory(author=person))
    ticket = TicketFactory()

    def begin() -> Upload:
        return start_upload(
            actor=KnownActor(person=person),
            place=Place(ticket.pk, "message"),
            device_id=None,
            client_key=uuid.uuid4(),
            name="a.pdf",
            length=100,
        )

    with mock.patch.object(attachments, "MAX_WAITING", 1):
        assert begin().uploader == person
        with pytest.raises(InvalidInput, match="in this form"):
            begin()
