"""How often codes are scanned, counted by day."""

import logging
import uuid
from typing import Any

from django.db import DatabaseError, connection

from config.common import clock
from fleet.code_scans import today
from fleet.models import Code, CodeDay

logger = logging.getLogger(__name__)
# By hand, because Django cannot add to what a row holds already where it inserts or updates.
_ADD = """
    INSERT INTO fleet_codeday (code_id, day, scans, browsers, refused) %s
    ON CONFLICT (code_id, day) DO UPDATE SET
        scans = fleet_codeday.scans + excluded.scans,
        browsers = fleet_codeday.browsers + excluded.browsers,
        refused = fleet_codeday.refused + excluded.refused
"""
_ADD_TO_CODE = _ADD % "VALUES (%s, %s, %s, %s, %s)"
# The same statement for every token: whether there is such a code must not be seen by what is asked.
_ADD_TO_SHUT_CODE = _ADD % (
    "SELECT id, %s, 0, 0, 1 FROM fleet_code WHERE token_hash = %s AND (is_enabled = %s OR device_id IS NULL)"
)


def count_scan(code_id: uuid.UUID, *, is_new: bool) -> None:
    """Count a scan that opened the device, of a browser that did not hold the code before or did.

    Never fails: a scan that is not counted opens the device all the same.
    """
    try:
        _execute(_ADD_TO_CODE, [_key(code_id), _today(), 1, int(is_new), 0])
        Code.objects.filter(pk=code_id).update(last_scanned_at=clock.now())
    except DatabaseError as error:
        logger.warning("A scan was not counted: %s", type(error).__name__)


def count_wrong_pin(code_id: uuid.UUID) -> None:
    """Never fails."""
    _try(_ADD_TO_CODE, [_key(code_id), _today(), 0, 0, 1])


def count_shut(token_hash: str) -> None:
    """Count a scan of a code that is disabled or not paired; for any other token it does nothing. Never fails."""
    _try(_ADD_TO_SHUT_CODE, [_today(), token_hash, False])


def _try(statement: str, values: list[Any]) -> None:
    try:
        _execute(statement, values)
    except DatabaseError as error:
        logger.warning("A refused scan was not counted: %s", type(error).__name__)


def _execute(statement: str, values: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _key(code_id: uuid.UUID) -> Any:
    return Code._meta.pk.get_db_prep_value(code_id, connection)


def _today() -> Any:
    return CodeDay._meta.get_field("day").get_db_prep_value(today(), connection)
