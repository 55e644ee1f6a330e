"""Video sessions: who makes and joins them, how they begin and end by themselves, and what is said of them."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation
from pytest_django import Settings

from config.common import clock
from config.common.errors import InvalidInput, NotAllowed, NotVisible, WrongStatus
from fleet.actors import KnownActor
from fleet.models import Organisation, Person
from fleet.organisation import forget_organisation
from messenger.ice import LIFETIME, ice_servers
from messenger.models import Message, Notification, VideoSeat, VideoSession, VideoStatus
from messenger.models.video import TIME_TO_RETURN
from tests.cast import Cast, make_cast
from ticketing.models import JournalEntry, TicketStatus, Visibility
from ticketing.services.life_cycle import cancel_ticket
from ticketing.services.properties import change_visibility
from ticketing.services.verification import verify_ticket
from ticketing.services.video import (
    arrive,
    cancel_video_session,
    create_video_session,
    depart,
    end_lost_call,
    take_seat,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast(TicketStatus.IN_PROGRESS)


def known(cast: Cast, role: str) -> KnownActor:
    actor = cast[role]
    assert isinstance(actor, KnownActor)
    return actor


def make(cast: Cast, role: str = "responsible", **given: Any) -> VideoSession:
    return create_video_session(
        actor=known(cast, role), ticket_id=cast.ticket.pk, **{"client_key": uuid.uuid4(), **given}
    )


def sit(cast: Cast, role: str, session: VideoSession, session_key: str = "") -> VideoSeat:
    return take_seat(actor=known(cast, role), ticket_id=cast.ticket.pk, session_id=session.pk, session_key=session_key)


def come(cast: Cast, role: str, session: VideoSession) -> uuid.UUID:
    key = sit(cast, role, session).key
    assert arrive(key=key)
    return key


def both(cast: Cast) -> tuple[VideoSession, uuid.UUID, uuid.UUID]:
    """A call in progress, with the keys of both sides."""
    session = make(cast)
    return session, come(cast, "responsible", session), come(cast, "reporter", session)


def status(session: VideoSession) -> VideoStatus:
    return VideoSession.objects.get(pk=session.pk).status


def kinds(cast: Cast) -> list[str]:
    entries = JournalEntry.objects.filter(ticket=cast.ticket, kind__startswith="video")
    return list(entries.order_by("sequence").values_list("kind", flat=True))


def public_kinds(cast: Cast) -> list[str]:
    entries = JournalEntry.objects.filter(ticket=cast.ticket, kind__startswith="video", public_sequence__isnull=False)
    return list(entries.order_by("sequence").values_list("kind", flat=True))


def page(cast: Cast, role: str, session: VideoSession, name: str = "video_call") -> str:
    if role in ("reporter", "holder", "other_holder"):
        return reverse(f"portal:{name}", args=[cast.device.slug, cast.ticket.pk, session.pk])
    return reverse(f"office:{name}", args=[cast.ticket.pk, session.pk])


# Making --------------------------------------------------------------------------------------------------------------


def test_an_employees_session_is_confirmed_and_told_like_a_message(cast: Cast) -> None:
    key = uuid.uuid4()
    session = make(cast, client_key=key)

    assert (session.status, session.device, session.is_public) == (VideoStatus.CONFIRMED, cast.device, True)
    assert make(cast, client_key=key) == session
    assert Message.objects.filter(kind="video_invited").get().composed == {
        "ready": "video",
        "values": {"session": session.pk},
    }
    told = Notification.objects.filter(kind="video_invited").values_list("person", flat=True)
    assert cast.person("manager").pk in told
    assert cast.responsible.person_id not in told
    assert not [*verify_ticket(cast.fresh())]


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_the_card_is_read_in_the_language_of_its_reader_and_says_when_it_is_dead(cast: Cast, language: str) -> None:
    session = make(cast)
    conversation = reverse("portal:message_list", args=[cast.device.slug, cast.ticket.pk])
    client = cast.client("reporter")
    with translation.override(language):
        client.cookies.load({"django_language": language})
        label, over = translation.gettext("Join the video session"), translation.gettext("It did not take place.")

    assert label in client.get(conversation, headers={"Accept-Language": language}).text
    cancel_video_session(actor=cast.responsible, ticket_id=cast.ticket.pk, session_id=session.pk)
    found = client.get(conversation, headers={"Accept-Language": language}).text
    assert over in found
    assert label not in found


def test_a_new_session_takes_the_place_of_one_that_nobody_is_in(cast: Cast) -> None:
    first = make(cast)
    second = make(cast)
    come(cast, "reporter", second)

    assert status(first) == VideoStatus.CANCELLED
    assert make(cast) == second


def test_a_call_of_which_no_process_knows_any_more_is_not_led_to_again(cast: Cast) -> None:
    lost, _desk, _phone = both(cast)

    with clock.freeze(clock.now() + TIME_TO_RETURN):
        new = make(cast)
    assert status(lost) == VideoStatus.DONE
    assert (new == lost, new.status) == (False, VideoStatus.CONFIRMED)


def test_nobody_is_invited_whom_the_writer_did_not_see(cast: Cast) -> None:
    with pytest.raises(InvalidInput):
        make(cast, audience=Visibility.INTERNAL)
    for role in ("reporter", "manager", "uninvolved"):
        with pytest.raises(NotAllowed):
            make(cast, role)


# Coming and going ----------------------------------------------------------------------------------------------------


def test_it_is_in_progress_when_both_are_in_and_done_when_one_leaves(cast: Cast) -> None:
    session, desk, _phone = both(cast)
    assert status(session) == VideoStatus.IN_PROGRESS

    with clock.freeze(clock.now() + timedelta(seconds=200)):
        assert depart(key=desk, for_good=True)

    session = VideoSession.objects.get()
    assert session.status == VideoStatus.DONE
    assert session.duration is not None
    assert round(session.duration.total_seconds()) == 200
    assert kinds(cast) == ["video_invited", *["video_joined"] * 2, "video_started", *["video_left"] * 2, "video_ended"]
    # Who left first, and who was left.
    people = [cast.responsible.person_id, cast.reporter.person_id]
    assert [*JournalEntry.objects.filter(kind="video_left").order_by("pk").values_list("person", flat=True)] == people
    history = cast.client("responsible").get(reverse("office:ticket_detail", args=[cast.ticket.pk]) + "?tab=history")
    assert "The video session ended after 3:20." in history.text
    assert not [*verify_ticket(cast.fresh())]


def test_a_drop_is_not_the_end_for_two_minutes(cast: Cast) -> None:
    session, _desk, phone = both(cast)
    now = clock.now()
    depart(key=phone, for_good=False)

    with clock.freeze(now + TIME_TO_RETURN / 2):
        assert end_lost_call(session_id=session.pk)
        phone = come(cast, "reporter", session)
        depart(key=phone, for_good=False)
    assert status(session) == VideoStatus.IN_PROGRESS

    with clock.freeze(now + TIME_TO_RETURN * 2):
        assert not end_lost_call(session_id=session.pk)
    assert status(session) == VideoStatus.DONE
    assert kinds(cast).count("video_joined") == 2


def test_a_call_of_which_no_process_knows_any_more_is_over_for_who_comes_back(cast: Cast) -> None:
    session, _desk, _phone = both(cast)

    with clock.freeze(clock.now() + TIME_TO_RETURN), pytest.raises(WrongStatus):
        sit(cast, "reporter", session)
    assert status(session) == VideoStatus.DONE


def test_who_leaves_before_it_began_makes_room_for_a_colleague(cast: Cast) -> None:
    session = make(cast)
    key = come(cast, "responsible", session)
    with pytest.raises(NotAllowed):
        sit(cast, "moderator", session)

    depart(key=key, for_good=True)
    come(cast, "moderator", session)
    assert status(session) == VideoStatus.CONFIRMED


def test_who_closed_the_tab_before_it_began_has_left(cast: Cast) -> None:
    session = make(cast)
    depart(key=come(cast, "responsible", session), for_good=False)
    assert kinds(cast) == ["video_invited", "video_joined"]

    # A colleague comes instead, and closes the tab, too.
    depart(key=come(cast, "moderator", session), for_good=False)
    assert kinds(cast)[2:] == ["video_left", "video_joined"]

    with clock.freeze(clock.now() + TIME_TO_RETURN):
        assert end_lost_call(session_id=session.pk)
        assert end_lost_call(session_id=session.pk)
    assert kinds(cast)[4:] == ["video_left"]
    left = JournalEntry.objects.filter(kind="video_left").order_by("pk").values_list("person", flat=True)
    assert [*left] == [cast.responsible.person_id, cast.moderator.person_id]
    assert status(session) == VideoStatus.CONFIRMED
    come(cast, "responsible", session)


def test_a_third_person_never_gets_in(cast: Cast) -> None:
    session, _desk, _phone = both(cast)

    for role in ("manager", "moderator", "administrator"):
        with pytest.raises(NotAllowed, match="one person on each side"):
            sit(cast, role, session)
    with pytest.raises(NotAllowed):
        sit(cast, "uninvolved", session)
    with pytest.raises(NotVisible):
        sit(cast, "other_customers_manager", session)


def test_the_same_person_in_another_window_takes_the_seat_along(cast: Cast) -> None:
    session, desk, _phone = both(cast)
    again = come(cast, "responsible", session)

    assert arrive(key=desk) is None
    assert not depart(key=desk, for_good=True)
    assert status(session) == VideoStatus.IN_PROGRESS
    assert again != desk


# The end -------------------------------------------------------------------------------------------------------------


def test_the_end_of_the_ticket_is_that_of_its_sessions(cast: Cast) -> None:
    session, _desk, phone = both(cast)
    cancel_ticket(actor=cast.moderator, ticket_id=cast.ticket.pk)

    assert status(session) == VideoStatus.DONE
    assert arrive(key=phone) is None
    assert "This video session is over." in cast.client("reporter").get(page(cast, "reporter", session)).text
    with pytest.raises(WrongStatus):
        sit(cast, "reporter", session)


def test_an_internal_ticket_has_no_customers_in_its_calls(cast: Cast) -> None:
    session, _desk, phone = both(cast)
    change_visibility(actor=cast.responsible, ticket_id=cast.ticket.pk, visibility=Visibility.INTERNAL)

    assert status(session) == VideoStatus.DONE
    assert public_kinds(cast)[-1] == "video_ended"
    assert arrive(key=phone) is None
    inside = make(cast)
    inside_key = come(cast, "responsible", inside)
    assert cast.client("reporter").get(page(cast, "reporter", inside)).status_code == 404
    told = public_kinds(cast)
    change_visibility(actor=cast.responsible, ticket_id=cast.ticket.pk, visibility=Visibility.PUBLIC)
    # What was made for employees stays theirs.
    assert cast.client("reporter").get(page(cast, "reporter", inside)).status_code == 404
    with pytest.raises(NotVisible):
        sit(cast, "reporter", inside)
    # It ended with the ticket's being INTERNAL, of which customers learn nothing; and a new one is for them.
    assert arrive(key=inside_key) is None
    assert public_kinds(cast) == told
    assert make(cast).is_public


# Pages ---------------------------------------------------------------------------------------------------------------


def test_a_click_makes_one_session_and_leads_to_its_call(cast: Cast) -> None:
    waiting, client = make(cast), cast.client("responsible")
    url = reverse("office:video_create", args=[cast.ticket.pk])
    form = {"audience": "public", "seen": "12"}

    answers = [client.post(url, form) for _click in range(2)]

    session = VideoSession.objects.exclude(pk=waiting.pk).get()
    assert [answer["Location"] for answer in answers] == [page(cast, "responsible", session)] * 2


def test_a_click_on_the_page_of_before_makes_a_new_session_once_that_is_over(cast: Cast) -> None:
    client = cast.client("responsible")
    url = reverse("office:video_create", args=[cast.ticket.pk])
    form = {"audience": "public", "seen": "12"}
    first = client.post(url, form)["Location"]
    cancel_video_session(actor=cast.responsible, ticket_id=cast.ticket.pk, session_id=VideoSession.objects.get().pk)

    # Back shows the page as it was.
    second = client.post(url, form)["Location"]

    assert second != first
    assert VideoSession.objects.latest("pk").status == VideoStatus.CONFIRMED


def test_who_may_only_read_is_shown_no_way_in(cast: Cast) -> None:
    session = make(cast)
    conversation = reverse("office:ticket_detail", args=[cast.ticket.pk]) + "?tab=messenger"
    lobby = page(cast, "offered", session)

    shown = cast.client("offered").get(conversation).text
    assert "CONFIRMED" in shown
    assert lobby not in shown
    assert lobby in cast.client("responsible").get(conversation).text
    assert cast.client("offered").get(lobby).status_code == 403
    cancel_video_session(actor=cast.responsible, ticket_id=cast.ticket.pk, session_id=session.pk)
    assert "It did not take place." in cast.client("offered").get(lobby).text


def test_only_the_call_may_use_camera_and_microphone(cast: Cast) -> None:
    session = make(cast)
    for role in ("reporter", "responsible"):
        policy = cast.client(role).get(page(cast, role, session))["Permissions-Policy"]
        assert {"camera=(self)", "microphone=(self)", "geolocation=()"} <= set(policy.split(", "))


def test_customers_read_whom_to_call_where_no_picture_gets_through(cast: Cast) -> None:
    Organisation.objects.create(pk=1, name="Werk", phone="+49 30 1234567")
    forget_organisation()
    session = make(cast)

    assert "tel:+49301234567" in cast.client("reporter").get(page(cast, "reporter", session)).text


def test_holders_of_the_code_are_known_once_they_join(cast: Cast) -> None:
    session, people = make(cast), Person.objects.count()
    client = cast.client("holder")
    client.get(page(cast, "holder", session))
    assert Person.objects.count() == people

    answer = client.post(page(cast, "holder", session, "video_join"))

    assert Person.objects.count() == people + 1
    assert answer.json() == {"key": str(VideoSeat.objects.get().key), "servers": []}
    assert cast.client("other_holder").post(page(cast, "other_holder", session, "video_join")).status_code == 404


def test_who_is_refused_becomes_no_person(cast: Cast) -> None:
    session, _desk, _phone = both(cast)
    client, people = cast.client("holder"), Person.objects.count()
    assert client.post(page(cast, "holder", session, "video_join")).status_code == 403
    cancel_video_session(actor=cast.responsible, ticket_id=cast.ticket.pk, session_id=session.pk)
    assert client.post(page(cast, "holder", session, "video_join")).status_code == 409
    VideoSession.objects.update(visibility="internal")
    assert client.post(page(cast, "holder", session, "video_join")).status_code == 404
    assert Person.objects.count() == people


def test_relays_get_credentials_of_limited_life(settings: Settings) -> None:
    settings.VIDEO_ICE_SERVERS = ["stun:a.example:3478", "turn:a.example:3478?transport=udp"]
    settings.VIDEO_TURN_SECRET = "north"

    stun, turn = ice_servers("7")

    assert stun == {"urls": ["stun:a.example:3478"]}
    ends, _colon, name = turn["username"].partition(":")
    assert name == "7"
    assert 0 <= int(ends) - clock.now().timestamp() <= LIFETIME


# The list ------------------------------------------------------------------------------------------------------------


def test_the_list_is_narrowed_by_device_state_and_who_was_in_it(cast: Cast) -> None:
    session, _desk, _phone = both(cast)
    client, address = cast.client("responsible"), reverse("office:video_list")
    sheet = reverse("office:video_detail", args=[session.pk])

    for query in ("", "?whose=mine", "?status=in_progress", f"?device={cast.device.pk}", f"?q={cast.device.name}"):
        assert sheet in client.get(address + query).text, query
    for query in ("?status=done", "?device=999", "?q=nothing-has-this-name"):
        assert sheet not in client.get(address + query).text, query
    assert sheet not in cast.client("moderator").get(f"{address}?whose=mine").text
    assert cast.client("manager").get(address).status_code == 404
    assert cast.client("manager").get(sheet).status_code == 404


def test_a_session_is_linked_to_further_tickets_by_those_who_work_on_them(cast: Cast) -> None:
    session, other = make(cast), make_cast(TicketStatus.IN_PROGRESS)
    client = other.client("moderator")
    sheet = reverse("office:video_detail", args=[session.pk])
    number = {"number": f"#{other.ticket.number}"}

    refused = cast.client("responsible").post(f"{sheet}link/", number)
    assert (refused.status_code, session.tickets.count()) == (400, 1)
    assert client.post(f"{sheet}link/", {"number": "999999"}).status_code == 400
    for _click in range(2):
        assert client.post(f"{sheet}link/", number)["Location"] == sheet
    assert other.ticket.reference in client.get(sheet).text
    assert kinds(other) == ["video_linked"]
    # Who comes and goes stands in the session's own ticket.
    come(cast, "reporter", session)
    cancel_video_session(actor=cast.responsible, ticket_id=cast.ticket.pk, session_id=session.pk)
    assert kinds(cast)[1:] == ["video_joined", "video_left", "video_cancelled"]
    assert kinds(other) == ["video_linked"]
    # Linked, and no way in for that ticket's customers.
    assert other.client("reporter").get(page(other, "reporter", session)).status_code == 404

    for linked, status_code in ((other.ticket, 302), (cast.ticket, 400)):
        assert client.post(f"{sheet}unlink/{linked.pk}/").status_code == status_code
    assert list(session.tickets.all()) == [cast.ticket]
