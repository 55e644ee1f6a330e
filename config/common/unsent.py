"""What was in a form that could not be accepted: texts are shown again, and files named, so that nothing is lost."""

import re
from urllib.parse import urlsplit

from django.http import HttpRequest

_WRITTEN = re.compile(r"text|comment|subject|description|(?:new-)?[a-z]+_text|new-(?:name|phone|contact_email)|q[0-9]+")
_CHOSEN = re.compile(r"[0-9]+|yes|no|none")
_MAX_SHOWN = 20_000  # Characters: twice the longest text that anybody may send.


def unsent_texts(request: HttpRequest) -> list[str]:
    """The texts of a form of ours that was sent, without chosen options; nothing of a form on a foreign page."""
    if not is_own_form(request):
        return []
    texts = [text.strip() for name in request.POST if _WRITTEN.fullmatch(name) for text in request.POST.getlist(name)]
    # What was chosen is chosen again with a tap.
    return [text[:_MAX_SHOWN] for text in texts if text and not _CHOSEN.fullmatch(text)]


def unsent_files(request: HttpRequest) -> list[str]:
    """The names of the files that came with a form of ours: they are gone, and have to be chosen again."""
    if not is_own_form(request):
        return []
    return [file.name for name in request.FILES for file in request.FILES.getlist(name) if file.name]


def is_own_form(request: HttpRequest) -> bool:
    """Whether a form was sent that stood on a page of ours."""
    # A form that the browser says nothing about counts as foreign.
    source = request.headers.get("Origin") or request.headers.get("Referer", "")
    return request.method == "POST" and urlsplit(source).netloc == request.get_host()
