"""Typography is folded: what is stored already is found by it, too, and codes by their labels."""

from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.db import migrations, transaction

from config.common.text import fold_names, refolded, start_key, start_keys

BATCH = 1000  # Rows.
TICKETS, LOCKED_TICKETS = 1000, 100  # That are in memory together, and of these written together.
TICKET_COLUMNS = ("search_public", "search_internal", "search_messages", "search_internal_messages", "search_contact")
MAX_KEY = 80
Columns = dict[str, str]


def fill_columns(apps: Any, schema_editor: Any) -> None:
    """What saving a row writes. Doing it again changes nothing."""
    get = apps.get_model
    codes, customers, people = get("fleet", "Code").objects, get("fleet", "Customer").objects, get("fleet", "Person")
    devices = get("fleet", "Device").objects.select_related("template", "customer")
    _fill(codes.all(), lambda code: {"search": fold_names(code.label)})
    _fill(customers.all(), lambda customer: {"search": fold_names(customer.name, customer.number)})
    _fill(people.objects.all(), _of_person)
    _fill(devices, _of_device)


def fill_keys(apps: Any, schema_editor: Any) -> None:
    """What `fleet.services.suggestion_keys` writes. Doing it again changes nothing."""
    get = apps.get_model
    people = get("fleet", "Person").objects.filter(role__in=("manager", "subscriber"))
    _fill_keys(people, get("fleet", "PersonKey"), "person", _keys_of_person)
    _fill_keys(get("fleet", "Device").objects.all(), get("fleet", "DeviceKey"), "device", _keys_of_device)
    _fill_keys(get("fleet", "Customer").objects.all(), get("fleet", "CustomerKey"), "customer", _keys_of_customer)


def refold_tickets(apps: Any, schema_editor: Any) -> None:
    """What the columns have is folded again, without reading the texts of all tickets. Doing it again changes nothing."""
    tickets, last = apps.get_model("ticketing", "Ticket").objects, 0
    rows = tickets.exclude(status="draft").order_by("pk").values("pk", *TICKET_COLUMNS)
    while batch := list(rows.filter(pk__gt=last)[:TICKETS]):
        changed = [(row, new) for row in batch if (new := _refolded(row))]
        for start in range(0, len(changed), LOCKED_TICKETS):
            with transaction.atomic():
                for row, new in changed[start : start + LOCKED_TICKETS]:
                    _write_ticket(tickets, row, new)
        last = batch[-1]["pk"]


def _refolded(row: Columns) -> Columns:
    """Only the columns that change."""
    return {name: new for name in TICKET_COLUMNS if (new := refolded(row[name])) != row[name]}


def _write_ticket(tickets: Any, row: Columns, new: Columns) -> None:
    same = tickets.filter(**{name: row[name] for name in ("pk", *new)})
    if same.update(**new):
        return
    # Something was added meanwhile.
    locked = tickets.select_for_update().values("pk", *TICKET_COLUMNS).filter(pk=row["pk"]).first()
    if locked and (new := _refolded(locked)):
        tickets.filter(pk=row["pk"]).update(**new)


def _fill(rows: Any, columns_of: Callable[[Any], Columns]) -> None:
    for batch in _batches(rows):
        for row in batch:
            if _stored(row, columns := columns_of(row)) != columns:
                with transaction.atomic():
                    # Renamed meanwhile, perhaps.
                    locked = rows.select_for_update(of=("self",)).get(pk=row.pk)
                    rows.model.objects.filter(pk=row.pk).update(**columns_of(locked))


def _stored(row: Any, columns: Columns) -> Columns:
    return {name: getattr(row, name) for name in columns}


def _fill_keys(rows: Any, key_model: Any, owner: str, keys_of: Callable[[Any], set[str]]) -> None:
    for batch in _batches(rows):
        stored: dict[Any, set[str]] = {row.pk: set() for row in batch}
        for pk, key in key_model.objects.filter(**{f"{owner}__in": stored}).values_list(owner, "key"):
            stored[pk].add(key)
        for row in batch:
            if _cut(keys_of(row)) != stored[row.pk]:
                _write_keys(rows, row.pk, key_model, owner, keys_of)


def _write_keys(rows: Any, pk: Any, key_model: Any, owner: str, keys_of: Callable[[Any], set[str]]) -> None:
    with transaction.atomic():
        row = rows.select_for_update().get(pk=pk)
        key_model.objects.filter(**{owner: row}).delete()
        key_model.objects.bulk_create(key_model(**{owner: row}, key=key) for key in _cut(keys_of(row)))


def _batches(rows: Any) -> Iterator[list[Any]]:
    ordered, last = rows.order_by("pk"), None
    while batch := list((ordered if last is None else ordered.filter(pk__gt=last))[:BATCH]):
        yield batch
        last = batch[-1].pk


def _of_person(person: Any) -> Columns:
    contact = (person.email, person.contact_email, person.phone)
    return {"search": fold_names(person.first_name, person.last_name, *contact)}


def _of_device(device: Any) -> Columns:
    template, customer = device.template, device.customer
    default = getattr(template, f"name_{settings.LANGUAGE_CODE}")
    of_template = [getattr(template, f"name_{language}") or default for language, _name in settings.LANGUAGES]
    identification = device.licence_plate or device.serial_number
    shown = (device.name, device.make, device.model, identification, device.fleet_number)
    places = (device.location, device.car_park, device.town)
    return {
        "search_public": fold_names(*shown, *of_template),
        "search_internal": fold_names(
            customer and customer.name, *places, device.serial_number, device.vehicle_category
        ),
    }


def _keys_of_person(person: Any) -> set[str]:
    contact = {start_key(each) for each in (person.email or "", person.contact_email, person.phone)} - {""}
    return start_keys(person.first_name, person.last_name) | {f"@{each}" for each in contact}


def _keys_of_device(device: Any) -> set[str]:
    return ({start_key(device.licence_plate), start_key(device.serial_number)} - {""}) | start_keys(device.name)


def _keys_of_customer(customer: Any) -> set[str]:
    return ({start_key(customer.number)} - {""}) | start_keys(customer.name)


def _cut(keys: set[str]) -> set[str]:
    return {key[:MAX_KEY] for key in keys}


class Migration(migrations.Migration):
    # Row by row, or a few tickets at once: everything can be edited meanwhile. Nothing else stands in here, so that it
    # goes on where it was ended.
    atomic = False

    dependencies = [
        ("fleet", "0021_search_of_codes"),
        ("ticketing", "0010_affected"),
    ]

    operations = [
        migrations.RunPython(fill_columns, migrations.RunPython.noop),
        migrations.RunPython(fill_keys, migrations.RunPython.noop),
        migrations.RunPython(refold_tickets, migrations.RunPython.noop),
    ]
