"""Limits of a request's size and slowness."""

from django.urls import Resolver404, resolve

from messenger.services.uploads import MAX_PIECE_BYTES

KILOBYTE, MEGABYTE = 1024, 1024 * 1024
# A form with a few photos, or a document, of a browser without scripts. Larger files travel in pieces.
MAX_FILES_BYTES = 12 * MEGABYTE
# The longest form without files has some texts of 10,000 characters, each up to 12 bytes when it is encoded.
MAX_FORM_BYTES = 1 * MEGABYTE

# A request must be there within these seconds, or in each such span keep up a pace that the slowest phone reaches.
PATIENCE_SECONDS = 30
SLOWEST_BYTES_PER_SECOND = 4 * KILOBYTE

_BYTES_BY_PAGE = {
    "portal:upload": MAX_PIECE_BYTES,
    "portal:code_entry": MAX_FILES_BYTES,
    "portal:flow_step": MAX_FILES_BYTES,
    "portal:message_send": MAX_FILES_BYTES,
    "portal:ticket_join": MAX_FILES_BYTES,
    "portal:update_post": MAX_FILES_BYTES,
    "portal:internal_update_post": MAX_FILES_BYTES,
    "office:code_pair_new": MAX_FILES_BYTES,
    "office:code_read": MAX_FILES_BYTES,
    "office:customer_create": MAX_FILES_BYTES,
    "office:customer_edit": MAX_FILES_BYTES,
    "office:device_create": MAX_FILES_BYTES,
    "office:device_edit": MAX_FILES_BYTES,
    "office:element_create": MAX_FILES_BYTES,
    "office:element_edit": MAX_FILES_BYTES,
    "office:exchange": MAX_FILES_BYTES,
    "office:upload": MAX_PIECE_BYTES,
    "office:desk_upload": MAX_PIECE_BYTES,
    "office:desk_form": MAX_FILES_BYTES,
    "office:ticket_edit": MAX_FILES_BYTES,
    "office:flow_step": MAX_FILES_BYTES,
    "office:ticket_form": MAX_FILES_BYTES,
    "office:message_send": MAX_FILES_BYTES,
    "office:update_post": MAX_FILES_BYTES,
    "office:internal_update_post": MAX_FILES_BYTES,
    "admin:fleet_customer_add": MAX_FILES_BYTES,
    "admin:fleet_customer_change": MAX_FILES_BYTES,
    "admin:fleet_device_add": MAX_FILES_BYTES,
    "admin:fleet_device_change": MAX_FILES_BYTES,
    "admin:fleet_organisation_add": MAX_FILES_BYTES,
    "admin:fleet_organisation_change": MAX_FILES_BYTES,
    "admin:fleet_template_add": MAX_FILES_BYTES,
    "admin:fleet_template_change": MAX_FILES_BYTES,
}


def most_bytes(path: str) -> int:
    """The largest body that an address accepts, in bytes."""
    try:
        page = resolve(path).view_name
    except Resolver404:
        return MAX_FORM_BYTES
    return _BYTES_BY_PAGE.get(page, MAX_FORM_BYTES)


def is_too_large(length: int, path: str) -> bool:
    """Whether a body of `length` bytes is refused at this address."""
    # The address is looked up for large bodies only.
    return length > MAX_FORM_BYTES and length > most_bytes(path)


def is_too_slow(received: int) -> bool:
    """Whether `received` bytes are too few for one span of `PATIENCE_SECONDS`."""
    return received < PATIENCE_SECONDS * SLOWEST_BYTES_PER_SECOND
