"""The administration of fleet: one page for each level."""

from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.models import Group as PermissionGroup

from fleet.admin import codes, customers, devices, organisation, people, reservations, templates

# Not used: rights come from roles, and each person has one sign-in address.
admin.site.unregister([PermissionGroup, EmailAddress])

__all__ = ["codes", "customers", "devices", "organisation", "people", "reservations", "templates"]
