"""An administrator at work on an assistant."""

import pytest
from django.test import Client

from fleet import organisation
from fleet.actors import KnownActor
from fleet.models import Organisation
from tests.assistants import film_tears, make_assistant
from tests.cast import client_of
from tests.factories import (
    AdministratorFactory,
    make_flow,
)
from ticketing.models import (
    Assistant,
    CreationFlow,
)


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
