"""Codes that are typed, photographed or seen by a camera, and stickers that open nothing."""

import io
import re
from typing import Any

import pytest
import segno
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from config.common.barcodes import FRAME, NAMEPLATE, PHOTO, PictureLimit, Unreadable, read_codes
from config.common.pictures import ONE_AT_A_TIME
from fleet.actors import CODES_KEY, KnownActor
from fleet.models import Code, Person
from fleet.services.code_tokens import short_id_of, token_of, url_of
from fleet.services.codes import rotate_code
from fleet.short_ids import ALPHABET, LENGTH, POSSIBLE, clean_short_id, make_short_id, shown_short_id
from tests.cast import client_of
from tests.factories import CodeFactory, DeviceFactory, ManagerFactory, MemberFactory, ModeratorFactory
from tests.messenger.samples import jpeg_by_colour
from ticketing.portal.id_limits import FRAMES, IDS, PHOTOS, Pictures
from ticketing.portal.scanned import scan_path

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
ENTRY, DECODE = "/code/", "/scan/decode/"
HOME = "10.3.0.1"


@pytest.fixture(autouse=True)
def nothing_tried_before() -> None:
    cache.clear()


def replaced() -> tuple[Code, str, str]:
    """A renewed code, with the token and the id of its old sticker."""
    code = CodeFactory()
    token, short_id = token_of(code), short_id_of(code)
    return rotate_code(actor=KnownActor(person=ModeratorFactory()), code=code), token, short_id


def browser(person: Person | None = None, address: str = HOME) -> Any:
    client = client_of(person)
    client.defaults["REMOTE_ADDR"] = address
    return client


def type_id(client: Client, typed: str, query: str = "") -> Any:
    return client.post(ENTRY + query, {"short_id": typed})


def plain(answer: Any) -> str:
    """The page without tokens of forms and without what was typed."""
    text = re.sub(r'"[A-Za-z0-9]{64}"|X-CSRFToken": "[A-Za-z0-9]*"', "", answer.content.decode())
    return re.sub(r'value="[^"]*"', "", text)


def drawn(text: str, kind: str = "PNG", scale: int = 6) -> Image.Image:
    content = io.BytesIO()
    segno.make(text, micro=False).save(content, kind="png", scale=scale, border=4)
    return Image.open(content).convert("RGB")


def as_file(picture: Image.Image, kind: str = "JPEG") -> SimpleUploadedFile:
    content = io.BytesIO()
    picture.save(content, kind)
    return SimpleUploadedFile(f"frame.{kind.lower()}", content.getvalue(), f"image/{kind.lower()}")


# What is printed


@given(st.integers(0, POSSIBLE - 1), st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_noticed(number: int, place: int, other: str) -> None:
    right = make_short_id(number)
    wrong = right[:place] + other + right[place + 1 :]

    assert clean_short_id(wrong) == (right if wrong == right else "")


@given(st.integers(0, POSSIBLE - 1), st.text(" -–—._/  \u200b", max_size=3), st.booleans(), st.booleans())
def test_an_id_is_understood_in_any_spelling(number: int, gap: str, is_lower: bool, is_wide: bool) -> None:
    right = make_short_id(number)
    typed = f"{gap}{right[:4]}{gap}{right[4:]}{gap}"
    typed = typed.lower() if is_lower else typed
    if is_wide:
        typed = "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in typed)

    assert clean_short_id(typed) == right


def test_what_looks_like_another_character_is_read_as_the_one_that_ids_have() -> None:
    assert clean_short_id(make_short_id(5).replace("8", "B").replace("5", "S").replace("2", "Z")) == make_short_id(5)


@pytest.mark.parametrize("written", ["{}", "{}).", "{}%20", "{}%5D", "({}", "{}%E2%80%8B", "%22{}%22"])
@pytest.mark.parametrize("is_upper", [False, True])
def test_a_link_in_capitals_or_in_a_sentence_opens_the_same_page(written: str, is_upper: bool) -> None:
    code = CodeFactory()
    token = token_of(code).upper() if is_upper else token_of(code)

    answers = [browser().get(f"{path}{written.format(token)}/") for path in ("/c/", "/C/")]
    behind = Client().get(f"/c/{token}/).", follow=True)

    assert {(answer.status_code, answer.url) for answer in answers} == {(303, f"/d/{code.device.slug}/")}
    assert behind.status_code == 200
    assert Client().get(f"/c/{token}/x/").status_code == 404


@pytest.mark.parametrize("typed", ["4711", " 47 11 ", "４７１１", "47-11", "٤٧١١", "4711\u200b"])
def test_a_pin_is_right_in_any_spelling(typed: str) -> None:
    address = f"/c/{token_of(CodeFactory(pin='4711'))}/"

    assert Client().post(address, {"pin": typed}).status_code == 303
    assert Client().post(address, {"pin": f"{typed}2"}).status_code == 403
    assert Client().post(address, {"pin": " - "}).status_code == 400


# Stickers that open nothing


@pytest.mark.parametrize("reader", ["stranger", "manager"])
def test_outside_all_stickers_that_open_nothing_are_the_same(reader: str) -> None:
    _code, old_token, old_id = replaced()
    disabled, unpaired = CodeFactory(is_enabled=False), CodeFactory(device=None)
    client = Client() if reader == "stranger" else browser(ManagerFactory())
    tokens = ["a" * 32, old_token, *map(token_of, (disabled, unpaired))]
    ids = [make_short_id(7), old_id, *map(short_id_of, (disabled, unpaired))]
    client.get(f"/c/{'b' * 32}/")
    seen = []

    for ask in [
        *(lambda token=token: client.get(f"/c/{token}/") for token in tokens),
        *(lambda short_id=short_id: type_id(client, short_id) for short_id in ids),
    ]:
        with CaptureQueriesContext(connection) as queries:
            answer = ask()
        seen.append((answer.status_code, plain(answer), len(queries)))

    assert len(set(seen[:4])) == 1
    assert len(set(seen[4:])) == 1
    assert {status for status, _page, _count in seen} == {404}
    assert CODES_KEY not in client.session


def test_the_page_of_a_sticker_that_opens_nothing_helps_on() -> None:
    page = Client().get("/c/nothing/").content.decode()

    assert ENTRY in page
    assert f"{reverse('account_login')}?next={ENTRY}" in page
    assert "nothing" not in re.sub("does not open anything|Nothing", "", page)


def test_employees_learn_what_became_of_a_sticker() -> None:
    code, old_token, old_id = replaced()
    disabled, unpaired = CodeFactory(is_enabled=False), CodeFactory(device=None)
    client = browser(MemberFactory())
    pairing = reverse("office:code_pair", args=[unpaired.pk])

    for old in (client.get(f"/c/{old_token}/"), type_id(client, old_id)):
        assert old.status_code == 410
        assert "This sticker was replaced" in old.content.decode()
        assert str(code.device) in old.content.decode()
    for new in (client.get(f"/c/{token_of(unpaired)}/"), type_id(client, short_id_of(unpaired))):
        assert (new.status_code, new.url) == (303, pairing)
    for off in (client.get(f"/c/{token_of(disabled)}/"), type_id(client, short_id_of(disabled))):
        assert (off.status_code, off.url) == (303, f"/d/{disabled.device.slug}/")
    for unknown in (client.get("/c/nothing/"), type_id(client, make_short_id(7))):
        assert unknown.status_code == 404
        assert "Nobody knows this code" in unknown.content.decode()


# Typing


def test_a_typed_id_opens_what_its_link_opens() -> None:
    code, locked = CodeFactory(), CodeFactory(pin="4711")
    client = Client()

    answer = type_id(client, f" {shown_short_id(short_id_of(code)).lower()}.")
    asked = type_id(client, short_id_of(locked))

    assert (answer.status_code, answer.url) == (303, f"/d/{code.device.slug}/")
    assert client.get(answer.url).status_code == 200
    assert (asked.status_code, asked.url) == (303, f"/c/{token_of(locked)}/")
    assert "Enter the PIN" in client.get(asked.url).content.decode()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Type the id that is printed below the code."),
        ("2222", "An id has 8 letters and digits; these are 4."),
        ("2222-2223", "One character is wrong."),
        ("O000 0000", "One character is wrong."),
    ],
)
def test_a_mistyped_id_is_answered_at_once_and_counts_as_no_try(typed: str, said: str) -> None:
    client = Client(REMOTE_ADDR=HOME)

    for _ in range(IDS.pair.tries + 1):
        answer = type_id(client, typed)

    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert type_id(client, short_id_of(CodeFactory())).status_code == 303


def test_ids_are_guessed_slowly_and_those_who_know_one_get_no_more_guesses() -> None:
    known = short_id_of(CodeFactory())
    guesser, other = Client(REMOTE_ADDR=HOME), Client(REMOTE_ADDR="10.3.0.2")

    for number in range(IDS.pair.tries):
        assert type_id(guesser, make_short_id(number + 100)).status_code == 404
        if number < IDS.pair.tries - 1:
            assert type_id(guesser, known).status_code == 303
    stopped = type_id(guesser, known)

    assert (stopped.status_code, stopped["Retry-After"]) == (429, "300")
    assert "wait five minutes" in stopped.content.decode()
    assert type_id(other, known).status_code == 303
    assert type_id(browser(MemberFactory()), known).status_code == 303


def test_ids_guessed_from_everywhere_leave_each_address_one_try() -> None:
    for number in range(IDS.secret.tries):
        IDS.take("all", f"10.4.{number // 200}.{number % 200}")
    client = Client(REMOTE_ADDR=HOME)

    answers = [type_id(client, make_short_id(number)).status_code for number in (1, 2)]

    assert answers == [404, 429]
    assert type_id(Client(REMOTE_ADDR="10.3.0.3"), short_id_of(CodeFactory())).status_code == 303


# Seeing


@pytest.mark.parametrize("angle", [0, 15, 90, 200])
@pytest.mark.parametrize("blur", [0, 2])
def test_a_code_is_read_rotated_and_blurred(angle: int, blur: int) -> None:
    code = CodeFactory()
    picture = drawn(url_of(code)).rotate(angle, expand=True, fillcolor="white")
    frame = as_file(picture.filter(ImageFilter.GaussianBlur(blur)))

    answer = Client().post(DECODE, {"picture": frame})

    assert answer.json() == {"path": f"/c/{token_of(code)}/"}


@pytest.mark.parametrize("text", ["https://evil.example/c/abcdefgh/", "javascript:alert(1)", "SN-4711", "//x/c/abc/"])
def test_the_texts_of_other_codes_stay_where_they_are(text: str) -> None:
    answer = Client().post(DECODE, {"picture": as_file(drawn(text))})

    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("https://DESK.example/C/ABC234/", "/c/abc234/"),
        ("https://desk.example/c/abc234", "/c/abc234/"),
        (" http://testserver/c/abc234/). ", "/c/abc234/"),
        ("https://desk.example/c/abc234/?for=ticket", "/c/abc234/"),
        ("https://desk.example.evil/c/abc234/", ""),
        ("https://desk.example@evil.example/c/abc234/", ""),
        ("https://desk.example/d/abc234/", ""),
        ("https://desk.example/c/.../", ""),
        ("https://[desk/c/abc/", ""),
        ("ftp://desk.example/c/abc234/", ""),
        ("", ""),
    ],
)
def test_only_links_of_codes_of_this_house_are_ours(settings: Any, text: str, path: str) -> None:
    settings.PUBLIC_URL = "https://desk.example"

    assert scan_path(text, "testserver") == path


def test_pictures_that_cannot_be_read_are_refused() -> None:
    small = as_file(Image.new("RGB", (40, 40), "white"))

    assert read_codes(small) == []
    for content, limit in [
        (b"no picture", PHOTO),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), PHOTO),
        (bytes(FRAME.bytes + 1), FRAME),
        (as_file(Image.new("RGB", (2000, 1000))).read(), FRAME),
        (as_file(Image.new("RGB", (30, 30)), "GIF").read(), PHOTO),
        (small.read(), PictureLimit(10, 10, 10)),
    ]:
        with pytest.raises(Unreadable):
            read_codes(io.BytesIO(content), limit)
    assert Client().post(DECODE, {"picture": SimpleUploadedFile("x.jpg", b"no picture")}).status_code == 400
    assert Client().post(DECODE).status_code == 400
    assert Client().get(DECODE).status_code == 405


def test_strangers_send_photos_of_cameras_and_nothing_that_takes_longer() -> None:
    blank, size = Image.new("L", (4100, 3100), "white"), (8000, 5000)
    photo = as_file(drawn("SN-4711").resize(size))

    assert read_codes(photo, PHOTO) == ["SN-4711"]
    assert read_codes(as_file(blank, "PNG"), NAMEPLATE) == []
    with pytest.raises(Unreadable):
        read_codes(as_file(blank, "PNG"), PHOTO)


def test_photo_that_every_scan_goes_through_again_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    content = jpeg_by_colour(6000, 6000, 90)
    assert read_codes(io.BytesIO(jpeg_by_colour(600, 600, 3)), PHOTO) == []

    monkeypatch.setattr(Image.Image, "load", lambda _image: pytest.fail("It was decoded."))

    with pytest.raises(Unreadable, match="too large"):
        read_codes(io.BytesIO(content), PHOTO)


@pytest.mark.parametrize(("address", "name"), [(DECODE, "picture"), (ENTRY, "photo")])
def test_strangers_do_not_queue_for_pictures(address: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for limit in ("FRAME", "PHOTO"):
        monkeypatch.setattr(f"ticketing.portal.views.codes.{limit}", PHOTO._replace(patience=0))

    with ONE_AT_A_TIME:
        busy = Client().post(address, {name: as_file(drawn("x"))})

    assert busy.status_code == 429
    assert Client().post(address, {name: as_file(drawn("x"))}).status_code in {204, 400}
    assert not ONE_AT_A_TIME.locked()


@pytest.mark.parametrize(("address", "name", "pictures"), [(DECODE, "picture", FRAMES), (ENTRY, "photo", PHOTOS)])
def test_a_crowd_of_strangers_keeps_no_employee_from_scanning(address: str, name: str, pictures: Pictures) -> None:
    for _ in range(pictures.of_strangers.tries):
        pictures.of_strangers.take("all")

    assert browser().post(address, {name: as_file(drawn("x"))}).status_code == 429
    assert browser(MemberFactory()).post(address, {name: as_file(drawn("x"))}).status_code in {204, 400}


def test_too_many_frames_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(FRAMES.by_address.tries):
        FRAMES.by_address.take(HOME)

    answer = Client(REMOTE_ADDR=HOME).post(DECODE, {"picture": as_file(drawn("x"))})

    assert answer.status_code == 429
    assert Client(REMOTE_ADDR="10.3.0.2").post(DECODE, {"picture": as_file(drawn("x"))}).status_code == 204


def test_a_photo_is_read_without_scripts() -> None:
    code = CodeFactory()
    client = browser()

    found = client.post(ENTRY, {"photo": as_file(drawn(url_of(code)), "PNG")})
    empty = client.post(ENTRY, {"photo": as_file(Image.new("RGB", (60, 60)))})
    broken = client.post(ENTRY, {"photo": SimpleUploadedFile("x.jpg", b"no picture")})

    assert (found.status_code, found.url) == (303, f"/c/{token_of(code)}/")
    assert "No code of ours was found on this photo." in empty.content.decode()
    assert "This is not a picture that can be read." in broken.content.decode()


def test_only_the_page_that_scans_may_use_the_camera() -> None:
    client = Client()

    assert "camera=(self)" in client.get(ENTRY)["Permissions-Policy"]
    assert "microphone=()" in client.get(ENTRY)["Permissions-Policy"]
    assert "camera=(self)" in type_id(client, "2")["Permissions-Policy"]
    assert "camera=()" in client.get("/c/nothing/")["Permissions-Policy"]


def test_a_device_is_chosen_by_its_code_where_a_ticket_is_created() -> None:
    code = CodeFactory(device=DeviceFactory())
    employee, stranger, link = browser(MemberFactory()), browser(), f"/c/{token_of(code)}/"
    flow = reverse("office:ticket_create_flow", args=[code.device.slug])

    assert type_id(employee, short_id_of(code), "?for=ticket").url == flow
    locked = CodeFactory(pin="4711")
    asked = type_id(browser(ManagerFactory()), short_id_of(locked), "?for=form").url
    assert asked == f"/c/{token_of(locked)}/?for=form"
    assert employee.get(f"{link}?for=ticket").url == flow
    assert employee.get(f"{link}?for=form").url == f"{reverse('office:desk_form')}?vehicle={code.device.slug}"
    assert employee.get(f"{link}?for=else").url == f"/d/{code.device.slug}/"
    assert stranger.get(f"{link}?for=ticket").url == f"/d/{code.device.slug}/"
    assert "?for=ticket" in employee.get(reverse("office:ticket_create")).content.decode()
    assert employee.post(f"{ENTRY}?for=ticket", {"photo": as_file(drawn(url_of(code)))}).url == f"{link}?for=ticket"
