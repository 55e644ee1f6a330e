"""Addresses of the sheets that a reader may open; empty where there is nothing, or nothing to be read."""

from django.urls import reverse

from config.common.rules import may
from fleet.actors import Actor
from fleet.models import Customer, Device, Person


def device_url(actor: Actor, device: Device | None) -> str:
    if device is None or not may(actor, "fleet.view_device", device):
        return ""
    return reverse("office:device_detail", args=[device.slug])


def customer_url(actor: Actor, customer: Customer | None) -> str:
    if customer is None or not may(actor, "fleet.view_customer", customer):
        return ""
    return reverse("office:customer_detail", args=[customer.pk])


def person_url(actor: Actor, person: Person) -> str:
    return reverse("office:person_detail", args=[person.pk]) if may(actor, "fleet.view_person", person) else ""
