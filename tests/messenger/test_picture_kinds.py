"""Every kind of picture that people send is read as any viewer shows it, and what was sent stays where that is less."""

import io
import time

import pytest
from PIL import Image

from messenger.content import file_type_of
from messenger.images import make_picture
from tests.messenger.pictures import (
    BLUE,
    KINDS,
    PATIENCE,
    RED,
    corpus,
    made,
    near,
    pixel,
    shown,
    sides,
    written,
)


def test_corpus_has_every_kind():
    assert len(corpus()) > 90
    assert {name.split()[0] for name in corpus()} == set(KINDS)


def test_every_picture_of_the_corpus_is_shown_in_its_colours():
    for name, (content, mode) in corpus().items():
        began = time.monotonic()
        left, right = sides(shown(content))
        assert time.monotonic() - began < PATIENCE, name
        if mode in ("I;16", "I", "F"):
            # Pillow cuts off what it writes into other formats.
            assert left != right or not name.startswith(("PNG", "TIFF")), name
        elif mode == "1":
            assert {*left, *right} <= {*range(4), *range(252, 256)}, name
        else:
            wanted = [RED, BLUE] if mode not in ("L", "LA") else [(81,) * 3, (67,) * 3]
            tolerance = 60 if mode in ("P", "PA") else 12
            assert near(left, wanted[0], tolerance), (name, left)
            assert near(right, wanted[1], tolerance), (name, right)


def test_original_of_the_corpus_has_the_same_pixels():
    originals = {name: made(content).original for name, (content, _mode) in corpus().items()}
    kept = {name: file for name, file in originals.items() if file}
    assert len(kept) > 40
    for name, file in kept.items():
        with Image.open(io.BytesIO(file.read())) as stays, Image.open(io.BytesIO(corpus()[name][0])) as sent:
            assert (stays.mode, stays.size, stays.tobytes()) == (sent.mode, sent.size, sent.tobytes()), name


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_turn_is_undone(kind, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = Image.new("RGB", (80, 48), BLUE)
    image.paste(RED, (0, 0, 40, 24))  # The quarter that tells the turns apart.

    picture = shown(written(image, kind, exif=exif))

    assert picture.size == ((48, 80) if orientation > 4 else (80, 48))
    red = {1: (0, 0), 2: (1, 0), 3: (1, 1), 4: (0, 1), 5: (0, 0), 6: (1, 0), 7: (1, 1), 8: (0, 1)}[orientation]
    for place in ((0, 0), (1, 0), (0, 1), (1, 1)):
        x, y = ((2 * at + 1) * side // 4 for at, side in zip(place, picture.size, strict=True))
        colour = pixel(picture, x, y)
        assert near(colour[:3], RED if place == red else BLUE, 25), (place, colour)


@pytest.mark.parametrize("name", ["TIFF CMYK", "TIFF tiff_lzw RGB", "TIFF I;16", "JPEG RGB", "BMP RGB", "AVIF RGB"])
def test_picture_may_be_a_file_on_disk(name, tmp_path):
    path = tmp_path / "sent"
    path.write_bytes(corpus()[name][0])
    with path.open("r+b") as file:
        picture = make_picture(file, file_type_of(file, "file.bin"), "file.bin")
        original = picture.original.read() if picture.original else b""
    with Image.open(picture.content) as image:
        assert image.size == (64, 48)
    assert bool(original) == (not name.startswith(("JPEG", "BMP")))
