"""The people of the demo: a service company, its three customers, and who scans their codes."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.contrib.auth.hashers import make_password

from fleet.models import Customer, Person, Role

DEMO_PASSWORD = "fleetdesk-demo"  # noqa: S105  shown on the landing page, and valid in demo data only

FACTORY, MUNICIPAL, CARSHARING = "NL-10017", "NL-10042", "NL-10058"


@dataclass(frozen=True)
class CustomerFacts:
    """A customer; `number` is fixed, because it tells that a database holds the demo."""

    number: str
    name: str
    address: str
    email: str
    phone: str


@dataclass(frozen=True)
class PersonFacts:
    """Somebody who signs in; `speaks` are the languages they write in, the first is their interface's."""

    email: str
    first_name: str
    last_name: str
    role: Role
    speaks: tuple[str, ...]
    phone: str = ""
    customer: str | None = None


CUSTOMERS = (
    CustomerFacts(
        FACTORY,
        "Havelland Feinkost GmbH",
        "Ziegeleiweg 14\n14641 Nauen",
        "technik@havelland-feinkost.example",
        "+49 3321 555 0140",
    ),
    CustomerFacts(
        MUNICIPAL,
        "Régie des déchets de Valmont-sur-Ill",
        "12 rue des Tanneurs\n67270 Valmont-sur-Ill",
        "atelier@regie-valmont.example",
        "+33 3 88 55 01 20",
    ),
    CustomerFacts(
        CARSHARING,
        "Elbflitz Carsharing",
        "Große Elbstraße 212\n22767 Hamburg",
        "fleet@elbflitz.example",
        "+49 40 555 01 77",
    ),
)

OFFICE = "nordlicht-service.example"
EMPLOYEES = (
    PersonFacts(f"henrike.sommer@{OFFICE}", "Henrike", "Sommer", Role.ADMINISTRATOR, ("de", "en"), "+49 40 555 0100"),
    PersonFacts(f"daniel.okafor@{OFFICE}", "Daniel", "Okafor", Role.ADMINISTRATOR, ("en", "de"), "+49 40 555 0101"),
    PersonFacts(f"mara.vogt@{OFFICE}", "Mara", "Vogt", Role.MODERATOR, ("de", "en"), "+49 40 555 0110"),
    PersonFacts(f"claire.fontaine@{OFFICE}", "Claire", "Fontaine", Role.MODERATOR, ("fr", "de"), "+33 3 88 55 0111"),
    PersonFacts(f"jonas.petersen@{OFFICE}", "Jonas", "Petersen", Role.MEMBER, ("de", "en"), "+49 171 555 0121"),
    PersonFacts(f"aylin.demir@{OFFICE}", "Aylin", "Demir", Role.MEMBER, ("de", "en"), "+49 171 555 0122"),
    PersonFacts(f"luc.bertrand@{OFFICE}", "Luc", "Bertrand", Role.MEMBER, ("fr", "en"), "+33 6 55 50 12 31"),
    PersonFacts(f"amelie.girard@{OFFICE}", "Amélie", "Girard", Role.MEMBER, ("fr", "de"), "+33 6 55 50 12 32"),
    PersonFacts(f"tom.whitfield@{OFFICE}", "Tom", "Whitfield", Role.MEMBER, ("en", "de"), "+49 171 555 0125"),
    PersonFacts(f"priya.nair@{OFFICE}", "Priya", "Nair", Role.MEMBER, ("en",), "+49 171 555 0126"),
)
CUSTOMER_PEOPLE = (
    PersonFacts(
        "sabine.krueger@havelland-feinkost.example",
        "Sabine",
        "Krüger",
        Role.MANAGER,
        ("de",),
        "+49 3321 555 0141",
        FACTORY,
    ),
    PersonFacts(
        "philippe.marchand@regie-valmont.example",
        "Philippe",
        "Marchand",
        Role.MANAGER,
        ("fr",),
        "+33 3 88 55 01 21",
        MUNICIPAL,
    ),
    PersonFacts(
        "lena.brandt@elbflitz.example", "Lena", "Brandt", Role.MANAGER, ("de", "en"), "+49 40 555 0178", CARSHARING
    ),
    PersonFacts("emma.clarke@mail.example", "Emma", "Clarke", Role.SUBSCRIBER, ("en",), "+49 151 555 0131", CARSHARING),
    PersonFacts("felix.arndt@mail.example", "Felix", "Arndt", Role.SUBSCRIBER, ("de",), "+49 151 555 0132", CARSHARING),
    PersonFacts(
        "camille.roux@mail.example", "Camille", "Roux", Role.SUBSCRIBER, ("fr",), "+33 6 55 50 12 41", CARSHARING
    ),
)
SIGN_INS = (*EMPLOYEES, *CUSTOMER_PEOPLE)

Passers = dict[tuple[str, str], list[Person]]
# First and last name of people at the machine; nothing where somebody never told theirs.
PASSERS_BY: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {
    (FACTORY, "de"): (("Ralf", "Menzel"), ("Katja", "Lorenz"), ("Ewa", "Nowak"), ("", ""), ("", "")),
    (FACTORY, "en"): (("Marek", "Dvorak"), ("Grace", "Mensah"), ("", "")),
    (MUNICIPAL, "fr"): (("Yann", "Keller"), ("Nadia", "Haddad"), ("Sylvie", "Muller"), ("Bruno", ""), ("", "")),
    (CARSHARING, "de"): (("Tobias", "Rehm"), ("Miriam", "Falk"), ("", "")),
    (CARSHARING, "en"): (("James", "Porter"), ("Sofia", "Lindqvist"), ("", ""), ("", "")),
    (CARSHARING, "fr"): (("Hugo", "Lambert"), ("", "")),
}


def make_customers() -> dict[str, Customer]:
    """The customers by their number."""
    return {
        facts.number: Customer.objects.create(
            number=facts.number,
            name=facts.name,
            address=facts.address,
            contact_email=facts.email,
            phone=facts.phone,
        )
        for facts in CUSTOMERS
    }


def make_people(customers: dict[str, Customer], since: datetime) -> dict[str, Person]:
    """Everybody who signs in, by e-mail address."""
    return {facts.email: _make_person(facts, customers, since) for facts in SIGN_INS}


def _make_person(facts: PersonFacts, customers: dict[str, Customer], since: datetime) -> Person:
    person = Person(
        email=facts.email,
        contact_email=facts.email,
        first_name=facts.first_name,
        last_name=facts.last_name,
        role=facts.role,
        language=facts.speaks[0],
        phone=facts.phone,
        customer=customers[facts.customer] if facts.customer else None,
        created_at=since,
        password=_hashed_password(),
    )
    person.save()
    return person


def make_passers_by(since: datetime) -> Passers:
    """Code users by customer number and language; those who told their name told how to write to them, too."""
    return {place: [_make_passer_by(name, place[1], since) for name in names] for place, names in PASSERS_BY.items()}


def _make_passer_by(name: tuple[str, str], language: str, since: datetime) -> Person:
    address = ".".join(part.lower() for part in name if part)
    person = Person(
        role=Role.CODE_USER,
        email=None,
        first_name=name[0],
        last_name=name[1],
        contact_email=f"{address}@mail.example" if all(name) else "",
        language=language,
        created_at=since,
    )
    person.set_unusable_password()
    person.save()
    return person


@cache
def _hashed_password() -> str:
    """Hashing is slow on purpose, and all of them have the same password."""
    return make_password(DEMO_PASSWORD)


def is_demo() -> bool:
    """Whether the database holds the demo: all of its customers, known by their numbers."""
    numbers = {facts.number for facts in CUSTOMERS}
    return Customer.objects.filter(number__in=numbers).count() == len(numbers)


def languages_of(email: str | None) -> tuple[str, ...]:
    """What somebody speaks; nothing for people whom the demo did not make."""
    return next((facts.speaks for facts in SIGN_INS if facts.email == email), ())


def signed_in_people() -> list[Person]:
    """The people of the demo who can sign in, in the order in which they are shown."""
    order = [facts.email for facts in SIGN_INS]
    found = Person.objects.filter(email__in=order, is_active=True)
    return sorted(found, key=lambda person: order.index(person.email or ""))
