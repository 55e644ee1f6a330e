"""Writing into a ticket and reading what is new, for both surfaces."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotFound
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config.common.errors import InvalidInput, NotVisible, WrongStatus
from config.common.numbers import whole_number
from config.common.refusals import wants_json
from config.common.unsent import unsent_files, unsent_texts
from config.common.windows import place_in
from fleet.access import device_for
from fleet.requests import Request, known_actor
from ticketing.access import counted_by, ticket_for
from ticketing.forms.conversation import MessageForm, UpdateForm, WritingForm
from ticketing.models import Ticket
from ticketing.pages.cards import fill_cards
from ticketing.pages.conversation import (
    WRITING_RULES,
    Composer,
    RetryPage,
    composer_for,
    form_of,
    messages_part,
    shown_at,
)
from ticketing.pages.unsent import unsent_box
from ticketing.services.guard import PageSeen, Unseen
from ticketing.services.messages import send_message
from ticketing.services.updates import post_update
from ticketing.surfaces import PORTAL, Surface
from ticketing.views.answers import question_answer
from ticketing.views.captions import keep_captions
from ticketing.views.held import held_back
from ticketing.views.kept_files import KeptFiles, kept_files
from ticketing.views.message_detail import message_urls
from ticketing.views.responses import SeeOther, never_kept, unless_shown
from ticketing.views.seen import message_seen
from ticketing.views.ticket_help import ticket_help_urls
from ticketing.views.unsent import typed_texts
from ticketing.views.uploads import take_back, upload_urls
from ticketing.views.video import video_urls

# The name of the button that takes a file away.
REMOVE = "remove"


def conversation_urls(surface: Surface) -> list[URLPattern]:
    """The addresses below a ticket of the surface."""
    at = {"surface": surface}
    return [
        path("messages/", message_list, at, name="message_list"),
        path("messages/send/", message_send, at, name="message_send"),
        path("messages/seen/", message_seen, name="message_seen"),
        path("messages/composer/", message_composer, at, name="message_composer"),
        # Two addresses, so that no field of a form decides who reads an update.
        path("updates/post/", update_post, {**at, "purpose": "update"}, name="update_post"),
        path("updates/post-internal/", update_post, {**at, "purpose": "internal"}, name="internal_update_post"),
        path("unsent/", typed_texts, name="unsent_texts"),
        *message_urls(surface),
        *upload_urls(surface),
        path("messages/answer/", question_answer, at, name="question_answer"),
        *ticket_help_urls(surface),
        *video_urls(surface),
    ]


@require_safe
def message_list(request: Request, ticket_id: int, surface: Surface, slug: str = "") -> HttpResponse:
    """The bubbles after the number `after` or before the number `before`, oldest first, with links to further ones.

    With `changed`, a number of the journal, also those that were edited or taken back after it. 304 for a page that has
    everything up to the present number of the ticket.
    """
    actor = request.actor
    ticket = ticket_for(actor, ticket_id, below=slug, rule="ticketing.read_messages")

    def draw() -> HttpResponse:
        since = whole_number(request.GET.get("changed"))
        part = messages_part(actor, ticket, surface, place_in(request.GET), since)
        return render(request, "messenger/_messages.html", {"part": part})

    # Read before the messages: what is written in between is asked for once more, and found to be there.
    return unless_shown(request, getattr(ticket, counted_by(actor)), draw)


@require_POST
def message_send(request: Request, ticket_id: int, surface: Surface, slug: str = "") -> HttpResponse:
    """Send a message; a script gets the bubble, a browser the conversation."""
    # The service asks who may write: a message that arrived before the ticket closed may be sent again.
    try:
        ticket = ticket_for(request.actor, ticket_id, below=slug)
    except NotVisible:
        return not_available(request, slug)
    form = MessageForm(request.POST, request.FILES)
    if REMOVE in request.POST:
        return _without_file(request, surface, ticket, "message", form)
    try:
        actor = known_actor(request)
        keep_captions(actor, request.POST)
        given = form.read()
        page = PageSeen(form.cleaned_data["audience"], form.cleaned_data["seen"])
        reply_to = form.cleaned_data["reply_to"]
        message = send_message(actor=actor, ticket_id=ticket.pk, page=page, reply_to=reply_to, **given)
    except (Unseen, InvalidInput, WrongStatus) as error:
        return _not_sent(request, surface, ticket, form, error)
    if wants_json(request):
        fill_cards(actor, [message], ticket, surface)
        return render(request, "messenger/_message.html", {"message": message, "reader": actor}, status=201)
    return SeeOther(shown_at(surface, ticket, "message"))


def _not_sent(
    request: Request, surface: Surface, ticket: Ticket, form: WritingForm, error: Unseen | InvalidInput | WrongStatus
) -> HttpResponse:
    match error:
        case Unseen():
            return held_back(request, surface, ticket, form, error)
        case InvalidInput():
            return _retry(request, surface, ticket, "message", form, error)
        case _:
            return too_late(request, surface, ticket, "message", error)


@require_safe
def message_composer(request: Request, ticket_id: int, surface: Surface, slug: str = "") -> HttpResponse:
    """The composer as it is now, or why nothing can be written."""
    actor = request.actor
    ticket = ticket_for(actor, ticket_id, below=slug, rule="ticketing.read_messages")
    context = {"composer": composer_for(actor, ticket, surface, "message")}
    return render(request, "ticketing/_conversation_composer.html", context)


@require_POST
def update_post(request: Request, ticket_id: int, surface: Surface, purpose: str, slug: str = "") -> HttpResponse:
    try:
        ticket = ticket_for(request.actor, ticket_id, below=slug)
    except NotVisible:
        return not_available(request, slug)
    form = UpdateForm(request.POST, request.FILES)
    if REMOVE in request.POST:
        return _without_file(request, surface, ticket, purpose, form)
    try:
        keep_captions(request.actor, request.POST)
        given = form.read()
        post_update(actor=known_actor(request), ticket_id=ticket.pk, is_internal=purpose == "internal", **given)
    except InvalidInput as error:
        return _retry(request, surface, ticket, purpose, form, error)
    except WrongStatus as error:
        return too_late(request, surface, ticket, purpose, error)
    if request.POST.get("from") == "messenger":
        messages.success(request, _("The internal update was saved."))
        return SeeOther(f"{shown_at(surface, ticket, 'message')}&write=internal")
    return SeeOther(shown_at(surface, ticket, purpose))


def not_available(request: Request, slug: str = "") -> HttpResponse:
    """The text of a form for a ticket that is not there, on the way to its device. To be called where that was found.

    Raises `NotVisible` where there is no text, and for strangers; says the same of absent tickets and of hidden ones.
    """
    texts, actor = unsent_texts(request), request.actor
    if not texts or wants_json(request) or (actor.person is None and not actor.links):
        raise NotVisible
    # Without a form token, which would make the bytes differ.
    context = {"request": request, "device_url": _device_url(request, slug), "unsent": texts}
    return HttpResponseNotFound(render_to_string("ticketing/portal/ticket_not_available.html", context))


def _device_url(request: Request, slug: str) -> str:
    """Empty in the back office, and for who came by a private link and may not open the device."""
    try:
        return PORTAL.url("device", slug=device_for(request.actor, slug).slug)
    except NotVisible:
        return ""


def too_late(request: Request, surface: Surface, ticket: Ticket, purpose: str, error: WrongStatus) -> HttpResponse:
    """In the portal what was written can go into a new ticket; in the back office the usual refusal is shown."""
    if surface.is_office or wants_json(request):
        raise error
    box = unsent_box(request.actor, surface, ticket, text="\n\n".join(unsent_texts(request)))
    back_url = shown_at(surface, ticket, purpose)
    context = {"refusal": error, "unsent": box, "lost_files": unsent_files(request), "back_url": back_url}
    return render(request, "ticketing/portal/writing_refused.html", context, status=error.http_status)


def _retry(
    request: Request, surface: Surface, ticket: Ticket, purpose: str, sent: WritingForm, error: InvalidInput
) -> HttpResponse:
    """The composer alone with what was written and what is wrong; files that are usable stay."""
    if wants_json(request):
        raise error
    kept = kept_files(request, ticket, purpose, WRITING_RULES[purpose], sent, error)
    return _show_again(request, surface, ticket, purpose, kept, status=error.http_status)


def _without_file(request: Request, surface: Surface, ticket: Ticket, purpose: str, sent: WritingForm) -> HttpResponse:
    """The same after a file was taken away by a browser without scripts."""
    keep_captions(request.actor, request.POST)
    take_back(request.actor, request.POST[REMOVE])
    kept = kept_files(request, ticket, purpose, WRITING_RULES[purpose], sent)
    return _show_again(request, surface, ticket, purpose, kept, status=200)


def _show_again(
    request: Request, surface: Surface, ticket: Ticket, purpose: str, kept: KeptFiles, status: int
) -> HttpResponse:
    actor = request.actor
    fresh = ticket_for(actor, ticket.pk)
    form = form_of(purpose, fresh).shown_again(
        request.POST.get("text", ""), fresh.visibility, *kept.errors, seen=request.POST.get("seen", "")
    )
    form.refused_files = kept.refused
    composer = Composer(actor, fresh, surface, purpose, form, named_files=kept.files)
    page = RetryPage(composer, had_files=kept.are_lost, back_url=shown_at(surface, ticket, purpose))
    return never_kept(render(request, "ticketing/message_retry.html", {"page": page}, status=status))
