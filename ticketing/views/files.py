"""The one door through which files leave: it asks who may read the parent, every time."""

import hashlib
import re
from collections.abc import Iterator
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.db.models.fields.files import FieldFile
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from config.common.errors import NotVisible
from fleet.requests import Request
from messenger.bounded_files import BoundedFile
from messenger.content.texts import CHARSETS, as_utf_8, encoding_of_text
from messenger.images import PREVIEW_TYPE
from messenger.models import Attachment, AttachmentKind
from messenger.services.preparations import is_being_prepared
from ticketing.access import attachment_for

# A slow phone takes one well within the minute after which the server gives it up.
CHUNK_BYTES = 64 * 1024
# A piece is in memory at once; players ask for the next one by themselves.
MAX_RANGE_BYTES = 1024 * 1024
# One range; a list of them, and what is no range of bytes, is answered with the whole file.
_RANGE = re.compile(r"bytes=(?:([0-9]{1,100})-([0-9]{0,100})|-([0-9]{1,100}))", re.IGNORECASE)
_SHOWN_INLINE = (AttachmentKind.IMAGE, AttachmentKind.AUDIO, AttachmentKind.VIDEO)


@require_safe
def attachment(request: Request, attachment_id: UUID) -> HttpResponseBase:
    """The file itself: pictures, recordings and films are shown, texts on demand, everything else is saved.

    So is what was sent of a picture, on demand.
    """
    found = attachment_for(request.actor, attachment_id)
    if "original" in request.GET:
        return _original(request, found)
    if found.content_type.startswith("text/"):
        return _text(request, found)
    inline = found.kind in _SHOWN_INLINE and "download" not in request.GET
    response = answer_stored(request, found.file, found.content_type, in_pieces=_is_played(found))
    response["Content-Disposition"] = content_disposition_header(not inline, found.name) or "attachment"
    return response


@require_safe
def attachment_preview(request: Request, attachment_id: UUID) -> HttpResponseBase:
    """The small picture, or the poster of a film, for those who may read the file itself."""
    found = attachment_for(request.actor, attachment_id)
    if not found.preview:
        raise NotVisible
    response = answer_stored(request, found.preview, PREVIEW_TYPE.content_type)
    response["Content-Disposition"] = "inline"
    return response


@require_safe
def attachment_other(request: Request, attachment_id: UUID) -> HttpResponseBase:
    """A recording in its second format, for those who may hear the first."""
    found = attachment_for(request.actor, attachment_id)
    if not found.other:
        raise NotVisible
    response = answer_stored(request, found.other, found.other_type, in_pieces=True)
    response["Content-Disposition"] = "inline"
    return response


@require_safe
def attachment_player(request: Request, attachment_id: UUID) -> HttpResponseBase:
    """The film or recording as a page shows it that waited for what is made of it; 204 while that is not over."""
    found = attachment_for(request.actor, attachment_id)
    if not _is_played(found):
        raise NotVisible
    if is_being_prepared(found):
        return HttpResponse(status=204)
    return render(request, "messenger/_prepared.html", {"file": found})


file_urls = [
    path("files/<uuid:attachment_id>/", attachment, name="attachment"),
    path("files/<uuid:attachment_id>/preview/", attachment_preview, name="attachment_preview"),
    path("files/<uuid:attachment_id>/other/", attachment_other, name="attachment_other"),
    path("files/<uuid:attachment_id>/player/", attachment_player, name="attachment_player"),
]


def _original(request: Request, found: Attachment) -> HttpResponseBase:
    if not found.original:
        raise NotVisible
    response = answer_stored(request, found.original, found.original_type)
    # Never shown: browsers differ in what they make of it, and it was not drawn anew.
    response["Content-Disposition"] = content_disposition_header(True, found.original_name) or "attachment"  # noqa: FBT003
    return response


def _text(request: Request, found: Attachment) -> HttpResponseBase:
    """A text as it came, to be saved; on demand to be read, as UTF-8 and never as a page."""
    with _opened(found.file) as file:
        encoding = encoding_of_text(BoundedFile(file))
    if "read" in request.GET:
        response = _fenced(
            StreamingHttpResponse(_as_utf_8(found.file, encoding), content_type="text/plain; charset=utf-8")
        )
    else:
        response = answer_stored(request, found.file, f"{found.content_type}; charset={CHARSETS[encoding]}")
    disposition = content_disposition_header("read" not in request.GET, found.name)
    response["Content-Disposition"] = disposition or "inline"
    return response


def _as_utf_8(stored: FieldFile, encoding: str) -> Iterator[bytes]:
    with _opened(stored) as file:
        yield from as_utf_8(BoundedFile(file), encoding)


def _is_played(found: Attachment) -> bool:
    return found.kind in (AttachmentKind.AUDIO, AttachmentKind.VIDEO)


def answer_stored(
    request: Request,
    stored: FieldFile,
    content_type: str,
    *,
    in_pieces: bool = False,
    caching: str = "private, no-store",
) -> HttpResponseBase:
    """The stored file, or with `in_pieces` the piece of it that a player asks for. Raises `NotVisible` if it is gone.

    The caller has asked whether the reader may have it.
    """
    if settings.X_ACCEL_PREFIX:
        # The proxy sends what the header names, ranges included, and waits for slow readers in our place.
        if not stored.storage.exists(str(stored.name)):
            raise NotVisible
        headers = {"X-Accel-Redirect": settings.X_ACCEL_PREFIX + quote(str(stored.name))}
        response: HttpResponseBase = HttpResponse(content_type=content_type, headers=headers)
    else:
        response = _by_us(request, stored, content_type, in_pieces=in_pieces)
    response["Accept-Ranges"] = "bytes"
    return _fenced(response, caching)


def _fenced(response: HttpResponseBase, caching: str = "private, no-store") -> HttpResponseBase:
    response["Cache-Control"] = caching
    response["Content-Security-Policy"] = "sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _by_us(request: Request, stored: FieldFile, content_type: str, *, in_pieces: bool) -> HttpResponseBase:
    file = _opened(stored)
    tag = _tag_of(stored)
    wanted = _wanted(request, tag, file.size) if in_pieces else None
    if wanted is not None:
        response: HttpResponseBase = _piece(file, *wanted, content_type)
    elif request.method == "HEAD":
        response = HttpResponse(content_type=content_type, headers={"Content-Length": str(file.size)})
        file.close()
    else:
        response = _FileAnswer(file, content_type)
        response["Content-Length"] = str(file.size)
    response["ETag"] = tag
    return response


def _tag_of(stored: FieldFile) -> str:
    """Tells stored files apart, which never change."""
    return f'"{hashlib.sha256(str(stored.name).encode()).hexdigest()[:32]}"'


def _opened(stored: FieldFile) -> "File[bytes]":
    try:
        return stored.open("rb")
    except FileNotFoundError:
        raise NotVisible from None


class _FileAnswer(StreamingHttpResponse):
    """A whole file in chunks."""

    def __init__(self, file: "File[bytes]", content_type: str) -> None:
        self.file = file
        super().__init__(file.chunks(CHUNK_BYTES), content_type=content_type)

    def close(self) -> None:
        super().close()
        # Also for a reader who leaves before the first chunk.
        self.file.close()


def _wanted(request: Request, tag: str, size: int) -> tuple[int, int] | None:
    """First and last byte of the piece that is asked for, first behind last where there is none; None for the whole."""
    match = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    # A player that kept a piece of another file begins anew.
    if match is None or request.method != "GET" or request.headers.get("If-Range", tag) != tag:
        return None
    start, end, last_bytes = match.groups()
    if last_bytes:
        return max(0, size - int(last_bytes)), size - 1 if int(last_bytes) else -1
    # An end before the start is no range.
    if end and int(end) < int(start):
        return None
    return int(start), min(int(end), size - 1) if end else size - 1


def _piece(file: "File[bytes]", first: int, last: int, content_type: str) -> HttpResponse:
    """At most one megabyte of what was asked for. 416 where the file has nothing there."""
    with file:
        if first > last:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{file.size}"})
        last = min(last, first + MAX_RANGE_BYTES - 1)
        file.seek(first)
        content = file.read(last - first + 1)
        headers = {"Content-Range": f"bytes {first}-{last}/{file.size}"}
    return HttpResponse(content, status=206, content_type=content_type, headers=headers)
