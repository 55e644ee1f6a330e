"""Reads of messenger that are more than a queryset."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, Expression, Max, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy

from config.common import clock
from config.common.errors import DomainError, NotVisible
from config.common.rows import get_or_none
from fleet.actors import Actor
from messenger.models import (
    Attachment,
    AttachmentKind,
    Mute,
    Notification,
    PushDevice,
    ReadyMessage,
    UnsentText,
    Upload,
)
from messenger.models.attachments import UNATTACHED
from messenger.web_push import digest_of

# Of which a lock screen may show something: it has room for fewer.
MAX_UNREAD_TICKETS = 100


def notifications_of(actor: Actor) -> QuerySet[Notification]:
    """Empty for an actor without a person."""
    if actor.person_id is None:
        return Notification.objects.none()
    return Notification.objects.filter(person=actor.person_id)


def count_unread(actor: Actor) -> int:
    """The number of the actor's unread notifications; one query."""
    return notifications_of(actor).filter(read_at=None).count()


@dataclass(frozen=True)
class BellState:
    """How many notifications are unread, and the id of the latest of them, or 0."""

    unread: int = 0
    latest: int = 0

    @property
    def number(self) -> str:
        """Changes when a notification comes, is read or is taken back."""
        return f"{self.latest}.{self.unread}"


def bell_columns(person: int | Expression | None) -> dict[str, Subquery]:
    """Columns of any statement that say the same of one person; both are null where nothing is unread."""
    unread = Notification.objects.filter(person=person, read_at=None).order_by().values("person")
    return {
        "unread": Subquery(unread.annotate(number=Count("pk")).values("number")),
        "latest": Subquery(unread.annotate(number=Max("pk")).values("number")),
    }


def bell_state(actor: Actor) -> BellState:
    """One query."""
    return _bells([actor.person_id])[0] if actor.person_id is not None else BellState()


def numbers_of_bells(people: Sequence[int]) -> list[str]:
    """One query, however many people."""
    return [bell.number for bell in _bells(people)]


def _bells(people: Sequence[int]) -> list[BellState]:
    unread = Notification.objects.filter(person__in=people, read_at=None).order_by()
    found = unread.values_list("person").annotate(Count("pk"), Max("pk"))
    bells = {person: BellState(count, latest) for person, count, latest in found}
    return [bells.get(person, BellState()) for person in people]


def mutes_of(actor: Actor) -> QuerySet[Mute]:
    """Those of the actor that are not over, the newest first; empty for an actor without a person."""
    if actor.person_id is None:
        return Mute.objects.none()
    return Mute.objects.filter(person=actor.person_id).lasting(clock.now()).order_by("-pk")


def unread_tickets(actor: Actor) -> list[int]:
    """The tickets of the actor's unread notifications, the newest ones; one query."""
    unread = notifications_of(actor).filter(read_at=None).order_by("-ticket")
    return list(unread.values_list("ticket", flat=True).distinct()[:MAX_UNREAD_TICKETS])


def is_device_of(actor: Actor, endpoint: str) -> bool:
    """Whether the browser at that address takes push notifications for the actor."""
    return PushDevice.objects.filter(endpoint_digest=digest_of(endpoint), person=actor.person_id).exists()


def unsent_texts_of(actor: Actor) -> QuerySet[UnsentText]:
    """What the actor typed and has not sent, the newest first; empty for an actor without a person."""
    if actor.person_id is None:
        return UnsentText.objects.none()
    return UnsentText.objects.filter(writer=actor.person_id)


def unsent_columns(person: int | Expression | None) -> dict[str, Exists]:
    """Columns of any statement that reads tickets: whether the person typed or uploaded there what was not sent yet."""
    # Nobody has the id 0.
    typed = UnsentText.objects.filter(writer=person or 0, ticket=OuterRef("pk")).order_by()
    uploaded = unsent_uploads(person or 0).filter(ticket=OuterRef("pk")).order_by()
    return {"has_unsent": Exists(typed), "has_waiting": Exists(uploaded)}


@dataclass(frozen=True)
class WaitingFile:
    """A file that its uploader has not sent yet, as a form shows it; one that is not whole has no picture.

    `key` is the browser's name of it, empty where nothing is known of its upload; `length` is in bytes.
    """

    pk: uuid.UUID
    key: str
    slot: str
    name: str
    length: int
    kind: str = AttachmentKind.FILE
    has_preview: bool = False
    is_whole: bool = True
    caption: str = ""


def unsent_uploads(person_id: int | Expression) -> QuerySet[Upload]:
    """What the person began to upload, whole or not, and has not sent."""
    sent = {f"attachment__{parent}": None for parent in ("message", "update", "answer")}
    return Upload.objects.filter(uploader=person_id, **sent)


def files_waiting_in(actor: Actor, ticket_id: int | None, *purposes: str) -> list[WaitingFile]:
    """What the actor uploaded for forms of the ticket, or of none, and has not sent, in the order of each list.

    One query for any number; none for an actor without a person.
    """
    if actor.person_id is None:
        return []
    mine = unsent_uploads(actor.person_id).filter(ticket=ticket_id, purpose__in=purposes)
    return [_waiting(upload.attachment, upload) or _on_its_way(upload) for upload in mine.select_related("attachment")]


def files_waiting(actor: Actor, upload_ids: Iterable[uuid.UUID]) -> list[WaitingFile]:
    """Those of the whole files that are the actor's and were not sent, in the order of the ids."""
    wanted = list(dict.fromkeys(upload_ids))
    if not wanted or actor.person_id is None:
        return []
    found = Attachment.objects.filter(UNATTACHED, uploader=actor.person_id).in_bulk(wanted)
    uploads = Upload.objects.in_bulk(list(found))
    return [shown for pk in wanted if (shown := _waiting(found.get(pk), uploads.get(pk)))]


def _waiting(file: Attachment | None, upload: Upload | None) -> WaitingFile | None:
    if file is None:
        return None
    key, slot = (str(upload.client_key), upload.slot) if upload else ("", "")
    return WaitingFile(file.pk, key, slot, file.name, file.size, file.kind, bool(file.preview), caption=file.caption)


def _on_its_way(upload: Upload) -> WaitingFile:
    return WaitingFile(upload.pk, str(upload.client_key), upload.slot, upload.name, upload.length, is_whole=False)


def upload_of(actor: Actor, ticket_id: int | None, upload_id: uuid.UUID) -> Upload:
    """The actor's own upload below that ticket, or below none.

    Raises `NotVisible` for absent ones and those of others alike.
    """
    mine = Upload.objects.select_related("attachment", "uploader").filter(ticket=ticket_id, uploader=actor.person_id)
    found = get_or_none(mine.filter(pk=upload_id)) if actor.person_id is not None else None
    if found is None:
        raise NotVisible
    return found


class SentAlready(DomainError):
    """The own file was sent, perhaps by another browser: what a page still has of it is used up."""

    code = "sent_already"
    http_status = 410
    default_message = gettext_lazy("This file was sent already.")


def waiting_file_of(actor: Actor, ticket_id: int | None, upload_id: uuid.UUID) -> Attachment:
    """What the actor's own upload became, or a file that was kept from a form that was refused.

    Raises `NotVisible` for what is not whole, and `SentAlready` for what was sent meanwhile: it cannot be sent again.
    """
    # What came with a form was no upload, and belongs to no place.
    if actor.person_id is None or Upload.objects.filter(pk=upload_id).exists():
        made = upload_of(actor, ticket_id, upload_id).attachment
    else:
        made = get_or_none(Attachment.objects.filter(pk=upload_id, uploader=actor.person_id))
    if made is None:
        raise NotVisible
    if made.has_parent:
        raise SentAlready
    return made


def ready_messages() -> list[ReadyMessage]:
    """Those of the house that can be sent, in their order."""
    return list(ReadyMessage.objects.filter(is_active=True))
