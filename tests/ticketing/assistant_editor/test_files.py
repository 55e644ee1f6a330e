"""Files of elements, which last as long as a draft or a version shows them."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.test import Client

from config.common import clock
from fleet.actors import KnownActor
from messenger.services.attachments import check_files
from tests.messenger.samples import mp4, picture, upload
from tests.ticketing.assistant_editor.form import address, form_of
from ticketing.assistants.content import draft_of
from ticketing.models import (
    Assistant,
    CreationFlow,
    Element,
    ElementFile,
)
from ticketing.services import assistant_files, assistants

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


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
