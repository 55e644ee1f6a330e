"""The only way for views to read what the rules of fleet guard: fetch and check in one call."""

import uuid

from django.db.models import F, QuerySet, Subquery

from config.common.errors import NotVisible
from config.common.rows import get_or_none
from config.common.rules import require
from fleet.actors import Actor
from fleet.models import (
    CUSTOMER_ROLES,
    Code,
    CodeBatch,
    CodeEvent,
    Customer,
    CustomerTeam,
    Device,
    Person,
    Reservation,
    Team,
    Template,
)
from fleet.models.customers import CustomerQuerySet
from fleet.models.devices import SEARCH_COLUMNS, DeviceQuerySet
from fleet.models.people import PersonQuerySet
from fleet.models.reservations import ReservationQuerySet

_SEARCH_OF_DEVICE = tuple(f"device__{name}" for name in SEARCH_COLUMNS)


def device_for(actor: Actor, slug: str, **annotations: Subquery) -> Device:
    """The device with that slug, and with what else of it is asked. Raises `NotVisible` for absent and hidden ones."""
    device = get_or_none(devices_for(actor).filter(slug=slug).annotate(**annotations))
    if device is None:
        raise NotVisible
    require(actor, "fleet.open_device", device)
    return device


def devices_for(actor: Actor) -> DeviceQuerySet:
    """The devices that the actor may open, with template and customer, without the words for the search."""
    return Device.objects.visible_to(actor).select_related("template", "customer").defer(*SEARCH_COLUMNS)


def customer_people_for(actor: Actor) -> PersonQuerySet:
    """Active managers and subscribers whom the actor may name: all, those of a manager's customer, or only oneself."""
    people = Person.objects.filter(role__in=CUSTOMER_ROLES, is_active=True)
    if actor.is_employee:
        return people
    if actor.is_manager:
        return people.filter(customer=actor.customer_id)
    return people.filter(pk=actor.person.pk) if actor.person is not None else people.none()


def employees_for(actor: Actor) -> PersonQuerySet:
    """Active employees, for forms and filters of employees; none for everyone else."""
    return Person.objects.employees() if actor.is_employee else Person.objects.none()


def listed_devices(actor: Actor) -> DeviceQuerySet:
    """The devices whose sheets the actor reads. Raises the refusal of ``fleet.list_records``."""
    require(actor, "fleet.list_records")
    return Device.objects.with_sheet_for(actor)


def device_sheet_for(actor: Actor, slug: str) -> Device:
    """The device with template and customer. Raises `NotVisible` for absent and hidden ones alike."""
    found = Device.objects.with_sheet_for(actor).filter(slug=slug).select_related("template", "customer")
    device = get_or_none(found.defer(*SEARCH_COLUMNS))
    if device is None:
        raise NotVisible
    require(actor, "fleet.view_device", device)
    return device


def codes_for(actor: Actor, device: Device) -> list[Code]:
    """The codes of a device, newest first, for those who read its sheet."""
    require(actor, "fleet.view_device", device)
    return list(device.codes.order_by("-created_at", "pk"))


def listed_codes(actor: Actor) -> QuerySet[Code]:
    """All codes, with devices and customers. Raises the refusal of ``fleet.list_codes``."""
    require(actor, "fleet.list_codes")
    return _with_devices(Code.objects.all())


def code_for(actor: Actor, code_id: uuid.UUID, *, rule: str = "fleet.list_codes") -> Code:
    """Raises `NotVisible` for absent and hidden ones alike, or the refusal of the rule."""
    found = _with_devices(Code.objects.all())
    if not actor.is_employee:
        found = found.filter(device__in=Device.objects.with_sheet_for(actor))
    code = get_or_none(found.filter(pk=code_id))
    if code is None:
        raise NotVisible
    require(actor, rule, code)
    return code


def code_events_for(actor: Actor, code: Code) -> QuerySet[CodeEvent]:
    """The history of a code. Raises the refusal of ``fleet.list_codes``."""
    require(actor, "fleet.list_codes")
    return code.events.select_related("person", "device").defer(*_SEARCH_OF_DEVICE)


def _with_devices(codes: QuerySet[Code]) -> QuerySet[Code]:
    return codes.select_related("device__template", "device__customer").defer(*_SEARCH_OF_DEVICE)


def codes_to_print(actor: Actor) -> QuerySet[Code]:
    """All codes with their devices, in the order of their labels. Raises the refusal of ``fleet.print_code``."""
    require(actor, "fleet.print_code")
    # Databases differ in where they put what is empty.
    order = ("batch", "number_in_batch", "device__name", "created_at")
    ordered = (F(name).asc(nulls_first=True) for name in order)
    return Code.objects.select_related("device").defer(*_SEARCH_OF_DEVICE).order_by(*ordered, "pk")


def code_to_print(actor: Actor, code_id: uuid.UUID) -> Code:
    """Raises `NotVisible` for an absent one, and the refusal of ``fleet.print_code``."""
    code = get_or_none(codes_to_print(actor).filter(pk=code_id))
    if code is None:
        raise NotVisible
    return code


def code_batches_for(actor: Actor) -> QuerySet[CodeBatch]:
    """Newest first. Raises the refusal of ``fleet.print_code``."""
    require(actor, "fleet.print_code")
    return CodeBatch.objects.select_related("person")


def code_batch_for(actor: Actor, batch_id: int) -> CodeBatch:
    """Raises `NotVisible` for an absent one, and the refusal of ``fleet.print_code``."""
    batch = get_or_none(code_batches_for(actor).filter(pk=batch_id))
    if batch is None:
        raise NotVisible
    return batch


def customers_for(actor: Actor) -> CustomerQuerySet:
    """Raises the refusal of ``fleet.list_records``."""
    require(actor, "fleet.list_records")
    return Customer.objects.visible_to(actor)


def customer_for(actor: Actor, customer_id: int) -> Customer:
    """Raises `NotVisible` for absent and hidden ones alike."""
    customer = get_or_none(Customer.objects.visible_to(actor).filter(pk=customer_id))
    if customer is None:
        raise NotVisible
    require(actor, "fleet.view_customer", customer)
    return customer


def team_mappings_for(actor: Actor, customer: Customer) -> list[CustomerTeam]:
    """Which teams serve the customer; none for people of the customer, who know no teams."""
    if not actor.is_employee:
        return []
    return list(customer.team_mappings.select_related("team", "meta_team").order_by("meta_team__name"))


def people_for(actor: Actor) -> PersonQuerySet:
    """People who sign in, with their customers. Raises the refusal of ``fleet.list_records``."""
    require(actor, "fleet.list_records")
    return Person.objects.visible_to(actor).select_related("customer")


def person_for(actor: Actor, person_id: int) -> Person:
    """Raises `NotVisible` for absent and hidden ones alike."""
    person = get_or_none(Person.objects.visible_to(actor).filter(pk=person_id).select_related("customer"))
    if person is None:
        raise NotVisible
    require(actor, "fleet.view_person", person)
    return person


def reservations_for(actor: Actor) -> ReservationQuerySet:
    """Reservations with vehicle and person. Raises the refusal of ``fleet.list_reservations``."""
    require(actor, "fleet.list_reservations")
    return _with_both(Reservation.objects.visible_to(actor))


def reservation_for(actor: Actor, reservation_id: int) -> Reservation:
    """Raises `NotVisible` for absent and hidden ones alike."""
    reservation = get_or_none(_with_both(Reservation.objects.visible_to(actor)).filter(pk=reservation_id))
    if reservation is None:
        raise NotVisible
    require(actor, "fleet.view_reservation", reservation)
    return reservation


def _with_both(reservations: ReservationQuerySet) -> ReservationQuerySet:
    related = reservations.select_related("device__template", "device__customer", "person__customer")
    return related.defer(*_SEARCH_OF_DEVICE)


def teams_of(actor: Actor) -> list[Team]:
    """The employee's own teams by name; none for everyone else."""
    if not actor.is_employee:
        return []
    return list(Team.objects.filter(members=actor.person_id).order_by("name", "pk"))


def templates_for(actor: Actor) -> list[Template]:
    """Templates by name, to choose one: employees all, managers those of their customer's devices."""
    require(actor, "fleet.list_records")
    if actor.is_employee:
        return list(Template.objects.order_by("name"))
    of_theirs = Device.objects.with_sheet_for(actor).values("template")
    return list(Template.objects.filter(pk__in=of_theirs).order_by("name"))
