"""Who may edit assistants, over HTTP."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from fleet.actors import KnownActor
from fleet.models import Template
from tests.cast import client_of, holding
from tests.factories import (
    AdministratorFactory,
    CodeFactory,
    GroupFactory,
    ManagerFactory,
    MemberFactory,
    ModeratorFactory,
    SubscriberFactory,
    TemplateFactory,
)
from tests.messenger.samples import picture, upload
from tests.ticketing.assistant_editor.form import address
from ticketing.assistants.content import draft_of
from ticketing.models import (
    Assistant,
    ElementFile,
)
from ticketing.services import assistant_files, assistants

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


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
