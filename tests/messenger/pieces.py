"""Uploads in pieces: how tests begin them and send what follows."""

import uuid
from typing import Any

from django.core.files.storage import default_storage

from messenger.models import Upload
from messenger.services.attachments import Place
from messenger.services.uploads import receive_piece, start_upload
from tests.cast import Cast
from tests.messenger import samples
from tests.messenger.tus import Sender
from ticketing.surfaces import OFFICE, Surface

FILM = samples.mp4() + samples.box(b"mdat", bytes(range(256)) * 40)  # Some 10 KB that differ from place to place.


def sender(cast: Cast, role: str = "responsible", surface: Surface = OFFICE) -> Sender:
    return Sender(cast.client(role), surface.ticket_url("upload_add", cast.ticket))


def begun(cast: Cast, role: str = "responsible", **fields: Any) -> Upload:
    """An upload as the service makes it."""
    given = {"client_key": uuid.uuid4(), "name": "film.mp4", "length": len(FILM), **fields}
    place = Place(cast.ticket.pk, given.pop("purpose", "message"), given.pop("slot", ""))
    return start_upload(actor=cast.acting(role), place=place, device_id=cast.device.pk, **given)


def receive(cast: Cast, upload: Upload, content: bytes, role: str = "responsible") -> int:
    """Send the bytes that follow; returns how many have arrived."""
    upload.refresh_from_db()
    chunks = [content] if content else []
    return receive_piece(actor=cast[role], device_id=None, upload=upload, offset=upload.offset, chunks=chunks)


def stored_pieces() -> list[str]:
    return default_storage.listdir("pieces")[1] if default_storage.exists("pieces") else []
