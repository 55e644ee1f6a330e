"""The assistant of a device as people read it: the version that was published last."""

import uuid
from dataclasses import dataclass

from django.db.models import Case, OuterRef, Subquery, When

from config.common.errors import NotVisible
from config.common.rows import get_or_none
from fleet.access import device_for
from fleet.actors import Actor
from fleet.models import Device
from ticketing.assistants.content import Content, ElementContent, FileContent, shown_version
from ticketing.assistants.walk import read_path
from ticketing.models import AssistantVersion, ElementFile, ElementFileKind

# As `HelpPath` keeps an element: its key, and its title by language.
LookedAt = dict[str, object]


@dataclass(frozen=True)
class ShownAssistant:
    """`number` is that of the version."""

    device: Device
    assistant_id: int
    number: int
    content: Content

    @property
    def start(self) -> ElementContent:
        return self.content.elements[0]


def assistant_for(actor: Actor, slug: str) -> ShownAssistant:
    """The assistant of a device; raises `NotVisible` where there is none, and for a device that is absent or hidden."""
    device = device_for(actor, slug)
    shown = shown_assistant(device)
    if shown is None:
        raise NotVisible
    return shown


def shown_assistant(device: Device) -> ShownAssistant | None:
    version = shown_version(device.template_id)
    content = Content.read(version.content) if version else None
    if version is None or content is None or content.start is None:
        return None
    return ShownAssistant(device, version.assistant_id, version.number, content)


def number_of_help() -> Subquery:
    """To annotate devices: the number of the version that is shown; None where there is none."""
    versions = AssistantVersion.objects.filter(assistant__template=OuterRef("template"))
    number = Case(When(offers_help=True, then="number"))
    return Subquery(versions.order_by("-number").values(shown=number)[:1])


def help_file_for(actor: Actor, slug: str, file_id: uuid.UUID) -> ElementFile:
    """A picture or film that the assistant of the device shows; raises `NotVisible` for all others."""
    return file_shown_in(assistant_for(actor, slug), file_id)


def file_shown_in(shown: ShownAssistant, file_id: uuid.UUID) -> ElementFile:
    """A picture or film of the assistant; raises `NotVisible` for all others."""
    if str(file_id) not in {file.id for file in files_in(shown.content)}:
        raise NotVisible
    file = get_or_none(ElementFile.objects.filter(pk=file_id, assistant=shown.assistant_id))
    if file is None:
        raise NotVisible
    return file


def files_in(content: Content) -> list[FileContent]:
    """In the order in which they are shown."""
    return [
        file
        for element in content.elements
        for files in (element.files, *(part.files for part in element.parts))
        for file in files
    ]


def pictures_to_keep(shown: ShownAssistant, most_bytes: int) -> list[str]:
    """The ids of the first pictures, as many as fit together."""
    sizes = dict(ElementFile.objects.filter(assistant=shown.assistant_id).values_list("pk", "size"))
    kept, left = list[str](), most_bytes
    for file in files_in(shown.content):
        size = sizes.get(uuid.UUID(file.id))
        if file.kind == ElementFileKind.PICTURE and size is not None and size <= left:
            kept.append(file.id)
            left -= size
    return kept


def looked_at(device: Device, path: str) -> list[LookedAt]:
    """The elements on the path of an address, as `HelpPath` keeps them; no query for an empty one."""
    shown = shown_assistant(device) if path else None
    if shown is None:
        return []
    by_key = shown.content.by_key
    return [{"key": key, "title": dict(by_key[key].title.by_language)} for key in read_path(path, by_key)]
