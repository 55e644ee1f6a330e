"""What is made of films and recordings: that it is right, once, and again after a process died."""

import threading
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, default_storage
from django.core.management import call_command
from django.db import transaction
from PIL import Image
from pytest_django import Settings

from config.common import clock
from fleet.models import Person
from messenger import ffmpeg
from messenger.content import ALL_TYPES
from messenger.metadata import BLANKERS, duration_of
from messenger.models import Attachment, AttachmentKind, Preparation, PreparationState
from messenger.services import preparations, preparing
from messenger.services.attachments import delete_attachments, delete_upload
from messenger.services.orphans import find_unknown_files
from messenger.services.preparations import LEASE, MOST_ATTEMPTS, claim, finish, is_still_mine, order_missing
from messenger.services.preparing import PreparingWorker, prepare_next
from tests.cast import Cast
from tests.factories import AttachmentFactory
from tests.messenger import media, samples
from tests.messenger.attachments import bytes_of, stored
from tests.messenger.kinds import amr
from tests.messenger.pieces import begun, receive
from ticketing.access import attachment_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_media")]
TWO_SECONDS = pytest.approx(2000, abs=150)
WITHOUT = "/no/such/program"


@pytest.fixture
def without_ffmpeg(settings: Settings) -> None:
    settings.FFMPEG = WITHOUT


def prepared(person: Person, content: bytes, name: str = "file.bin") -> Attachment:
    attachment = stored(person, content, name)
    assert prepare_next()
    assert not prepare_next()
    attachment.refresh_from_db()
    return attachment


def preparation_of(attachment: Attachment) -> Preparation:
    return Preparation.objects.get(attachment=attachment)


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("kind", "content_type", "other"),
    [
        ("m4a", "audio/mp4", "audio/webm"),
        ("webm", "audio/webm", "audio/mp4"),
        ("ogg", "audio/ogg", "audio/mp4"),
        ("3ga", "audio/3gpp", "audio/mp4"),
        ("aiff", "audio/aiff", "audio/mp4"),
        ("caf", "audio/x-caf", "audio/mp4"),
        ("mka", "audio/x-matroska", "audio/mp4"),
        ("wma", "audio/x-ms-wma", "audio/mp4"),
        ("mp3", "audio/mpeg", ""),
        ("aac", "audio/aac", ""),
        ("wav", "audio/wav", ""),
        ("flac", "audio/flac", ""),
    ],
)
def test_a_recording_gets_its_wave_form_and_the_format_that_is_missing(
    person: Person, kind: str, content_type: str, other: str
) -> None:
    attachment = stored(person, media.recording(kind))
    original = bytes_of(attachment)
    assert prepare_next()
    attachment.refresh_from_db()

    assert preparation_of(attachment).state == PreparationState.DONE
    assert (attachment.content_type, attachment.other_type) == (content_type, other)
    assert attachment.duration == TWO_SECONDS
    assert attachment.peaks is not None
    # A tone that stays as loud as it is.
    assert len(attachment.peaks) == ffmpeg.PEAKS
    assert min(attachment.peaks[2:-2]) > 200
    assert bytes_of(attachment) == original
    assert bool(attachment.other) == bool(other)
    if other:
        made = bytes_of(attachment, "other")
        assert made[:4] == b"\x1aE\xdf\xa3" if other == "audio/webm" else made[4:8] == b"ftyp"
        assert duration_of(BytesIO(made), other) == TWO_SECONDS
        assert media.SECRET.encode() not in made
        assert b"Lavf" not in made or other == "audio/webm", "WebM demands the name of a writer"


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("head", "frame"),
    [(b"#!AMR\n", b"\x3c".ljust(32, b"\1")), (b"#!AMR-WB\n", b"\x44".ljust(61, b"\1"))],
    ids=["narrow", "wide"],
)
def test_a_recording_of_an_old_phone_is_heard_everywhere(person: Person, head: bytes, frame: bytes) -> None:
    # ffmpeg reads these everywhere, but seldom writes them. A hundred frames of a fiftieth of a second.
    attachment = prepared(person, amr(head, frame * 5))

    assert (attachment.content_type, attachment.other_type) == ("audio/amr", "audio/mp4")
    assert attachment.duration == TWO_SECONDS


@pytest.mark.any_database
def test_a_wave_form_shows_what_is_loud_and_what_is_silent(person: Person) -> None:
    half = ("-f", "lavfi", "-i", "sine=duration=1", "-af", "volume=20dB,apad=pad_dur=1", "-f", "wav")
    peaks = prepared(person, media._written(*half)).peaks

    assert peaks is not None
    assert min(peaks[:31]) > 240
    assert max(peaks[34:]) == 0
    silence = ("-f", "lavfi", "-i", "anullsrc", "-t", "1", "-f", "wav")
    assert prepared(person, media._written(*silence)).peaks == bytes(ffmpeg.PEAKS)


@pytest.mark.any_database
@pytest.mark.parametrize("kind", ["mp4", "mov", "3gp", "webm", "mkv", "avi", "wmv", "ogv"])
def test_a_film_gets_its_poster_and_says_how_long_and_how_large_it_is(person: Person, kind: str) -> None:
    attachment = prepared(person, media.film(kind))

    assert preparation_of(attachment).state == PreparationState.DONE
    assert (attachment.width, attachment.height) == (64, 48)
    assert attachment.duration == TWO_SECONDS
    with Image.open(BytesIO(bytes_of(attachment, "preview"))) as poster:
        assert (poster.format, poster.size) == ("WEBP", (64, 48))
    assert not attachment.other


@pytest.mark.any_database
def test_a_poster_is_upright_and_small_in_the_shape_in_which_it_is_seen(person: Person, tmp_path: Path) -> None:
    wide = ("-vf", "scale=1280:720,setsar=1")
    (tmp_path / "wide.mp4").write_bytes(media.film("mp4", *wide))
    turned = ("-i", str(tmp_path / "wide.mp4"), "-c", "copy", "-metadata:s:v", "rotate=90", "-f", "mp4")
    film = prepared(person, media._written(*turned))

    assert (film.width, film.height) == (720, 1280)
    with Image.open(BytesIO(bytes_of(film, "preview"))) as poster:
        assert poster.size == (360, 640)

    # Pixels that are twice as wide as high.
    film = prepared(person, media.film("mp4", "-vf", "setsar=2"))
    assert (film.width, film.height) == (128, 48)


@pytest.mark.any_database
def test_a_film_that_does_not_know_how_long_it_is_is_measured(person: Person) -> None:
    """As browsers record them: they do not go back to write it into the head."""
    live = media.film("webm", "-live", "1")
    assert duration_of(BytesIO(live), "video/webm") is None

    assert prepared(person, live).duration == TWO_SECONDS


@pytest.mark.any_database
def test_a_film_without_sound_and_one_of_a_moment_have_posters(person: Person) -> None:
    assert prepared(person, media.film("mp4", sound=False)).preview
    assert prepared(person, media.film("mp4", "-t", "0.1")).preview


@pytest.mark.any_database
@pytest.mark.usefixtures("without_ffmpeg")
@pytest.mark.parametrize("kind", ["m4a", "3ga", "ogg", "wav", "flac", "mka", "wma"])
def test_without_ffmpeg_most_recordings_say_how_long_they_are(person: Person, kind: str) -> None:
    attachment = prepared(person, media.recording(kind))

    assert preparation_of(attachment).state == PreparationState.LIMITED
    assert attachment.duration == TWO_SECONDS
    assert not attachment.other
    assert attachment.peaks is None


@pytest.mark.any_database
@pytest.mark.usefixtures("without_ffmpeg")
@pytest.mark.parametrize("kind", ["mp4", "mov", "3gp", "webm", "mkv", "avi", "wmv"])
def test_without_ffmpeg_most_films_do_so_too(person: Person, kind: str) -> None:
    attachment = prepared(person, media.film(kind))

    assert attachment.duration == TWO_SECONDS
    assert not attachment.preview


def test_what_came_before_ffmpeg_is_prepared_when_it_is_there(person: Person, settings: Settings) -> None:
    settings.FFMPEG = WITHOUT
    attachment = prepared(person, media.recording("webm"))
    order_missing(has_program=False)
    assert not prepare_next()
    settings.FFMPEG = ""
    media.program()

    order_missing(has_program=True)

    assert prepare_next()
    attachment.refresh_from_db()
    assert attachment.other


def test_what_came_before_there_was_a_queue_is_prepared_last(person: Person) -> None:
    old = AttachmentFactory(
        uploader=person,
        kind=AttachmentKind.AUDIO,
        content_type="audio/webm",
        content=media.recording("webm"),
        created_at=clock.now() - timedelta(days=9),
    )
    AttachmentFactory(uploader=person)
    new = stored(person, media.recording("ogg"))
    order_missing(has_program=True)
    order_missing(has_program=True)

    assert [row.pk for row in Preparation.objects.order_by("-take_at")] == [new.pk, old.pk]
    PreparingWorker().work()
    assert set(Preparation.objects.values_list("state", flat=True)) == {PreparationState.DONE}


def test_only_films_and_recordings_are_prepared(person: Person) -> None:
    stored(person, samples.picture())
    stored(person, b"Words", "a.txt")

    assert not Preparation.objects.exists()
    assert not prepare_next()


@pytest.mark.usefixtures("tiny_pieces", "no_pieces_left")
def test_a_film_in_pieces_is_prepared_as_soon_as_it_is_whole(cast: Cast) -> None:
    content = media.film("mp4")
    upload = begun(cast, length=len(content), name="a.mp4")

    receive(cast, upload, content)

    assert prepare_next()
    assert Attachment.objects.get(pk=upload.pk).preview


@pytest.mark.parametrize(
    ("content", "keeps"),
    [(samples.mp4(), set()), (samples.webm(), set()), (samples.wav(), set())],
    ids=["film", "recording", "sound"],
)
def test_what_cannot_be_read_is_tried_once_and_sent_as_it_is(person: Person, content: bytes, keeps: set[str]) -> None:
    media.program()
    attachment = prepared(person, content)

    row = preparation_of(attachment)
    assert (row.state, row.attempts) == (PreparationState.FAILED, 1)
    assert row.error
    assert not attachment.preview
    assert not attachment.other
    assert bytes_of(attachment)


def test_a_film_whose_picture_cannot_be_read_keeps_its_duration(person: Person) -> None:
    attachment = prepared(person, media.film("mp4").replace(b"avc1\0", b"none\0"))

    assert attachment.duration == TWO_SECONDS
    assert preparation_of(attachment).state == PreparationState.FAILED


def test_a_lost_file_is_not_asked_for_again(person: Person) -> None:
    attachment = stored(person, samples.wav())
    default_storage.delete(str(attachment.file.name))

    assert prepare_next()
    assert preparation_of(attachment).state == PreparationState.FAILED
    assert not prepare_next()


def test_it_is_tried_again_after_a_full_disk(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    attachment = stored(person, media.recording("webm"))
    with monkeypatch.context() as full:
        full.setattr(preparing, "finish", lambda *_args: 1 / 0)
        assert prepare_next()
    assert default_storage.listdir("attachments")[1] == [Path(str(attachment.file.name)).name], "nothing is left over"
    assert not prepare_next(), "not at once"

    with monkeypatch.context() as later:
        later.setattr("config.common.clock.now", lambda now=clock.now: now() + timedelta(minutes=2))
        assert prepare_next()
    assert preparation_of(attachment).state == PreparationState.DONE


def test_nothing_is_taken_twice(person: Person) -> None:
    first, second = stored(person, samples.wav()), stored(person, samples.webm())

    taken = [claim(), claim(), claim()]

    assert [row and row.pk for row in taken] == [second.pk, first.pk, None]


def test_another_worker_goes_on_after_the_lease_and_the_first_keeps_nothing(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    attachment = stored(person, media.recording("webm"))
    dead = claim()
    assert dead is not None
    assert is_still_mine(dead)
    monkeypatch.setattr("config.common.clock.now", lambda now=clock.now: now() + LEASE + timedelta(seconds=1))

    assert prepare_next()

    kept = bytes_of(Attachment.objects.get(pk=attachment.pk), "other")
    assert not is_still_mine(dead)
    assert not finish(dead, PreparationState.FAILED, "late", {"other": "attachments/late"})
    assert bytes_of(Attachment.objects.get(pk=attachment.pk), "other") == kept
    assert preparation_of(attachment).attempts == 2


def test_who_lost_the_file_meanwhile_leaves_nothing_behind(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    attachment = stored(person, media.recording("webm"))
    convert = ffmpeg.convert

    def overtaken(*arguments: object) -> object:
        Preparation.objects.update(attempts=2)
        return convert(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(ffmpeg, "convert", overtaken)
    assert prepare_next()

    attachment.refresh_from_db()
    assert not attachment.other
    assert len(default_storage.listdir("attachments")[1]) == 1


def test_a_file_that_is_deleted_meanwhile_takes_all_that_was_made_with_it(
    person: Person, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: pytest.FixtureRequest
) -> None:
    attachment = stored(person, media.recording("webm"))
    listen = ffmpeg.listen

    def deleted(*arguments: object) -> object:
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
            delete_attachments(Attachment.objects.filter(pk=attachment.pk))
        return listen(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(ffmpeg, "listen", deleted)

    assert prepare_next()
    assert default_storage.listdir("attachments")[1] == []
    assert not Preparation.objects.exists()


def test_a_file_at_which_the_process_dies_is_left_alone(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    stored(person, samples.wav())
    now = clock.now()
    for number in range(MOST_ATTEMPTS):
        monkeypatch.setattr("config.common.clock.now", lambda days=number: now + timedelta(days=days))
        assert claim()
    monkeypatch.setattr("config.common.clock.now", lambda: now + timedelta(days=9))

    assert claim() is None
    row = Preparation.objects.get()
    assert (row.state, row.error) == (PreparationState.FAILED, "The process ended each time.")


def test_deleting_a_file_deletes_what_was_made_of_it(
    cast: Cast, django_capture_on_commit_callbacks: pytest.FixtureRequest
) -> None:
    actor = cast.acting("responsible")
    for content in (media.recording("webm"), media.film("mp4")):
        attachment = prepared(actor.person, content)
        assert len(default_storage.listdir("attachments")[1]) == 2
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
            delete_upload(actor=actor, upload_id=attachment.pk)
        assert default_storage.listdir("attachments")[1] == []


def test_the_daily_sweep_knows_what_was_made(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    attachment = prepared(person, media.recording("webm"))
    Attachment.objects.filter(pk=attachment.pk).update(created_at=clock.now() + timedelta(days=8))
    monkeypatch.setattr("config.common.clock.now", lambda now=clock.now: now() + timedelta(days=7))

    assert [unknown.names for unknown in find_unknown_files() if unknown.folder == "attachments"] == [[]]
    default_storage.save("attachments/unknown", ContentFile(b"x"))
    call_command("remove_orphans", "--even-many", stdout=StringIO())
    assert bytes_of(attachment, "other")


def test_a_storage_without_files_on_disk_will_do(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = InMemoryStorage()
    monkeypatch.setattr(preparing, "default_storage", elsewhere)
    for column in ("file", "preview", "other"):
        monkeypatch.setattr(Attachment._meta.get_field(column), "storage", elsewhere)

    attachment = prepared(person, media.recording("webm"))

    assert attachment.duration == TWO_SECONDS
    assert elsewhere.size(str(attachment.other.name)) > 1000


def test_a_reader_of_the_message_hears_both_formats(cast: Cast) -> None:
    actor = cast.acting("responsible")
    attachment = prepared(actor.person, media.recording("webm"))

    assert attachment_for(actor, attachment.pk).other_type == "audio/mp4"


def test_every_type_that_is_accepted_has_a_demuxer() -> None:
    """One that is not listed would be no error, but have no poster and no second format."""
    accepted = {found.content_type for found in ALL_TYPES if found.kind in preparations.PREPARED}
    assert set(BLANKERS) == accepted
    assert accepted <= set(ffmpeg.DEMUXERS)


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    found: list[int] = []
    monkeypatch.setattr(preparations, "_wakers", [lambda: found.append(1)])
    return found


def test_a_worker_is_woken_by_what_is_committed(
    person: Person, woken: list[int], django_capture_on_commit_callbacks: pytest.FixtureRequest
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        stored(person, samples.picture())
        assert woken == []
        stored(person, samples.wav())
        assert woken == []

    assert woken == [1]


@pytest.mark.usefixtures("without_ffmpeg")
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_prepare_each_file_once(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction.atomic():
        for _number in range(12):
            stored(person, samples.wav())
    done: list[object] = []

    def counted(taken: Preparation, *rest: object) -> bool:
        done.append(taken.pk)
        return finish(taken, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(preparing, "finish", counted)
    workers = [PreparingWorker() for _number in range(3)]
    threads = [threading.Thread(target=worker.look) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len(done) == len(set(done)) == 12
    assert set(Preparation.objects.values_list("state", "attempts")) == {(PreparationState.LIMITED, 1)}
