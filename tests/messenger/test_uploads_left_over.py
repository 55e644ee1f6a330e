"""What is left over of uploads is swept away, and nothing that is still needed."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command

from config.common import clock
from messenger.models import Attachment, Piece, Upload
from messenger.services.orphans import remove_idle_uploads
from tests.cast import make_cast
from tests.factories import AttachmentFactory, MessageFactory
from tests.messenger import samples
from tests.messenger.pieces import FILM, begun, receive, stored_pieces
from ticketing.models import TicketStatus
from ticketing.services import drafts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_media", "tiny_pieces", "no_pieces_left")]


def test_the_sweep_takes_what_stayed_unfinished_for_a_day(cast, django_capture_on_commit_callbacks, capsys):
    with clock.freeze(clock.now() - timedelta(days=2)):
        old, slow, whole = begun(cast), begun(cast), begun(cast)
        for upload in (old, slow):
            receive(cast, upload, FILM[:100])
        with django_capture_on_commit_callbacks(execute=True):
            receive(cast, whole, FILM)
    receive(cast, slow, FILM[100:200])
    Attachment.objects.update(message=MessageFactory(ticket=cast.ticket, sequence=900))

    with django_capture_on_commit_callbacks(execute=True):
        call_command("remove_orphans")

    assert Upload.objects.get() == slow
    assert Attachment.objects.get().pk == whole.pk
    assert len(stored_pieces()) == Piece.objects.count() == 2
    assert " 1 pieces of uploads" in capsys.readouterr().out
    assert receive(cast, slow, FILM[200:]) == len(FILM)


def test_the_sweep_takes_what_is_unfinished_after_three_days_however_often_it_went_on(cast):
    begun_at = clock.now()
    endless, whole = begun(cast), begun(cast)
    receive(cast, whole, FILM)

    for day in range(1, 5):
        with clock.freeze(begun_at + timedelta(days=day, seconds=-day)):
            receive(cast, endless, FILM[day : day + 1])
            Upload.objects.filter(pk=whole.pk).update(changed_at=clock.now())
            Attachment.objects.update(created_at=clock.now())
            remove_idle_uploads()
        assert Upload.objects.filter(pk=endless.pk).exists() == (day < 4)

    assert Upload.objects.get() == whole
    assert Attachment.objects.get().pk == whole.pk


def test_the_sweep_takes_stored_pieces_that_no_row_knows(cast):
    receive(cast, begun(cast), FILM[:100])
    lost = default_storage.save("pieces/lost", samples.upload(b"x"))

    call_command("remove_orphans", "--even-many")
    assert default_storage.exists(lost)

    Upload.objects.update(created_at=clock.now() + timedelta(days=2), changed_at=clock.now() + timedelta(days=2))
    with clock.freeze(clock.now() + timedelta(days=2)):
        call_command("remove_orphans", "--even-many")
    assert not default_storage.exists(lost)
    assert len(stored_pieces()) == 1


def test_a_deleted_draft_takes_its_uploads_with_it(django_capture_on_commit_callbacks):
    cast = make_cast(TicketStatus.DRAFT)
    half, whole = (begun(cast, "reporter", purpose="answer") for _number in range(2))
    receive(cast, half, FILM[:100], "reporter")
    with django_capture_on_commit_callbacks(execute=True):
        receive(cast, whole, FILM, "reporter")
    stored = str(Attachment.objects.get().file.name)
    elsewhere = AttachmentFactory(uploader=cast.person("reporter"))

    with django_capture_on_commit_callbacks(execute=True):
        drafts.delete_draft(actor=cast.reporter, ticket_id=cast.ticket.pk)

    assert not Upload.objects.exists()
    assert stored_pieces() == []
    assert Attachment.objects.get() == elsewhere
    assert not default_storage.exists(stored)
