"""Who acts: a signed-in person or nobody, plus the devices whose codes this browser holds."""

import uuid
from collections.abc import MutableMapping
from dataclasses import dataclass, field, replace
from typing import Any

from fleet.models import Code, Person, Role

CODES_KEY = "codes"
CODE_USER_KEY = "code_user"


@dataclass(frozen=True)
class Actor:
    """The subject of every rule. A deactivated person is nobody; a signed-in employee acts as employee only."""

    person: Person | None = None
    device_ids: frozenset[int] = field(default_factory=frozenset)
    # What limits count by, and no rule asks: the code held for each device, the one scanned last at the end, and the
    # address as `config.common.addresses` gives it; empty where the actor came over no network.
    code_ids: dict[int, uuid.UUID] = field(default_factory=dict, compare=False)
    address: str = field(default="", compare=False)

    @property
    def person_id(self) -> int | None:
        return self.person.pk if self.person else None

    @property
    def is_employee(self) -> bool:
        return self.person is not None and self.person.is_employee

    @property
    def is_superior(self) -> bool:
        return self.person is not None and self.person.is_superior

    @property
    def is_administrator(self) -> bool:
        return self.person is not None and self.person.is_administrator

    @property
    def is_manager(self) -> bool:
        return self.person is not None and self.person.role == Role.MANAGER

    @property
    def is_customer_person(self) -> bool:
        return self.person is not None and self.person.is_customer_person

    @property
    def is_signed_in(self) -> bool:
        return self.person is not None and not self.person.is_code_user

    @property
    def customer_id(self) -> int | None:
        """The customer of a manager or subscriber, else None."""
        return self.person.customer_id if self.person and self.person.is_customer_person else None

    def holds(self, device_id: int | None) -> bool:
        """Whether this browser holds a valid code of the device."""
        return device_id in self.device_ids

    def with_person(self, person: Person) -> "Actor":
        """The same browser, once its code user has a row."""
        return replace(self, person=person)


NOBODY = Actor()


def actor_of(user: Any, session: MutableMapping[str, Any], address: str = "") -> Actor:
    """The actor behind a request or socket, from its user and session; two queries at most.

    Codes count while they are enabled, paired, and of the epoch at which this browser scanned them.
    """
    codes = _held_codes(session.get(CODES_KEY) or {})
    if getattr(user, "is_authenticated", False) and user.is_active and not user.is_code_user:
        codes = {} if user.is_employee else codes
        return Actor(person=user, device_ids=frozenset(codes), code_ids=codes, address=address)
    person = _code_user(session.get(CODE_USER_KEY)) if codes else None
    return Actor(person=person, device_ids=frozenset(codes), code_ids=codes, address=address)


def _held_codes(held: dict[str, int]) -> dict[int, uuid.UUID]:
    """The valid code of each device, in the order in which they were scanned."""
    keys = [uuid.UUID(key) for key in held]
    if not keys:
        return {}
    found = Code.objects.filter(pk__in=keys, is_enabled=True, device__isnull=False).values_list(
        "pk", "epoch", "device_id"
    )
    devices = {key: device for key, epoch, device in found if device and held.get(str(key)) == epoch}
    return {devices[key]: key for key in keys if key in devices}


def _code_user(person_id: int | None) -> Person | None:
    if person_id is None:
        return None
    return Person.objects.filter(pk=person_id, role=Role.CODE_USER, is_active=True).first()
