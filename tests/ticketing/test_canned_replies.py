"""Canned replies: what employees write often, their own and for all."""

import pytest
from django.urls import reverse

from config.common.errors import InvalidInput, NotAllowed, NotVisible
from fleet.models import Person
from tests.cast import Cast, make_cast
from ticketing.models import CannedReply, TicketStatus
from ticketing.services.replies import change_reply, create_reply, delete_reply

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
TEXTS = {"en": "Hello {{name}}, {{ me }} here about {{ticket}}.", "de": "Hallo {{name}}, hier ist {{me}}.", "fr": ""}


@pytest.fixture
def cast() -> Cast:
    return make_cast(TicketStatus.IN_PROGRESS)


def options(cast: Cast, role: str = "responsible", q: str = "") -> str:
    address = reverse("office:reply_options", args=[cast.ticket.pk])
    return str(cast.client(role).get(address, {"q": q}).content.decode())


def test_it_is_proposed_in_the_language_of_the_other_side(cast: Cast) -> None:
    reporter = cast.ticket.reporter
    Person.objects.filter(pk=reporter.pk).update(first_name="{{me}}", last_name="Kahl")
    create_reply(actor=cast.responsible, name="Greeting", texts=TEXTS)
    me = cast.person("responsible").name

    for language, text in (
        ("en", f"Hello {{{{me}}}} Kahl, {me} here about {cast.ticket.reference}."),
        ("de", f"Hallo {{{{me}}}} Kahl, hier ist {me}."),
        ("fr", f"Hello {{{{me}}}} Kahl, {me} here about {cast.ticket.reference}."),
    ):
        Person.objects.filter(pk=reporter.pk).update(language=language)
        assert f'data-text="{text}"' in options(cast), language


def test_it_is_found_by_the_beginnings_of_its_words(cast: Cast) -> None:
    create_reply(actor=cast.responsible, name="Après la visite", texts={"en": "Bye"})

    assert [bool(options(cast, q=words).strip()) for words in ("apres", "VIS", "après la", "isite")] == [
        True,
        True,
        True,
        False,
    ]


def test_an_unknown_placeholder_is_refused_when_it_is_saved(cast: Cast) -> None:
    client, address = cast.client("responsible"), reverse("office:reply_create")
    for text in ("Hello {{nme}}", "Hello {{name", "Hello name}}"):
        page = client.post(address, {"name": "Greeting", "text_fr": text})
        assert (page.status_code, "There is no placeholder" in page.content.decode()) == (400, True)
    with pytest.raises(InvalidInput):
        create_reply(actor=cast.responsible, name="Nothing", texts={"en": "", "de": "", "fr": ""})

    assert client.post(address, {"name": "Greeting", "text_fr": "Bonjour {{ name }}"}).status_code == 303

    assert CannedReply.objects.get().text_fr == "Bonjour {{ name }}"


def test_only_superiors_share_one(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        create_reply(actor=cast.responsible, name="Hi", texts=TEXTS, is_shared=True)
    shared = create_reply(actor=cast.moderator, name="Hi", texts=TEXTS, is_shared=True)
    own = create_reply(actor=cast.moderator, name="Mine", texts=TEXTS)

    assert ("Hi" in options(cast), "Mine" in options(cast)) == (True, False)
    for reply, refusal in ((shared, NotAllowed), (own, NotVisible)):
        with pytest.raises(refusal):
            change_reply(actor=cast.responsible, reply_id=reply.pk, name="Changed", texts=TEXTS)
        with pytest.raises(refusal):
            delete_reply(actor=cast.responsible, reply_id=reply.pk)
    # One that is for all can be changed by any superior, one's own by nobody else.
    change_reply(actor=cast.administrator, reply_id=shared.pk, name="Hello", texts=TEXTS)
    with pytest.raises(NotVisible):
        change_reply(actor=cast.administrator, reply_id=own.pk, name="Changed", texts=TEXTS)
    assert set(CannedReply.objects.values_list("name", flat=True)) == {"Hello", "Mine"}


def test_the_pages_are_for_employees(cast: Cast) -> None:
    reply = create_reply(actor=cast.responsible, name="Greeting", texts=TEXTS)
    pages = [
        reverse("office:reply_list"),
        reverse("office:reply_create"),
        reverse("office:reply_edit", args=[reply.pk]),
    ]

    assert [cast.client("responsible").get(page).status_code for page in pages] == [200, 200, 200]
    assert [cast.client("manager").get(page).status_code for page in pages] == [404, 404, 404]
    assert cast.client("manager").get(reverse("office:reply_options", args=[cast.ticket.pk])).status_code == 404

    deleted = cast.client("responsible").post(reverse("office:reply_delete", args=[reply.pk]))

    assert (deleted.status_code, CannedReply.objects.count()) == (303, 0)
