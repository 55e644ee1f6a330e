"""Pairing a sticker on the spot: with a device that is there, or with a new one."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from config.common.errors import InvalidInput, NotVisible
from fleet.actors import KnownActor
from fleet.models import Code, CodeEventKind, Device, Person, Template
from fleet.models.devices import TemplateKind
from fleet.services.code_tokens import url_of
from fleet.services.codes import create_code, pair_code
from fleet.services.pairing import NewDevice, PairedMeanwhile, pair_with_device, pair_with_new_device
from tests.cast import CastRole, client_of, make_cast
from tests.factories import (
    AssignmentFactory,
    CodeFactory,
    CustomerFactory,
    DeviceFactory,
    MemberFactory,
    TemplateFactory,
    TicketFactory,
)
from tests.ticketing.test_scanning import as_file, drawn
from ticketing.models import TicketStatus
from ticketing.office.serial_numbers import serial_number_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
READ = "/office/codes/read/"


@pytest.fixture
def person() -> Person:
    return MemberFactory(first_name="Tom")


@pytest.fixture
def phone(person: Person) -> Any:
    return client_of(person)


@pytest.fixture
def code() -> Code:
    return CodeFactory(device=None, label="Roll 7")


def address(code: Code, name: str = "pair") -> str:
    return reverse(f"office:code_{name}", args=[code.pk])


def new_device(template: Template | None = None, **fields: Any) -> dict[str, Any]:
    template = template or TemplateFactory()
    return {"template": template.pk, "name": "Press 9", "serial_number": "SN-9", **fields}


def chosen(device: Device) -> dict[str, Any]:
    return {"device": device.pk, "device_text": device.name}


def fresh(code: Code) -> Code:
    return Code.objects.select_related("device").get(pk=code.pk)


def test_a_sticker_is_paired_with_a_device_that_is_there(phone: Any, person: Person, code: Code) -> None:
    device = DeviceFactory(name="Washer 3")

    answer = phone.post(address(code), chosen(device))
    page = phone.get(answer.url).content.decode()

    assert (answer.status_code, answer.url) == (303, address(code, "paired"))
    assert (fresh(code).device, fresh(code).label) == (device, "Roll 7")
    assert [event.kind for event in code.events.filter(person=person, device=device)] == [CodeEventKind.PAIRED]
    assert "Washer 3" in page
    assert f"/d/{device.slug}/" in page
    assert "/code/#camera" in page
    assert phone.get(address(code)).url == f"/d/{device.slug}/"


def test_a_sticker_is_paired_with_a_new_device(phone: Any, code: Code) -> None:
    customer = CustomerFactory(name="Kern AG")
    given = new_device(customer=customer.pk, customer_text="Kern AG")

    answer = phone.post(address(code, "pair_new"), given)

    assert (answer.status_code, answer.url) == (303, address(code, "paired"))
    device = fresh(code).device
    assert device is not None
    assert (device.name, device.serial_number, device.customer) == ("Press 9", "SN-9", customer)
    # Found like all others.
    assert "press9" in device.search_public
    assert device.keys.exists()


def test_a_vehicle_needs_its_plate_and_a_machine_has_none(phone: Any, code: Code) -> None:
    vehicles, machines = TemplateFactory(kind=TemplateKind.VEHICLE), TemplateFactory()

    without = phone.post(address(code, "pair_new"), new_device(vehicles))
    assert without.status_code == 400
    assert "Vehicles need a licence plate." in without.content.decode()
    assert 'value="Press 9"' in without.content.decode()
    assert not Device.objects.exists()

    assert phone.post(address(code, "pair_new"), new_device(vehicles, licence_plate="B-KX 19")).status_code == 303
    assert Device.objects.get().licence_plate == "B-KX 19"
    other = CodeFactory(device=None)
    phone.post(address(other, "pair_new"), new_device(machines, licence_plate="B-KX 20"))
    assert fresh(other).device.licence_plate == ""  # type: ignore[union-attr]


def test_a_double_click_pairs_once(phone: Any, code: Code) -> None:
    device, given = DeviceFactory(), new_device()
    other = CodeFactory(device=None)

    existing = [phone.post(address(code), chosen(device)).status_code for _ in "ab"]
    created = [phone.post(address(other, "pair_new"), given).status_code for _ in "ab"]

    assert existing == created == [303, 303]
    assert code.events.count() == other.events.count() == 1
    assert Device.objects.count() == 2


@pytest.mark.parametrize("way", ["pair", "pair_new"])
def test_who_comes_second_is_told_and_loses_nothing(phone: Any, code: Code, way: str) -> None:
    first, mine = DeviceFactory(name="Dryer 1"), DeviceFactory(name="Washer 3")
    pair_with_device(actor=KnownActor(person=MemberFactory()), code_id=code.pk, device=first)
    given = new_device(name="Washer 3") if way == "pair_new" else chosen(mine)

    answer = phone.post(address(code, way), given)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "has just been paired with another device" in page
    assert "Dryer 1" in page
    assert 'value="Washer 3"' in page
    assert fresh(code).device == first
    assert Device.objects.count() == 2


def test_the_same_device_by_another_person_is_no_repetition(code: Code) -> None:
    template = TemplateFactory()
    new = NewDevice(template, "Press 9")
    tom, una = (KnownActor(person=MemberFactory()) for _ in "ab")

    pair_with_new_device(actor=tom, code_id=code.pk, new=new)

    with pytest.raises(PairedMeanwhile):
        pair_with_new_device(actor=una, code_id=code.pk, new=new)
    assert pair_with_new_device(actor=tom, code_id=code.pk, new=new).device.name == "Press 9"  # type: ignore[union-attr]
    assert Device.objects.count() == 1


def test_services_ask_who_pairs(code: Code) -> None:
    new, device = NewDevice(TemplateFactory(), "Press 9"), DeviceFactory()
    cast = make_cast()

    for actor in (cast.manager, cast.subscriber, cast.acting("reporter")):
        with pytest.raises(NotVisible):
            pair_with_new_device(actor=actor, code_id=code.pk, new=new)
        with pytest.raises(NotVisible):
            pair_with_device(actor=actor, code_id=code.pk, device=device)
    vehicle = NewDevice(TemplateFactory(kind=TemplateKind.VEHICLE), "Van")
    with pytest.raises(InvalidInput):
        pair_with_new_device(actor=cast.uninvolved, code_id=code.pk, new=vehicle)
    assert fresh(code).device is None


EMPLOYEES = {"uninvolved", "offered", "responsible", "rejecter", "moderator", "administrator", "drafting_employee"}
AT_THE_DOOR = {"stranger", "holder", "reporter", "other_holder", "former_employee"}


@pytest.mark.parametrize(
    ("verb", "name", "allowed"),
    [
        ("get", "pair", 200),
        ("get", "paired", 302),
        ("get", "pair_new", 302),
        ("post", "pair", 400),
        ("post", "pair_new", 400),
        ("read", "read", 400),
    ],
)
def test_only_employees_pair(code: Code, verb: str, name: str, allowed: int) -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    where = READ if verb == "read" else address(code, name)
    answers = {}

    for role in set(CastRole) - {"drafting_employee"}:
        client = cast.client(role)
        answers[str(role)] = (client.get(where) if verb == "get" else client.post(where, {"name": ""})).status_code

    expected = {
        str(role): allowed if role in EMPLOYEES else 302 if role in AT_THE_DOOR else 404
        for role in set(CastRole) - {"drafting_employee"}
    }
    # A page in the middle of a form says first what was typed.
    assert {role: 302 if status == 403 else status for role, status in answers.items()} == expected


def test_likely_devices_come_first_in_a_steady_number_of_queries(phone: Any, person: Person, code: Code) -> None:
    customer = CustomerFactory(name="Kern AG")
    actor, counts = KnownActor(person=person), []

    for number in range(2):
        AssignmentFactory(ticket=TicketFactory(device=DeviceFactory(name=f"Worked on {number}")), person=person)
        paired = DeviceFactory(customer=customer, name=f"Paired {number}")
        pair_code(actor=actor, code=create_code(actor=actor), device=paired, label="")
        DeviceFactory(customer=customer, name=f"Beside {number}")
        with CaptureQueriesContext(connection) as queries:
            page = phone.get(address(code)).content.decode()
        counts.append(len(queries))

    assert page.index("Worked on 1") < page.index("Worked on 0") < page.index("Beside 0") < page.index("Beside 1")
    assert "Paired 0" not in page
    assert 'value="Kern AG"' in page
    assert f'<option value="{paired.template_id}" selected' in page
    assert code.label in page
    assert counts[0] == counts[1]


# The nameplate


def test_the_serial_number_is_read_from_a_photo(phone: Any, code: Code) -> None:
    plate = as_file(drawn("SN-2024-77"))
    template = TemplateFactory()

    read = phone.post(READ, {"photo": plate})
    plate.seek(0)
    page = phone.post(address(code, "pair_new"), {**new_device(template), "photo": plate, "read": "1"})
    nothing = phone.post(
        address(code, "pair_new"), {**new_device(), "photo": as_file(Image.new("RGB", (50, 50))), "read": "1"}
    )

    assert read.json() == {"serial_number": "SN-2024-77"}
    assert 'value="SN-2024-77"' in page.content.decode()
    assert 'value="Press 9"' in page.content.decode()
    assert 'value="SN-9"' in nothing.content.decode()
    assert "Go closer, or type the serial number." in nothing.content.decode()
    assert fresh(code).device is None


def test_what_cannot_be_a_serial_number_is_said(phone: Any, code: Code) -> None:
    fetch = {"X-Requested-With": "fetch"}
    for content in (as_file(drawn(url_of(code))), SimpleUploadedFile("x.jpg", b"no picture"), None):
        answer = phone.post(READ, {"photo": content} if content else {}, headers=fetch)
        assert answer.status_code == 400
        assert answer.json()["message"]


@pytest.mark.parametrize(
    ("texts", "number"),
    [
        (["(01)04012345678901(21)AB-77(10)L5"], "AB-77"),
        (["https://maker.example/x", " 4711 "], "4711"),
        (["x" * 81], ""),
        ([], ""),
    ],
)
def test_the_serial_number_is_told_from_what_else_stands_there(texts: list[str], number: str) -> None:
    assert serial_number_of(texts) == number
