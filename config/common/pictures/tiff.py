"""What the list of a TIFF promises, before a decoder believes it."""

from typing import IO, Literal

from config.common.pictures.bare import Damaged

MAX_TAGS = 4096  # Cameras write a hundred.
MAX_NUMBERS = 100_000  # Of one tag: where each row is stored, in the highest picture that is decoded.
_WIDTH, _HEIGHT = 322, 323
# What Pillow makes a list of numbers of, and the types of which it does not.
_NUMBERS, _TEXTS = {*range(254, 701), 34675}, {1, 2, 7}
_WHOLE_NUMBERS = {3: 2, 4: 4}
_MARKS: dict[bytes, tuple[Literal["little", "big"], int]] = {
    b"II*\0": ("little", 4),
    b"MM\0*": ("big", 4),
    b"II+\0": ("little", 8),
}


def tile_of(file: IO[bytes]) -> tuple[int, int] | None:
    """Width and height of the tiles of the first page, 0 where one is not said; None where it has no tiles.

    A decoder takes memory for a whole tile, however small the picture is. Raises `Damaged` for what decoders disagree
    about, and for lists of which reading takes seconds; of pages behind the second nothing is read.
    """
    file.seek(0)
    head = file.read(16)
    if head[:4] not in _MARKS:
        raise Damaged
    order, place = _MARKS[head[:4]]
    tile, following = _read_page(file, int.from_bytes(head[place : 2 * place], order), order, place)
    if following:
        _read_page(file, following, order, place)
    return (tile.get(_WIDTH, 0), tile.get(_HEIGHT, 0)) if tile else None


def _read_page(file: IO[bytes], start: int, order: Literal["little", "big"], place: int) -> tuple[dict[int, int], int]:
    """Sides of its tiles by tag, and where the next page is; `place` is how many bytes a place has."""
    file.seek(min(start, file.seek(0, 2)))
    count = int.from_bytes(file.read(8 if place == 8 else 2), order)  # noqa: PLR2004
    if count > MAX_TAGS:
        raise Damaged
    tile = dict[int, int]()
    for _number in range(count):
        entry = file.read(4 + 2 * place)
        tag, kind = int.from_bytes(entry[:2], order), int.from_bytes(entry[2:4], order)
        if tag in _NUMBERS and kind not in _TEXTS and int.from_bytes(entry[4 : 4 + place], order) > MAX_NUMBERS:
            raise Damaged
        if tag in (_WIDTH, _HEIGHT):
            if tag in tile or kind not in _WHOLE_NUMBERS:
                raise Damaged
            tile[tag] = int.from_bytes(entry[4 + place :][: _WHOLE_NUMBERS[kind]], order)
    return tile, int.from_bytes(file.read(place), order)
