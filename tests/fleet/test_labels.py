"""Labels: they fit their sheets to the tenth of a millimetre, nothing on them overflows, and phones can read them."""

import io
import tracemalloc
from dataclasses import replace
from itertools import combinations, islice
from math import hypot

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from config.common.qr import QUIET_ZONE
from fleet.labels.content import Content, Part
from fleet.labels.drawing import SMALLEST_MODULE, SMALLEST_TEXT, Box, Drawing, LabelTooSmall, draw_label
from fleet.labels.layouts import LAYOUTS, ONE_LABEL, Kind, Layout, Place, own_layout
from fleet.labels.pdf import write_labels
from tests.decoding import codes_on, page_pictures, page_sizes, text_on

pytestmark = pytest.mark.any_database
EXACT = 0.01  # Millimetres.
ALL = [*LAYOUTS.values(), ONE_LABEL]
SHORT = Content(
    url=f"https://help.example.com/c/{'a2b3c4d5' * 4}/",
    host="help.example.com",
    short_id="ABCD-EFGH",
    device="Washer 3",
    label="Hall 2",
    house="Werk",
    sentences=("Scan for help and service",),
)
LONG = Content(
    url=f"https://service-portal.nordlicht-maschinenbau.example.com/c/{'a2b3c4d5' * 4}/",
    host="service-portal.nordlicht-maschinenbau.example.com",
    short_id="ABCD-EFGH",
    device="Verpackungsmaschine-Schlauchbeutel TX 4000 mit automatischer Folienzuführung, Nord" * 2,
    label="Hinterderzweitentürlinksimkellerganzhinteninderecke",
    house="Nordlicht Maschinenbau und Service GmbH & Co. KG",
    sentences=(
        "Scan for help and service",
        "Scannen für Hilfe und Service",
        "Scannez pour obtenir de l’aide et le service",
    ),
)
CONTENTS = {
    "short": SHORT,
    "long": LONG,
    "with a logo": replace(LONG, logo_ratio=3.5),
    "with a high logo": replace(SHORT, logo_ratio=0.4),
    "code only": Content(url=SHORT.url),
}


def boxes_of(drawing: Drawing) -> list[Box]:
    """The code without its quiet zone, the logo, and each line of text from its height to what hangs below."""
    zone = drawing.code.width / drawing.modules.side * QUIET_ZONE
    code, logo = drawing.code, [drawing.logo] if drawing.logo else []
    inner = Box(code.x + zone, code.y + zone, code.width - 2 * zone, code.height - 2 * zone)
    lines = [Box(each.x, each.y - 0.75 * each.size, each.width, 0.95 * each.size) for each in drawing.words]
    return [inner, *logo, *lines]


def is_inside(box: Box, layout: Layout) -> bool:
    corners = [(box.x + dx, box.y + dy) for dx in (0, box.width) for dy in (0, box.height)]
    if layout.is_round:
        radius = layout.width / 2
        return all(hypot(x - radius, y - radius) <= radius for x, y in corners)
    return all(0 <= x <= layout.width and 0 <= y <= layout.height for x, y in corners)


def overlap(one: Box, other: Box) -> bool:
    beside = one.x + one.width <= other.x + EXACT or other.x + other.width <= one.x + EXACT
    above = one.y + one.height <= other.y + EXACT or other.y + other.height <= one.y + EXACT
    return not (beside or above)


def faults(drawing: Drawing) -> list[str]:
    boxes = boxes_of(drawing)
    found = [f"outside: {box}" for box in [*boxes, drawing.code] if not is_inside(box, drawing.layout)]
    found += [f"over each other: {pair}" for pair in combinations(boxes, 2) if overlap(*pair)]
    found += [f"too small: {each}" for each in drawing.words if each.size < SMALLEST_TEXT]
    if drawing.code.width / drawing.modules.side < SMALLEST_MODULE - EXACT:
        found.append("modules are too small")
    return found


def pdf_of(layout: Layout, drawings: list[Drawing], skipped: int = 0, logo: bytes = b"") -> bytes:
    file = io.BytesIO()
    write_labels(file, layout, drawings, title="Labels", skipped=skipped, logo=logo)
    return file.getvalue()


# Layouts -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", ALL, ids=lambda layout: layout.name)
def test_labels_stand_on_their_sheet_beside_each_other(layout: Layout) -> None:
    places = list(islice(layout.places(), layout.per_page + 1))
    boxes = [Box(place.x, place.y, layout.width, layout.height) for place in places[:-1]]

    assert {place.page for place in places[:-1]} == {0}
    assert places[-1].page == 1
    assert not [pair for pair in combinations(boxes, 2) if overlap(*pair)]
    for box in boxes:
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + box.width <= layout.page_width + EXACT
        assert box.y + box.height <= layout.page_height + EXACT


@pytest.mark.parametrize("layout", [each for each in ALL if each.kind == Kind.SHEET], ids=lambda layout: layout.name)
def test_a_sheet_is_the_same_when_it_is_turned_round(layout: Layout) -> None:
    places = list(islice(layout.places(), layout.per_page))
    last = places[-1]

    assert layout.page_width - last.x - layout.width == pytest.approx(layout.left, abs=0.1)
    assert layout.page_height - last.y - layout.height == pytest.approx(layout.top, abs=0.5)


def test_the_first_places_of_a_used_sheet_stay_free() -> None:
    layout = LAYOUTS["a4-24-70x37"]

    assert next(layout.places(5)) == Place(0, 140, 37.5)
    assert next(layout.places(24)).page == 1


# Drawings ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
@pytest.mark.parametrize("layout", ALL, ids=lambda layout: layout.name)
def test_nothing_overflows(layout: Layout, content: Content) -> None:
    assert faults(draw_label(content, layout)) == []


@given(
    st.sampled_from(ALL),
    st.text(max_size=120),
    st.text(max_size=80),
    st.lists(st.text(max_size=60), max_size=3),
    st.floats(0, 8),
)
@settings(max_examples=60, deadline=None)
def test_nothing_overflows_whatever_is_written(
    layout: Layout, device: str, label: str, sentences: list[str], ratio: float
) -> None:
    ratio = ratio if ratio > 0.1 else 0.0
    content = replace(SHORT, device=device, label=label, sentences=tuple(sentences), logo_ratio=ratio)
    assert faults(draw_label(content, layout)) == []


def test_a_text_shrinks_then_breaks_then_ends_with_an_ellipsis() -> None:
    layout = LAYOUTS["printer-62x29"]

    def device_lines(name: str) -> tuple[float, list[str]]:
        drawing = draw_label(Content(SHORT.url, device=name), layout)
        return drawing.words[0].size, [words.text for words in drawing.words]

    large, lines = device_lines("Washer")
    assert lines == ["Washer"]
    size, lines = device_lines("Washer of hall 2")
    assert size <= large
    assert len(lines) <= 2
    size, lines = device_lines("Verpackungsmaschine " * 12)
    assert size == SMALLEST_TEXT
    assert lines[-1].endswith("…")


def test_what_matters_least_is_left_out_and_said() -> None:
    drawing = draw_label(SHORT, LAYOUTS["printer-25x25"])

    assert [words.text for words in drawing.words] == ["ABCD-EFGH", "help.example.com"]
    assert drawing.left_out == {Part.DEVICE, Part.LABEL, Part.HOUSE, Part.SENTENCE}


def test_a_label_on_which_no_phone_could_read_the_code_is_refused() -> None:
    assert draw_label(SHORT, own_layout(20, 20)).words == ()
    with pytest.raises(LabelTooSmall, match="too small"):
        draw_label(SHORT, own_layout(18, 60))
    # A longer address has more modules.
    with pytest.raises(LabelTooSmall):
        draw_label(LONG, own_layout(20, 20))


# On paper ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", ALL, ids=lambda layout: layout.name)
def test_every_code_is_read_back_from_paper_where_it_belongs(layout: Layout) -> None:
    contents = [replace(LONG, url=f"{SHORT.url[:-4]}{number:03}/") for number in range(min(layout.per_page, 24))]
    drawings = [draw_label(content, layout) for content in contents]

    pdf = pdf_of(layout, drawings)
    (page,) = page_pictures(pdf)
    found = codes_on(page)

    (size,) = page_sizes(pdf)
    assert size == pytest.approx((layout.page_width, layout.page_height), abs=EXACT)
    assert [code.text for code in found] == [content.url for content in contents]
    for code, place, drawing in zip(found, layout.places(), drawings, strict=False):
        box = drawing.code
        middle = (place.x + box.x + box.width / 2, place.y + box.y + box.height / 2)
        assert (code.x, code.y) == pytest.approx(middle, abs=0.25)
        inner = box.width * (1 - 2 * QUIET_ZONE / drawing.modules.side)
        assert code.side == pytest.approx(inner, abs=0.3)


def test_a_used_sheet_goes_on_where_it_ended_and_then_on_the_next() -> None:
    layout, logo = LAYOUTS["a4-24-70x37"], io.BytesIO()
    Image.new("RGB", (350, 100), "red").save(logo, "PNG")
    drawing = draw_label(CONTENTS["with a logo"], layout)

    pdf = pdf_of(layout, [drawing] * 20, skipped=5, logo=logo.getvalue())
    first, second = page_pictures(pdf)

    assert len(codes_on(first)) == 19
    assert len(codes_on(second)) == 1
    assert "ABCD-EFGH" in text_on(pdf)
    # The first label stands in the second row.
    assert codes_on(first)[0].y > 37.5


def test_many_labels_take_little_memory() -> None:
    layout = LAYOUTS["a4-24-70x37"]
    drawing = draw_label(LONG, layout)

    tracemalloc.start()
    with io.BytesIO() as file:
        write_labels(file, layout, (drawing for _number in range(200)), title="Labels")
        size = file.tell()
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert size < 1_000_000
    assert peak < 4_000_000
