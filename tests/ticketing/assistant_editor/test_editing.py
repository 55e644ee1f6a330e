"""Elements are saved whole, and nothing typed is lost."""

from typing import Any

import pytest
from django.test import Client

from config.common.errors import DomainError
from fleet.actors import KnownActor
from tests.assistants import guide, make_assistant
from tests.factories import (
    TemplateFactory,
)
from tests.ticketing.assistant_editor.form import address, form_of
from ticketing.assistants.content import draft_of
from ticketing.models import (
    Assistant,
    CreationFlow,
)
from ticketing.models.assistants import RESERVED_KEYS
from ticketing.office.urls import assistant_urls
from ticketing.portal.urls import below_device
from ticketing.services import assistants

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def test_what_the_page_shows_is_saved_unchanged(office: Client, assistant: Assistant) -> None:
    before = draft_of(assistant)

    for key in before.by_key:
        path = address("element_edit", assistant, key)
        assert office.post(path, form_of(office, path)).status_code == 303

    assert draft_of(assistant) == before


def test_texts_parts_and_buttons_are_saved(office: Client, assistant: Assistant, flow: CreationFlow) -> None:
    path = address("element_edit", assistant, "jaw")
    data = form_of(office, path) | {
        "title_de": "Siegelbacke reinigen",
        "is_searchable": "",
        "part": ["1", "0"],
        "part-1-title_en": "Switch off",
        "part-1-text_fr": "Éteignez.\r\nAttendez.",
        "button": ["0", "1", "2"],
        "button-0-answer": "other",
        "button-0-label_en": "Report",
        "button-0-goal": f"flow:{flow.pk}",
        "button-1-answer": "other",
        "button-1-label_en": "Maker",
        "button-1-goal": "address",
        "button-1-address": "https://maker.example/help",
        "button-2-answer": "other",
        "button-2-label_en": "Film",
        "button-2-goal": "element:film",
    }

    assert office.post(path, data).status_code == 303

    found = draft_of(assistant).by_key["jaw"]
    assert (found.title.by_language["de"], found.is_searchable) == ("Siegelbacke reinigen", False)
    assert [each.title.by_language["en"] for each in found.parts] == ["Switch off", "First"]
    assert found.parts[0].text.by_language["fr"] == "Éteignez.\nAttendez."
    assert [(each.leads_to.value, each.target) for each in found.buttons] == [
        ("flow", str(flow.pk)),
        ("address", "https://maker.example/help"),
        ("element", "film"),
    ]


def test_a_button_makes_a_new_element_on_the_spot_and_a_double_click_adds_it_once(
    office: Client, assistant: Assistant
) -> None:
    path = address("element_create", assistant)
    data = form_of(office, path) | {
        "title_en": "Is it plugged in?",
        "button": ["0"],
        "button-0-answer": "other",
        "button-0-label_en": "No",
        "button-0-label_de": "Nein",
        "button-0-goal": "new",
        "button-0-new_key": "fresh",
    }

    assert [office.post(path, data).status_code for _twice in range(2)] == [303, 303]

    content = draft_of(assistant)
    assert [str(each.title) for each in content.elements[5:]] == ["Is it plugged in?", "No"]
    assert content.elements[5].buttons[0].target == "fresh" == content.elements[6].key
    assert content.by_key["fresh"].title.by_language["de"] == "Nein"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title_en": ""}, "title_en"),
        ({"title_fr": "x" * 121}, "title_fr"),
        ({"button": ["0"], "button-0-answer": "other", "button-0-label_de": "Los"}, "label_en"),
        (
            {"button": ["0"], "button-0-answer": "other", "button-0-label_en": "Go", "button-0-goal": "address"}
            | {"button-0-address": "http://maker.example"},
            "address",
        ),
        (
            {"button": ["0"], "button-0-answer": "other", "button-0-label_en": "Go", "button-0-goal": "address"}
            | {"button-0-address": "https://maker.example@elsewhere.example/"},
            "address",
        ),
        ({"button": ["0"], "button-0-answer": "other", "button-0-label_en": "Go", "button-0-goal": "flow:9"}, "goal"),
        ({"kind": "yes_no", "button": ["7"], "button-7-answer": "other", "button-7-label_en": "Perhaps"}, "kind"),
    ],
)
def test_nothing_typed_is_lost_where_something_is_wrong(
    office: Client, assistant: Assistant, fields: dict[str, Any], field: str
) -> None:
    before, path = draft_of(assistant), address("element_edit", assistant, "jaw")

    response = office.post(path, form_of(office, path) | {"body_de": "Getippt und nicht verloren"} | fields)

    assert response.status_code == 400
    assert draft_of(assistant) == before
    page = response.content.decode()
    assert "Getippt und nicht verloren" in page
    assert [name for form in response.context["page"].form.forms for name in form.errors] == [field]


def test_rows_come_go_and_move_without_saving(office: Client, assistant: Assistant) -> None:
    before, path = draft_of(assistant), address("element_edit", assistant, "jaw")
    data = form_of(office, path) | {"title_en": "", "body_en": "Still here"}

    def rows_after(action: str, **more: Any) -> list[str]:
        response = office.post(path, data | more | {"do": action})
        assert response.status_code == 200
        page = response.content.decode()
        assert "Still here" in page
        assert "field__errors" not in page
        return [row.id for row in response.context["page"].form.parts]

    first, added = rows_after("part-add")
    assert first == "0" != added
    assert rows_after("part-up:1", part=["0", "1"]) == ["1", "0"]
    assert rows_after("part-down:0", part=["0", "1"]) == ["1", "0"]
    assert rows_after("part-remove:0", part=["0", "1"]) == ["1"]
    assert rows_after("nonsense:0") == ["0"]
    assert draft_of(assistant) == before


def test_a_yes_no_question_has_its_two_buttons_and_other_kinds_labels(office: Client, assistant: Assistant) -> None:
    path = address("element_edit", assistant, "jaw")
    data = form_of(office, path) | {"kind": "yes_no", "do": "refresh"}

    buttons = office.post(path, data).context["page"].form.buttons
    assert [row.form["answer"].value() for row in buttons] == ["yes", "no"]
    # Of the elements that they may make.
    assert len({row.form["new_key"].value() for row in buttons} - {""}) == 2

    film = address("element_edit", assistant, "film")
    assert office.post(film, form_of(office, film) | {"kind": "choice"}).status_code == 303
    found = draft_of(assistant).by_key["film"].buttons
    assert [(each.label.by_language["de"], each.target) for each in found] == [("Ja", "jaw"), ("Nein", "thread")]


def test_two_editors_at_once_the_second_is_told_and_keeps_both_texts(office: Client, assistant: Assistant) -> None:
    path = address("element_edit", assistant, "jaw")
    mine = form_of(office, path) | {"title_en": "Mine"}
    assert office.post(path, form_of(office, path) | {"title_en": "Theirs"}).status_code == 303

    refused = office.post(path, mine)

    assert refused.status_code == 400
    assert draft_of(assistant).by_key["jaw"].title.by_language["en"] == "Theirs"
    page = refused.content.decode()
    assert "Someone else has changed this element" in page
    assert "Theirs" in page
    assert 'value="Mine"' in page
    again = mine | {"seen": refused.context["page"].form.state.seen}
    assert office.post(path, again).status_code == 303
    assert draft_of(assistant).by_key["jaw"].title.by_language["en"] == "Mine"


def test_who_edits_what_was_removed_meanwhile_can_keep_it(
    office: Client, actor: KnownActor, assistant: Assistant
) -> None:
    path = address("element_edit", assistant, "jaw")
    mine = form_of(office, path) | {"title_en": "Mine"}
    assistants.remove_element(actor=actor, assistant=assistant, key="jaw")

    refused = office.post(path, mine)

    assert refused.status_code == 400
    assert "has removed this element" in refused.content.decode()
    assert office.post(path, mine | {"seen": ""}).status_code == 303
    assert draft_of(assistant).by_key["jaw"].title.by_language["en"] == "Mine"


def test_no_key_of_another_assistant_is_taken(actor: KnownActor, assistant: Assistant) -> None:
    other = make_assistant(actor, TemplateFactory(), guide("other"))

    with pytest.raises(DomainError):
        assistants.save_element(actor=actor, assistant=other, element=guide("jaw", title="Stolen"), seen="")

    assert str(draft_of(assistant).by_key["jaw"].title) == "Clean the sealing jaw"


@pytest.mark.parametrize("keys", [["theirs"], ["mine"], ["same", "same"], ["bundle"]])
def test_no_new_key_is_taken_twice(office: Client, actor: KnownActor, assistant: Assistant, keys: list[str]) -> None:
    make_assistant(actor, TemplateFactory(), guide("theirs"))
    path, before = address("element_create", assistant), draft_of(assistant)
    data = form_of(office, path) | {"key": "mine", "title_en": "Mine", "button": ["0", "1"][: len(keys)]}
    for row, key in enumerate(keys):
        fields = {"answer": "other", "label_en": "Go", "goal": "new", "new_key": key}
        data |= {f"button-{row}-{name}": text for name, text in fields.items()}

    assert office.post(path, data).status_code == 404
    assert draft_of(assistant) == before
    assert office.post(path, data | {"button-0-new_key": "free", "button-1-new_key": "free2"}).status_code == 303


def test_no_key_is_a_word_of_addresses(office: Client, assistant: Assistant) -> None:
    path = address("element_copy", assistant, "jaw")

    for key, status in (("counts", 404), ("free", 303)):
        assert office.post(path, {"template": assistant.template_id, "new_key": key}).status_code == status

    words = {
        route.split("/")[1]
        for pattern in [*below_device, *assistant_urls]
        for route in [str(pattern.pattern)]
        if route.startswith(("help/", "elements/"))
    }
    assert {word for word in words if word and not word.startswith("<")} == RESERVED_KEYS


def test_the_preview_speaks_each_language_and_needs_no_right_form(office: Client, assistant: Assistant) -> None:
    data = form_of(office, address("element_edit", assistant, "film")) | {
        "title_en": "",
        "title_fr": "Le film",
        "body_fr": "**Attention** <script>",
        "preview_language": "fr",
    }

    page = office.post(address("element_preview", assistant), data).content.decode()

    assert 'lang="fr"' in page
    assert "Le film" in page
    assert "<strong>Attention</strong>" in page
    assert "<script>" not in page
    assert "Oui" in page
    assert "<html" not in page


def test_order_is_changed_by_the_place_wanted_so_twice_is_harmless(office: Client, assistant: Assistant) -> None:
    for _twice in range(2):
        assert office.post(address("element_place", assistant), {"key": "noise", "place": "0"}).status_code == 303

    assert [each.key for each in draft_of(assistant).elements] == ["noise", "start", "film", "jaw", "thread"]
    assert office.post(address("element_place", assistant), {"key": "nothing", "place": "0"}).status_code == 404


def test_removing_an_element_asks_and_leaves_buttons_that_lead_nowhere(office: Client, assistant: Assistant) -> None:
    path = address("element_remove", assistant, "jaw")

    asked_first = office.get(path).content.decode()
    assert "One button leads here" in asked_first
    assert "Does the film tear at the jaw? › Yes" in asked_first
    assert office.post(path).status_code == 303

    assert [each.target for each in draft_of(assistant).by_key["film"].buttons] == ["", "thread"]
    page = office.get(address("assistant_detail", assistant)).content.decode()
    assert "The button “Yes” leads nowhere." in page
