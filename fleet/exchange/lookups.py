"""Finding what the cells of a batch of rows name, in a few statements for all of them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.common.contacts import email_address
from config.common.languages import texts_of
from config.common.starts import Bytewise
from config.common.text import start_key
from fleet.exchange.cells import tidy
from fleet.models import CUSTOMER_ROLES, Customer, Device, DeviceKey, Person, PersonKey, Template, TemplateKind
from fleet.models.suggestions import MAX_KEY


class NamedRows:
    """Rows by their names. `ways` say in which order: the first way by which a row is found counts.

    A text that fits several rows alike names none of them.
    """

    absent: str | Promise = ""
    ways: Sequence[Callable[[Any], Iterable[str]]] = ()

    def __init__(self) -> None:
        self.found: list[dict[str, dict[int, tuple[Model, str]]]] = []

    def rows(self, texts: set[str]) -> Iterable[Model]:
        """The rows that one of the texts may name."""
        raise NotImplementedError

    def key(self, text: str) -> str:
        return text

    def prepare(self, texts: set[str]) -> None:
        self.found = [defaultdict(dict) for _way in self.ways]
        for row in self.rows(texts) if texts else ():
            for way, found in zip(self.ways, self.found, strict=True):
                for name in map(tidy, way(row)):
                    found[self.key(name)][row.pk] = (row, name)

    def find(self, text: str) -> Model:
        for found in self.found:
            fitting = found.get(self.key(text), {}).values()
            # Of several spellings, the one that stands there.
            rows = [row for row, name in fitting if name == text] or [row for row, _name in fitting]
            if len(rows) > 1:
                raise ValueError(_("“%(text)s” fits several. Name it in another way.") % {"text": text})
            if rows:
                return rows[0]
        raise ValueError(str(self.absent) % {"text": text})


class Customers(NamedRows):
    absent = gettext_lazy("There is no customer with the name or number “%(text)s”.")
    ways = (lambda customer: [customer.name], lambda customer: [customer.number])

    def rows(self, texts: set[str]) -> Iterable[Model]:
        return Customer.objects.filter(Q(name__in=texts) | Q(number__in=texts))


class Templates(NamedRows):
    absent = gettext_lazy("There is no template “%(text)s”.")
    ways = (lambda template: set(texts_of(template, "name").values()),)

    def rows(self, texts: set[str]) -> Iterable[Model]:
        return Template.objects.all()

    def key(self, text: str) -> str:
        return start_key(text)


class Vehicles(NamedRows):
    absent = gettext_lazy("There is no vehicle with the plate, serial number or name “%(text)s”.")
    ways = (
        lambda device: [device.licence_plate] if device.licence_plate else [],
        lambda device: [device.serial_number] if device.serial_number else [],
        lambda device: [device.name],
    )

    def rows(self, texts: set[str]) -> Iterable[Model]:
        return devices_by_key(map(start_key, texts)).filter(template__kind=TemplateKind.VEHICLE)

    def key(self, text: str) -> str:
        return start_key(text)


class People(NamedRows):
    absent = gettext_lazy("There is no manager or subscriber with the e-mail or name “%(text)s”.")
    ways = (lambda person: [person.email], lambda person: [person.name, f"{person.last_name}, {person.first_name}"])

    def rows(self, texts: set[str]) -> Iterable[Model]:
        keys = {start_key(text)[:MAX_KEY] for text in texts if "@" not in text}
        named = PersonKey.objects.alias(start=Bytewise("key")).filter(start__in=keys).values("person")
        emails = {email_address(text) for text in texts if "@" in text}
        return Person.objects.filter(Q(email__in=emails) | Q(pk__in=named), role__in=CUSTOMER_ROLES)

    def key(self, text: str) -> str:
        return email_address(text) if "@" in text else start_key(text)


def devices_by_key(keys: Iterable[str]) -> QuerySet[Device]:
    """The devices with one of these plates, serial numbers or names, as `start_key` returns them."""
    wanted = {key[:MAX_KEY] for key in keys if key}
    named = DeviceKey.objects.alias(start=Bytewise("key")).filter(start__in=wanted).values("device")
    return Device.objects.filter(pk__in=named).select_related("template", "customer")
