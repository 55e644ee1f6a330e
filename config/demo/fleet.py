"""Templates, devices, teams, groups and codes of the demo."""

from datetime import datetime, timedelta

from django.core.files.base import ContentFile

from config.common import clock
from config.demo.pictures import draw_device
from config.demo.texts import translated
from config.demo.toml import Table, read_toml
from fleet.actors import Actor
from fleet.models import (
    Code,
    CodeDay,
    CodeEvent,
    Customer,
    CustomerTeam,
    Device,
    Group,
    MetaTeam,
    Person,
    Team,
    Template,
)
from fleet.services.codes import change_pin, create_code, enable_code
from fleet.services.devices import fill_search
from fleet.services.suggestion_keys import write_device_keys

DEMO_PIN = "4711"
SCANNED_DAYS = 40
FLEET = read_toml("fleet.toml")
DEVICES: dict[str, Table] = FLEET["devices"]
LANDING_SERIAL = next(iter(DEVICES))


def make_templates() -> dict[str, Template]:
    made = {}
    for key, row in FLEET["templates"].items():
        made[key] = template = Template(
            **{field: value for field, value in row.items() if field != "colors"},
            **translated("name", f"templates.{key}.name"),
            **translated("description", f"templates.{key}.description"),
            **translated("next_steps", f"templates.{key}.next_steps"),
        )
        drawing = ContentFile(draw_device(key, *row["colors"]))
        template.picture.save(f"{key}.jpg", drawing, save=False)
        template.save()
    return made


def make_devices(templates: dict[str, Template], customers: dict[str, Customer]) -> list[Device]:
    made = []
    for serial, row in DEVICES.items():
        device = Device(
            template=templates[row["template"]],
            customer=customers[row["customer"]],
            name=row["name"],
            model=row["model"],
            serial_number=serial,
            licence_plate=row.get("licence_plate", ""),
            location=row["location"],
        )
        if "colors" in row or "drawing" in row:
            colors = row.get("colors", FLEET["templates"][row["template"]]["colors"])
            drawing = ContentFile(draw_device(row.get("drawing", row["template"]), *colors))
            device.picture.save(f"{serial}.jpg", drawing, save=False)
        fill_search(device)
        device.save()
        made.append(device)
    write_device_keys(made)
    return made


def make_meta_teams(people: dict[str, Person], customers: dict[str, Customer]) -> dict[str, MetaTeam]:
    """Meta teams with their teams, default teams and customer mappings, by key."""
    made = {}
    for key, team_keys in FLEET["meta_teams"].items():
        meta_team = MetaTeam.objects.create(**translated("name", f"meta_teams.{key}"))
        teams = []
        for team_key in team_keys:
            row = FLEET["teams"][team_key]
            team = Team.objects.create(meta_team=meta_team, **translated("name", f"teams.{team_key}"))
            team.members.set([people[email] for email in row["members"]])
            for customer in row.get("serves", []):
                CustomerTeam.objects.create(customer=customers[customer], meta_team=meta_team, team=team)
            teams.append(team)
        meta_team.default_team = teams[0]
        meta_team.save()
        made[key] = meta_team
    return made


def make_groups(template: Template, meta_teams: dict[str, MetaTeam], people: dict[str, Person]) -> dict[str, Group]:
    made = {}
    for position, (key, row) in enumerate(FLEET["groups"].items()):
        group = Group.objects.create(
            template=template,
            position=position,
            assigns_automatically=row.get("assigns_automatically", False),
            **translated("name", f"groups.{key}"),
        )
        if "meta_teams" in row:
            group.meta_teams.add(meta_teams[row["meta_teams"][template.kind]])
        group.employees.set([people[email] for email in row.get("employees", [])])
        made[key] = group
    return made


def make_desk_group(people: dict[str, Person]) -> None:
    """Those who are asked about tickets of the desk form that name no vehicle."""
    group = Group.objects.create(template=None, **translated("name", "groups.desk"))
    group.employees.set([people[email] for email in FLEET["desk_group"]])


def make_codes(actor: Actor, devices: list[Device]) -> None:
    """A code for each device: one with a PIN, one that replaces a disabled one; and a spare one without a device."""
    for device in devices:
        row = DEVICES[device.serial_number]
        code = create_code(actor=actor, device=device, label=device.location)
        if row.get("asks_for_pin"):
            change_pin(actor=actor, code=code, pin=DEMO_PIN)
        if "old_code" in row:
            old = create_code(actor=actor, device=device, label=row["old_code"])
            enable_code(actor=actor, code=old, enabled=False)
    create_code(actor=actor, label=FLEET["spare_code"])


def date_codes(since: datetime) -> None:
    """All of them are as old as the house, with days of scans behind them; the newest one is scanned oddly often."""
    Code.objects.update(created_at=since)
    CodeEvent.objects.update(at=since)
    scanned = list(Code.objects.filter(device__isnull=False, is_enabled=True).order_by("pk"))
    now, days = clock.now(), list[CodeDay]()
    for place, code in enumerate(scanned):
        for back in range(SCANNED_DAYS):
            scans = (place * 5 + back * 3) % 7 // 2 if place else 4
            days.append(CodeDay(code=code, day=(now - timedelta(days=back)).date(), scans=scans, browsers=scans // 2))
        code.last_scanned_at = now - timedelta(hours=1 + place % 40)
    if days:
        days[0].scans, days[0].browsers, days[0].refused = 63, 41, 3
    CodeDay.objects.bulk_create(days)
    Code.objects.bulk_update(scanned, ["last_scanned_at"])


def usable_codes() -> list[Code]:
    """The enabled codes of the demo's devices in their order; those that ask for a PIN come last."""
    places = {serial: place for place, serial in enumerate(DEVICES)}
    codes = Code.objects.filter(device__serial_number__in=places, is_enabled=True).select_related("device")
    return sorted(codes, key=lambda code: (code.has_pin, places[code.device.serial_number] if code.device else 0))


def landing_code() -> Code | None:
    """The code that the landing page shows; nothing where it has been disabled or asks for a PIN."""
    usable = Code.objects.filter(device__serial_number=LANDING_SERIAL, is_enabled=True, pin_hash="")
    return usable.order_by("created_at", "pk").first()
