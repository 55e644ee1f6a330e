"""All texts that the reader began in tickets and did not send."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config.common.errors import InvalidInput
from fleet.requests import Request
from messenger.services.unsent import discard_texts
from ticketing.forms.unsent import DiscardForm
from ticketing.office.listing import forget_counts
from ticketing.office.pages.unsent import unsent_page
from ticketing.views.responses import SeeOther


@require_safe
def unsent_list(request: Request) -> HttpResponse:
    page = unsent_page(request.actor)
    return render(request, "ticketing/office/unsent_list.html", {"page": page})


@require_POST
def unsent_discard(request: Request) -> HttpResponse:
    """Also of a ticket that its reader may no longer see: nothing is said of that ticket."""
    form = DiscardForm(request.POST)
    if not form.is_valid():
        raise InvalidInput
    discard_texts(actor=request.actor, ticket_id=form.cleaned_data["ticket"], key=form.cleaned_data["key"])
    forget_counts(request.actor)
    messages.success(request, _("The text was discarded."))
    return SeeOther(reverse("office:unsent_list"))
