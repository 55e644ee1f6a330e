"""Files of a person as tests store and read them."""

from pathlib import Path

import pytest

from config.common.errors import InvalidInput
from fleet.models import Person
from messenger.models import Attachment
from messenger.services.attachments import check_files, collect_attachments
from tests.messenger.samples import upload


def stored(person: Person, content: bytes, name: str = "file.bin") -> Attachment:
    [attachment] = collect_attachments(person=person, files=check_files([upload(content, name)]))
    return attachment


def refused(person: Person, content: bytes, name: str = "file.bin") -> InvalidInput:
    """Why the file is not stored."""
    with pytest.raises(InvalidInput) as refusal:
        stored(person, content, name)
    assert not Attachment.objects.exists()
    return refusal.value


def bytes_of(attachment: Attachment, which: str = "file") -> bytes:
    with getattr(attachment, which).open() as file:
        content: bytes = file.read()
    return content


def data(name: str) -> bytes:
    """A file that nothing here can make."""
    return (Path(__file__).parents[1] / "data" / name).read_bytes()
