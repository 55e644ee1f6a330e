"""How pictures and films of assistants leave; who may have them is asked by the views of both surfaces."""

from django.http.response import HttpResponseBase

from config.common.errors import NotVisible
from fleet.requests import Request
from messenger.images import PREVIEW_TYPE
from ticketing.models import ElementFile, ElementFileKind
from ticketing.views.files import answer_stored

# Another file has another id.
FOR_EVER = "private, max-age=31536000, immutable"


def answer_with_file(request: Request, file: ElementFile, *, poster: bool = False) -> HttpResponseBase:
    """The picture or film, or with `poster` what stands for it. Raises `NotVisible` where there is none."""
    stored = file.poster if poster else file.file
    if not stored:
        raise NotVisible
    content_type = PREVIEW_TYPE.content_type if poster else file.content_type
    is_film = file.kind == ElementFileKind.FILM and not poster
    response = answer_stored(request, stored, content_type, in_pieces=is_film, caching=FOR_EVER)
    response["Content-Disposition"] = "inline"
    return response
