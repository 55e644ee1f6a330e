"""The administration of fleet, one page a level."""

from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.models import Group as PermissionGroup

from fleet.admin import codes, customers, devices, people, templates

# What we do not use is not shown: rights come from roles, and everybody has one sign-in address.
admin.site.unregister([PermissionGroup, EmailAddress])

__all__ = ["codes", "customers", "devices", "people", "templates"]
