"""Choosing a ready message, filling it in, and sending it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from config.common.errors import InvalidInput, NotVisible
from fleet.requests import Request, known_actor
from ticketing.access import ticket_for
from ticketing.office.pages.ready_messages import ReadyChoice, ready_page
from ticketing.pages.conversation import shown_at
from ticketing.services.ready import send_ready_message
from ticketing.surfaces import OFFICE
from ticketing.views.responses import SeeOther

CHOSEN = "ready"


@require_http_methods(["GET", "HEAD", "POST"])
def ready_message(request: Request, ticket_id: int) -> HttpResponse:
    """What there is, and the form of what was chosen, which htmx shows in a dialog; a POST sends it."""
    actor = known_actor(request)
    ticket = ticket_for(actor, ticket_id, rule="ticketing.send_ready_message")
    sent = request.POST if request.method == "POST" else request.GET
    # The form asks again while it is filled in; before that its address names only the message.
    choice = ReadyChoice.read(ticket, sent.get(CHOSEN, ""), sent if "client_key" in sent else None)
    if choice.is_unknown:
        raise NotVisible
    form, status = choice.form, 200
    if request.method == "POST" and choice.ready is not None and form is not None:
        if form.is_valid():
            try:
                send_ready_message(
                    actor=actor,
                    ticket_id=ticket.pk,
                    client_key=form.cleaned_data["client_key"],
                    ready=choice.ready,
                    values=form.values,
                    audience=form.cleaned_data["audience"],
                )
            except InvalidInput as refusal:
                form.add_refusal(refusal.field, str(refusal))
            else:
                return SeeOther(shown_at(OFFICE, ticket, "message"))
        status = 400
    is_part = "HX-Request" in request.headers
    template = "ticketing/office/_ready_dialog.html" if is_part else "ticketing/office/ready_message.html"
    response = render(request, template, {"page": ready_page(actor, ticket, choice)}, status=status)
    response["Vary"] = "HX-Request"
    return response
