"""The rules of fleet: devices, customers, people, reservations, codes and the administration."""

from django.utils.translation import gettext_lazy as _

from config.common.rules import HIDDEN, YES, Verdict, no, rule
from fleet.actors import Actor
from fleet.models import CUSTOMER_ROLES, Code, Customer, Device, Person, Reservation

ONLY_ADMINISTRATORS = no(_("Only administrators may do this."))
ONLY_EMPLOYEES = no(_("Only employees may do this."))
ONLY_SUPERIORS = no(_("Only moderators and administrators may do this."))


@rule("fleet.open_device")
def open_device(actor: Actor, device: Device) -> Verdict:
    """Employees any device; managers and subscribers those of their customer; all others need a valid code."""
    if actor.is_employee or actor.holds(device.pk):
        return YES
    if actor.customer_id is not None and actor.customer_id == device.customer_id:
        return YES
    return HIDDEN


@rule("fleet.see_device_owner")
def see_device_owner(actor: Actor, device: Device) -> Verdict:
    """Customer, location, licence plate and serial number: employees and people of that customer."""
    if actor.is_employee or (actor.customer_id is not None and actor.customer_id == device.customer_id):
        return YES
    return HIDDEN


# Lists and sheets -----------------------------------------------------------------------------------------------------


def _of_own_customer(actor: Actor, customer_id: int | None) -> Verdict:
    return YES if actor.is_employee or (actor.is_manager and actor.customer_id == customer_id) else HIDDEN


@rule("fleet.list_records")
def list_records(actor: Actor, _obj: object = None) -> Verdict:
    """Devices, customers and people: employees all of them, managers those of their customer."""
    return YES if actor.is_employee or actor.is_manager else HIDDEN


@rule("fleet.list_reservations")
def list_reservations(actor: Actor, _obj: object = None) -> Verdict:
    """Employees all of them, managers those of their customer, subscribers their own."""
    return YES if actor.is_signed_in else HIDDEN


@rule("fleet.view_device")
def view_device(actor: Actor, device: Device) -> Verdict:
    """The sheet of a device with its service record: employees, and managers of its customer.

    Says the same as `DeviceQuerySet.with_sheet_for`.
    """
    return _of_own_customer(actor, device.customer_id)


@rule("fleet.view_customer")
def view_customer(actor: Actor, customer: Customer) -> Verdict:
    """Employees, and the managers of the customer. Says the same as `CustomerQuerySet.visible_to`."""
    return _of_own_customer(actor, customer.pk)


@rule("fleet.view_person")
def view_person(actor: Actor, person: Person) -> Verdict:
    """People who sign in, with phone and e-mail: employees, and managers those of their customer.

    Says the same as `PersonQuerySet.visible_to`.
    """
    return HIDDEN if person.is_code_user else _of_own_customer(actor, person.customer_id)


@rule("fleet.view_reservation")
def view_reservation(actor: Actor, reservation: Reservation) -> Verdict:
    """Employees, managers of the person's or the vehicle's customer, and its person.

    Says the same as `ReservationQuerySet.visible_to`.
    """
    if actor.is_employee or (actor.is_customer_person and reservation.person_id == actor.person_id):
        return YES
    customers = (reservation.person.customer_id, reservation.device.customer_id)
    return YES if actor.is_manager and actor.customer_id in customers else HIDDEN


@rule("fleet.change_records")
def change_records(actor: Actor, _obj: object = None) -> Verdict:
    """Create and edit devices, customers and reservations: superiors."""
    return list_records(actor) & (YES if actor.is_superior else ONLY_SUPERIORS)


@rule("fleet.change_person")
def change_person(actor: Actor, role: str) -> Verdict:
    """Create and edit people of a role: superiors managers and subscribers, administrators everyone."""
    if role in CUSTOMER_ROLES:
        return change_records(actor)
    return list_records(actor) & (YES if actor.is_administrator else ONLY_ADMINISTRATORS)


# Codes ----------------------------------------------------------------------------------------------------------------


@rule("fleet.list_codes")
def list_codes(actor: Actor, _obj: object = None) -> Verdict:
    """All codes with their sheets, without what is printed of them: employees."""
    return YES if actor.is_employee else HIDDEN


@rule("fleet.pair_code")
def pair_code(actor: Actor, _code: object) -> Verdict:
    """Employees: create a code, give it a label and a device, or take the device away."""
    return YES if actor.is_employee else HIDDEN


@rule("fleet.change_pin")
def change_pin(actor: Actor, code: Code) -> Verdict:
    """Employees, and the managers of the customer of the code's device."""
    if code.device is None:
        return list_codes(actor)
    return _of_own_customer(actor, code.device.customer_id)


@rule("fleet.pair_with_new_device")
def pair_with_new_device(actor: Actor, code: object) -> Verdict:
    """Employees, also those who change no records: the device is created where the sticker is put on it."""
    return pair_code(actor, code)


@rule("fleet.manage_code")
def manage_code(actor: Actor, _code: object) -> Verdict:
    """Superiors: see the link, print, share, disable, renew or delete a code, and log out the people who scanned it."""
    return list_codes(actor) & (YES if actor.is_superior else ONLY_SUPERIORS)


@rule("fleet.print_code")
def print_code(actor: Actor, _code: object = None) -> Verdict:
    """Superiors: to download or print what opens a device, and to create codes for stickers in batches."""
    return YES if actor.is_superior else HIDDEN


@rule("fleet.name_reporter")
def name_reporter(actor: Actor, _obj: object = None) -> Verdict:
    """Employees: say who reported a ticket to them, and add someone who is not there yet."""
    return YES if actor.is_employee else ONLY_EMPLOYEES


@rule("fleet.exchange_records")
def exchange_records(actor: Actor, _obj: object = None) -> Verdict:
    """Import and export customers, their people, devices and reservations: superiors."""
    if actor.is_superior:
        return YES
    return ONLY_SUPERIORS if actor.is_employee else HIDDEN


@rule("fleet.use_back_office")
def use_back_office(actor: Actor, _obj: object = None) -> Verdict:
    """People who are signed in."""
    return YES if actor.is_signed_in else HIDDEN


@rule("fleet.change_configuration")
def change_configuration(actor: Actor, _obj: object = None) -> Verdict:
    """The whole administration: administrators."""
    return YES if actor.is_administrator else ONLY_ADMINISTRATORS


@rule("fleet.change_role")
def change_role(actor: Actor, person: Person) -> Verdict:
    """Change a role, deactivate or activate: administrators others than themselves, superiors people of customers."""
    if actor.is_superior and person.is_customer_person:
        return YES
    if not actor.is_administrator:
        return ONLY_ADMINISTRATORS
    return no(_("You cannot change your own role.")) if person == actor.person else YES
