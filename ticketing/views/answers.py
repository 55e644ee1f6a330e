"""Answers to questions of employees that have buttons, for both surfaces."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from config.common.errors import InvalidInput, NotVisible, WrongStatus
from config.common.numbers import whole_number
from config.common.refusals import wants_json
from fleet.requests import Request, known_actor
from ticketing.access import ticket_for
from ticketing.pages.conversation import shown_at
from ticketing.services.ready import answer_question
from ticketing.surfaces import Surface
from ticketing.views.responses import SeeOther


@require_POST
def question_answer(request: Request, ticket_id: int, surface: Surface, slug: str = "") -> HttpResponse:
    """Answer a question by the value of its button, number and place: ``12:0``. A script gets the bubble."""
    ticket = ticket_for(request.actor, ticket_id, below=slug, rule="ticketing.read_messages")
    number, _colon, choice = request.POST.get("answer", "").partition(":")
    question, place = whole_number(number), whole_number(choice)
    if question is None or place is None:
        raise NotVisible
    actor = known_actor(request)
    try:
        message = answer_question(actor=actor, ticket_id=ticket.pk, number=question, choice=place)
    except (InvalidInput, WrongStatus) as refusal:
        if wants_json(request):
            raise
        messages.error(request, str(refusal))
        return SeeOther(shown_at(surface, ticket, "message"))
    if wants_json(request):
        return render(request, "messenger/_message.html", {"message": message, "reader": actor}, status=201)
    return SeeOther(f"{shown_at(surface, ticket, 'message')}#message-{message.public_sequence}")
