"""Pictures lose where they were taken, and never take more memory than is there."""

import hashlib
import io
import queue
import threading
from unittest import mock

import pytest
from PIL import Image

from config.common.pictures import ONE_AT_A_TIME, reading
from messenger import images
from messenger.content import JPEG
from messenger.models import AttachmentKind, Remark
from tests.messenger import samples
from tests.messenger.attachments import bytes_of, data, refused, stored

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def test_photo_is_turned_upright_and_loses_position_and_maker(person):
    content = samples.photo_with_position()
    assert b"Secret Phone" in content

    attachment = stored(person, content, "IMG_1.JPG")

    kept = bytes_of(attachment)
    assert b"Secret Phone" not in kept
    assert b"Exif" not in kept
    assert b"taken at home" not in kept
    with Image.open(io.BytesIO(kept)) as image:
        assert image.size == (40, 60) == (attachment.width, attachment.height)
        assert not image.getexif()
    assert (attachment.content_type, attachment.kind) == ("image/jpeg", AttachmentKind.IMAGE)
    assert attachment.name == "IMG_1.JPG"


def test_digest_and_size_are_those_of_what_is_stored(person):
    attachment = stored(person, samples.photo_with_position(), "a.jpg")

    kept = bytes_of(attachment)
    assert attachment.digest == hashlib.sha256(kept).hexdigest()
    assert attachment.size == len(kept)


def test_large_photo_is_made_smaller_and_has_a_preview(person):
    attachment = stored(person, samples.picture(size=(5000, 1000)), "wide.jpg")

    assert (attachment.width, attachment.height) == (2560, 512)
    with Image.open(io.BytesIO(bytes_of(attachment, "preview"))) as preview:
        assert preview.size == (640, 128)
        assert preview.format == "WEBP"


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP", "JPEG"])
def test_picture_keeps_its_type(person, kind):
    attachment = stored(person, samples.picture(kind), "x")

    assert attachment.content_type == f"image/{kind.lower()}"
    with Image.open(io.BytesIO(bytes_of(attachment))) as image:
        assert image.format == kind


@pytest.mark.parametrize(
    ("kind", "mode"), [("PNG", "RGBA"), ("PNG", "L"), ("WEBP", "RGBA"), ("JPEG", "CMYK"), ("JPEG", "L")]
)
def test_every_colour_mode_is_read(person, kind, mode):
    content = io.BytesIO()
    Image.new(mode, (30, 30)).save(content, kind)
    assert stored(person, content.getvalue()).width == 30


def test_animation_stays_one(person):
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=100)

    with Image.open(io.BytesIO(bytes_of(stored(person, out.getvalue(), "a.gif")))) as image:
        assert getattr(image, "n_frames", 1) == 3


def test_apple_picture_becomes_jpeg_and_stays_to_be_saved(person):
    attachment = stored(person, data("turned_with_position.heic"), "IMG_2.HEIC")

    assert (attachment.content_type, attachment.name) == ("image/jpeg", "IMG_2.jpg")
    assert (attachment.original_type, attachment.original_name) == ("image/heic", "IMG_2.HEIC")
    kept = bytes_of(attachment, "original")
    assert attachment.original_size == len(kept)
    assert attachment.original_digest == hashlib.sha256(kept).hexdigest()
    assert attachment.evidence == f"{attachment.digest}:{attachment.original_digest}"
    assert b"Secret Phone" not in kept
    assert b"taken at home" not in kept


def test_decompression_bomb_is_never_decoded(person):
    content = samples.huge_png()
    assert len(content) < 40_000

    with mock.patch.object(Image.Image, "load", side_effect=AssertionError("It was decoded.")):
        refusal = refused(person, content, "bomb.png")

    assert refusal.code == "file_pixels"
    assert "bomb.png" in str(refusal)


def test_picture_too_large_to_be_decoded_is_a_file_to_save_and_tells_no_place(person):
    with mock.patch.object(reading, "MAX_PIXELS", 60 * 40 - 1):
        attachment = stored(person, samples.photo_with_position(), "a.jpg")
        plan = stored(person, samples.picture("PNG"), "plan.png")

    assert attachment.kind == AttachmentKind.FILE
    assert (plan.content_type, plan.kind, plan.name) == ("image/png", AttachmentKind.FILE, "plan.png")
    assert (plan.remark, bool(plan.preview), bool(plan.original), plan.width) == (Remark.PIXELS, False, False, None)
    assert b"Secret Phone" not in bytes_of(attachment)
    with Image.open(io.BytesIO(bytes_of(plan))) as image:
        assert image.size == (60, 40)


def test_picture_without_an_original_has_none(person):
    attachment = stored(person, samples.picture("PNG"), "a.png")

    assert (attachment.original.name, attachment.original_size, attachment.remark) == ("", None, "")
    assert attachment.evidence == attachment.digest


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_truncated_picture_is_refused_by_name(person, kind):
    content = samples.picture(kind, (400, 300))

    refusal = refused(person, content[: len(content) // 2], "half.img")

    assert refusal.code == "file_damaged"
    assert "half.img" in str(refusal)


def test_what_hides_behind_a_picture_is_gone(person):
    attachment = stored(person, samples.picture() + samples.archive("evil.js") + samples.HTML, "two-faced.jpg")

    kept = bytes_of(attachment)
    assert b"evil.js" not in kept
    assert b"<script>" not in kept


def test_script_that_begins_like_a_picture_is_refused(person):
    assert refused(person, b"GIF89a\x10\0\x10\0\0\0\0/*" + samples.HTML, "a.gif").code == "file_damaged"


def test_no_more_than_one_picture_is_decoded_at_a_time():
    taken = queue.SimpleQueue[int | None]()
    upload = io.BytesIO(samples.picture(size=(60, 40)))
    thread = threading.Thread(target=lambda: taken.put(images.make_picture(upload, JPEG, "a.jpg").width))

    with ONE_AT_A_TIME:
        thread.start()
        with pytest.raises(queue.Empty):
            taken.get(timeout=0.3)

    assert taken.get(timeout=10) == 60
    thread.join()


def test_lock_of_pictures_is_given_back_after_a_refusal(person):
    assert refused(person, samples.huge_png(), "bomb.png").code == "file_pixels"
    assert not ONE_AT_A_TIME.locked()


def test_large_photo_is_made_small_before_it_is_turned_or_copied(person):
    exif = Image.Exif()
    exif[0x0112] = 6
    handled = list[int]()

    def spy(kind):
        real = getattr(Image.Image, kind)

        def noted(image, *arguments):
            handled.append(max(image.size))
            return real(image, *arguments)

        return mock.patch.object(Image.Image, kind, noted)

    with spy("convert"), spy("copy"), spy("transpose"):
        attachment = stored(person, samples.picture("PNG", (3000, 1500), exif=exif), "a.png")

    assert (attachment.width, attachment.height) == (1280, 2560)
    assert max(handled) == 2560


@pytest.mark.parametrize(
    ("mode", "transparent", "kept"),
    [
        ("1", None, "RGB"),
        ("I;16", None, "RGB"),
        ("L", None, "RGB"),
        ("L", 0, "RGBA"),
        ("LA", None, "RGBA"),
        ("P", None, "RGB"),
        ("P", 0, "RGBA"),
        ("RGB", (0, 0, 0), "RGBA"),
    ],
)
def test_large_picture_of_every_kind_of_pixels_is_made_smaller(person, mode, transparent, kept):
    content = io.BytesIO()
    Image.new(mode, (3000, 30)).save(content, "PNG", transparency=transparent)

    attachment = stored(person, content.getvalue(), "a.png")

    with Image.open(io.BytesIO(bytes_of(attachment))) as image:
        assert image.size == (2560, 26)
        assert image.mode == kept
        assert image.getpixel((0, 0)) == (0,) * len(kept)


@pytest.mark.parametrize(("mode", "white", "black"), [("L", 255, 0), ("RGB", (255, 255, 255), (0, 0, 0))])
def test_edge_of_a_transparent_colour_is_scaled_as_transparency_not_as_colour(person, mode, white, black):
    content = io.BytesIO()
    half_black = Image.new(mode, (3000, 30), white)
    half_black.paste(black, (0, 0, 1501, 30))
    half_black.save(content, "PNG", transparency=black)

    attachment = stored(person, content.getvalue(), "a.png")

    with Image.open(io.BytesIO(bytes_of(attachment))) as image:
        alpha = image.getchannel("A")
        seen = {colour for _count, colour in image.getcolors() or () if isinstance(colour, tuple) and colour[3]}
    assert {colour[:3] for colour in seen} == {(255, 255, 255)}
    assert (alpha.getpixel((0, 13)), alpha.getpixel((2559, 13))) == (0, 255)
