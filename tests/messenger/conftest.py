"""A person with files, the cast around an assigned ticket, and pieces as small as the films of tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from pytest_django import Settings

from fleet.models import Person
from messenger.services import uploads
from tests.cast import Cast, make_cast
from tests.factories import MemberFactory
from tests.messenger.pieces import stored_pieces
from ticketing.models import TicketStatus


@pytest.fixture
def person() -> Person:
    return MemberFactory()


@pytest.fixture
def cast() -> Cast:
    return make_cast(TicketStatus.ASSIGNED)


@pytest.fixture
def own_media(settings: Settings, tmp_path: Path) -> None:
    """A folder of its own: sweeping looks at all that is stored, also by other tests."""
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def tiny_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Films of tests have a few KB."""
    monkeypatch.setattr(uploads, "MIN_PIECE_BYTES", 1)


@pytest.fixture
def no_pieces_left() -> Iterator[None]:
    """What other tests stored must not be seen by this one, nor what it stores by the next."""
    delete_pieces()
    yield
    delete_pieces()


def delete_pieces() -> None:
    for name in stored_pieces():
        default_storage.delete(f"pieces/{name}")
