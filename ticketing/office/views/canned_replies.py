"""Canned replies: the pages on which they are kept, and what the composer proposes of them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.common.errors import InvalidInput
from config.common.rules import require
from fleet.requests import Request, known_actor
from ticketing.access import reply_for, ticket_for
from ticketing.forms.replies import ReplyForm
from ticketing.models import CannedReply
from ticketing.office.pages import canned_replies as pages
from ticketing.services.replies import change_reply, create_reply, delete_reply
from ticketing.views.responses import SeeOther

EDITING = ["GET", "HEAD", "POST"]


@require_safe
def reply_list(request: Request) -> HttpResponse:
    page = pages.replies_page(known_actor(request))
    return render(request, "ticketing/office/reply_list.html", {"page": page})


@require_http_methods(EDITING)
def reply_create(request: Request) -> HttpResponse:
    actor = known_actor(request)
    require(actor, "ticketing.use_replies")
    form = pages.reply_form(actor, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            is_shared = form.cleaned_data.get("is_shared", False)
            create_reply(actor=actor, name=form.cleaned_data["name"], texts=form.texts, is_shared=is_shared)
        except InvalidInput as refusal:
            form.add_error(refusal.field or None, str(refusal))
        else:
            return _saved(request)
    return _show(request, form)


@require_http_methods(EDITING)
def reply_edit(request: Request, reply_id: int) -> HttpResponse:
    actor = known_actor(request)
    reply = reply_for(actor, reply_id)
    form = pages.reply_form(actor, request.POST if request.method == "POST" else None, reply)
    if form.is_valid():
        try:
            change_reply(actor=actor, reply_id=reply_id, name=form.cleaned_data["name"], texts=form.texts)
        except InvalidInput as refusal:
            form.add_error(refusal.field or None, str(refusal))
        else:
            return _saved(request)
    return _show(request, form, reply)


@require_POST
def reply_delete(request: Request, reply_id: int) -> HttpResponse:
    delete_reply(actor=known_actor(request), reply_id=reply_id)
    messages.success(request, _("The canned reply was deleted."))
    return SeeOther(reverse("office:reply_list"))


@require_safe
def reply_options(request: Request, ticket_id: int) -> HttpResponse:
    """What the composer of the ticket proposes for what was typed behind a slash."""
    actor = known_actor(request)
    ticket = ticket_for(actor, ticket_id, rule="ticketing.write_message")
    options = pages.reply_options(actor, ticket, request.GET.get("q", ""))
    return render(request, "ticketing/office/_reply_options.html", {"options": options})


def _saved(request: Request) -> HttpResponse:
    messages.success(request, _("Your changes were saved."))
    return SeeOther(reverse("office:reply_list"))


def _show(request: Request, form: ReplyForm, reply: CannedReply | None = None) -> HttpResponse:
    status = 400 if form.is_bound else 200
    page = pages.reply_page(form, reply)
    return render(request, "ticketing/office/reply_edit.html", {"page": page}, status=status)
