"""The assistant of a device on the phone."""

import json
import uuid
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fleet.requests import Request
from ticketing.assistants.shown import ShownAssistant, assistant_for, help_file_for, pictures_to_keep
from ticketing.portal.pages.assistant import MOST_PICTURE_BYTES, help_page, kept_help, offline_help
from ticketing.services.help_counts import count_help
from ticketing.surfaces import PORTAL
from ticketing.views.assistant_files import answer_with_file
from ticketing.views.responses import SeeOther


@require_safe
def help_start(request: Request, slug: str) -> HttpResponse:
    """The first element, and the search."""
    shown = assistant_for(request.actor, slug)
    given = request.GET
    page = help_page(request.actor, shown, shown.start, via=given.get("via", ""), words=given.get("q", ""))
    return render(request, "ticketing/portal/help.html", {"page": page})


@require_safe
def help_element(request: Request, slug: str, key: str) -> HttpResponse:
    shown = assistant_for(request.actor, slug)
    element = shown.content.by_key.get(key)
    if element is None:
        return _removed(request, shown)
    page = help_page(request.actor, shown, element, via=request.GET.get("via", ""))
    return render(request, "ticketing/portal/help.html", {"page": page})


def _removed(request: Request, shown: ShownAssistant) -> HttpResponse:
    """For an element that is not there any more, or never was."""
    context = {"device": shown.device, "start_url": PORTAL.url("help", slug=shown.device.slug)}
    # Not 404: phones then forget what they keep of a device that they may not open any more.
    return render(request, "ticketing/portal/help_removed.html", context, status=HTTPStatus.GONE)


@require_POST
def help_helped(request: Request, slug: str, key: str) -> HttpResponse:
    """Somebody says that it helped."""
    shown = assistant_for(request.actor, slug)
    if key not in shown.content.by_key:
        return _removed(request, shown)
    count_help(actor=request.actor, shown=shown, what="helped", keys=[key])
    messages.success(request, _("Good to hear that it works again."))
    return SeeOther(PORTAL.url("device", slug=slug))


@require_POST
def help_counts(request: Request, slug: str) -> HttpResponse:
    """What a phone showed, also without a network: keys of elements that were seen, and of those that helped."""
    shown = assistant_for(request.actor, slug)
    count_help(actor=request.actor, shown=shown, what="seen", keys=request.POST.get("seen", "").split("."))
    count_help(actor=request.actor, shown=shown, what="helped", keys=request.POST.get("helped", "").split("."))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@require_safe
def help_bundle(request: Request, slug: str) -> HttpResponse:
    """All of the assistant in the reader's language, to be kept by the phone: 304 if it has just that already."""
    shown = assistant_for(request.actor, slug)
    tag = kept_help(shown.device, shown.number).tag
    headers = {"ETag": f'"{tag}"', "Cache-Control": "private, no-cache"}
    if tag in request.headers.get("If-None-Match", ""):
        return HttpResponse(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    page = offline_help(shown)
    # All drawn without the request: the phone keeps nothing that is about its reader.
    elements = {
        each.element.key: {
            "title": each.element.title,
            "html": render_to_string("ticketing/portal/_help_offline_element.html", {"here": each}),
            "find": each.find,
            "is_end": each.is_end,
        }
        for each in page.elements
    }
    parts = {
        part: render_to_string("ticketing/portal/_help_offline_parts.html", {"page": page, "part": part})
        for part in ("search", "end", "foot")
    }
    markup = "".join([*parts.values(), *(str(each["html"]) for each in elements.values())])
    bundle = {
        "frame": render_to_string("ticketing/portal/help_offline.html", {"page": page, "markup": markup}),
        "elements": elements,
        "parts": parts,
        "start": shown.start.key,
        "searchable": [element.key for element in shown.content.elements if element.is_searchable],
        "pictures": [
            PORTAL.url("help_file", slug=slug, file_id=each) for each in pictures_to_keep(shown, MOST_PICTURE_BYTES)
        ],
        "nothing": _("Nothing was found. Try another word."),
    }
    return HttpResponse(json.dumps(bundle, ensure_ascii=False), content_type="application/json", headers=headers)


@require_safe
def help_file(request: Request, slug: str, file_id: uuid.UUID) -> HttpResponseBase:
    """A picture or film, for those who may open the device."""
    return answer_with_file(request, help_file_for(request.actor, slug, file_id))


@require_safe
def help_poster(request: Request, slug: str, file_id: uuid.UUID) -> HttpResponseBase:
    """The picture that stands for a film until it is played."""
    return answer_with_file(request, help_file_for(request.actor, slug, file_id), poster=True)
