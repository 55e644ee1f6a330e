"""Files on their way into tickets, drafts and the desk form: the core of tus 1.0 (https://tus.io), and taking back."""

import base64
import binascii
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import wraps

from django.contrib import messages
from django.http import HttpResponse, JsonResponse, UnreadablePostError
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from config.common.errors import InvalidInput, NotVisible
from config.common.numbers import whole_number
from config.common.rules import require
from fleet.actors import Actor
from fleet.requests import Request, known_actor
from messenger.models import Upload
from messenger.selectors import upload_of, waiting_file_of
from messenger.services.attachments import Place, delete_upload
from messenger.services.uploads import CHUNK_BYTES, MAX_BYTES, WrongOffset, receive_piece, start_upload
from ticketing.access import ticket_for
from ticketing.forms.conversation import UploadForm
from ticketing.models import Ticket
from ticketing.pages.conversation import WRITING_RULES
from ticketing.pages.waiting import asks_for_files, is_desk_slot
from ticketing.surfaces import OFFICE, Surface
from ticketing.views.responses import SeeOther

VERSION = "1.0.0"
CAPABILITIES = {"Tus-Version": VERSION, "Tus-Extension": "creation,termination", "Tus-Max-Size": str(MAX_BYTES)}
PIECE_TYPE = "application/offset+octet-stream"
# What a file is for, and the rule that is asked before it begins and again at each of its pieces.
PURPOSE_RULES = {
    **WRITING_RULES,
    "answer": "ticketing.continue_draft",
    "edit": "ticketing.edit_fields",
    "join": "ticketing.join_ticket",
}
# The same for forms that make a ticket only when they are saved.
RULES_WITHOUT_TICKET = {"desk": "ticketing.create_desk_ticket"}


def upload_urls(surface: Surface) -> list[URLPattern]:
    """The addresses below a ticket of the surface; a draft is one, too."""
    return [
        path("uploads/", upload_add, {"surface": surface}, name="upload_add"),
        path("uploads/<uuid:upload_id>/", upload, name="upload"),
        path("uploads/<uuid:upload_id>/remove/", upload_remove, {"surface": surface}, name="upload_remove"),
    ]


def desk_upload_urls() -> list[URLPattern]:
    """The addresses below the desk form, which has no ticket yet."""
    return [
        path("uploads/", upload_add, {"surface": OFFICE}, name="desk_upload_add"),
        path("uploads/<uuid:upload_id>/", upload, name="desk_upload"),
    ]


def tus(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Says what is spoken here, the same for every address, and lets no other version of it through."""

    @wraps(view)
    def wrapped(request: Request, **kwargs: object) -> HttpResponse:
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers=CAPABILITIES)
        if request.method != "GET" and request.headers.get("Tus-Resumable") != VERSION:
            return HttpResponse(status=412, headers={"Tus-Version": VERSION})
        response = view(request, **kwargs)
        response["Tus-Resumable"] = VERSION
        return response

    return wrapped


@tus
@require_POST
def upload_add(request: Request, surface: Surface, ticket_id: int | None = None, slug: str = "") -> HttpResponse:
    """Begin an upload, or find the one that was begun with the same key."""
    metadata = _metadata(request)
    ticket = _ticket_of(request.actor, ticket_id, slug)
    _require(request.actor, metadata.get("purpose", ""), ticket)
    form = UploadForm({**metadata, "length": request.headers.get("Upload-Length", "")})
    announced = form.read()
    place = Place(ticket_id, metadata["purpose"], form.cleaned_data["slot"])
    _check_slot(ticket, place)
    begun = start_upload(
        actor=known_actor(request),
        place=place,
        device_id=ticket.device_id if ticket else None,
        **announced,
    )
    response = _progress(begun, status=201)
    address = surface.ticket_url("upload", ticket, upload_id=begun.pk) if ticket else None
    response["Location"] = address or surface.url("desk_upload", upload_id=begun.pk)
    return response


@tus
@require_http_methods(["HEAD", "GET", "PATCH", "DELETE"])
def upload(request: Request, upload_id: uuid.UUID, ticket_id: int | None = None, slug: str = "") -> HttpResponse:
    """An own upload: how much is here (HEAD), what became of it (GET), its next piece (PATCH), its end (DELETE)."""
    actor = request.actor
    ticket = _ticket_of(actor, ticket_id, slug)
    if request.method == "DELETE":
        delete_upload(actor=actor, upload_id=upload_id)
        return HttpResponse(status=204)
    if request.method == "GET":
        made = waiting_file_of(actor, ticket_id, upload_id)
        preview = reverse("attachment_preview", args=[made.pk]) if made.preview else ""
        return JsonResponse({"id": str(made.pk), "name": made.name, "kind": made.kind, "preview": preview})
    found = upload_of(actor, ticket_id, upload_id)
    if request.method == "HEAD":
        return _progress(found, status=200)
    _require(actor, found.purpose, ticket)
    return _receive(request, actor, ticket, found)


@require_POST
def upload_remove(
    request: Request, surface: Surface, ticket_id: int, upload_id: uuid.UUID, slug: str = ""
) -> HttpResponse:
    """Take back an own file that was not sent yet, on a page without its form; scripts send DELETE."""
    ticket = ticket_for(request.actor, ticket_id, below=slug)
    delete_upload(actor=request.actor, upload_id=upload_id)
    messages.success(request, _("The file was removed."))
    return SeeOther(surface.ticket_url("ticket_detail", ticket))


def take_back(actor: Actor, upload_id: str) -> None:
    """Of the button of a form without scripts. One that is gone already, and anything else, is no error."""
    with suppress(NotVisible, ValueError):
        delete_upload(actor=actor, upload_id=uuid.UUID(upload_id))


def _ticket_of(actor: Actor, ticket_id: int | None, slug: str) -> Ticket | None:
    return ticket_for(actor, ticket_id, below=slug) if ticket_id is not None else None


def _require(actor: Actor, purpose: str, ticket: Ticket | None) -> None:
    """Ask the rule of the purpose. Raises its refusal, `NotVisible` for a purpose that files of this place have not."""
    rule = (PURPOSE_RULES if ticket else RULES_WITHOUT_TICKET).get(purpose)
    if rule is None:
        raise NotVisible
    require(actor, rule, ticket)


def _check_slot(ticket: Ticket | None, place: Place) -> None:
    """Raises `InvalidInput` for a list that no page of the purpose has; without a slot it is the only one."""
    has_list = {"answer": asks_for_files, "desk": is_desk_slot}.get(place.purpose)
    if place.slot and (has_list is None or not has_list(ticket, place.slot)):
        raise InvalidInput(_("Please load the page again before you add files."), code="slot", field="files")


def _receive(request: Request, actor: Actor, ticket: Ticket | None, upload: Upload) -> HttpResponse:
    if request.content_type != PIECE_TYPE:
        return HttpResponse(status=415)
    offset = whole_number(request.headers.get("Upload-Offset"))
    if offset is None:
        raise InvalidInput
    try:
        device_id = ticket.device_id if ticket else None
        now = receive_piece(actor=actor, device_id=device_id, upload=upload, offset=offset, chunks=_chunks(request))
    except WrongOffset as error:
        answer = {"message": str(error), "code": error.code}
        return JsonResponse(answer, status=error.http_status, headers={"Upload-Offset": str(error.offset)})
    return HttpResponse(status=204, headers={"Upload-Offset": str(now)})


def _chunks(request: Request) -> Iterator[bytes]:
    """The body as it comes; what arrived before the network was lost counts, if it is enough for a piece."""
    try:
        while chunk := request.read(CHUNK_BYTES):
            yield chunk
    except UnreadablePostError:
        # A rest that is too short is refused; when the browser is back, it asks how much is here and sends it again.
        return


def _progress(upload: Upload, status: int) -> HttpResponse:
    headers = {"Upload-Offset": str(upload.offset), "Upload-Length": str(upload.length), "Cache-Control": "no-store"}
    return HttpResponse(status=status, headers=headers)


def _metadata(request: Request) -> dict[str, str]:
    """`Upload-Metadata` as text by key: pairs of a key and Base64, divided by commas."""
    pairs = [pair.split() for pair in request.headers.get("Upload-Metadata", "").split(",") if pair.strip()]
    try:
        return {pair[0]: base64.b64decode("".join(pair[1:2]), validate=True).decode() for pair in pairs}
    except (binascii.Error, UnicodeError):
        raise InvalidInput from None
