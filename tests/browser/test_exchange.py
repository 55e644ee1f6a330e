"""Bringing in a table: what is wrong is said before anything is stored, with and without scripts."""

import re

import pytest
from django.conf import settings
from playwright.sync_api import FilePayload, Page, expect

from fleet.models import Customer
from tests.browser.conftest import DESKTOP, NewContext
from tests.cast import client_of
from tests.factories import CustomerFactory, ModeratorFactory

pytestmark = [pytest.mark.browser]


def table(*rows: str) -> FilePayload:
    """As Excel writes it in Germany."""
    return {"name": "kunden.csv", "mimeType": "text/csv", "buffer": "\r\n".join(rows).encode("cp1252")}


def check(page: Page, *rows: str) -> None:
    page.goto("/office/data/")
    page.get_by_label("What is in the table?").select_option(value="customers")
    page.locator("input[type=file]").set_input_files(table(*rows))
    page.locator("main form").get_by_role("button").last.click()


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_table_is_checked_corrected_and_imported(new_visitor: NewContext, server: str, has_scripts: bool) -> None:
    CustomerFactory(name="Müller KG", phone="030")
    context = new_visitor(DESKTOP, java_script_enabled=has_scripts)
    key = str(client_of(ModeratorFactory()).session.session_key)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": server}])
    page = context.new_page()

    check(page, "Name;Telefon;Kontakt-E-Mail", "Müller KG;031;", "Weiß & Söhne;;keine Adresse")
    expect(page.locator("#wrong-rows tbody tr")).to_have_count(1)
    expect(page.locator("#wrong-rows")).to_contain_text("Weiß & Söhne")
    expect(page.locator("#other-rows")).to_contain_text("031")
    assert Customer.objects.get().phone == "030"

    check(page, "Name;Telefon;Kontakt-E-Mail", "Müller KG;031;", "Weiß & Söhne;;info@weiss.example")
    expect(page.locator("#wrong-rows")).to_have_count(0)
    page.locator("main form").get_by_role("button").last.click()
    page.wait_for_url(re.compile(r"/office/(data/(\?.*)?|customers/)$"))

    assert dict(Customer.objects.values_list("name", "phone")) == {"Müller KG": "031", "Weiß & Söhne": ""}
