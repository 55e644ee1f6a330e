"""Assistants: what was drafted becomes what people read."""

from django.db import transaction

from config.common import clock
from config.common.rules import require
from fleet.actors import KnownActor
from ticketing.assistants.content import draft_of
from ticketing.models import Assistant, AssistantVersion


@transaction.atomic
def publish_assistant(*, actor: KnownActor, assistant: Assistant) -> AssistantVersion:
    """Shows the draft to people from now on. Raises the refusal of ``ticketing.edit_assistant``."""
    require(actor, "ticketing.edit_assistant")
    locked = Assistant.objects.select_for_update().get(pk=assistant.pk)
    last = locked.versions.order_by("-number").values_list("number", flat=True).first()
    return AssistantVersion.objects.create(
        assistant=locked,
        number=(last or 0) + 1,
        content=draft_of(locked).stored(),
        published_at=clock.now(),
        publisher=actor.person,
    )
