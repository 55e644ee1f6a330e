"""Templates, devices, teams, groups and codes of the demo."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile

from config.demo.people import CARSHARING, FACTORY, MUNICIPAL, OFFICE
from config.demo.pictures import draw_device
from config.demo.pictures.canvas import AMBER, AMBER_DARK, BLUE, BLUE_DARK
from fleet.actors import Actor
from fleet.models import Code, Customer, CustomerTeam, Device, Group, MetaTeam, Person, Team, Template, TemplateKind
from fleet.models.devices import PortalScope
from fleet.services.codes import change_pin, create_code, enable_code

Texts = tuple[str, str, str]
DEMO_PIN = "4711"


def in_three(field: str, texts: Texts) -> dict[str, Any]:
    """The values of a translated field, from texts in English, German and French."""
    return {f"{field}_{language}": text for language, text in zip(("en", "de", "fr"), texts, strict=True)}


@dataclass(frozen=True)
class TemplateFacts:
    """A template: `key` also names its drawing."""

    key: str
    name: Texts
    description: Texts
    colors: tuple[str, str]
    kind: TemplateKind = TemplateKind.MACHINE
    ratings_enabled: bool = True
    portal_scope: PortalScope = PortalScope.DEVICE


@dataclass(frozen=True)
class DeviceFacts:
    """A machine or vehicle; `colors` where it looks different from its template's picture."""

    template: str
    customer: str
    name: str
    model: str
    serial_number: str
    location: str
    licence_plate: str = ""
    colors: tuple[str, str] | None = None


TEMPLATES = (
    TemplateFacts(
        "packer",
        ("Packaging machine", "Verpackungsmaschine", "Machine d’emballage"),
        (
            "Flow wrappers, tray sealers and case packers on food lines.",
            "Schlauchbeutel-, Traysiegel- und Kartoniermaschinen in Lebensmittellinien.",
            "Ensacheuses, operculeuses et encartonneuses de lignes alimentaires.",
        ),
        (BLUE, BLUE_DARK),
    ),
    TemplateFacts(
        "loader",
        ("Wheel loader and compactor", "Radlader und Müllverdichter", "Chargeuse et compacteur"),
        (
            "Mobile machines of sorting centres and depots.",
            "Mobile Maschinen auf Wertstoffhöfen und Betriebshöfen.",
            "Engins mobiles des centres de tri et des dépôts.",
        ),
        (AMBER, AMBER_DARK),
    ),
    TemplateFacts(
        "compressor",
        ("Air compressor", "Druckluftkompressor", "Compresseur d’air"),
        (
            "Screw compressors with dryer and receiver.",
            "Schraubenkompressoren mit Trockner und Druckbehälter.",
            "Compresseurs à vis avec sécheur et réservoir.",
        ),
        ("#1d7f9a", "#145c70"),
        ratings_enabled=False,
    ),
    TemplateFacts(
        "car",
        ("Shared electric car", "Elektroauto im Carsharing", "Voiture électrique en autopartage"),
        (
            "Cars that drivers open with the app; each has a fixed station.",
            "Fahrzeuge, die mit der App geöffnet werden; jedes hat eine feste Station.",
            "Véhicules ouverts avec l’application ; chacun a sa station.",
        ),
        (BLUE, BLUE_DARK),
        TemplateKind.VEHICLE,
        portal_scope=PortalScope.OWN,
    ),
)

HALL_1, HALL_2 = "Werk Nauen, Halle 1", "Werk Nauen, Halle 2"
SORTING, DEPOT = "Centre de tri, rue des Tanneurs", "Dépôt municipal, route de Colmar"
TEAL_CAR, RED_CAR, WHITE_CAR, VIOLET_CAR = (
    ("#1d9a8a", "#14695e"),
    ("#d6453d", "#9c2b25"),
    ("#f2f5fa", "#b9c6d9"),
    ("#6d4fd0", "#49329a"),
)
DEVICES = (
    DeviceFacts("packer", FACTORY, "Beutelmaschine Linie 1", "Packwell FP 300", "PW-23-0417", HALL_1),
    DeviceFacts("packer", FACTORY, "Beutelmaschine Linie 2", "Packwell FP 300", "PW-23-0418", HALL_1),
    DeviceFacts("packer", FACTORY, "Traysiegler Linie 3", "Siegmar TS 80", "SM-21-1193", HALL_2),
    DeviceFacts("packer", FACTORY, "Kartonierer Linie 3", "Kartex CX 12", "KX-20-0562", HALL_2),
    DeviceFacts("packer", FACTORY, "Palettierer Versand", "Kartex PAL 6", "KX-19-0077", "Werk Nauen, Versandhalle"),
    DeviceFacts("compressor", FACTORY, "Druckluftstation Halle 1", "Airon S 37", "AR-22-3310", HALL_1),
    DeviceFacts("compressor", FACTORY, "Druckluftstation Halle 2", "Airon S 22", "AR-18-2046", HALL_2),
    DeviceFacts("loader", MUNICIPAL, "Chargeuse 1", "Volkan L 90", "VK-L90-20731", SORTING, "FX-218-VL"),
    DeviceFacts("loader", MUNICIPAL, "Chargeuse 2", "Volkan L 60", "VK-L60-18854", DEPOT, "GB-774-VL"),
    DeviceFacts("loader", MUNICIPAL, "Chargeuse télescopique", "Volkan T 42", "VK-T42-00926", DEPOT, "GD-031-VL"),
    DeviceFacts("loader", MUNICIPAL, "Compacteur quai 3", "Pressor C 20", "PR-C20-5512", SORTING),
    DeviceFacts("compressor", MUNICIPAL, "Compresseur atelier", "Airon S 15", "AR-19-2281", DEPOT),
    DeviceFacts("compressor", MUNICIPAL, "Compresseur ligne de tri", "Airon S 30", "AR-23-3702", SORTING),
    DeviceFacts("car", CARSHARING, "Elbflitz 07", "Volta City", "WVT0C17Y4R107", "Station Altona", "HH-EF 107E"),
    DeviceFacts(
        "car", CARSHARING, "Elbflitz 12", "Volta City", "WVT0C17Y4R112", "Station Ottensen", "HH-EF 112E", TEAL_CAR
    ),
    DeviceFacts(
        "car", CARSHARING, "Elbflitz 18", "Volta City", "WVT0C17Y5R118", "Station Hafencity", "HH-EF 118E", RED_CAR
    ),
    DeviceFacts(
        "car", CARSHARING, "Elbflitz 23", "Volta Kombi", "WVT0K22Y5R123", "Station Eppendorf", "HH-EF 123E", WHITE_CAR
    ),
    DeviceFacts(
        "car", CARSHARING, "Elbflitz 31", "Volta Kombi", "WVT0K22Y6R131", "Station Dammtor", "HH-EF 131E", VIOLET_CAR
    ),
)
# The code on the landing page opens this one; its code must not ask for a PIN.
LANDING_SERIAL = DEVICES[0].serial_number
PIN_SERIAL = "AR-18-2046"
REPLACED_SERIAL = "KX-19-0077"


@dataclass(frozen=True)
class TeamFacts:
    """A team of a meta team, and the customers it serves instead of the default team."""

    name: Texts
    members: tuple[str, ...]
    serves: tuple[str, ...] = ()


# The first team of each is the default team.
META_TEAMS: dict[str, tuple[Texts, tuple[TeamFacts, ...]]] = {
    "technicians": (
        ("Service technicians", "Servicetechniker", "Techniciens de maintenance"),
        (
            TeamFacts(
                ("Technicians North", "Techniker Nord", "Techniciens Nord"),
                ("jonas.petersen", "aylin.demir", "tom.whitfield"),
            ),
            TeamFacts(
                ("Technicians Alsace", "Techniker Elsass", "Techniciens Alsace"),
                ("luc.bertrand", "amelie.girard"),
                (MUNICIPAL,),
            ),
        ),
    ),
    "parts": (
        ("Spare parts", "Ersatzteile", "Pièces détachées"),
        (
            TeamFacts(
                ("Parts desk Hamburg", "Ersatzteildienst Hamburg", "Service pièces Hambourg"),
                ("aylin.demir", "tom.whitfield"),
            ),
            TeamFacts(
                ("Parts desk Strasbourg", "Ersatzteildienst Straßburg", "Service pièces Strasbourg"),
                ("amelie.girard",),
                (MUNICIPAL,),
            ),
        ),
    ),
    "vehicles": (
        ("Vehicle care", "Fahrzeugbetreuung", "Suivi des véhicules"),
        (
            TeamFacts(
                ("Vehicle care Hamburg", "Fahrzeugbetreuung Hamburg", "Suivi des véhicules Hambourg"),
                ("tom.whitfield", "priya.nair", "aylin.demir", "amelie.girard"),
            ),
        ),
    ),
}
SERVICE_GROUP: Texts = ("Service technicians", "Servicetechniker", "Techniciens de maintenance")
CARE_GROUP: Texts = ("Customer care", "Kundenbetreuung", "Relation client")
PARTS_GROUP: Texts = ("Spare parts desk", "Ersatzteildienst", "Service pièces détachées")


def make_templates() -> dict[str, Template]:
    """The templates with their pictures, by key."""
    made = {}
    for facts in TEMPLATES:
        template = Template(
            kind=facts.kind,
            ratings_enabled=facts.ratings_enabled,
            portal_scope=facts.portal_scope,
            **in_three("name", facts.name),
            **in_three("description", facts.description),
        )
        template.picture.save(f"{facts.key}.jpg", ContentFile(draw_device(facts.key, *facts.colors)), save=False)
        template.save()
        made[facts.key] = template
    return made


def make_devices(templates: dict[str, Template], customers: dict[str, Customer]) -> list[Device]:
    """All devices, in the order of the list above."""
    return [_make_device(facts, templates, customers) for facts in DEVICES]


def _make_device(facts: DeviceFacts, templates: dict[str, Template], customers: dict[str, Customer]) -> Device:
    device = Device(
        template=templates[facts.template],
        customer=customers[facts.customer],
        name=facts.name,
        model=facts.model,
        serial_number=facts.serial_number,
        licence_plate=facts.licence_plate,
        location=facts.location,
    )
    if facts.colors:
        drawing = ContentFile(draw_device(facts.template, *facts.colors))
        device.picture.save(f"{facts.serial_number}.jpg", drawing, save=False)
    device.save()
    return device


def make_meta_teams(people: dict[str, Person], customers: dict[str, Customer]) -> dict[str, MetaTeam]:
    """Meta teams with their teams, default teams and customer mappings, by key."""
    made = {}
    for key, (name, teams) in META_TEAMS.items():
        meta_team = MetaTeam.objects.create(**in_three("name", name))
        rows = [_make_team(meta_team, facts, people, customers) for facts in teams]
        meta_team.default_team = rows[0]
        meta_team.save()
        made[key] = meta_team
    return made


def _make_team(
    meta_team: MetaTeam, facts: TeamFacts, people: dict[str, Person], customers: dict[str, Customer]
) -> Team:
    team = Team.objects.create(meta_team=meta_team, **in_three("name", facts.name))
    team.members.set([people[f"{name}@{OFFICE}"] for name in facts.members])
    for number in facts.serves:
        CustomerTeam.objects.create(customer=customers[number], meta_team=meta_team, team=team)
    return team


def make_groups(
    template: Template, meta_teams: dict[str, MetaTeam], people: dict[str, Person]
) -> tuple[Group, Group, Group]:
    """Who answers problems, questions and orders of a template; orders are assigned automatically."""
    service = Group.objects.create(template=template, position=0, **in_three("name", SERVICE_GROUP))
    service.meta_teams.add(meta_teams["vehicles" if template.kind == TemplateKind.VEHICLE else "technicians"])
    care = Group.objects.create(template=template, position=1, **in_three("name", CARE_GROUP))
    care.employees.set([people[f"{name}@{OFFICE}"] for name in ("mara.vogt", "claire.fontaine", "priya.nair")])
    parts = Group.objects.create(
        template=template, position=2, assigns_automatically=True, **in_three("name", PARTS_GROUP)
    )
    parts.meta_teams.add(meta_teams["parts"])
    return service, care, parts


def make_codes(actor: Actor, devices: list[Device], since: datetime) -> None:
    """A code for each device: one with a PIN, one that replaces a disabled one; and a spare one without a device."""
    for device in devices:
        code = create_code(actor=actor, device=device, label=device.location)
        if device.serial_number == PIN_SERIAL:
            change_pin(actor=actor, code=code, pin=DEMO_PIN)
        if device.serial_number == REPLACED_SERIAL:
            old = create_code(actor=actor, device=device, label="Alter Aufkleber, zerkratzt")
            enable_code(actor=actor, code=old, enabled=False)
    create_code(actor=actor, label="Rolle 2, Aufkleber 19")
    Code.objects.update(created_at=since)


def usable_codes() -> list[Code]:
    """The enabled codes of the demo's devices in their order; those that ask for a PIN come last."""
    serials = [facts.serial_number for facts in DEVICES]
    codes = Code.objects.filter(device__serial_number__in=serials, is_enabled=True).select_related("device")
    places = {serial: place for place, serial in enumerate(serials)}
    return sorted(codes, key=lambda code: (code.has_pin, places[code.device.serial_number] if code.device else 0))
