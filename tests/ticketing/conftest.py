"""A code user's phone in front of a device, and a flow that asks every kind of question."""

import pytest

from tests.factories import CodeFactory
from tests.ticketing.portal_browser import LongFlow, PortalBrowser, make_device, make_long_flow


@pytest.fixture
def phone() -> PortalBrowser:
    return PortalBrowser(CodeFactory(device=make_device()))


@pytest.fixture
def asked(phone: PortalBrowser) -> LongFlow:
    return make_long_flow(phone.device)
