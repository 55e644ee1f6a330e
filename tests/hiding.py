"""What readers from outside must not know of: readers, hidden things of every kind, and what each reader may open."""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.test import Client

from config.common import clock
from fleet.actors import ANONYMOUS, KnownActor, actor_of
from fleet.models import Code, CodeBatch, Device, Organisation, Person, Role
from fleet.services.code_batches import create_batch
from fleet.services.code_tokens import token_of
from fleet.services.codes import rotate_code
from fleet.services.import_files import keep_import_file
from messenger.models import ReadyMessage, RoleDefault, VideoSession, VideoVisibility
from tests.addresses import Address
from tests.assistants import guide, make_assistant
from tests.cast import Cast, client_of, holding, make_cast, open_for, start
from tests.factories import (
    AttachmentFactory,
    ChoiceFactory,
    CodeFactory,
    CodeUserFactory,
    CustomerFactory,
    CustomerTeamFactory,
    DeviceFactory,
    MessageFactory,
    NotificationFactory,
    PrivateLinkFactory,
    PushDeviceFactory,
    RatingFactory,
    ReservationFactory,
    UpdateFactory,
    make_flow,
)
from tests.ticketing.help import element, publish, store_file
from ticketing.models import CannedReply, CreationFlow, ElementFileKind, Ticket, TicketStatus, Visibility

FAR_SEQUENCE = 900  # Far behind the sequences that services gave.
NOWHERE = uuid.uuid4()
_FORM_TOKEN = re.compile(r'(csrfmiddlewaretoken" value="|X-CSRFToken": ")\w{64}')
# What a path takes that is no id, or that nothing depends on.
FIXED = {
    "number": 1,
    "part": "header",
    "name": "responsible",
    "source": "person",
    "kind": "customers",
    "suffix": "csv",
    "verb": "disable",
    "behind": ").",
    "digest": "nothing",
    "app_label": "fleet",
    "url": "nothing",
    "order": "nothing",
}


@dataclass
class Reader:
    """A person outside, the ids that they may open and the ids of what is hidden from them."""

    client: Client
    own: dict[str, Any]
    hidden: dict[str, list[Any]]


def hidden_of(address: Address, name: str, reader: Reader) -> list[Any]:
    """Ids that exist and are hidden. Raises `LookupError` for a kind of id that has no example yet."""
    if name != "object_id" or address.route.startswith("admin/r/"):
        return reader.hidden[name]
    found = address.model.objects.values_list("pk", flat=True)[:1]
    if not found:
        raise LookupError(f"There is no {address.model.__name__} to hide: {address.route}")
    return list(found)


def without_tokens(page: str) -> str:
    """The page without the tokens of its forms, which are new each time."""
    return _FORM_TOKEN.sub(r"\1", page)


def absent_like(value: Any) -> Any:
    """An id of the same kind that nothing has."""
    if isinstance(value, uuid.UUID):
        return NOWHERE
    return 987_654_321 if isinstance(value, int) else "0" * len(value)


def make_readers() -> dict[str, Callable[[], Reader]]:
    """How to make each reader, with everything around them."""
    return {
        "a stranger": _stranger,
        "a code user of another device": _code_user,
        "a code user who sees own tickets only": _lonely_code_user,
        "another customer": _other_customer,
    }


def _stranger() -> Reader:
    return Reader(Client(), {}, _hidden_things(make_cast(TicketStatus.IN_PROGRESS)))


def _code_user() -> Reader:
    code = CodeFactory(device=DeviceFactory())
    person = CodeUserFactory()
    return _with_own_device(holding(code, person=person), None, code.device, person)


def _lonely_code_user() -> Reader:
    cast = make_cast(template={"portal_scope": "own"})
    person = CodeUserFactory()
    reader = _with_own_device(holding(cast.code, person=person), None, cast.device, person)
    reader.hidden["ticket_id"] += [cast.ticket.pk, start(cast.reporter, cast.device, cast.flow).pk]
    return reader


def _other_customer() -> Reader:
    cast = make_cast(TicketStatus.IN_PROGRESS)
    person = cast.person("other_customers_manager")
    return _with_own_device({}, person, DeviceFactory(customer=person.customer), person, cast)


def _with_own_device(
    session: dict[str, Any], signed_in: Person | None, device: Device, writer: Person, elsewhere: Cast | None = None
) -> Reader:
    """A reader with a device and a ticket of their own, on which there are hidden things, too."""
    flow = make_flow(device.template)
    actor = actor_of(signed_in, session) if session else ANONYMOUS
    ticket = open_for(actor.with_person(writer), device, flow)
    reader = Reader(client_of(signed_in, session), {}, _hidden_things(elsewhere or make_cast(TicketStatus.IN_PROGRESS)))
    upload = AttachmentFactory(uploader=writer)
    publish(device.template, element("own"))
    reader.own = {"slug": device.slug, "ticket_id": ticket.pk, "flow_id": flow.pk, "attachment_id": upload.pk}
    for kind, more in _hidden_on(device, flow, ticket).items():
        reader.hidden[kind] += more
    return reader


def _hidden_on(device: Device, flow: CreationFlow, ticket: Ticket) -> dict[str, list[Any]]:
    """What is inside on a ticket and a device that the reader knows."""
    inside = {"is_internal": True, "sequence": FAR_SEQUENCE}
    update = AttachmentFactory(update=UpdateFactory(ticket=ticket, **inside))
    message = AttachmentFactory(message=MessageFactory(ticket=ticket, sequence=FAR_SEQUENCE, public_sequence=None))
    internal = open_for(make_cast().moderator, device, flow, Visibility.INTERNAL)
    draft = start(KnownActor(person=CodeUserFactory(), device_ids=frozenset({device.pk})), device, flow)
    retired = make_flow(device.template, is_active=False)
    inner = make_flow(device.template, open_to_code_users=False)
    return {
        "ticket_id": [internal.pk, draft.pk],
        "flow_id": [retired.pk, inner.pk],
        "attachment_id": [update.pk, message.pk],
        "session_id": [_session(ticket, VideoVisibility.INTERNAL).pk],
    }


def _hidden_things(cast: Cast) -> dict[str, list[Any]]:
    """What belongs to another device; the first of each kind is the plainest."""
    _something_of_everything(cast)
    message = MessageFactory(ticket=cast.ticket, sequence=FAR_SEQUENCE, public_sequence=FAR_SEQUENCE)
    update = UpdateFactory(ticket=cast.ticket, sequence=FAR_SEQUENCE, public_sequence=FAR_SEQUENCE)
    draft = start(cast.reporter, cast.device, cast.flow)
    files = [AttachmentFactory(answer=draft.answers.first()), AttachmentFactory(message=message)]
    files += [AttachmentFactory(update=update), AttachmentFactory(uploader=cast.person("responsible"))]
    notification = NotificationFactory(person=cast.person("responsible"), ticket=cast.ticket, sequence=FAR_SEQUENCE)
    return {
        "slug": [cast.device.slug],
        "ticket_id": [cast.ticket.pk, draft.pk],
        "flow_id": [cast.flow.pk],
        "attachment_id": [file.pk for file in files],
        "upload_id": [files[-1].pk],
        "session_id": [_session(cast.ticket).pk],
        "notification_id": [notification.pk],
        "push_device_id": [PushDeviceFactory().pk],
        "reply_id": [CannedReply.objects.create(owner=cast.person("moderator"), name="Hidden").pk],
        "token": _code_tokens(cast),
        "link_token": _link_tokens(cast),
        "code_id": [cast.code.pk],
        "batch_id": [_batch(cast).pk],
        "customer_id": [CustomerFactory().pk],
        "person_id": [cast.person("responsible").pk, cast.person("reporter").pk],
        "reservation_id": [ReservationFactory().pk],
        "object_id": [cast.device.pk],
        **_assistant(cast),
        "import_key": [_waiting_import(cast)],
        "content_type_id": [ContentType.objects.get_for_model(Code).pk],
    }


def _session(ticket: Ticket, visibility: VideoVisibility = VideoVisibility.PUBLIC) -> VideoSession:
    message = MessageFactory(ticket=ticket, sequence=FAR_SEQUENCE + 9, public_sequence=FAR_SEQUENCE + 9)
    session = VideoSession.objects.create(
        creator=ticket.creator, client_key=uuid.uuid4(), visibility=visibility, message=message
    )
    session.tickets.add(ticket)
    return session


def _code_tokens(cast: Cast) -> list[str]:
    """Tokens of stickers that open nothing: of a disabled, an unpaired and a renewed code."""
    shut = [CodeFactory(device=cast.device, is_enabled=False), CodeFactory(device=None), CodeFactory()]
    tokens = [token_of(code) for code in shut]
    rotate_code(actor=cast.moderator, code=shut[-1])
    return tokens


def _assistant(cast: Cast) -> dict[str, list[Any]]:
    """Of the device's template, with one element and its picture; only its editors may open the draft."""
    assistant = make_assistant(cast.administrator, cast.device.template, guide("hidden"))
    file = store_file(assistant, b"GIF89a", ElementFileKind.PICTURE, "image/gif")
    publish(cast.device.template, element("hidden", files=(file,)))
    return {"template_id": [assistant.template_id], "key": ["hidden"], "file_id": [uuid.UUID(file.id)]}


def _link_tokens(cast: Cast) -> list[str]:
    """Tokens of private links that open nothing: one was revoked, one has expired, one is of an INTERNAL ticket."""
    internal = make_cast(visibility=Visibility.INTERNAL)
    long_ago = clock.now() - timedelta(days=1)
    links = [
        PrivateLinkFactory(ticket=cast.ticket, token="revoked-link", revoked_at=long_ago),
        PrivateLinkFactory(ticket=cast.ticket, token="expired-link", expires_at=long_ago),
        PrivateLinkFactory(ticket=internal.ticket, token="hidden-link"),
    ]
    assert all(link.person.is_code_user for link in links)
    return ["revoked-link", "expired-link", "hidden-link"]


def _batch(cast: Cast) -> CodeBatch:
    return create_batch(actor=cast.moderator, size=1, pattern="Roll {n}", client_key=uuid.uuid4())


def _waiting_import(cast: Cast) -> uuid.UUID:
    """The file of a superior, between its check and its import."""
    return keep_import_file(actor=cast.moderator, file=ContentFile(b"name\nAcme", "customers.csv"))


def _something_of_everything(cast: Cast) -> None:
    """One row at least for each page of the administration."""
    RatingFactory(ticket__device=cast.device)
    RoleDefault.objects.create(role=Role.MEMBER, occasion="offer", channel="push", is_on=False)
    ChoiceFactory()
    CustomerTeamFactory()
    ReservationFactory()
    Organisation.objects.create(pk=1, name="Werk")
    ReadyMessage.objects.create(text_en="Hidden")
    assert all(model._default_manager.exists() for model in admin.site._registry)
