"""The private link: it opens one ticket for whoever holds it, as the code user who created it, and nothing else."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from config.common import clock
from config.common.errors import InvalidInput, NotAllowed, NotVisible, WrongStatus
from fleet.actors import Actor, actor_of
from fleet.models import PrivateLink
from fleet.services.codes import log_out_code_users
from fleet.services.people import deactivate_person
from fleet.sessions import actors_of_sessions
from messenger.models import Message
from tests import authorization
from tests.cast import Cast, client_of, holding, make_cast, open_for
from tests.factories import CodeFactory, CodeUserFactory, PrivateLinkFactory
from tests.messenger import samples
from tests.messenger.tus import Sender
from tests.test_hidden import status_of
from tests.ticketing.test_authorization import ASKS, Scene, make_scene
from ticketing.models import JournalEntry, TicketStatus, Visibility
from ticketing.services import life_cycle, properties
from ticketing.services.links import MAX_LINKS, make_link, revoke_links
from ticketing.surfaces import PORTAL

pytestmark = pytest.mark.django_db
POSTED = [status for status in TicketStatus if status != TicketStatus.DRAFT]


@pytest.fixture(autouse=True)
def _no_tries() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def travel(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Moves the clock on: `travel(days=9)`."""
    real, passed = clock.now, timedelta()

    def move(**more: int) -> None:
        nonlocal passed
        passed += timedelta(**more)
        monkeypatch.setattr(clock, "now", lambda: real() + passed)

    return move


def link_of(cast: Cast) -> str:
    """The path of a new link."""
    return make_link(actor=cast.reporter, ticket_id=cast.ticket.pk).removeprefix(settings.PUBLIC_URL)


def opened(cast: Cast, client: Client | None = None) -> Client:
    """Another browser that opened a new link of the ticket."""
    client = client or Client()
    assert client.get(link_of(cast)).status_code == 303
    return client


def at(cast: Cast, name: str = "ticket_detail") -> str:
    return PORTAL.ticket_url(name, cast.ticket)


def actor_of_client(client: Client) -> Actor:
    return actor_of(None, dict(client.session))


# Opening -------------------------------------------------------------------------------------------------------------


def test_a_link_opens_its_ticket_in_another_browser_and_leaves_no_token_behind() -> None:
    cast = make_cast()
    path, client = link_of(cast), Client()
    assert client.get(at(cast)).status_code == 404

    answer = client.get(path)

    assert (answer.status_code, answer["Location"]) == (303, at(cast))
    assert answer["Referrer-Policy"] == "no-referrer"
    token = path.strip("/").rpartition("/")[2]
    assert len(token) >= 32
    page = client.get(at(cast))
    assert page.status_code == 200
    assert token not in page.content.decode()
    assert not PrivateLink.objects.filter(token_hash__contains=token).exists()


def test_looking_at_a_link_uses_nothing_up() -> None:
    cast = make_cast()
    path = link_of(cast)

    for _scanner in range(3):
        Client().head(path)
        assert Client().get(path).status_code == 303
    assert Client().post(path).status_code == 405


@pytest.mark.parametrize("visibility", Visibility)
@pytest.mark.parametrize("status", POSTED)
def test_its_holder_has_every_cell_of_who_created_the_ticket(status: TicketStatus, visibility: Visibility) -> None:
    scene = make_scene(status, visibility)
    holder = Actor(links={scene.ticket.pk: scene.cast.person("reporter")}).at_ticket(scene.ticket.pk)
    wrong = []

    for number, asks in ASKS.items():
        expected = authorization.is_allowed(number, "reporter", status, visibility)
        if [ask(scene, holder) for ask in asks] != [expected] * len(asks):
            wrong.append(number)

    assert wrong == []


def test_nothing_else_of_the_device_is_opened_and_no_other_ticket_of_its_creator() -> None:
    cast = make_cast()
    other = open_for(cast.reporter, cast.device, cast.flow)

    client = opened(cast)

    assert client.get(PORTAL.ticket_url("ticket_detail", other)).status_code == 404
    assert client.get(PORTAL.url("device", slug=cast.device.slug)).status_code == 404
    page = client.get(at(cast)).content.decode()
    assert f'href="{PORTAL.url("ticket_list", slug=cast.device.slug)}"' not in page
    assert actor_of_client(client).device_ids == frozenset()
    assert actor_of_client(client).at_ticket(other.pk).person is None


def test_a_browser_that_is_someone_else_already_is_the_creator_at_this_ticket_only() -> None:
    cast = make_cast(template={"portal_scope": "own"})
    neighbour = CodeUserFactory()
    client = client_of(None, holding(cast.code, person=neighbour))
    mine = open_for(actor_of_client(client), cast.device, cast.flow)  # type: ignore[arg-type]
    assert client.get(at(cast)).status_code == 303

    opened(cast, client)
    for ticket in (cast.ticket, mine):
        text = {"text": f"From {ticket.pk}", "client_key": str(uuid.uuid4()), "audience": "public"}
        assert client.post(PORTAL.ticket_url("message_send", ticket), text).status_code == 303

    authors = dict(Message.objects.values_list("conversation__ticket", "author"))
    assert authors == {cast.ticket.pk: cast.person("reporter").pk, mine.pk: neighbour.pk}


def test_files_on_their_way_and_files_that_were_sent_belong_to_the_holder() -> None:
    cast = make_cast()
    client = opened(cast)

    made = Sender(client, at(cast, "upload_add")).upload(samples.picture(), "a.jpg")

    assert status_of(client, made["preview"]) == 200
    assert status_of(Client(), made["preview"]) == 404
    form = {"text": "", "client_key": str(uuid.uuid4()), "audience": "public", "uploads": made["id"]}
    assert client.post(at(cast, "message_send"), form).status_code == 303
    assert Message.objects.get().author == cast.person("reporter")
    assert status_of(client, reverse("attachment", args=[made["id"]])) == 200


def test_employees_are_led_to_the_ticket_as_employees_and_customers_act_under_their_own_names() -> None:
    cast = make_cast()
    employee, manager = cast.client("uninvolved"), cast.client("other_customers_manager")

    assert employee.get(link_of(cast))["Location"] == reverse("office:ticket_detail", args=[cast.ticket.pk])
    assert manager.get(at(cast)).status_code == 404
    assert manager.get(link_of(cast))["Location"] == at(cast)

    assert manager.get(at(cast)).status_code == 200
    assert manager.post(at(cast, "link_make")).status_code == 403
    assert not actor_of(cast.person("uninvolved"), dict(employee.session)).links


def test_a_socket_follows_the_ticket_as_its_pages_do() -> None:
    cast = make_cast()
    client = opened(cast)

    found = actors_of_sessions([client.session.session_key or ""])

    [actor] = [each.actor for each in found.values()]
    assert set(actor.links) == {cast.ticket.pk}
    assert all(ask(Scene(cast, cast.fresh(), {}), actor) for ask in ASKS["31"])


# Making --------------------------------------------------------------------------------------------------------------


def test_who_created_the_ticket_gets_a_link_and_no_one_else() -> None:
    cast = make_cast()

    made = cast.client("reporter").post(at(cast, "link_make"), headers={"X-Requested-With": "fetch"})

    assert made.status_code == 201
    assert Client().get(made.json()["url"].removeprefix(settings.PUBLIC_URL))["Location"] == at(cast)
    assert cast.client("holder").post(at(cast, "link_make")).status_code == 403
    assert cast.client("stranger").post(at(cast, "link_make")).status_code == 404
    with pytest.raises(NotAllowed):
        make_link(actor=cast.subscriber, ticket_id=cast.ticket.pk)


def test_without_scripts_a_page_shows_the_link_once() -> None:
    cast = make_cast()
    client = cast.client("reporter")
    assert at(cast, "link_make") in client.get(at(cast), {"view": "details"}).content.decode()

    page = client.post(at(cast, "link_make"))

    assert page.status_code == 201
    assert f"{settings.PUBLIC_URL}/l/" in page.content.decode()
    assert "no-store" in page["Cache-Control"]


def test_each_request_makes_a_link_of_its_own_until_there_are_too_many() -> None:
    cast = make_cast()

    paths = {link_of(cast) for _each in range(MAX_LINKS)}

    assert len(paths) == MAX_LINKS
    assert all(Client().get(path).status_code == 303 for path in paths)
    with pytest.raises(InvalidInput):
        link_of(cast)
    revoke_links(actor=cast.reporter, ticket_id=cast.ticket.pk)
    assert link_of(cast)


# The end -------------------------------------------------------------------------------------------------------------


def test_unknown_expired_and_revoked_links_and_those_of_internal_tickets_look_alike() -> None:
    cast, hidden = make_cast(), make_cast(visibility=Visibility.INTERNAL)
    PrivateLinkFactory(ticket=cast.ticket, token="revoked", revoked_at=clock.now())
    PrivateLinkFactory(ticket=cast.ticket, token="expired", expires_at=clock.now())
    PrivateLinkFactory(ticket=hidden.ticket, token="hidden")

    answers = {name: Client().get(f"/l/{name}/") for name in ("unknown", "revoked", "expired", "hidden")}

    assert {answer.status_code for answer in answers.values()} == {404}
    assert len({answer.content for answer in answers.values()}) == 1
    assert b"Scan the code" in answers["unknown"].content
    german = Client().get("/l/revoked/", headers={"Accept-Language": "de"})
    assert german.content == Client().get("/l/unknown/", headers={"Accept-Language": "de"}).content
    assert german.content != answers["revoked"].content


@pytest.mark.parametrize("revoker", ["reporter", "responsible", "moderator"])
def test_revoking_ends_all_links_also_where_they_were_opened(revoker: str) -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    client, path = opened(cast), link_of(cast)
    assert client.get(at(cast)).status_code == 200

    revoke_links(actor=cast.acting(revoker), ticket_id=cast.ticket.pk)

    assert client.get(at(cast)).status_code == 404
    assert Client().get(path).status_code == 404
    # The code opens it as before.
    assert cast.client("reporter").get(at(cast)).status_code == 200
    assert JournalEntry.objects.filter(kind="links_revoked").count() == 1
    revoke_links(actor=cast.acting(revoker), ticket_id=cast.ticket.pk)
    assert JournalEntry.objects.filter(kind="links_revoked").count() == 1


def test_links_are_revoked_on_the_page_and_in_the_back_office() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    client = cast.client("reporter")
    assert at(cast, "link_revoke") not in client.get(at(cast), {"view": "details"}).content.decode()

    path = link_of(cast)
    assert at(cast, "link_revoke") in client.get(at(cast), {"view": "details"}).content.decode()
    assert client.get(at(cast, "link_revoke")).status_code == 200
    assert client.post(at(cast, "link_revoke"))["Location"] == at(cast)
    assert Client().get(path).status_code == 404

    address = reverse("office:ticket_revoke_links", args=[cast.ticket.pk])
    inside = reverse("office:ticket_detail", args=[cast.ticket.pk])
    assert address not in cast.client("responsible").get(inside).content.decode()
    path = link_of(cast)
    assert address in cast.client("responsible").get(inside).content.decode()
    for role, status in (("uninvolved", 403), ("responsible", 303)):
        assert cast.client(role).post(address).status_code == status
    assert Client().get(path).status_code == 404


def test_others_do_not_revoke_links() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    link_of(cast)

    for actor in (cast.acting("holder"), cast.subscriber, cast.uninvolved):
        with pytest.raises(NotAllowed):
            revoke_links(actor=actor, ticket_id=cast.ticket.pk)
    with pytest.raises(NotVisible):
        revoke_links(actor=cast.other_customers_manager, ticket_id=cast.ticket.pk)


def test_a_link_lasts_while_the_ticket_is_worked_on_and_ninety_days_after_its_end(travel: Any) -> None:
    cast = make_cast(TicketStatus.DONE)
    path = link_of(cast)
    travel(days=400)
    assert Client().get(path).status_code == 303

    life_cycle.close_ticket(actor=cast.responsible, ticket_id=cast.ticket.pk)
    travel(days=89)
    assert Client().get(path).status_code == 303
    late = link_of(cast)
    client = opened(cast)
    travel(days=2)
    assert [Client().get(each).status_code for each in (path, late)] == [404, 404]
    assert client.get(at(cast)).status_code == 404
    with pytest.raises(WrongStatus):
        link_of(cast)

    life_cycle.reopen_ticket(actor=cast.responsible, ticket_id=cast.ticket.pk)
    assert Client().get(path).status_code == 303


def test_an_internal_ticket_is_hidden_from_who_opened_a_link_and_comes_back() -> None:
    cast = make_cast()
    client, path = opened(cast), link_of(cast)

    properties.change_visibility(actor=cast.moderator, ticket_id=cast.ticket.pk, visibility=Visibility.INTERNAL)
    assert [client.get(address).status_code for address in (at(cast), path)] == [404, 404]

    properties.change_visibility(actor=cast.moderator, ticket_id=cast.ticket.pk, visibility=Visibility.PUBLIC)
    assert [client.get(address).status_code for address in (at(cast), path)] == [200, 303]


def test_logging_out_code_users_revokes_the_links_of_the_device_and_leaves_others() -> None:
    cast, elsewhere = make_cast(), make_cast()
    client, other = opened(cast), opened(elsewhere)
    second_code = CodeFactory(device=cast.device)

    log_out_code_users(actor=cast.moderator, code=second_code)

    assert client.get(at(cast)).status_code == 404
    assert other.get(at(elsewhere)).status_code == 200


def test_links_of_a_deactivated_person_open_nothing() -> None:
    cast = make_cast()
    client = opened(cast)

    deactivate_person(actor=cast.administrator, person=cast.person("reporter"))

    assert client.get(at(cast)).status_code == 404


def test_wrong_links_are_tried_only_so_often_from_one_address() -> None:
    cast = make_cast()
    path = link_of(cast)

    answers = [Client().get(f"/l/wrong-{number}/").status_code for number in range(31)]

    assert answers == [404] * 30 + [429]
    assert Client().get(path).status_code == 429
    assert Client(REMOTE_ADDR="198.51.100.7").get(path).status_code == 303


def test_right_links_use_no_tries_up() -> None:
    cast = make_cast()
    path = link_of(cast)

    assert {Client().get(path).status_code for _each in range(40)} == {303}
