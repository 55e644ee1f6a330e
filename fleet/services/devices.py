"""The folded search columns of devices."""

from config.common.languages import texts_of
from config.common.text import fold_names
from fleet.models import Device
from fleet.models.devices import SEARCH_COLUMNS, DeviceQuerySet

BATCH = 1000  # Devices.


def fill_search(device: Device) -> None:
    """Fills the columns from the device, its template and its customer. The caller saves the device."""
    customer = device.customer.name if device.customer else ""
    of_template = texts_of(device.template, "name").values()
    device.search_public = fold_names(device.name, device.model, device.identification, *of_template)
    # Holders of a code must not learn these by trying words.
    device.search_internal = fold_names(customer, device.location, device.serial_number)


def refill_search(devices: DeviceQuerySet) -> None:
    """Fills and saves the columns of devices whose template or customer has a new name."""
    rows, last = devices.select_related("template", "customer").order_by("pk"), 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        for device in batch:
            fill_search(device)
        Device.objects.bulk_update(batch, SEARCH_COLUMNS)
        last = batch[-1].pk
