"""What moves, and what has several pages."""

from unittest import mock

import pytest
from PIL import Image

from messenger import images
from messenger.models import Remark
from tests.messenger.pictures import (
    BLUE,
    RED,
    frames,
    made,
    moving,
    near,
    pixel,
    sides,
    written,
)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize("count", [2, 3, 30])
def test_what_moves_keeps_moving(kind, count):
    picture = made(moving(kind, count))

    assert (picture.remark, picture.original) == (Remark.MOVING, None)
    with Image.open(picture.content) as image:
        assert (image.format, frames(image)) == (kind, count)
        image.seek(1)
        assert near(pixel(image.convert("RGB"), 5, 5), (0, 255, 0), 3)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "AVIF"])
def test_what_moves_for_too_long_stands_still_and_says_so(kind):
    with mock.patch.object(images, "MAX_MOVING_PIXELS", 40 * 30 * 2):
        picture = made(moving(kind))

    assert picture.remark == Remark.STILL
    assert frames(Image.open(picture.content)) == 1
    assert picture.original is not None
    assert frames(Image.open(picture.original)) == 3


def test_first_page_is_shown_and_all_stay():
    pages = [Image.new("RGB", (40, 30), colour) for colour in (RED, BLUE, RED)]

    picture = made(written(pages[0], "TIFF", save_all=True, append_images=pages[1:]))

    assert picture.remark == Remark.FIRST_PAGE
    assert near(sides(Image.open(picture.content).convert("RGBA"))[0], RED)
    assert picture.original is not None
    assert frames(Image.open(picture.original)) == 3
