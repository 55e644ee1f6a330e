"""The editor of assistants: who may do what over HTTP, editing, publishing, files, copies and flows that go."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.common import clock
from config.common.errors import DomainError
from fleet import organisation
from fleet.actors import KnownActor
from fleet.models import Group, Organisation, Template
from messenger.services.attachments import check_files
from tests.assistants import button, element, film_tears, guide, make_assistant, texts, yes_no
from tests.cast import client_of, holding
from tests.factories import (
    AdministratorFactory,
    CodeFactory,
    DeviceFactory,
    GroupFactory,
    ManagerFactory,
    MemberFactory,
    ModeratorFactory,
    SubscriberFactory,
    TemplateFactory,
    make_flow,
)
from tests.messenger.samples import mp4, picture, upload
from ticketing.assistants.access import latest_versions
from ticketing.assistants.content import digest_of, draft_of
from ticketing.assistants.shown import shown_assistant
from ticketing.models import (
    ActionButton,
    Assistant,
    ButtonTarget,
    CreationFlow,
    Element,
    ElementDay,
    ElementFile,
)
from ticketing.models.assistants import RESERVED_KEYS
from ticketing.office.urls import assistant_urls
from ticketing.portal.urls import below_device
from ticketing.services import assistant_copies, assistant_files, assistants
from ticketing.services.assistants import EditedMeanwhile, NotPublished

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def actor() -> KnownActor:
    return KnownActor(person=AdministratorFactory())


@pytest.fixture
def office(actor: KnownActor) -> Client:
    return client_of(actor.person)


@pytest.fixture
def flow() -> CreationFlow:
    return make_flow(name="Problem report")


@pytest.fixture
def assistant(actor: KnownActor, flow: CreationFlow) -> Assistant:
    return make_assistant(actor, flow.template, *film_tears(flow).elements)


@pytest.fixture
def moderators_may(monkeypatch: pytest.MonkeyPatch) -> None:
    house = Organisation(name="Werk", moderators_edit_assistants=True)
    monkeypatch.setattr(organisation.known, "found", house)


def address(name: str, assistant: Assistant, *args: object) -> str:
    return reverse(f"office:{name}", args=[assistant.template_id, *args])


def form_of(client: Client, path: str) -> dict[str, Any]:
    """What a browser would send of the form of an element, as it was drawn."""
    response = client.get(path)
    assert response.status_code == 200
    page = response.context["page"]
    state = page.form.state
    data: dict[str, Any] = {"key": state.key, "seen": state.seen, "form_key": state.form_key, "do": "save"}
    data |= {name: value for form in page.form.forms for name, value in sent_by(form)}
    data["part"], data["button"] = [row.id for row in page.form.parts], [row.id for row in page.form.buttons]
    data["files-element"] = [row.id for row in page.form.files]
    data |= {f"files-{row.id}": [file.id for file in row.files] for row in page.form.parts}
    return data


def sent_by(form: Any) -> Iterator[tuple[str, str]]:
    for bound in form:
        value = bound.value()
        if value not in (None, "", False):
            yield bound.html_name, value


# Who may do what -----------------------------------------------------------------------------------------------------

PEOPLE: dict[str, tuple[Callable[[], Client], bool, bool]] = {
    # Makes a browser; whether the person edits assistants, and whether with the organisation's switch.
    "administrator": (lambda: client_of(AdministratorFactory()), True, True),
    "moderator": (lambda: client_of(ModeratorFactory()), False, True),
    "member": (lambda: client_of(MemberFactory()), False, False),
    "manager": (lambda: client_of(ManagerFactory()), False, False),
    "subscriber": (lambda: client_of(SubscriberFactory()), False, False),
    "code user": (lambda: client_of(None, holding(CodeFactory())), False, False),
    "stranger": (Client, False, False),
}


def asked(assistant: Assistant) -> Iterator[tuple[str, str, dict[str, str], tuple[int, ...]]]:
    """Every page and verb: method, address, what is sent, and the statuses for those who may."""
    form = {"key": "jaw", "place": "0", "seen": "", "do": "preview", "title_en": "x", "kind": "guide"}
    file = str(ElementFile.objects.get(assistant=assistant).pk)
    yield "get", reverse("office:assistant_list"), {}, (200,)
    for name, args in (
        ("assistant_detail", ()),
        ("assistant_copy", ()),
        ("assistant_publish", ()),
        ("assistant_version", (1,)),
        ("assistant_file", (file,)),
        ("assistant_poster", (file,)),
        ("element_create", ()),
        ("element_edit", ("jaw",)),
        ("element_remove", ("jaw",)),
        ("element_copy", ("jaw",)),
    ):
        yield "get", address(name, assistant, *args), {}, (200,)
    for name, args, statuses in (
        ("assistant_create", (), (303,)),
        ("assistant_copy", (), (400,)),
        ("assistant_publish", (), (400,)),
        ("assistant_bring_back", (1,), (303,)),
        ("assistant_stop", (), (303,)),
        ("element_place", (), (303,)),
        ("element_preview", (), (200,)),
        ("element_create", (), (200,)),
        ("element_edit", ("jaw",), (200,)),
        ("element_copy", ("jaw",), (400,)),
        ("element_remove", ("noise",), (303,)),
    ):
        yield "post", address(name, assistant, *args), form, statuses


@pytest.mark.parametrize("is_on", [False, True], ids=["switch off", "switch on"])
@pytest.mark.parametrize("who", PEOPLE)
def test_every_page_and_verb_asks_the_rule(
    request: pytest.FixtureRequest, actor: KnownActor, assistant: Assistant, who: str, *, is_on: bool
) -> None:
    assistant_files.add_file(actor=actor, assistant=assistant, client_key="k", file=upload(picture(), "a.jpg"))
    assistants.publish_assistant(actor=actor, assistant=assistant)
    if is_on:
        request.getfixturevalue("moderators_may")
    make, always, with_switch = PEOPLE[who]
    client, before = make(), draft_of(assistant)
    allowed = with_switch if is_on else always

    for method, path, data, statuses in asked(assistant):
        response = getattr(client, method)(path, data)
        if response.streaming:
            b"".join(response)
        expected = statuses if allowed else (302,) if who in ("stranger", "code user") else (404,)
        assert response.status_code in expected, (method, path, response.status_code)
    menu = client.get("/office/tickets/").content.decode()
    assert (reverse("office:assistant_list") in menu) == allowed
    assert (draft_of(assistant) == before) == (not allowed)


@pytest.mark.usefixtures("moderators_may")
@pytest.mark.parametrize(("person", "status"), [(AdministratorFactory, 200), (ModeratorFactory, 403)])
def test_templates_are_copied_by_administrators_only(assistant: Assistant, person: Any, status: int) -> None:
    client, path = client_of(person()), address("template_copy", assistant)

    assert client.get(path).status_code == status
    client.post(path, {"name_en": "Another", "parts": ["assistant"]})
    assert Template.objects.filter(name_en="Another").exists() == (status == 200)


@pytest.mark.usefixtures("moderators_may")
def test_moderators_copy_assistants_but_no_flows_and_groups(assistant: Assistant) -> None:
    client, target = client_of(ModeratorFactory()), TemplateFactory()
    GroupFactory(template=assistant.template)
    data = {"source": assistant.template_id, "parts": ["groups", "flows", "assistant"]}

    response = client.post(reverse("office:assistant_copy", args=[target.pk]), data)

    assert response.status_code == 303
    assert not target.groups.exists()
    assert not target.flows.exists()
    assert len(draft_of(Assistant.objects.get(template=target)).elements) == 5


# Lists and what they cost --------------------------------------------------------------------------------------------


def queries_of(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_no_page_costs_more_queries_with_more_elements_or_templates(office: Client, actor: KnownActor) -> None:
    small, large = make_flow().template, make_flow().template
    one = make_assistant(actor, small, guide("one"))
    three = make_assistant(actor, large, element("a", button("b", "b"), button("c", "c")), guide("b"), guide("c"))
    for assistant in (one, three):
        assistants.publish_assistant(actor=actor, assistant=assistant)
    pages = [("assistant_detail", ()), ("assistant_publish", ()), ("assistant_version", (1,))]
    office.get(address("assistant_detail", one))

    for name, args in pages:
        assert queries_of(office, address(name, one, *args)) == queries_of(office, address(name, three, *args)), name
    edited = [queries_of(office, address("element_edit", each, key)) for each, key in ((one, "one"), (three, "a"))]
    assert edited[0] == edited[1]
    before = queries_of(office, reverse("office:assistant_list"))
    for key in ("four", "five", "six"):
        more = make_assistant(actor, make_flow().template, guide(key))
        assistants.publish_assistant(actor=actor, assistant=more)
    assert queries_of(office, reverse("office:assistant_list")) == before


def test_the_list_says_state_problems_and_numbers(office: Client, actor: KnownActor, assistant: Assistant) -> None:
    empty = TemplateFactory()
    for key, days in (("start", 1), ("film", 2), ("film", 31)):
        day = (clock.now() - timedelta(days=days)).date()
        ElementDay.objects.create(assistant=assistant, key=key, day=day, seen=5, helped=2, reported=1)

    def states() -> dict[int, Any]:
        rows = office.get(reverse("office:assistant_list")).context["page"].rows
        return {row.template.pk: row for row in rows}

    assert states()[empty.pk].state == "nothing"
    row = states()[assistant.template_id]
    assert (row.state, row.count, row.numbers.seen, row.numbers.helped, row.numbers.reported) == ("draft", 5, 10, 4, 2)
    assistants.publish_assistant(actor=actor, assistant=assistant)
    assert states()[assistant.template_id].state == "published"
    assistants.remove_element(actor=actor, assistant=assistant, key="jaw")
    row = states()[assistant.template_id]
    assert (row.state, row.errors) == ("changed", 1)
    rows = office.get(address("assistant_detail", assistant)).context["page"].by_key
    assert (rows["film"].numbers.recent.seen, rows["film"].numbers.total.seen) == (5, 10)


def test_boxes_of_the_map_have_names(office: Client, assistant: Assistant) -> None:
    page = office.get(address("assistant_detail", assistant)).content.decode()

    assert 'aria-label="What is wrong?, question, start, leads to 2 elements"' in page
    assert 'aria-label="Does the film tear at the jaw?, yes/no question, leads to 2 elements"' in page


# Editing -------------------------------------------------------------------------------------------------------------


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


# Files ---------------------------------------------------------------------------------------------------------------


def test_files_are_kept_through_errors_and_shown_where_they_belong(office: Client, assistant: Assistant) -> None:
    path = address("element_edit", assistant, "jaw")
    data = form_of(office, path) | {"title_en": "", "upload-0": upload(picture(), "jaw.jpg")}

    refused = office.post(path, data)

    assert refused.status_code == 400
    part_row = refused.context["page"].form.parts[0]
    (file,) = part_row.files
    caption = {f"file-{file.id}-caption_en": "The jaw"}
    data = data | {"title_en": "Jaw", "files-0": [file.id], **caption}
    del data["upload-0"]
    assert office.post(path, data).status_code == 303
    (shown,) = draft_of(assistant).by_key["jaw"].parts[0].files
    assert (shown.id, str(shown.caption), shown.has_poster) == (file.id, "The jaw", True)
    for name in ("assistant_file", "assistant_poster"):
        response = office.get(address(name, assistant, file.id))
        assert response.status_code == 200
        assert response["Content-Security-Policy"] == "sandbox"
        b"".join(response)


def test_the_same_file_sent_twice_is_there_once(office: Client, assistant: Assistant) -> None:
    path = address("element_edit", assistant, "jaw")
    data = form_of(office, path)

    for _twice in range(2):
        sent = data | {"upload-element": upload(picture(), "jaw.jpg")}
        assert office.post(path, sent).status_code == 303

    assert ElementFile.objects.filter(assistant=assistant).count() == 1


def test_the_same_file_sent_twice_at_once_is_there_once(
    actor: KnownActor, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: dict[str, Any] = {"actor": actor, "assistant": assistant, "client_key": "k"}
    before = stored_files()

    def twice(add: Callable[[], ElementFile]) -> ElementFile:
        faster: list[ElementFile] = []

        def check_slowly(files: Any) -> Any:
            monkeypatch.setattr(assistant_files, "check_files", check_files)
            faster.append(add())
            return check_files(files)

        monkeypatch.setattr(assistant_files, "check_files", check_slowly)
        assert [add()] == faster
        return faster[0]

    film = twice(lambda: assistant_files.add_file(**sent, file=upload(mp4(), "a.mp4")))
    twice(lambda: assistant_files.add_poster(**sent, film_id=str(film.pk), picture=upload(picture(), "poster.jpg")))

    assert len(stored_files() - before) == 2


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF", "a.pdf", "neither a picture nor a film"),
        (b"\xff\xd8\xff broken", "a.jpg", "damaged"),
    ],
)
def test_other_files_are_refused_with_the_reason(
    office: Client, assistant: Assistant, content: bytes, name: str, words: str
) -> None:
    path = address("element_edit", assistant, "jaw")

    response = office.post(path, form_of(office, path) | {"upload-element": upload(content, name)})

    assert response.status_code == 400
    assert words in response.content.decode()
    assert not ElementFile.objects.exists()


def test_a_film_with_a_new_poster_is_a_new_file_so_that_versions_keep_theirs(
    office: Client, actor: KnownActor, assistant: Assistant
) -> None:
    path = address("element_edit", assistant, "jaw")
    assert office.post(path, form_of(office, path) | {"upload-element": upload(mp4(), "a.mp4")}).status_code == 303
    (film,) = draft_of(assistant).by_key["jaw"].files
    assert (film.kind, film.has_poster) == ("film", False)

    data = form_of(office, path) | {f"poster-{film.id}": upload(picture(), "poster.jpg")}
    assert office.post(path, data).status_code == 303

    (with_poster,) = draft_of(assistant).by_key["jaw"].files
    assert with_poster.has_poster
    assert with_poster.id != film.id
    rows = ElementFile.objects.filter(assistant=assistant)
    assert len({row.file.name for row in rows}) == 1


def test_a_film_with_a_new_poster_outlives_the_sweep_until_it_is_saved(
    office: Client, actor: KnownActor, assistant: Assistant
) -> None:
    film = assistant_files.add_file(actor=actor, assistant=assistant, client_key="k", file=upload(mp4(), "a.mp4"))
    Element.objects.get(key="jaw").files.add(film)

    with clock.freeze(clock.now() + timedelta(days=9)):
        path = address("element_edit", assistant, "jaw")
        poster = {f"poster-{film.pk}": upload(picture(), "poster.jpg")}
        page = office.post(path, form_of(office, path) | poster | {"do": "preview"}).context["page"]
        assistant_files.remove_unused_files()

    assert ElementFile.objects.filter(pk=page.form.files[0].id).exists()


def test_a_file_that_is_gone_is_said_before_the_element_is_saved_without_it(
    office: Client, assistant: Assistant
) -> None:
    path = address("element_edit", assistant, "jaw")
    data = form_of(office, path) | {"title_en": "Jaw", "files-element": [str(uuid.uuid4())]}

    refused = office.post(path, data)

    assert refused.status_code == 400
    assert "not there any more" in refused.content.decode()
    assert refused.context["page"].form.files == []
    assert str(draft_of(assistant).by_key["jaw"].title) == "Clean the sealing jaw"


def stored_files() -> set[str]:
    if not default_storage.exists("assistants"):
        return set()
    return {f"assistants/{name}" for name in default_storage.listdir("assistants")[1]}


def test_the_daily_sweep_removes_what_no_draft_and_no_version_shows(
    actor: KnownActor, assistant: Assistant, flow: CreationFlow
) -> None:
    def add(key: str) -> ElementFile:
        return assistant_files.add_file(
            actor=actor, assistant=assistant, client_key=key, file=upload(picture(size=(60, len(key) + 9)), "a.jpg")
        )

    drafted, published, unused = add("a"), add("bb"), add("ccc")
    for row in (drafted, published):
        Element.objects.get(key="jaw").files.add(row)
    assistants.publish_assistant(actor=actor, assistant=assistant)
    published.element = None
    published.save()

    def sweep(hours: int) -> set[uuid.UUID]:
        with clock.freeze(clock.now() + timedelta(hours=hours)):
            call_command("remove_orphans", "--even-many")
        return set(ElementFile.objects.values_list("pk", flat=True))

    assert sweep(1) == {drafted.pk, published.pk, unused.pk}
    assert sweep(30) == {drafted.pk, published.pk}
    kept = {field.name for row in (drafted, published) for field in (row.file, row.poster)}
    assert kept <= stored_files()


# Publishing ----------------------------------------------------------------------------------------------------------


def test_publishing_shows_what_changes_and_publishes_only_that(
    office: Client, actor: KnownActor, assistant: Assistant
) -> None:
    path = address("assistant_publish", assistant)
    first = office.get(path).context["page"]
    assert office.post(path, {"seen": first.seen}).status_code == 303
    jaw = draft_of(assistant).by_key["jaw"]
    assistants.save_element(
        actor=actor, assistant=assistant, element=replace(jaw, title=texts("Wipe the jaw")), seen=digest_of(jaw)
    )

    page = office.get(path)
    assert "Wipe the jaw fr" in page.content.decode()
    assert "Clean the sealing jaw fr" in page.content.decode()
    assistants.remove_element(actor=actor, assistant=assistant, key="noise")
    refused = office.post(path, {"seen": page.context["page"].seen})

    assert refused.status_code == 400
    assert "Look at the changes again" in refused.content.decode()
    assert latest_versions([assistant])[assistant.pk].number == 1


def test_errors_forbid_publishing_and_are_listed(office: Client, actor: KnownActor, assistant: Assistant) -> None:
    assistants.remove_element(actor=actor, assistant=assistant, key="jaw")

    with pytest.raises(NotPublished) as refusal:
        assistants.publish_assistant(actor=actor, assistant=assistant)
    response = office.post(address("assistant_publish", assistant), {"seen": digest_of(draft_of(assistant))})

    assert [problem.key for problem in refusal.value.problems] == ["film"]
    assert response.status_code == 400
    assert "leads nowhere" in response.content.decode()
    assert not assistant.versions.exists()


def test_nothing_new_is_not_published_again(actor: KnownActor, assistant: Assistant) -> None:
    assert assistants.publish_assistant(actor=actor, assistant=assistant).number == 1
    assistants.place_element(actor=actor, assistant=assistant, key="noise", place=1)

    with pytest.raises(NotPublished, match="Nothing has changed"):
        assistants.publish_assistant(actor=actor, assistant=assistant)


def test_a_draft_that_someone_else_changed_is_not_published_unseen(actor: KnownActor, assistant: Assistant) -> None:
    with pytest.raises(EditedMeanwhile):
        assistants.publish_assistant(actor=actor, assistant=assistant, seen="something else")


def test_the_draft_can_be_discarded_and_older_versions_come_back(
    office: Client, actor: KnownActor, assistant: Assistant
) -> None:
    row = assistant_files.add_file(actor=actor, assistant=assistant, client_key="k", file=upload(picture(), "a.jpg"))
    Element.objects.get(key="jaw").files.add(row)
    first = draft_of(assistant)
    assistants.publish_assistant(actor=actor, assistant=assistant)
    for key in ("jaw", "noise"):
        assistants.remove_element(actor=actor, assistant=assistant, key=key)
    start, film = (draft_of(assistant).by_key[key] for key in ("start", "film"))
    for each, buttons in ((start, start.buttons[:1]), (film, yes_no("thread", "thread"))):
        assistants.save_element(
            actor=actor, assistant=assistant, element=replace(each, buttons=buttons), seen=digest_of(each)
        )
    second = draft_of(assistant)
    assistants.publish_assistant(actor=actor, assistant=assistant)

    assert "Clean the sealing jaw" in office.get(address("assistant_version", assistant, 1)).content.decode()
    assert office.post(address("assistant_bring_back", assistant, 1)).status_code == 303
    assert draft_of(assistant) == first
    assert office.post(address("assistant_bring_back", assistant, 2)).status_code == 303
    assert draft_of(assistant) == second
    assert office.post(address("assistant_bring_back", assistant, 3)).status_code == 404
    assert assistant.versions.count() == 2


def test_an_assistant_is_taken_back_and_shown_again(office: Client, actor: KnownActor, assistant: Assistant) -> None:
    device = DeviceFactory(template=assistant.template)

    def help_is_offered() -> bool:
        page = office.get(reverse("portal:device", args=[device.slug])).context["page"]
        assert (shown_assistant(device) is not None) == (page.help is not None)
        return page.help is not None

    def stop(number: int) -> None:
        assert office.post(address("assistant_stop", assistant), {"number": number}).status_code == 303

    assistants.publish_assistant(actor=actor, assistant=assistant)
    for key in draft_of(assistant).by_key:
        assistants.remove_element(actor=actor, assistant=assistant, key=key)
    page = office.get(address("assistant_detail", assistant))
    assert "The draft has no elements" in page.content.decode()
    assert "Version 1" in page.content.decode()

    stop(7)
    assert help_is_offered()
    stop(1)
    assert not help_is_offered()
    stop(1)
    page = office.get(address("assistant_detail", assistant))
    assert (page.context["page"].state, page.context["page"].shown) == ("stopped", None)
    assert [line.version.number for line in page.context["page"].versions] == [2, 1]
    assert office.get(address("assistant_version", assistant, 2)).status_code == 404
    assert office.post(address("assistant_bring_back", assistant, 2)).status_code == 404
    assistants.bring_back(actor=actor, assistant=assistant, number=1)
    publishing = office.get(address("assistant_publish", assistant))
    assert "see no help now" in publishing.content.decode()
    assert assistants.publish_assistant(actor=actor, assistant=assistant).number == 3
    assert help_is_offered()


# Copies --------------------------------------------------------------------------------------------------------------


def test_an_element_is_copied_once_within_and_into_another_assistant(
    office: Client, actor: KnownActor, assistant: Assistant, flow: CreationFlow
) -> None:
    other_flow = make_flow(name="Problem report")
    other = make_assistant(actor, other_flow.template, guide("there"))
    row = assistant_files.add_file(actor=actor, assistant=assistant, client_key="k", file=upload(picture(), "a.jpg"))
    Element.objects.get(key="thread").files.add(row)

    for target, key in ((assistant, "copy1"), (assistant, "copy1"), (other, "copy2")):
        path = address("element_copy", assistant, "thread")
        assert office.post(path, {"template": target.template_id, "new_key": key}).status_code == 303

    inside, outside = draft_of(assistant).elements[-1], draft_of(other).elements[-1]
    assert len(draft_of(assistant).elements) == 6
    assert inside.title.by_language == {
        "en": "Thread the film anew (copy)",
        "de": "Thread the film anew de (Kopie)",
        "fr": "Thread the film anew fr (copie)",
    }
    assert inside.buttons[0].target == str(flow.pk)
    assert outside.buttons[0].target == str(other_flow.pk)
    assert str(outside.title) == "Thread the film anew"
    rows = ElementFile.objects.filter(pk__in=[inside.files[0].id, outside.files[0].id])
    assert {each.assistant_id for each in rows} == {assistant.pk, other.pk}
    assert {each.file.name for each in rows} == {row.file.name}


def test_a_template_is_copied_with_flows_groups_and_assistant(
    office: Client, assistant: Assistant, flow: CreationFlow
) -> None:
    source = assistant.template
    group = GroupFactory(template=source, name="Night shift", employees=[MemberFactory()])
    CreationFlow.objects.filter(pk=flow.pk).update(responsible_group=group)
    DeviceFactory(template=source)
    path = address("template_copy", assistant)
    form = office.get(path).context["page"].form
    assert form["name_en"].value() == f"{source.name} (copy)"
    data = {"name_en": "Twin", "name_de": "Zwilling", "name_fr": "", "parts": ["groups", "flows", "assistant"]}

    assert office.post(path, data).status_code == 303
    assert office.post(path, data).status_code == 400

    twin: Any = Template.objects.get(name_en="Twin")
    (copy,) = twin.flows.all()
    (step,) = copy.steps.all()
    assert (twin.name_de, twin.name_fr, twin.devices.count()) == ("Zwilling", "", 0)
    assert (copy.name_en, step.title_en, step.questions.count()) == ("Problem report", "What happened?", 1)
    assert copy.responsible_group == Group.objects.get(template=twin)
    assert [each.pk for each in twin.groups.get().employees.all()] == [group.employees.get().pk]
    content = draft_of(Assistant.objects.get(template=twin))
    assert [str(each.title) for each in content.elements] == [str(e.title) for e in draft_of(assistant).elements]
    assert not set(content.by_key) & set(draft_of(assistant).by_key)
    (button_to_flow,) = ActionButton.objects.filter(element__assistant__template=twin, leads_to=ButtonTarget.FLOW)
    assert button_to_flow.flow == copy
    assert {key for each in content.elements for b in each.buttons for key in [b.target]} <= {
        *content.by_key,
        str(copy.pk),
    }


def test_parts_are_copied_into_a_template_that_has_some(
    office: Client, actor: KnownActor, assistant: Assistant
) -> None:
    target = make_flow(name="Problem report").template
    GroupFactory(template=assistant.template, name="Night shift")
    path = reverse("office:assistant_copy", args=[target.pk])
    data = {"source": assistant.template_id, "parts": ["groups", "flows"]}
    data["seen"] = office.get(path).context["page"].form["seen"].value()

    assert office.post(path, data).status_code == 303

    names = set(target.flows.values_list("name_en", flat=True))
    assert names == {"Problem report", "Problem report (copy)"}
    assert [group.name for group in target.groups.all()] == ["Night shift"]
    assert not Assistant.objects.filter(template=target).exists()
    make_assistant(actor, target, guide("mine"))
    data["seen"] = office.get(path).context["page"].form["seen"].value()
    refused = office.post(path, {**data, "parts": ["assistant", "flows"]})
    assert refused.status_code == 400
    assert "There are elements already" in refused.content.decode()
    assert target.flows.count() == 2


def test_sending_parts_twice_copies_them_once_and_more_copies_are_numbered(
    office: Client, assistant: Assistant
) -> None:
    target = make_flow(name="Problem report").template
    path = reverse("office:assistant_copy", args=[target.pk])
    data = {"source": assistant.template_id, "parts": ["groups", "flows"]}
    data["seen"] = office.get(path).context["page"].form["seen"].value()

    assert office.post(path, data).status_code == 303
    again = office.post(path, data)

    assert again.status_code == 400
    assert "perhaps these very copies" in again.content.decode()
    assert target.flows.count() == 2
    form = again.context["page"].form
    assert (form["source"].value(), form["parts"].value()) == (str(assistant.template_id), ["groups", "flows"])
    assert office.post(path, data | {"seen": form["seen"].value()}).status_code == 303
    assert target.flows.filter(name_en="Problem report (copy 2)").exists()


def test_the_sweep_keeps_a_stored_file_that_a_copy_shows(actor: KnownActor, assistant: Assistant) -> None:
    row = assistant_files.add_file(actor=actor, assistant=assistant, client_key="k", file=upload(picture(), "a.jpg"))
    Element.objects.get(key="jaw").files.add(row)
    twin = assistant_copies.copy_assistant(actor=actor, source=assistant.template, target=TemplateFactory())
    assistants.remove_element(actor=actor, assistant=assistant, key="jaw")

    with clock.freeze(clock.now() + timedelta(days=2)):
        assert assistant_files.remove_unused_files() == 1

    (left,) = ElementFile.objects.filter(assistant=twin)
    assert default_storage.exists(str(left.file.name))


# Flows that go -------------------------------------------------------------------------------------------------------


def test_the_administration_asks_what_becomes_of_buttons(
    office: Client, assistant: Assistant, flow: CreationFlow
) -> None:
    other = make_flow(flow.template, name="Question")
    change = reverse("admin:ticketing_creationflow_change", args=[flow.pk])
    delete = reverse("admin:ticketing_creationflow_delete", args=[flow.pk])
    settle = reverse("admin:ticketing_creationflow_buttons", args=[flow.pk])

    assert office.get(delete).headers["Location"] == f"{settle}?then=delete"
    asked_first = office.get(settle).content.decode()
    assert "Thread the film anew" in asked_first
    assert office.post(settle, {"answer": "lead", "replacement": other.pk, "then": "delete"}).status_code == 302
    assert draft_of(assistant).by_key["thread"].buttons[0].target == str(other.pk)
    assert office.get(delete).status_code == 200
    assert office.get(change).status_code == 200
    assert office.post(delete, {"post": "yes"}).status_code == 302
    assert not CreationFlow.objects.filter(pk=flow.pk).exists()


def test_a_flow_is_not_deactivated_while_buttons_lead_to_it(
    office: Client, assistant: Assistant, flow: CreationFlow
) -> None:
    change = reverse("admin:ticketing_creationflow_change", args=[flow.pk])
    settle = reverse("admin:ticketing_creationflow_buttons", args=[flow.pk])
    form = office.get(change).context["adminform"].form
    data = {name: form[name].value() or "" for name in form.fields} | {"is_active": ""}

    refused = office.post(change, data)
    assert refused.status_code == 200
    assert settle in refused.content.decode()
    assert office.post(settle, {"answer": "remove", "then": "change"}).status_code == 302
    assert office.post(change, data).status_code == 302

    flow.refresh_from_db()
    assert not flow.is_active
    assert draft_of(assistant).by_key["thread"].buttons == ()


def test_a_yes_no_question_keeps_both_buttons_when_their_flow_goes(
    actor: KnownActor, assistant: Assistant, flow: CreationFlow
) -> None:
    film = draft_of(assistant).by_key["film"]
    buttons = (replace(film.buttons[0], leads_to=ButtonTarget.FLOW, target=str(flow.pk)), film.buttons[1])
    assistants.save_element(
        actor=actor, assistant=assistant, element=replace(film, buttons=buttons), seen=digest_of(film)
    )

    assert assistants.settle_buttons(actor=actor, flow=flow, replacement=None) == 2

    assert [each.target for each in draft_of(assistant).by_key["film"].buttons] == ["", "thread"]
    with pytest.raises(DomainError):
        assistants.settle_buttons(actor=actor, flow=flow, replacement=make_flow())
