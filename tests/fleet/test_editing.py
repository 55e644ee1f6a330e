"""Creating and editing devices, customers, people and reservations, also by two people at once."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from config.common.errors import InvalidInput, NotAllowed
from fleet.actors import KnownActor
from fleet.forms.reservations import person_label
from fleet.forms.rows import MOST_PROPOSED, RowField
from fleet.models import Customer, Device, Person, Reservation, ReservationStatus, Role
from fleet.services import devices as device_services
from fleet.services.devices import change_device
from fleet.services.editing import ChangedMeanwhile
from fleet.services.people import PersonDetails, change_person, create_person, deactivate_person
from tests.cast import client_of
from tests.factories import (
    AdministratorFactory,
    CustomerFactory,
    DeviceFactory,
    ManagerFactory,
    MemberFactory,
    ModeratorFactory,
    ReservationFactory,
    SubscriberFactory,
    TemplateFactory,
    VehicleFactory,
)
from tests.fleet.test_admin import picture

pytestmark = pytest.mark.django_db
VEHICLE = {
    "licence_plate": "AB-123-CD",
    "make": "Volta",
    "model": "City",
    "vehicle_category": "City car",
    "engine": "electric",
    "town": "Hamburg",
    "car_park": "Altona",
}


@pytest.fixture
def office() -> Client:
    return client_of(ModeratorFactory())


def form_of(client: Client, address: str) -> dict[str, str]:
    """What a browser sends back of the page at the address if nothing is changed."""
    form = client.get(address).context["page"].form
    sent = {name: form._stored(name) for name in form._compared()} if not form.is_new else {}
    return {name: text for name, text in {**sent, **dict(form.seen_fields)}.items() if text}


def edit(kind: str, key: object) -> str:
    return reverse(f"office:{kind}_edit", args=[key])


# Devices -------------------------------------------------------------------------------------------------------------


def test_a_machine_is_created_with_a_name_and_a_template(office: Client) -> None:
    template, customer = TemplateFactory(), CustomerFactory(name="Havelland")

    response = office.post(
        reverse("office:device_create"), {"name": "Press 4", "template": template.pk, "customer": "havelland"}
    )

    device = Device.objects.get(name="Press 4")
    assert response.status_code == 303
    assert response["Location"] == reverse("office:device_detail", args=[device.slug])
    assert device.customer == customer
    # Boxes that are not ticked are not sent.
    assert not device.is_active
    assert "press4" in device.search_public


def test_a_vehicle_needs_more_than_a_machine(office: Client) -> None:
    template = TemplateFactory(kind="vehicle")
    given = {"name": "Car 1", "template": template.pk, "is_active": "on"}

    refused = office.post(reverse("office:device_create"), given)
    assert refused.status_code == 400
    assert set(refused.context["page"].form.errors) == set(VEHICLE)

    assert office.post(reverse("office:device_create"), {**given, **VEHICLE}).status_code == 303
    assert Device.objects.get(name="Car 1").is_active


def test_services_ask_for_it_too() -> None:
    actor, vehicle = KnownActor(person=ModeratorFactory()), VehicleFactory(**VEHICLE)

    with pytest.raises(InvalidInput):
        change_device(actor=actor, device_id=vehicle.pk, values={"town": ""}, before={"town": "Hamburg"})
    with pytest.raises(NotAllowed):
        change_device(actor=KnownActor(person=MemberFactory()), device_id=vehicle.pk, values={}, before={})

    assert Device.objects.get(pk=vehicle.pk).town == "Hamburg"


def test_saving_without_a_change_changes_nothing(office: Client) -> None:
    vehicle = VehicleFactory(**VEHICLE)
    address = edit("device", vehicle.slug)
    before = Device.objects.filter(pk=vehicle.pk).values().get()

    assert office.post(address, form_of(office, address)).status_code == 303

    assert Device.objects.filter(pk=vehicle.pk).values().get() == before


@pytest.mark.parametrize(("field", "asked"), [("template", True), ("customer", True), ("name", False)])
def test_access_is_asked_again_where_it_rests_on_what_changed(
    office: Client, monkeypatch: pytest.MonkeyPatch, field: str, asked: bool
) -> None:
    calls: list[bool] = []
    monkeypatch.setattr(device_services, "revoke_access", lambda: calls.append(True))
    device, address = (made := DeviceFactory()), edit("device", made.slug)
    new = {"template": TemplateFactory().pk, "customer": CustomerFactory(name="New owner").name, "name": "New name"}

    assert office.post(address, {**form_of(office, address), field: new[field]}).status_code == 303

    assert bool(calls) is asked
    changed = Device.objects.get(pk=device.pk)
    assert "newname" in changed.search_public or "newowner" in changed.search_internal or field == "template"


def test_changes_of_two_people_to_different_fields_are_both_kept(office: Client) -> None:
    device = DeviceFactory(name="Press", location="Hall 1")
    address = edit("device", device.slug)
    first, second = form_of(office, address), form_of(office, address)

    office.post(address, {**first, "location": "Hall 2"})
    response = office.post(address, {**second, "name": "Press 4"})

    assert response.status_code == 303
    changed = Device.objects.get(pk=device.pk)
    assert (changed.name, changed.location) == ("Press 4", "Hall 2")


def test_the_second_of_two_who_change_the_same_field_is_told_and_decides(office: Client) -> None:
    device = DeviceFactory(name="Press", location="Hall 1")
    address = edit("device", device.slug)
    first, second = form_of(office, address), form_of(office, address)
    office.post(address, {**first, "name": "Of the first"})

    refused = office.post(address, {**second, "name": "Of the second", "location": "Hall 2"})
    form = refused.context["page"].form
    page = refused.content.decode()

    assert refused.status_code == 400
    assert list(form.errors) == ["name"]
    assert "Of the first" in str(form.errors["name"])
    assert 'value="Of the second"' in page
    assert 'value="Hall 2"' in page
    assert Device.objects.get(pk=device.pk).name == "Of the first"
    # Once told, sending again replaces it.
    again = {**second, "name": "Of the second", "location": "Hall 2", **dict(form.seen_fields)}
    assert office.post(address, again).status_code == 303
    changed = Device.objects.get(pk=device.pk)
    assert (changed.name, changed.location) == ("Of the second", "Hall 2")


def test_a_change_between_form_and_lock_is_noticed() -> None:
    actor, device = KnownActor(person=ModeratorFactory()), DeviceFactory(name="Now")

    with pytest.raises(ChangedMeanwhile):
        change_device(actor=actor, device_id=device.pk, values={"name": "Mine"}, before={"name": "Before"})

    assert Device.objects.get(pk=device.pk).name == "Now"


# Rows by their names -------------------------------------------------------------------------------------------------


def test_a_row_is_named_by_words_that_find_one() -> None:
    field = RowField()
    whole, longer = CustomerFactory(name="Elbflitz"), CustomerFactory(name="Elbflitz Carsharing")
    field.among(lambda words: Customer.objects.filter(name__icontains=words).order_by("name"))

    assert field.clean("carsharing") == longer
    assert field.clean("elbflitz") == whole
    for words, code in (("elb", "several"), ("nothing", "unknown"), ("", "required")):
        with pytest.raises(Exception) as caught:  # noqa: PT011 (its code is looked at)
            field.clean(words)
        assert caught.value.code == code  # type: ignore[attr-defined]


def test_labels_find_their_rows_again(office: Client) -> None:
    reservation = ReservationFactory()
    address = edit("reservation", reservation.pk)

    assert office.post(address, form_of(office, address)).status_code == 303

    after = Reservation.objects.get(pk=reservation.pk)
    assert (after.device, after.person) == (reservation.device, reservation.person)
    assert after.starts_at == reservation.starts_at


# Customers and reservations ------------------------------------------------------------------------------------------


def test_a_customer_is_created_and_devices_are_found_by_a_new_name(office: Client) -> None:
    office.post(reverse("office:customer_create"), {"name": "Old name", "kind": "private"})
    customer = Customer.objects.get(name="Old name")
    device = DeviceFactory(customer=customer)
    address = edit("customer", customer.pk)

    response = office.post(address, {**form_of(office, address), "name": "Brand new"})

    assert response["Location"] == reverse("office:customer_detail", args=[customer.pk])
    assert "brandnew" in Device.objects.get(pk=device.pk).search_internal
    assert Customer.objects.get(pk=customer.pk).search.startswith("brandnew")


def test_a_name_that_is_taken_is_refused(office: Client) -> None:
    CustomerFactory(name="Taken")

    response = office.post(reverse("office:customer_create"), {"name": "Taken", "kind": "private"})

    assert response.status_code == 400
    assert "name" in response.context["page"].form.errors


def test_a_reservation_is_created_and_changed(office: Client) -> None:
    vehicle, person = VehicleFactory(licence_plate="AB-9"), SubscriberFactory(last_name="Clarke")
    given = {
        "number": "R-1",
        "status": "confirmed",
        "device": "AB-9",
        "person": "clarke",
        "starts_at": "2026-11-28T08:00",
        "ends_at": "2026-11-28T10:00",
        "contract": "personal",
        "estimated_km": "30",
    }

    backwards = office.post(reverse("office:reservation_create"), {**given, "ends_at": "2026-11-28T07:00"})
    assert backwards.status_code == 400
    assert office.post(reverse("office:reservation_create"), given).status_code == 303

    reservation = Reservation.objects.get(number="R-1")
    assert (reservation.device, reservation.person, reservation.estimated_km) == (vehicle, person, 30)
    address = edit("reservation", reservation.pk)
    office.post(address, {**form_of(office, address), "status": "ended", "driven_km": "41"})
    changed = Reservation.objects.get(number="R-1")
    assert (changed.status, changed.driven_km) == (ReservationStatus.ENDED, 41)


def test_only_vehicles_are_reserved_and_only_by_customers(office: Client) -> None:
    DeviceFactory(name="Machine")
    MemberFactory(last_name="Employee")

    form = (
        office.post(reverse("office:reservation_create"), {"device": "Machine", "person": "Employee"})
        .context["page"]
        .form
    )

    assert {"device", "person"} <= set(form.errors)


# People --------------------------------------------------------------------------------------------------------------


def person_form(**given: Any) -> dict[str, Any]:
    form = {
        "first_name": "Emma",
        "last_name": "Clarke",
        "role": "subscriber",
        "email": "Emma@Mail.example",
        "language": "en",
        "is_active": "on",
    }
    return {**form, **given}


def test_moderators_create_people_of_customers_and_nobody_else(office: Client) -> None:
    customer = CustomerFactory(name="Elbflitz")

    response = office.post(reverse("office:person_create"), person_form(customer="elbflitz"))
    refused = office.post(reverse("office:person_create"), person_form(role="moderator", email="x@y.example"))

    person = Person.objects.get(email="emma@mail.example")
    assert response["Location"] == reverse("office:person_detail", args=[person.pk])
    assert (person.customer, person.role) == (customer, Role.SUBSCRIBER)
    assert not person.has_usable_password()
    assert refused.status_code == 400


def test_moderators_never_make_employees() -> None:
    moderator, manager = KnownActor(person=ModeratorFactory()), ManagerFactory()
    member = PersonDetails(email="m@e.example", role=Role.MEMBER)

    with pytest.raises(NotAllowed):
        create_person(actor=moderator, details=member)
    with pytest.raises(NotAllowed):
        change_person(actor=moderator, person=manager, details=member)
    with pytest.raises(NotAllowed):
        change_person(
            actor=moderator,
            person=MemberFactory(),
            details=PersonDetails(email="s@e.example", role=Role.SUBSCRIBER, customer=CustomerFactory()),
        )
    with pytest.raises(NotAllowed):
        deactivate_person(actor=moderator, person=AdministratorFactory())

    assert create_person(actor=KnownActor(person=AdministratorFactory()), details=member).role == Role.MEMBER


def test_deactivating_a_subscriber_signs_them_out_at_once(office: Client) -> None:
    subscriber = SubscriberFactory()
    browser = client_of(subscriber)
    address, page = edit("person", subscriber.pk), reverse("office:reservation_list")
    sent = {name: text for name, text in form_of(office, address).items() if name != "is_active"}
    assert browser.get(page).status_code == 200

    assert office.post(address, sent).status_code == 303

    assert browser.get(page).status_code == 302
    assert not Person.objects.get(pk=subscriber.pk).is_active
    assert office.post(address, {**form_of(office, address), "is_active": "on"}).status_code == 303
    assert Person.objects.get(pk=subscriber.pk).is_active


def test_an_e_mail_address_that_is_taken_is_refused(office: Client) -> None:
    taken = SubscriberFactory()

    response = office.post(reverse("office:person_create"), person_form(customer=taken.customer, email=taken.email))

    assert response.status_code == 400
    assert "email" in response.context["page"].form.errors


@pytest.mark.parametrize("hour", [0, 1], ids=["summer time", "winter time"])
def test_a_reservation_that_begins_in_the_hour_that_comes_twice_is_edited_and_keeps_its_begin(
    office: Client, hour: int
) -> None:
    begin = datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
    reservation = ReservationFactory(starts_at=begin, ends_at=begin + timedelta(hours=8))
    address = edit("reservation", reservation.pk)
    sent = form_of(office, address)
    assert sent["starts_at"] == "2026-10-25T02:30"

    response = office.post(address, {**sent, "car_park": "Altona"})
    written = office.post(address, {**form_of(office, address), "starts_at": "2026-10-25T02:45"})

    assert response.status_code == 303
    reservation.refresh_from_db()
    assert (reservation.starts_at, reservation.car_park) == (begin, "Altona")
    assert "starts_at" in written.context["page"].form.errors


def test_a_begin_that_somebody_else_has_changed_is_kept_although_it_was_written_twice(office: Client) -> None:
    begin, later = datetime(2026, 10, 25, 1, 30, tzinfo=UTC), datetime(2026, 10, 26, 1, 30, tzinfo=UTC)
    reservation = ReservationFactory(starts_at=begin, ends_at=later + timedelta(hours=8))
    address = edit("reservation", reservation.pk)
    sent = form_of(office, address)
    Reservation.objects.update(starts_at=later)

    assert office.post(address, {**sent, "car_park": "Altona"}).status_code == 303

    reservation.refresh_from_db()
    assert (reservation.starts_at, reservation.car_park) == (later, "Altona")


# Pictures ------------------------------------------------------------------------------------------------------------


def stored_files(row: Customer | Device) -> set[str]:
    """The names of the files of all rows of this kind, whoever has them."""
    folder = "customers/" if isinstance(row, Customer) else "devices/"
    return {f"{folder}{name}" for name in default_storage.listdir(folder)[1]}


@pytest.mark.parametrize(("kind", "field"), [("customer", "logo"), ("device", "picture")])
def test_a_picture_is_removed_with_its_file_once_that_is_certain(
    office: Client, django_capture_on_commit_callbacks: Any, kind: str, field: str
) -> None:
    row: Any = CustomerFactory() if kind == "customer" else DeviceFactory()
    address = edit(kind, row.pk if kind == "customer" else row.slug)
    assert "Remove picture" not in office.get(address).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        office.post(address, {**form_of(office, address), field: picture()})
    row.refresh_from_db()
    name = getattr(row, field).name
    assert name in stored_files(row)
    assert "Remove picture" in office.get(address).content.decode()

    with django_capture_on_commit_callbacks() as callbacks:
        response = office.post(address, {**form_of(office, address), f"{field}-remove": "on"})

    assert response.status_code == 303
    row.refresh_from_db()
    assert not getattr(row, field)
    assert name in stored_files(row)
    for callback in callbacks:
        callback()
    assert name not in stored_files(row)


def test_a_new_picture_takes_the_file_of_the_old_one_away_also_where_the_box_is_checked(
    office: Client, django_capture_on_commit_callbacks: Any
) -> None:
    device = DeviceFactory()
    address, names = edit("device", device.slug), []

    for more in ({}, {"picture-remove": "on"}):
        with django_capture_on_commit_callbacks(execute=True):
            office.post(address, {**form_of(office, address), "picture": picture(), **more})
        device.refresh_from_db()
        names.append(device.picture.name)

    assert names[0] != names[1]
    assert stored_files(device) & set(names) == {names[1]}


def test_a_file_that_another_device_shows_stays(office: Client, django_capture_on_commit_callbacks: Any) -> None:
    device = DeviceFactory(picture="devices/shared.jpg")
    DeviceFactory(picture=default_storage.save("devices/shared.jpg", picture()))
    Device.objects.update(picture=Device.objects.latest("pk").picture.name)
    device.refresh_from_db()
    address = edit("device", device.slug)

    with django_capture_on_commit_callbacks(execute=True):
        office.post(address, {**form_of(office, address), "picture-remove": "on"})

    assert not Device.objects.get(pk=device.pk).picture
    assert device.picture.name in stored_files(device)


def test_a_refused_form_remembers_that_the_picture_was_to_go(office: Client) -> None:
    device = DeviceFactory(picture=default_storage.save("devices/shared.jpg", picture()))
    address = edit("device", device.slug)

    response = office.post(address, {**form_of(office, address), "name": "", "picture-remove": "on"})

    assert response.status_code == 400
    assert re.search(r'name="picture-remove"[^>]* checked', response.content.decode())
    assert Device.objects.get().picture


# Rows that are named -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [("Anna", "Berg"), ("", "")], ids=["namesake", "nameless"])
def test_a_reservation_is_edited_although_its_person_is_not_found_by_name(
    office: Client, name: tuple[str, str]
) -> None:
    first, last = name
    person, _namesake = (SubscriberFactory(first_name=first, last_name=last, email=None) for _each in range(2))
    reservation = ReservationFactory(person=person)
    address = edit("reservation", reservation.pk)

    response = office.post(address, {**form_of(office, address), "car_park": "Altona"})

    assert response.status_code == 303
    reservation.refresh_from_db()
    assert (reservation.person, reservation.car_park) == (person, "Altona")


def test_people_without_an_email_address_are_told_apart_by_their_phones(office: Client) -> None:
    numbers = ("+33 6 11 22 33 44", "+33 6 55 66 77 88")
    one, _other = (SubscriberFactory(first_name="Anna", last_name="Berg", email=None, phone=each) for each in numbers)
    reservation = ReservationFactory()
    address = edit("reservation", reservation.pk)

    response = office.post(address, {**form_of(office, address), "person": person_label(one)})

    assert response.status_code == 303
    assert Reservation.objects.get().person == one


def test_a_customer_is_named_whatever_other_names_begin_like_theirs(office: Client) -> None:
    for number in range(MOST_PROPOSED + 1):
        CustomerFactory(name=f"An Auto {number}")
    customer, template = CustomerFactory(name="Auto"), TemplateFactory()

    response = office.post(
        reverse("office:device_create"), {"name": "Lift", "template": template.pk, "customer": "Auto"}
    )

    assert response.status_code == 303
    assert Device.objects.get().customer == customer


@pytest.mark.parametrize("words", ["a\x00b", "a b c " * 2000], ids=["null", "long"])
def test_words_that_no_database_looks_for_are_refused(office: Client, words: str) -> None:
    response = office.post(
        reverse("office:device_create"), {"name": "Lift", "template": TemplateFactory().pk, "customer": words}
    )

    assert response.status_code == 400
    assert "customer" in response.context["page"].form.errors


def test_reservations_at_the_ends_of_the_calendar_are_refused(office: Client) -> None:
    response = office.post(
        reverse("office:reservation_create"), {"starts_at": "0001-01-01T00:00", "ends_at": "9999-12-31T23:59"}
    )

    assert response.status_code == 400
    assert {"starts_at", "ends_at"} <= set(response.context["page"].form.errors)


def test_who_was_never_invited_is_edited_without_an_email_address(office: Client) -> None:
    person = SubscriberFactory(email=None, phone="1")
    address = edit("person", person.pk)

    response = office.post(address, {**form_of(office, address), "phone": "2"})

    assert response.status_code == 303
    person.refresh_from_db()
    assert (person.phone, person.email) == ("2", None)
