"""A code user's phone before a device with a flow that asks every kind of question, and a moderator's back office."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client

from fleet.models import Person
from tests.cast import client_of
from tests.factories import CodeFactory, ModeratorFactory
from tests.ticketing.portal_browser import LongFlow, PortalBrowser, make_device, make_long_flow


@pytest.fixture
def phone() -> PortalBrowser:
    return PortalBrowser(CodeFactory(device=make_device()))


@pytest.fixture
def asked(phone: PortalBrowser) -> LongFlow:
    return make_long_flow(phone.device)


@pytest.fixture
def nothing_counted_before() -> Iterator[None]:
    """Numbers of views and filters are kept for some seconds."""
    yield
    cache.clear()


@pytest.fixture
def moderator() -> Person:
    return ModeratorFactory()


@pytest.fixture
def office(moderator: Person) -> Client:
    return client_of(moderator)
