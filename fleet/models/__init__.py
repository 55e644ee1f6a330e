"""The models of fleet; import them from here."""

from fleet.models.codes import Code
from fleet.models.customers import Customer, CustomerTeam, MetaTeam, Team
from fleet.models.devices import Device, Template, TemplateKind
from fleet.models.limits import Counted, Subject, Usage
from fleet.models.links import PrivateLink
from fleet.models.organisation import Organisation
from fleet.models.people import EMPLOYEE_ROLES, Person, Role
from fleet.models.responsibility import Assignment, Decision, Group, Offer
from fleet.models.revocation import AccessEpoch

__all__ = [
    "EMPLOYEE_ROLES",
    "AccessEpoch",
    "Assignment",
    "Code",
    "Counted",
    "Customer",
    "CustomerTeam",
    "Decision",
    "Device",
    "Group",
    "MetaTeam",
    "Offer",
    "Organisation",
    "Person",
    "PrivateLink",
    "Role",
    "Subject",
    "Team",
    "Template",
    "TemplateKind",
    "Usage",
]
