"""The list of video sessions, and the sheet of one with its tickets."""

from dataclasses import dataclass

from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse

from config.common import keyset
from config.common.keyset import Key
from config.common.rows import get_or_none
from config.common.rules import may
from fleet.access import listed_devices
from fleet.actors import Actor
from fleet.models import Device
from fleet.selectors import find_devices
from messenger.models import VideoSeat, VideoSession
from messenger.presentation import duration_text
from ticketing.access import listed_video_sessions, tickets_for
from ticketing.models import Ticket
from ticketing.office.list_forms import VideoLinkForm, VideoListForm
from ticketing.office.pages.lists import Chip, ListPage, PageLinks, list_page
from ticketing.office.pages.sheet_links import device_url
from ticketing.surfaces import OFFICE

NEWEST_FIRST = Key("created_at", keyset.moment, descending=True)


def video_list_page(actor: Actor, query: QueryDict) -> ListPage[VideoSession]:
    links, form = PageLinks(reverse("office:video_list"), query), VideoListForm(query)
    chosen, chips = form.chosen, list[Chip]()
    sessions = listed_video_sessions(actor)
    if "whose" in chosen:
        seats = VideoSeat.objects.filter(person=actor.person_id).values("session")
        sessions = sessions.filter(Q(creator=actor.person_id) | Q(pk__in=seats))
    if "status" in chosen:
        sessions = sessions.filter(status=chosen["status"])
    if "q" in chosen:
        sessions = sessions.filter(device__in=find_devices(Device.objects.all(), chosen["q"], actor).order_by())
    if "device" in chosen:
        sessions = sessions.filter(device=chosen["device"])
        device = get_or_none(listed_devices(actor).filter(pk=chosen["device"]))
        chips.append(Chip(device.name if device else "?", "car", links.changed(device="")))
    return list_page(sessions, key=NEWEST_FIRST, form=form, links=links, chips=chips, create_url="")


@dataclass(frozen=True)
class LinkedTicket:
    """`unlink_url` is empty for the ticket in which the session was made, and where the reader may not."""

    ticket: Ticket
    unlink_url: str


@dataclass(frozen=True)
class VideoSheet:
    """Addresses are empty where they lead nowhere for this reader."""

    session: VideoSession
    seats: list[VideoSeat]
    tickets: list[LinkedTicket]
    form: VideoLinkForm
    device_url: str
    call_url: str

    @property
    def link_url(self) -> str:
        return reverse("office:video_link", args=[self.session.pk])

    @property
    def duration(self) -> str:
        duration = self.session.duration
        return duration_text(int(duration.total_seconds() * 1000)) if duration else ""


def video_sheet(actor: Actor, session: VideoSession, form: VideoLinkForm) -> VideoSheet:
    own = session.message.conversation.ticket if session.message else None
    found = tickets_for(actor).filter(video_sessions=session).select_related("flow", "device__template")
    tickets = list(found.prefetch_related("offers", "assignments").order_by("pk"))
    can_join = own is not None and session.is_joinable and may(actor, "ticketing.join_video_session", own)
    return VideoSheet(
        session=session,
        seats=list(session.seats.select_related("person").order_by("pk")),
        tickets=[LinkedTicket(each, _unlink_url(actor, session, each, own)) for each in tickets],
        form=form,
        device_url=device_url(actor, session.device) if session.device else "",
        call_url=OFFICE.ticket_url("video_call", own, session_id=session.pk) if can_join and own else "",
    )


def _unlink_url(actor: Actor, session: VideoSession, ticket: Ticket, own: Ticket | None) -> str:
    if ticket == own or not may(actor, "ticketing.link_video_session", ticket):
        return ""
    return reverse("office:video_unlink", args=[session.pk, ticket.pk])
