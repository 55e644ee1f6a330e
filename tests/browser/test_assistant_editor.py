"""The editor of assistants: all of it by keyboard, ordering by dragging, and what is removed."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from fleet.models import Template
from tests.assistants import film_tears, make_assistant
from tests.browser.conftest import DESKTOP, PHONE, NewContext, carry_session, violations
from tests.cast import Cast
from ticketing.assistants.content import draft_of
from ticketing.models import Assistant, CreationFlow
from ticketing.services.assistants import publish_assistant

pytestmark = [pytest.mark.browser]


@pytest.fixture
def editor(new_visitor: NewContext, server: str, cast: Cast) -> Callable[..., Page]:
    """A page of the administrator."""

    def open_it() -> Page:
        context = new_visitor(DESKTOP)
        carry_session(context, cast, "administrator", server)
        return context.new_page()

    return open_it


def press(page: Page, target: Locator, key: str = "Enter") -> None:
    target.focus()
    page.keyboard.press(key)


def write(page: Page, target: Locator, text: str) -> None:
    target.focus()
    page.keyboard.type(text)


def choose(page: Page, target: Locator, label: str) -> None:
    """From a select, by typing what the choice begins with."""
    target.focus()
    page.keyboard.type(label)


def test_an_assistant_is_made_and_published_by_keyboard(editor: Callable[..., Page], cast: Cast) -> None:
    page = editor()
    page.goto("/office/assistants/")
    assert violations(page) == []
    press(page, page.get_by_role("link", name=str(cast.device.template)))
    press(page, page.get_by_role("button", name="Create assistant"))

    # A question whose button makes the next element on the spot.
    write(page, page.get_by_label("Title (English)"), "What is wrong?")
    press(page, page.get_by_role("button", name="Add a button"))
    label = page.get_by_label("Label (English)")
    expect(label).to_be_focused()
    expect(page.get_by_label("Title (English)")).to_have_value("What is wrong?")
    page.keyboard.type("Film tears")
    choose(page, page.get_by_label("Leads to"), "New")
    expect(page.get_by_label("Leads to")).to_have_value("new")
    expect(page.locator("#preview")).to_contain_text("Film tears")
    assert violations(page) == []
    press(page, page.get_by_role("button", name="Save").last)

    # From box to box on the map, and into the new one.
    start = page.locator("[data-node]").first
    start.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("link", name="Film tears, question, 1 error, 2 warnings")).to_be_focused()
    assert violations(page) == []
    page.keyboard.press("Enter")

    # Another kind, a step, and the preview in another language while typing.
    choose(page, page.get_by_label("Kind"), "Step")
    press(page, page.get_by_role("button", name="Add a step"))
    expect(page.get_by_label("Title (English)").nth(1)).to_be_focused()
    page.keyboard.type("Open the door")
    write(page, page.get_by_label("Title (French)").first, "Le film se déchire")
    press(page, page.get_by_label("English", exact=True), "ArrowRight")
    page.keyboard.press("ArrowRight")
    preview = page.locator("#preview")
    expect(preview).to_contain_text("Le film se déchire")
    expect(preview.locator("[lang=fr]")).to_contain_text("Open the door")
    press(page, page.get_by_role("button", name="Save").last)

    # The other order and back, then published.
    press(page, page.get_by_role("button", name="Move “Film tears” up"))
    expect(page.locator(".element-list__row").first).to_contain_text("Film tears")
    press(page, page.get_by_role("button", name="Move “Film tears” down"))
    expect(page.locator(".element-list__row").first).to_contain_text("What is wrong?")
    press(page, page.get_by_role("link", name="Publish"))
    expect(page.get_by_text("This is the first version.")).to_be_visible()
    assert violations(page) == []
    press(page, page.get_by_role("button", name="Publish now"))
    expect(page.get_by_text("Shown now")).to_be_visible()
    assistant = Assistant.objects.get(template=cast.device.template)
    assert [str(each.title) for each in draft_of(assistant).elements] == ["What is wrong?", "Film tears"]


def test_what_is_dragged_removed_and_left_without_a_flow(editor: Callable[..., Page], cast: Cast) -> None:
    template: Template = cast.device.template
    assistant = make_assistant(cast.administrator, template, *film_tears(cast.flow).elements)
    publish_assistant(actor=cast.administrator, assistant=assistant)
    page = editor()
    page.goto(f"/office/assistants/{template.pk}/")

    page.locator("#element-noise [data-grip]").drag_to(page.locator("#element-start"), target_position={"x": 9, "y": 2})
    expect(page.locator(".element-list__row").first).to_have_id("element-noise")
    page.locator("#element-start").get_by_role("button", name="up").click()
    expect(page.locator(".element-list__row").first).to_have_id("element-start")

    # The element that a button leads to.
    page.locator("[data-node=jaw]").click()
    page.get_by_role("link", name="Remove").click()
    expect(page.get_by_text("One button leads here")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Remove element").click()
    expect(page.locator("[data-node=film]")).to_contain_text("nowhere")
    expect(page.locator(".problems")).to_contain_text("The button “Yes” leads nowhere.")

    # The flow that another button leads to.
    page.goto(f"/admin/ticketing/creationflow/{cast.flow.pk}/delete/")
    expect(page.get_by_text("Thread the film anew › Report")).to_be_visible()
    assert violations(page) == []
    page.get_by_label("They are removed").check()
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url("**/delete/")
    assert not CreationFlow.objects.get(pk=cast.flow.pk).assistant_buttons.exists()
    assert draft_of(assistant).by_key["thread"].buttons == ()


def test_the_editor_fits_on_a_phone_and_works_without_scripts(
    editor: Callable[..., Page], new_visitor: NewContext, server: str, cast: Cast
) -> None:
    assistant = make_assistant(cast.administrator, cast.device.template, *film_tears(cast.flow).elements)
    context = new_visitor({**PHONE, "viewport": {"width": 320, "height": 640}}, java_script_enabled=False)
    carry_session(context, cast, "administrator", server)
    page = context.new_page()
    page.goto(f"/office/assistants/{assistant.template_id}/elements/jaw/")

    page.get_by_label("Title (German)").first.fill("Siegelbacke")
    page.get_by_role("button", name="Add a step").click()
    expect(page.get_by_label("Title (German)").first).to_have_value("Siegelbacke")
    page.get_by_label("Title (English)").nth(2).fill("Second step")
    page.locator(".phone-preview__language", has_text="Deutsch").click()
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#preview")).to_contain_text("Siegelbacke")
    page.get_by_role("button", name="Save").last.click()

    expect(page.locator(".element-list__row")).to_have_count(5)
    assert len(draft_of(assistant).by_key["jaw"].parts) == 2
