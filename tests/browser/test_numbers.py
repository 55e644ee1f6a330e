"""A number that could be read in two ways says how it is read, before it is sent."""

import pytest
from django.utils.translation import override
from playwright.sync_api import expect

from config.common.typed_numbers import read_number, shown_number
from fleet.services.code_tokens import url_of
from tests.browser.conftest import PHONE, NewContext
from tests.browser.story import in_three
from tests.factories import CodeFactory, DeviceFactory, FlowFactory, QuestionFactory, StepFactory
from ticketing.models import QuestionKind

pytestmark = [pytest.mark.browser]


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_number_says_how_it_is_read(new_visitor: NewContext, server: str, language: str) -> None:
    device = DeviceFactory()
    flow = FlowFactory(template=device.template, **in_three("button_label", "Report"))
    QuestionFactory(step=StepFactory(flow=flow), kind=QuestionKind.NUMBER, **in_three("text", "Pressure in bar"))
    page = new_visitor(PHONE, locale=language).new_page()
    page.goto(url_of(CodeFactory(device=device)))
    page.get_by_role("button", name=f"Report {language}").click()
    number, shown = page.get_by_label("Pressure in bar"), page.locator("output.field__read")

    for typed in ("12.345", "12,345", "\u22127,250 bar", "1.000", "999,999", "7.125", "5,0"):
        number.fill(typed)
        with override(language):
            read = read_number(typed)
            assert read is not None
            expected = shown_number(read.value)
        if typed == "5,0":
            expect(shown).to_be_hidden()
        else:
            expect(shown).to_contain_text({"de": "Gelesen als ", "en": "Read as "}[language] + expected)

    number.fill("12.345" if language == "de" else "12,345")
    expect(shown).to_have_text({"de": "Gelesen als 12\u00a0345", "en": "Read as 12\u00a0345"}[language])
    number.fill("12,345" if language == "de" else "12.345")
    expect(shown).to_contain_text({"de": "zwischen 12 und 13", "en": "between 12 and 13"}[language])
    number.press("Enter")
    expect(page.locator("main")).to_contain_text("12,345" if language == "de" else "12.345")
