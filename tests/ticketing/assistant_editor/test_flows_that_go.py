"""What becomes of buttons when the flow they lead to goes."""

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from config.common.errors import DomainError
from fleet.actors import KnownActor
from tests.factories import (
    make_flow,
)
from ticketing.assistants.content import digest_of, draft_of
from ticketing.models import (
    Assistant,
    ButtonTarget,
    CreationFlow,
)
from ticketing.services import assistants

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


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
