"""Films and recordings lose place, device and owner, and nothing else; the bytes around them stay where they are."""

import hashlib
import io
import time
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.common.errors import InvalidInput
from messenger import bounded_files, content
from messenger.content import FileType, file_type_of
from messenger.metadata import BLANKERS, blank_metadata
from messenger.metadata.flac import blank_flac
from messenger.models import AttachmentKind
from messenger.services.attachments import check_files, collect_attachments
from tests.factories import MemberFactory
from tests.messenger import films, samples
from tests.messenger.films import DEVICE, OWNER, PICTURE, PLACE, SOUND, Made
from tests.messenger.samples import box, upload

WORDS = (PLACE, DEVICE, OWNER, PLACE.decode().encode("utf-16-le"), OWNER.decode().encode("utf-16-le"))
MADE = {
    "mp4": films.mp4(),
    "mov": films.mp4(b"qt  ", long_offsets=True),
    "m4a": films.mp4(b"M4A "),
    "fragmented mp4": films.fragmented_mp4(),
    "fragmented mp4, offsets run on": films.fragmented_mp4(is_relative=False),
    "webm": films.webm(),
    "webm of a browser": films.webm(is_open=True),
    "mkv with vorbis": films.webm(b"A_VORBIS", films.vorbis_private(), doctype=b"matroska"),
    "mkv with flac": films.webm(b"A_FLAC", films.flac_private(), doctype=b"matroska"),
    "ogg": films.ogg(),
    "opus": films.ogg("opus"),
    "opus on one page": films.ogg("opus", limit=255),
    "theora": films.ogg("theora"),
    "speex": films.ogg("speex"),
    "flac": films.flac(),
    "flac in ogg": films.flac_in_ogg(),
    "flac behind id3": Made(films.id3(films.SECRETS) + films.flac().content, films.flac().kept, "a.mp3"),
    "mp3": films.mp3(),
    "aac": Made(films.adts() + films.ape(films.SECRETS), (films.adts(),), "a.aac"),
    "wav": films.wav(),
    "avi": films.avi(),
    "wmv": films.wmv(),
}
made_files = pytest.mark.parametrize("made", MADE.values(), ids=MADE.keys())


def blanked(made: bytes, name: str = "file.bin") -> bytes:
    file = io.BytesIO(made)
    blank_metadata(file, file_type_of(file, name), name)
    assert file.tell() == 0
    return file.getvalue()


def refused(made: bytes) -> str:
    with pytest.raises(InvalidInput) as refusal:
        blanked(made)
    return refusal.value.code


# What goes and what stays --------------------------------------------------------------------------------------------


@made_files
def test_place_device_and_owner_go_and_everything_else_stays_in_its_place(made):
    assert all(word in made.content for word in (PLACE, DEVICE, OWNER))

    after = blanked(made.content, made.name)

    assert not [word for word in WORDS if word in after]
    assert len(after) == len(made.content)
    assert [after.find(part) for part in made.kept] == [made.content.find(part) for part in made.kept]
    assert all(part in after for part in made.kept)


@made_files
def test_blanked_file_is_of_the_same_type_and_blanking_it_again_changes_nothing(made):
    after = blanked(made.content, made.name)

    assert file_type_of(io.BytesIO(after), made.name) == file_type_of(io.BytesIO(made.content), made.name)
    assert blanked(after, made.name) == after


@pytest.mark.django_db
@made_files
def test_stored_file_holds_no_trace_and_its_digest_is_of_what_is_stored(made):
    checked = check_files([upload(made.content, made.name)])

    [attachment] = collect_attachments(person=MemberFactory(), files=checked)

    with attachment.file.open() as file:
        stored = file.read()
    assert stored == blanked(made.content, made.name)
    assert attachment.digest == hashlib.sha256(stored).hexdigest()


def test_upload_that_waits_on_disk_is_blanked_there_before_it_is_moved(tmp_path):
    path = tmp_path / "upload"
    path.write_bytes(films.flac().content)

    with path.open("r+b") as file:
        blank_metadata(file, file_type_of(file, "a.flac"), "a.flac")

        assert path.read_bytes() == blanked(films.flac().content)


def test_every_accepted_film_and_recording_is_of_a_kind_that_can_be_blanked():
    known = [found for found in vars(content).values() if isinstance(found, FileType)]
    known += [file_type_of(io.BytesIO(made.content), made.name) for made in MADE.values()]

    kinds = {found.content_type for found in known if found.kind in (AttachmentKind.VIDEO, AttachmentKind.AUDIO)}

    assert kinds == set(BLANKERS)


# Containers ----------------------------------------------------------------------------------------------------------


def test_tracks_that_are_neither_picture_nor_sound_go_with_their_samples():
    after = blanked(films.mp4().content)

    assert b"mebx" not in after
    assert b"tmcd" not in after
    assert after.count(PICTURE) == 2
    assert after[after.index(PICTURE) + len(PICTURE) :].startswith(bytes(len(PLACE)) + SOUND)


def test_time_of_a_film_goes_like_that_of_a_photo():
    for made in (films.mp4(), films.fragmented_mp4(), films.webm(), films.wmv()):
        assert films.WHEN in made.content
        assert films.WHEN not in blanked(made.content)


def test_film_with_a_compressed_header_is_refused_and_the_same_one_without_is_not():
    assert refused(films.zlib_movie()) == "file_damaged"
    assert blanked(films.zlib_movie().replace(b"cmov", b"free"))


def test_recording_that_was_cut_off_is_accepted_up_to_its_header():
    for made, name in ((films.webm(is_open=True), "a.webm"), (films.ogg(), "a.ogg"), (films.avi(), "a.avi")):
        assert len(blanked(made.content[:-40], name)) == len(made.content) - 40
    assert refused(films.ogg().content[:200]) == "file_damaged"


def test_space_that_a_recorder_reserved_is_accepted_and_other_rests_are_not():
    assert blanked(films.webm().content + bytes(4096))
    assert blanked(films.ogg().content + bytes(4096))

    assert refused(films.webm().content + b"\0" + SOUND) == "file_damaged"
    assert refused(films.ogg().content + SOUND) == "file_damaged"


def test_checksums_of_changed_pages_are_right_and_other_pages_are_untouched():
    made = films.ogg("opus")
    after = blanked(made.content)
    changed = 0

    starts = [n for n in range(len(after)) if after.startswith(b"OggS", n)]
    for start, end in zip(starts, [*starts[1:], len(after)], strict=True):
        page = after[start:end]
        assert films.checksum(page[:22] + bytes(4) + page[26:]) == int.from_bytes(page[22:26], "little")
        changed += page != made.content[start:end]
    assert changed == 1


def test_ogg_of_an_unknown_codec_is_refused():
    assert refused(films.pages(b"\x80kate\0\0\0" + bytes(20), flags=2)) == "file_damaged"
    assert blanked(films.ogg("speex").content)


def test_recording_whose_recorder_did_not_know_its_length_keeps_its_sound():
    for unknown in (bytes(4), b"\xff" * 4):
        made = samples.wav()
        start = made.index(b"data") + 4
        made = made[:4] + unknown + made[8:start] + unknown + SOUND

        assert blanked(made) == made


def test_chunk_without_its_filling_byte_does_not_cost_the_sound():
    text = films.chunk(b"LIST", b"INFO" + films.chunk(b"IART", OWNER + b"!!"))[:-1] + b"x"
    fmt = films.chunk(b"fmt ", bytes(16))
    odd = b"JUNK" + (5).to_bytes(4, "little") + b"owner"
    made = b"RIFF" + bytes(4) + b"WAVE" + text + fmt + odd + films.chunk(b"data", SOUND + b"!")

    after = blanked(made)

    assert SOUND in after
    assert OWNER not in after
    assert b"owner" not in after


@pytest.mark.parametrize("header", [b"\0\1\2\3" + bytes(4), b"word" + (10).to_bytes(4, "little")])
def test_damaged_part_of_an_avi_is_left_to_the_player(header):
    frame = films.chunk(b"00dc", PICTURE)
    made = films.avi().content.replace(frame, header + frame[8:], 1)

    assert blanked(made).count(PICTURE) == 2


def test_bytes_behind_the_last_part_of_a_file_are_erased():
    for made in (films.mp4(), films.wav(), films.wmv()):
        assert made.content.endswith(b"tail")
        assert blanked(made.content).endswith(bytes(4))


def test_reference_to_tags_goes_with_them_and_that_to_the_tracks_stays():
    after = blanked(films.webm().content)

    assert after.count(bytes.fromhex("53ab84")) == 1
    assert bytes.fromhex("53ab841654ae6b") in after


def test_old_tag_in_its_enlarged_form_and_one_of_ape_in_front_are_emptied():
    sound = films.frames()
    enlarged = b"TAG+" + OWNER.ljust(223, b"\0") + b"TAG" + bytes(125)

    after = blanked(films.id3(b"") + films.ape(films.SECRETS) + sound + enlarged)

    assert OWNER not in after
    assert after.count(b"APETAGEX") == 2
    assert sound in after


# Hostile files -------------------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_mutilated_file_is_blanked_or_refused_and_nothing_else(data):
    made = data.draw(st.sampled_from(list(MADE.values())))
    mutilated = bytearray(made.content)
    for _number in range(data.draw(st.integers(1, 6))):
        position = data.draw(st.integers(0, len(mutilated) - 1))
        new = data.draw(st.sampled_from([b"\0" * 4, b"\xff" * 4, b"\x7f\xff\xff\xff", b"\x01", b"\0\0\0\1", b"\x80"]))
        mutilated[position : position + len(new)] = new
    file = io.BytesIO(bytes(mutilated[: data.draw(st.integers(1, len(mutilated)))]))
    length, codes = len(file.getvalue()), []

    try:
        blank_metadata(file, file_type_of(io.BytesIO(made.content), made.name), made.name)
    except InvalidInput as refusal:
        codes.append(refusal.code)

    assert codes in ([], ["file_damaged"])
    assert len(file.getvalue()) == length


def places(table: bytes) -> bytes:
    """A film with a track of places whose samples these tables describe."""
    return box(b"ftyp", b"isom\0\0\0\0isom") + box(b"moov", films.track(1, b"meta", box(b"stbl", table)))


SIZES, CHUNKS = films.full(b"stsz", films.numbers(0, 1, 4)), films.full(b"stsc", films.numbers(1, 1, 1, 1))
OFFSETS = films.full(b"stco", films.numbers(1, 8))
EBML = films.webm().content[:12]


@pytest.mark.parametrize(
    ("honest", "lie"),
    [
        (places(SIZES + CHUNKS + OFFSETS), places(CHUNKS + OFFSETS)),
        (places(SIZES + CHUNKS + OFFSETS), places(SIZES + OFFSETS)),
        (places(SIZES + CHUNKS + OFFSETS), places(films.full(b"stsz", films.numbers(0, 3, 4)) + CHUNKS + OFFSETS)),
        (places(SIZES + CHUNKS + OFFSETS), places(SIZES + CHUNKS + films.full(b"stco", films.numbers(1, 1 << 30)))),
        (samples.mp4(), samples.mp4().replace(b"\0\x1cmdia", b"\0\x1dmdia")),
        (films.fragmented_mp4().content, films.fragmented_mp4().content.replace(b"\0\x48mvex", b"\0\x49mvex")),
        (films.fragmented_mp4().content, films.fragmented_mp4().content.replace(b"tfhd", b"abcd")),
        (samples.webm(), samples.webm() + b"\x12\x54\xc3\x67\xff" + films.SECRETS),
        (samples.webm(), EBML + b"\x18\x53\x80\x67\xff" + b"\x15\x49\xa9\x66\x84\x7b\xa9\xffA"),
        (films.webm(b"A_VORBIS", films.vorbis_private()).content, films.webm(b"A_VORBIS", b"\2\5\xff\0xyz").content),
        (films.webm(b"A_FLAC", films.flac_private()).content, films.webm(b"A_FLAC", b"fLaC\x84\0\1\0").content),
        (samples.wav(), samples.wav()[:12] + b"\0\1\2\3" + samples.wav()[12:]),
        (samples.wav(), samples.wav().replace(b"data", b"note")),
        (films.wmv().content, films.wmv().content[:300]),
        (
            films.wmv().content,
            films.wmv().content.replace(b"\x4e\0\0\0\0\0\0\0\xc0\xef", b"\x4e\x10\0\0\0\0\0\0\xc0\xef"),
        ),
        (films.mp3().content, films.mp3().content[:60]),
        (films.flac().content, films.flac().content[:120]),
        (
            films.ogg("opus").content,
            films.pages(b"OpusHead" + bytes(11), flags=2) + films.pages(b"OpusTags" + bytes(7)),
        ),
    ],
)
def test_file_that_contradicts_itself_is_refused(honest, lie):
    assert blanked(honest)
    assert refused(lie) == "file_damaged"


def test_tag_of_a_version_that_nobody_knows_is_not_taken_for_a_recording():
    assert refused(b"ID3\x05\0" + films.mp3().content[5:]) == "file_type"


def endless_samples() -> bytes:
    """A track of places that claims to have left one everywhere, billions of times."""
    sizes = films.full(b"stsz", films.numbers(0xFFFFFFFF, 0xFFFFFFFF))
    offsets = films.full(b"stco", films.numbers(200_000) + bytes(800_000))
    places = films.track(1, b"meta", films.tables(box(b"mebx"), sizes, offsets))
    return box(b"ftyp", b"isom\0\0\0\0isom") + box(b"moov", places) + box(b"mdat", PICTURE)


def endless_run() -> bytes:
    made = films.fragmented_mp4().content
    return made.replace(films.numbers(2, len(DEVICE), len(OWNER)), films.numbers(0xFFFFFFF0, len(DEVICE), len(OWNER)))


def empty_samples() -> bytes:
    """Chunks in which nothing was recorded, each of which is looked up all the same."""
    offsets = films.full(b"stco", films.numbers(600_000) + bytes(2_400_000))
    return places(films.full(b"stsz", films.numbers(0, 0)) + CHUNKS + offsets)


def samples_at_the_end() -> bytes:
    """Chunks that begin where the file ends."""

    def made(end: int) -> bytes:
        offsets = films.full(b"stco", films.numbers(600_000) + films.numbers(end) * 600_000)
        return places(films.full(b"stsz", films.numbers(4, 0)) + CHUNKS + offsets)

    return made(len(made(0)))


@pytest.mark.parametrize(
    "made",
    [
        endless_samples(),
        endless_run(),
        empty_samples(),
        samples_at_the_end(),
        films.webm().content[:40] + bytes([0xEC, 0x80]) * 700_000,
        films.ogg().content + films.page(b"", []) * 600_000,
        samples.wav() + (b"note" + bytes(4)) * 600_000,
        films.frames(1) + films.id3(b"") * 600_000,
        b"fLaC" + films.flac_block(0, films.STREAM) + films.flac_block(1, b"") * 600_000,
    ],
    ids=["samples", "run", "empty samples", "samples at the end", "webm", "ogg", "wav", "mp3", "flac"],
)
def test_file_that_asks_for_endless_work_is_refused_in_seconds(made):
    begin = time.monotonic()

    assert refused(made) == "file_damaged"
    assert time.monotonic() - begin < 30


@pytest.mark.parametrize(
    "tables",
    [
        films.full(b"stsz", films.numbers(0, 400_000) + bytes(1_600_000))
        + films.full(b"stsc", films.numbers(1, 1, -1 & 0xFFFFFFFF, 1)),
        SIZES + films.full(b"stsc", films.numbers(140_000) + films.numbers(1, 1, 1) * 140_000),
    ],
    ids=["sizes", "repeated runs"],
)
def test_numbers_of_tables_count_as_work_and_an_hour_of_them_is_allowed(tables):
    made = places(tables + OFFSETS)

    assert blanked(made)
    with mock.patch.object(bounded_files, "MAX_STEPS", 10_000):
        assert blanked(places(SIZES + CHUNKS + OFFSETS))
        assert refused(made) == "file_damaged"


def test_film_with_a_sample_that_is_empty_is_no_lie():
    nothing = films.full(b"stsz", films.numbers(0, 1, 0))

    assert blanked(places(nothing + CHUNKS + films.full(b"stco", films.numbers(1, 0xFFFFFFFF))))


def test_blocks_of_flac_inside_a_film_do_not_reach_beyond_their_place():
    file = io.BytesIO(b"fLaC\x84\0\0\x09abc" + SOUND)

    with pytest.raises(bounded_files.Unreadable):
        blank_flac(bounded_files.BoundedFile(file), 0, 11)

    assert file.getvalue().endswith(b"abc" + SOUND)


def test_bounded_file_neither_leaves_the_file_nor_reads_more_than_a_piece():
    file = bounded_files.BoundedFile(io.BytesIO(b"0123456789"))

    assert file.read(8, 2) == b"89"
    file.write(8, b"xy")
    file.erase(0, 2)
    assert file.peek(0, 99) == b"\0\x00234567xy"
    for forbidden in (
        lambda: file.read(8, 3),
        lambda: file.read(-1, 1),
        lambda: file.peek(0, bounded_files.CHUNK_BYTES + 1),
        lambda: file.write(9, b"xy"),
        lambda: file.write(-1, b"x"),
        lambda: file.erase(8, 11),
    ):
        with pytest.raises(bounded_files.Unreadable):
            forbidden()
