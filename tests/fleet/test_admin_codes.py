"""Codes in the administration: looked at there, changed in the back office."""

import pytest
from django.urls import reverse

from fleet.services import code_tokens
from tests.cast import client_of
from tests.factories import AdministratorFactory, CodeFactory

pytestmark = pytest.mark.django_db


def test_the_administration_shows_codes_and_leads_to_where_they_are_changed() -> None:
    code = CodeFactory(device=None, pin="4711", label="Left door")
    client = client_of(AdministratorFactory())
    address = reverse("admin:fleet_code_change", args=[code.pk])

    shown = client.get(address).content.decode()

    assert "Left door" in shown
    assert "not paired with a device" in shown
    assert reverse("office:code_detail", args=[code.pk]) in shown
    assert not any(secret in shown for secret in ("4711", code.pin_hash, code_tokens.token_of(code)))
    assert client.post(address, {"label": "Right door"}).status_code == 403
    for name in ("add", "delete"):
        args = [code.pk] if name == "delete" else []
        assert client.get(reverse(f"admin:fleet_code_{name}", args=args)).status_code == 403
