"""Codes on paper in the back office: who prints, what the preview and the PDF show, and what is written down."""

import io
import re
import uuid
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from fleet import organisation
from fleet.actors import KnownActor
from fleet.models import Code, CodeBatch, CodeEvent, CodeEventKind, Organisation, Person
from fleet.services.code_batches import create_batch
from fleet.services.code_entry import token_by_short_id
from fleet.services.code_tokens import short_id_of, token_of, url_of
from fleet.short_ids import shown_short_id
from tests.cast import Cast, make_cast
from tests.decoding import codes_on, page_pictures, page_sizes, read_picture, text_on
from tests.factories import CodeFactory, CustomerFactory, DeviceFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
LABELS, BATCH = "/office/codes/labels/", "/office/codes/batch/"
WISH: dict[str, Any] = {
    "layout": "a4-24-70x37",
    "skipped": "0",
    "copies": "1",
    "languages": ["en"],
    "parts": ["device", "short_id"],
}
SUPERIORS = {"moderator", "administrator"}


def address(path: str = LABELS, **query: Any) -> str:
    pairs = [(name, each) for name, value in query.items() for each in (value if isinstance(value, list) else [value])]
    return f"{path}?" + "&".join(f"{name}={each}" for name, each in pairs)


def chosen(codes: Sequence[Code], **query: Any) -> str:
    return address(id=[str(code.pk) for code in codes], **{"which": "chosen", **WISH, **query})


def pdf_of(client: Client, asked: str) -> bytes:
    response: Any = client.post(asked)
    assert response.status_code == HTTPStatus.OK
    assert response["Content-Type"] == "application/pdf"
    return b"".join(response)


def page_of(client: Client, asked: str) -> str:
    response = client.get(asked)
    assert response.status_code == HTTPStatus.OK
    return response.content.decode()


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def make_batch(person: Person, size: int = 3) -> CodeBatch:
    actor = KnownActor(person=person)
    return create_batch(actor=actor, size=size, pattern="Roll 3, sticker {n}", client_key=uuid.uuid4())


# Who may -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_only_superiors_print_over_http(cast: Cast) -> None:
    batch = make_batch(cast.person("moderator"))
    picture = [reverse("office:code_picture", args=[cast.code.pk, suffix]) for suffix in ("svg", "png", "pdf")]
    asked = [
        *(("get", each) for each in picture),
        ("get", reverse("office:code_barcode", args=[cast.code.pk])),
        ("get", LABELS),
        ("post", chosen([cast.code])),
        ("get", BATCH),
        ("post", BATCH),
        ("post", reverse("office:code_batch_csv", args=[batch.pk])),
    ]
    wrong = []

    for role in cast.people.keys() | cast.actors.keys():
        client = cast.client(role)
        may, signs_in = role in SUPERIORS, role in cast.people and role not in ("reporter", "former_employee")
        for method, path in asked:
            response: Any = getattr(client, method)(path, {"size": "2", "pattern": role, "client_key": uuid.uuid4()})
            expected = {200, 303} if may else {404} if signs_in else {302}
            if response.status_code not in expected:
                wrong.append(f"{role} {method} {path}: {response.status_code}")
            if response.streaming:
                b"".join(response)

    assert wrong == []
    assert set(CodeBatch.objects.values_list("pattern", flat=True)) == {batch.pattern, *SUPERIORS}
    printed = CodeEvent.objects.filter(kind=CodeEventKind.PRINTED)
    assert {event.person.first_name for event in printed if event.person} == {"Mona", "Ada"}


def test_what_is_not_there_is_answered_like_what_is_hidden(office: Client) -> None:
    code = CodeFactory()

    for name, args in (
        ("code_picture", [uuid.uuid4(), "svg"]),
        ("code_picture", [code.pk, "gif"]),
        ("code_barcode", [uuid.uuid4()]),
    ):
        assert office.get(reverse(f"office:{name}", args=args)).status_code == HTTPStatus.NOT_FOUND
    assert office.post(reverse("office:code_batch_csv", args=[999_999])).status_code == HTTPStatus.NOT_FOUND


# One code ------------------------------------------------------------------------------------------------------------


def test_pictures_of_a_code_are_read_back(office: Client) -> None:
    code = CodeFactory(device=DeviceFactory(name="Washer 3"))

    def download(suffix: str) -> bytes:
        response: Any = office.get(reverse("office:code_picture", args=[code.pk, suffix]))
        assert f'filename="Washer 3 {shown_short_id(short_id_of(code))}.{suffix}"' in response["Content-Disposition"]
        return b"".join(response)

    png, svg, pdf = download("png"), download("svg"), download("pdf")

    assert read_picture(png) == url_of(code)
    assert min(Image.open(io.BytesIO(png)).size) >= 1200
    assert b"<svg" in svg
    assert page_sizes(pdf) == [pytest.approx((70, 37), abs=0.01)]
    assert [each.text for each in codes_on(page_pictures(pdf)[0])] == [url_of(code)]
    assert "Scan for help and service" in " ".join(text_on(pdf).split())
    assert not code.events.exists()


def test_the_id_to_type_is_a_barcode_too(office: Client) -> None:
    code = CodeFactory()

    drawn = b"".join(office.get(reverse("office:code_barcode", args=[code.pk]))).decode()

    assert shown_short_id(short_id_of(code)) in drawn
    assert read_picture(drawn_bars(drawn)) == short_id_of(code)


def test_older_codes_are_printed_with_ids_that_open_them_or_with_none(office: Client, monkeypatch: Any) -> None:
    codes: list[Code] = [CodeFactory(short_hash=None) for _number in range(3)]

    words = text_on(pdf_of(office, chosen(codes)))

    for code in codes:
        assert shown_short_id(short_id_of(code)) in words
        assert token_by_short_id(short_id_of(code)) == token_of(code)

    monkeypatch.setattr("fleet.services.code_secrets.short_id_of", lambda _code: "22222222")
    first, second = (CodeFactory(short_hash=None, device__name="Washer 3") for _number in range(2))
    assert text_on(pdf_of(office, chosen([first, second]))).count("2222-2222") == 1
    barcodes = [office.get(reverse("office:code_barcode", args=[code.pk])) for code in (first, second)]
    assert sorted(barcode.status_code for barcode in barcodes) == [200, 404]
    names = [office.get(reverse("office:code_picture", args=[code.pk, "svg"])) for code in (first, second)]
    assert sum('"Washer 3.svg"' in name["Content-Disposition"] for name in names) == 1


def drawn_bars(svg: str) -> bytes:
    """The bars of the drawing in pixels."""
    found = re.search(r'viewBox="0 0 (\d+)', svg)
    assert found
    picture = Image.new("L", (int(found[1]) * 3, 120), 255)
    for x, width in re.findall(r"M(\d+) 4h(\d+)v", svg):
        picture.paste(0, (int(x) * 3, 10, (int(x) + int(width)) * 3, 110))
    stored = io.BytesIO()
    picture.save(stored, "PNG")
    return stored.getvalue()


# Labels --------------------------------------------------------------------------------------------------------------


def test_a_sheet_is_shown_printed_read_back_and_written_down_once(office: Client, moderator: Person) -> None:
    codes: list[Code] = [CodeFactory(device=DeviceFactory(name=f"Washer {number:02}")) for number in range(24)]
    asked = chosen(codes, skipped="5", languages=["en", "de", "fr"])

    page = page_of(office, asked)
    assert "24 labels on 2 sheets" in text_of(page)
    assert page.count("label-sheet__label--used") == 5
    assert "Washer 00" in page
    assert "Washer 18" in page
    assert "Washer 19" not in page
    assert not CodeEvent.objects.exists()

    pdf = pdf_of(office, asked)
    pdf_of(office, asked)

    assert page_sizes(pdf) == [pytest.approx((210, 297), abs=0.01)] * 2
    found = [each.text for page in page_pictures(pdf) for each in codes_on(page)]
    assert found == [url_of(code) for code in codes]
    words = text_on(pdf)
    assert all(shown_short_id(short_id_of(code)) in words for code in codes)
    events = CodeEvent.objects.values_list("code", "kind", "person")
    assert sorted(events) == sorted((code.pk, CodeEventKind.PRINTED, moderator.pk) for code in codes)


def test_labels_are_found_by_customer_template_batch_and_without_a_device(office: Client, moderator: Person) -> None:
    acme, batch = CustomerFactory(name="Acme"), make_batch(moderator)
    of_acme = CodeFactory(device=DeviceFactory(customer=acme))
    other, loose = CodeFactory(), CodeFactory(device=None)
    assert other.device

    def printed(**query: Any) -> list[Code]:
        return list(office.get(address(**WISH, **query)).context["page"].labels.codes)

    assert printed(which="customer", customer=acme.pk, customer_text="Acme") == [of_acme]
    assert printed(which="template", template=other.device.template_id) == [other]
    assert [code.number_in_batch for code in printed(which="batch", batch=batch.pk)] == [1, 2, 3]
    assert loose in printed(which="unpaired")
    assert len(printed(which="unpaired")) == 4
    # Without more than a batch in the address, as the list of batches links to it.
    assert office.get(address(batch=batch.pk)).context["page"].labels.count == 3


REFUSED = {
    "nothing": ({"which": "chosen", "id": str(uuid.uuid4())}, "There are no such codes."),
    "no customer": ({"which": "customer"}, "Choose a customer."),
    "all places used": ({"which": "unpaired", "skipped": "24"}, "A sheet has 24 labels"),
    "too small": ({"which": "unpaired", "layout": "own", "width": "15", "height": "15"}, "This label is too small"),
    "no size": ({"which": "unpaired", "layout": "own"}, "Please enter the size of a label."),
    "too wide": ({"which": "unpaired", "layout": "own", "width": "500", "height": "50"}, "less than or equal to 210"),
    "unknown layout": ({"which": "unpaired", "layout": "a5"}, "a5"),
    "too many": ({"which": "unpaired", "copies": "10", "batch": ""}, "more than 500 labels"),
    "too many in the list": ({"which": "chosen", "id": [str(uuid.uuid4()) for _n in range(81)]}, "at most 80 codes"),
}


@pytest.mark.parametrize(("query", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_printed_is_refused_in_words(
    office: Client, moderator: Person, query: dict[str, Any], sentence: str
) -> None:
    make_batch(moderator, 51)
    asked = address(**{**WISH, **query})

    page = page_of(office, asked)
    response = office.post(asked)

    assert sentence in page
    assert "label-sheet" not in page
    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert not CodeEvent.objects.filter(kind=CodeEventKind.PRINTED).exists()


def test_codes_of_another_secret_are_not_printed(office: Client, settings: Any) -> None:
    old = CodeFactory()
    settings.CODE_SECRET = "another one"
    new = CodeFactory()

    page = page_of(office, chosen([old, new]))
    picture = office.get(reverse("office:code_picture", args=[old.pk, "svg"]))

    assert "1 of these codes was made with another secret" in page
    assert office.post(chosen([old, new])).status_code == HTTPStatus.BAD_REQUEST
    assert picture.status_code == HTTPStatus.CONFLICT
    assert "1 label" in text_of(page_of(office, chosen([new])))


def test_the_logo_of_the_organisation_is_on_the_labels(office: Client) -> None:
    logo = io.BytesIO()
    Image.new("RGB", (300, 100), "navy").save(logo, "JPEG")
    house = Organisation(pk=1, name="Werk Nord")
    house.logo.save("logo.jpg", ContentFile(logo.getvalue()))
    asked = chosen([CodeFactory()], parts=["house"])
    plain = pdf_of(office, asked)

    organisation.known.found = house
    page, pdf = page_of(office, asked), pdf_of(office, asked)

    assert f'href="{reverse("logo")}"' in page
    assert b"/Subtype /Image" in pdf
    assert b"/Subtype /Image" not in plain
    house.logo = ""
    assert "Werk Nord" in page_of(office, asked)


def test_a_page_costs_the_same_with_more_codes(office: Client, moderator: Person) -> None:
    codes: list[Code] = [CodeFactory() for _number in range(3)]
    make_batch(moderator)

    def cost(method: str, asked: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            response: Any = getattr(office, method)(asked)
            if response.streaming:
                b"".join(response)
        return len(queries)

    assert cost("get", chosen(codes[:1])) == cost("get", chosen(codes))
    assert cost("post", chosen(codes[:1])) == cost("post", chosen(codes))
    older: list[Code] = [CodeFactory(short_hash=None) for _number in range(4)]
    assert cost("get", chosen(older[:1])) == cost("get", chosen(older[1:]))
    one = cost("get", BATCH)
    make_batch(moderator)
    make_batch(moderator)
    assert cost("get", BATCH) == one


# Batches -------------------------------------------------------------------------------------------------------------


def test_a_batch_is_created_once_and_found_again(office: Client) -> None:
    form = {"size": "25", "pattern": "Roll {n}", "client_key": str(uuid.uuid4())}

    answers = [office.post(BATCH, form), office.post(BATCH, form)]
    page = page_of(office, BATCH)

    assert [answer.status_code for answer in answers] == [HTTPStatus.SEE_OTHER] * 2
    batch = CodeBatch.objects.get()
    assert Code.objects.count() == 25
    assert "Roll {n}" in page
    assert f"{LABELS}?batch={batch.pk}" in page
    table: Any = office.post(reverse("office:code_batch_csv", args=[batch.pk]))
    assert b"".join(table).count(b"http://testserver/c/") == 25


def test_another_batch_with_the_key_of_a_created_one_is_asked_for_again(office: Client) -> None:
    form = {"size": "2", "pattern": "Roll {n}", "client_key": str(uuid.uuid4())}
    office.post(BATCH, form)

    refused: Any = office.post(BATCH, {**form, "size": "3"})
    shown = refused.context["page"].form

    assert refused.status_code == HTTPStatus.BAD_REQUEST
    assert "This form was saved before, with something else in it." in refused.content.decode()
    assert office.post(BATCH, {**form, "size": "3", "client_key": shown["client_key"].value()}).status_code == 303
    assert shown["size"].value() == "3"
    assert Code.objects.count() == 2 + 3


@pytest.mark.parametrize("form", [{"size": "501"}, {"size": "0"}, {"pattern": ""}, {"client_key": "x"}])
def test_a_wrong_batch_is_shown_again(office: Client, form: dict[str, str]) -> None:
    sent = {"size": "5", "pattern": "Roll {n}", "client_key": str(uuid.uuid4()), **form}

    response = office.post(BATCH, sent)

    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert not Code.objects.exists()
