"""Copies of elements and of what a template has, each made once."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from config.common import clock
from fleet.actors import KnownActor
from fleet.models import Group, Template
from tests.assistants import guide, make_assistant
from tests.factories import (
    DeviceFactory,
    GroupFactory,
    MemberFactory,
    TemplateFactory,
    make_flow,
)
from tests.messenger.samples import picture, upload
from tests.ticketing.assistant_editor.form import address
from ticketing.assistants.content import draft_of
from ticketing.models import (
    ActionButton,
    Assistant,
    ButtonTarget,
    CreationFlow,
    Element,
    ElementFile,
)
from ticketing.services import assistant_copies, assistant_files, assistants

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


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
