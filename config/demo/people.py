"""The people of the demo: customers, those who sign in, and code users."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password

from config.demo.toml import Table, read_toml
from fleet.models import Customer, Person, Role
from fleet.services.suggestion_keys import write_customer_keys, write_person_keys

DEMO_PASSWORD = "fleetdesk-demo"  # noqa: S105  shown on the landing page, and valid in demo data only


@dataclass(frozen=True)
class SignIn:
    """A person who signs in; `customer` is a key of `CUSTOMERS`."""

    email: str
    first_name: str
    last_name: str
    role: str
    speaks: Sequence[str]
    phone: str
    customer: str | None = None


CUSTOMERS: dict[str, Table] = read_toml("fleet.toml")["customers"]
SIGN_INS = tuple(SignIn(email, **row) for email, row in read_toml("fleet.toml")["people"].items())

CodeUsers = dict[tuple[str, str], list[Person]]


def make_customers() -> dict[str, Customer]:
    fields = ("number", "name", "address", "contact_email", "phone")
    made = {key: Customer.objects.create(**{field: row[field] for field in fields}) for key, row in CUSTOMERS.items()}
    write_customer_keys(made.values())
    return made


def make_people(customers: dict[str, Customer], since: datetime) -> dict[str, Person]:
    """Those who sign in, by e-mail address."""
    # Hashing is slow on purpose, and all of them have the same password.
    hashed_password = make_password(DEMO_PASSWORD)
    made = {
        sign_in.email: Person.objects.create(
            email=sign_in.email,
            contact_email=sign_in.email,
            first_name=sign_in.first_name,
            last_name=sign_in.last_name,
            role=sign_in.role,
            language=sign_in.speaks[0],
            phone=sign_in.phone,
            customer=customers[sign_in.customer] if sign_in.customer else None,
            created_at=since,
            password=hashed_password,
        )
        for sign_in in SIGN_INS
    }
    write_person_keys(made.values())
    return made


def make_code_users(since: datetime) -> CodeUsers:
    return {
        (key, language): [_make_code_user(first_name, last_name, language, since) for first_name, last_name in names]
        for key, row in CUSTOMERS.items()
        for language, names in row["code_users"].items()
    }


def _make_code_user(first_name: str, last_name: str, language: str, since: datetime) -> Person:
    address = f"{first_name}.{last_name}@mail.example".lower()
    person = Person(
        role=Role.CODE_USER,
        email=None,
        first_name=first_name,
        last_name=last_name,
        contact_email=address if first_name and last_name else "",
        language=language,
        created_at=since,
    )
    person.set_unusable_password()
    person.save()
    return person


def is_demo() -> bool:
    """Whether the database holds the demo: all of its customers, known by their numbers."""
    numbers = [row["number"] for row in CUSTOMERS.values()]
    return Customer.objects.filter(number__in=numbers).count() == len(numbers)


def languages_of(email: str | None) -> Sequence[str]:
    """What a person speaks; nothing for people that the demo did not make."""
    return next((sign_in.speaks for sign_in in SIGN_INS if sign_in.email == email), ())


def signed_in_people() -> list[Person]:
    """The people of the demo who can sign in, in the order in which they are shown."""
    order = [sign_in.email for sign_in in SIGN_INS]
    found = Person.objects.filter(email__in=order, is_active=True)
    return sorted(found, key=lambda person: order.index(person.email or ""))
