"""What people, devices and customers are found by while someone types: folded texts, looked up by how they start."""

from typing import ClassVar

from django.db import models

from config.common.starts import Bytewise
from fleet.models.customers import Customer
from fleet.models.devices import Device
from fleet.models.people import Person

MAX_KEY = 80  # Characters. No one types more of a name.


class PersonKey(models.Model):
    """`key` as `config.common.text.start_key` returns it; for contact details behind an @, for superiors only."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="keys")
    key = models.CharField(max_length=MAX_KEY)

    objects: ClassVar[models.Manager["PersonKey"]]

    class Meta:
        indexes = (models.Index(Bytewise("key"), name="person_key"),)

    def __str__(self) -> str:
        return self.key


class DeviceKey(models.Model):
    """`key` as `config.common.text.start_key` returns it."""

    device = models.ForeignKey(Device, models.CASCADE, related_name="keys")
    key = models.CharField(max_length=MAX_KEY)

    objects: ClassVar[models.Manager["DeviceKey"]]

    class Meta:
        indexes = (models.Index(Bytewise("key"), name="device_key"),)

    def __str__(self) -> str:
        return self.key


class CustomerKey(models.Model):
    """`key` as `config.common.text.start_key` returns it."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="keys")
    key = models.CharField(max_length=MAX_KEY)

    objects: ClassVar[models.Manager["CustomerKey"]]

    class Meta:
        indexes = (models.Index(Bytewise("key"), name="customer_key"),)

    def __str__(self) -> str:
        return self.key
