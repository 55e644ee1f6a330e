"""The models of fleet; import them from here."""

from fleet.models.codes import Code, CodeBatch, CodeDay, CodeEvent, CodeEventKind, FormerToken
from fleet.models.customers import Customer, CustomerTeam, MetaTeam, Team
from fleet.models.devices import Device, Engine, Template, TemplateKind
from fleet.models.limits import Counted, Subject, Usage
from fleet.models.links import PrivateLink
from fleet.models.organisation import Organisation
from fleet.models.people import CUSTOMER_ROLES, EMPLOYEE_ROLES, Person, Role
from fleet.models.reservations import Contract, Reservation, ReservationStatus
from fleet.models.responsibility import Assignment, Decision, Group, Offer
from fleet.models.revocation import AccessEpoch
from fleet.models.suggestions import CustomerKey, DeviceKey, PersonKey

__all__ = [
    "CUSTOMER_ROLES",
    "EMPLOYEE_ROLES",
    "AccessEpoch",
    "Assignment",
    "Code",
    "CodeBatch",
    "CodeDay",
    "CodeEvent",
    "CodeEventKind",
    "Contract",
    "Counted",
    "Customer",
    "CustomerKey",
    "CustomerTeam",
    "Decision",
    "Device",
    "DeviceKey",
    "Engine",
    "FormerToken",
    "Group",
    "MetaTeam",
    "Offer",
    "Organisation",
    "Person",
    "PersonKey",
    "PrivateLink",
    "Reservation",
    "ReservationStatus",
    "Role",
    "Subject",
    "Team",
    "Template",
    "TemplateKind",
    "Usage",
]
