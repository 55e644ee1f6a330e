"""The rules of fleet: devices, codes and the administration."""

from django.utils.translation import gettext_lazy as _

from config.common.rules import HIDDEN, YES, Verdict, no, rule
from fleet.actors import Actor
from fleet.models import Device

ONLY_ADMINISTRATORS = no(_("Only administrators may do this."))
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


@rule("fleet.pair_code")
def pair_code(actor: Actor, _code: object) -> Verdict:
    """Employees, also for the PIN."""
    return YES if actor.is_employee else HIDDEN


@rule("fleet.manage_code")
def manage_code(actor: Actor, _code: object) -> Verdict:
    """Superiors: to disable, renew or delete a code, and to log out the people who scanned it."""
    return YES if actor.is_superior else HIDDEN


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
def change_role(actor: Actor, person: object) -> Verdict:
    """Change a role, deactivate or activate: administrators, and never for themselves."""
    if not actor.is_administrator:
        return ONLY_ADMINISTRATORS
    return no(_("You cannot change your own role.")) if person == actor.person else YES
