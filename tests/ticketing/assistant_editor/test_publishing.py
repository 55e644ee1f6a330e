"""Drafts become versions, which can be brought back."""

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from fleet.actors import KnownActor
from tests.assistants import texts, yes_no
from tests.factories import (
    DeviceFactory,
)
from tests.messenger.samples import picture, upload
from tests.ticketing.assistant_editor.form import address
from ticketing.assistants.access import latest_versions
from ticketing.assistants.content import digest_of, draft_of
from ticketing.assistants.shown import shown_assistant
from ticketing.models import (
    Assistant,
    Element,
)
from ticketing.services import assistant_files, assistants
from ticketing.services.assistants import EditedMeanwhile, NotPublished

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


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
