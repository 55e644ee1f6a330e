"""The organisation that runs the service desk, on pages that everybody sees."""

import math

import pytest
from django.db import IntegrityError, transaction
from django.test import Client, TestCase
from django.urls import reverse

from fleet.models import Organisation
from fleet.organisation import forget_organisation, known
from fleet.services.code_tokens import token_of
from tests.cast import client_of
from tests.factories import AdministratorFactory, CodeFactory, ModeratorFactory
from tests.fleet.test_admin import picture

pytestmark = pytest.mark.django_db
ADD = "admin:fleet_organisation_add"


@pytest.fixture(autouse=True)
def looked_for() -> None:
    forget_organisation()


def fill_in(**fields: object) -> None:
    data = {"name": "Werk & Söhne", "phone": "+49 40 123", "imprint_url_de": "https://werk.example/impressum", **fields}
    with TestCase.captureOnCommitCallbacks(execute=True):
        answer = client_of(AdministratorFactory()).post(reverse(ADD), data)
        # What another page reads before this is committed.
        known.found, known.until = None, math.inf
    assert answer.status_code == 302


def test_until_somebody_says_who_runs_it_pages_carry_the_name_of_the_product() -> None:
    page = Client().get("/").content.decode()

    assert "Fleetdesk is an open-source service desk" in page
    assert "Imprint" not in page


def test_pages_carry_the_name_of_the_organisation_as_soon_as_it_is_known() -> None:
    Client().get("/")
    fill_in()

    page = Client().get("/", headers={"accept-language": "de"}).content.decode()

    assert "Werk &amp; Söhne" in page
    assert 'href="https://werk.example/impressum"' in page
    assert 'href="tel:+4940123"' in page
    assert "quelloffen" not in page


def test_who_scanned_a_code_reads_whose_service_it_is() -> None:
    fill_in()
    code = CodeFactory()

    page = Client().get(reverse("portal:scan", args=[token_of(code)]), follow=True).content.decode()

    assert "Werk &amp; Söhne" in page
    assert 'href="tel:+4940123"' in page


def test_everybody_sees_its_logo() -> None:
    assert Client().get(reverse("logo")).status_code == 404
    fill_in(logo=picture())

    answer = Client().get(reverse("logo"))

    assert answer["Content-Type"] == "image/jpeg"
    assert b"".join(answer.streaming_content)[:2] == b"\xff\xd8"  # type: ignore[attr-defined]


def test_there_is_one_and_only_administrators_change_it() -> None:
    fill_in()

    assert client_of(AdministratorFactory()).get(reverse(ADD)).status_code == 403
    assert client_of(ModeratorFactory()).get(reverse(ADD)).status_code in (302, 403)
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.bulk_create([Organisation(pk=2, name="Another one")])


@pytest.mark.parametrize("address", ["javascript:alert(1)", "werk.example"])
def test_links_lead_to_pages_only(address: str) -> None:
    data = {"name": "Werk", "imprint_url_en": address}

    answer = client_of(AdministratorFactory()).post(reverse(ADD), data)

    assert answer.status_code == 200
    assert not Organisation.objects.exists()
