"""Writing into a ticket by plain forms and by scripts, on both surfaces."""

import re
import uuid

import pytest
from django.urls import reverse

from fleet.models import Person, Role
from messenger.models import Attachment, Message
from tests.cast import client_of, holding, make_cast
from tests.factories import AttachmentFactory, DeviceFactory
from tests.messenger import samples
from tests.messenger.samples import upload
from tests.messenger.tus import Sender
from ticketing.models import TicketStatus, Update, Visibility
from ticketing.services import properties
from ticketing.surfaces import OFFICE, PORTAL

pytestmark = pytest.mark.django_db
FETCH = {"HTTP_X_REQUESTED_WITH": "fetch", "HTTP_ACCEPT": "text/html"}


def url(cast, name, surface=OFFICE, **kwargs):
    return surface.ticket_url(name, cast.ticket, **kwargs)


def form(text="Hello", **fields):
    return {"client_key": str(uuid.uuid4()), "text": text, **fields}


def status(client, path):
    answer = client.get(path)
    if answer.streaming:
        list(answer.streaming_content)
    return answer.status_code


def counts():
    return Message.objects.count(), Update.objects.count(), Attachment.objects.count(), Person.objects.count()


def test_browser_sends_text_and_files_without_scripts(cast):
    sent = form("**Hello**", files=[upload(samples.picture(), "a.jpg"), upload(samples.PDF, "b.pdf")])

    answer = cast.client("responsible").post(url(cast, "message_send"), sent)

    message = Message.objects.get()
    page = cast.client("responsible").get(answer["Location"]).content.decode()
    assert answer.status_code == 303
    assert answer["Location"] == f"/office/tickets/{cast.ticket.pk}/?tab=messenger"
    assert [a.name for a in message.attachments.all()] == ["a.jpg", "b.pdf"]
    assert "<strong>Hello</strong>" in page
    assert str(message.client_key) in page
    assert "b.pdf" in page


def test_code_user_writes_in_the_portal_and_becomes_a_person_only_then(cast):
    client = client_of(session=holding(cast.code))
    people = Person.objects.count()

    client.get(url(cast, "message_list", PORTAL))
    assert Person.objects.count() == people

    answer = client.post(url(cast, "message_send", PORTAL), form())
    author = Message.objects.get().author
    assert answer.status_code == 303
    assert author.role == Role.CODE_USER

    client.post(url(cast, "message_send", PORTAL), form("Again"))
    assert Message.objects.filter(author=author).count() == 2


@pytest.mark.parametrize("headers", [{}, FETCH])
def test_same_key_twice_is_one_message(cast, headers):
    client, sent = cast.client("responsible"), form()

    answers = [client.post(url(cast, "message_send"), sent, **headers) for _time in range(2)]

    assert Message.objects.count() == 1
    assert {answer.status_code for answer in answers} == {201 if headers else 303}


def test_script_gets_the_bubble(cast):
    sent = form("<b>x</b>")

    answer = cast.client("reporter").post(url(cast, "message_send", PORTAL), sent, **FETCH)

    bubble = answer.content.decode()
    assert answer.status_code == 201
    assert f'data-key="{sent["client_key"]}"' in bubble
    assert f'data-number="{Message.objects.get().public_sequence}"' in bubble
    assert "&lt;b&gt;" in bubble
    assert "bubble--mine" in bubble


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (form(""), "Write something or add a file."),
        (form("   \n"), "Write something or add a file."),
        (form("x" * 10_001), "too long"),
        (form("Look", files=[upload(samples.SVG, "evil.svg")]), "evil.svg"),
        (form("Look", uploads=[str(uuid.uuid4())]), "no longer there"),
        (form("Look", uploads=["1 OR 1=1"]), "UUID"),
        ({"text": "No key"}, "required"),
    ],
)
def test_unusable_message_is_shown_again_and_nothing_is_kept(cast, fields, words):
    before = counts()
    for file in fields.get("files", ()):
        file.seek(0)

    answer = cast.client("responsible").post(url(cast, "message_send"), fields)

    page = answer.content.decode()
    assert answer.status_code == 400
    assert words in page
    assert fields["text"].strip() in page
    assert counts() == before

    refused = cast.client("responsible").post(
        url(cast, "message_send"), {**fields, "files": []}, HTTP_ACCEPT="application/json"
    )
    if "files" not in fields:
        assert refused.status_code == 400
        assert set(refused.json()) == {"message", "code"}


def test_reader_without_part_in_the_case_may_not_write(cast):
    before = counts()

    for role, status in (("uninvolved", 403), ("offered", 403), ("rejecter", 403), ("other_customers_manager", 404)):
        assert cast.client(role).post(url(cast, "message_send"), form()).status_code == status, role
    for role, status in (("other_holder", 404), ("stranger", 404)):
        assert cast.client(role).post(url(cast, "message_send", PORTAL), form()).status_code == status, role
    assert counts() == before
    assert cast.client("responsible").post(url(cast, "message_send"), form()).status_code == 303


def test_closed_ticket_takes_no_message_but_an_internal_update():
    cast = make_cast(TicketStatus.CLOSED)
    before = counts()

    assert cast.client("responsible").post(url(cast, "message_send"), form()).status_code == 409
    assert cast.client("responsible").post(url(cast, "update_post"), form()).status_code == 409
    assert cast.client("reporter").post(url(cast, "message_send", PORTAL), form()).status_code == 409
    assert counts() == before

    assert cast.client("responsible").post(url(cast, "internal_update_post"), form()).status_code == 303


def test_ticket_is_found_below_its_own_device_only(cast):
    other = DeviceFactory()
    client = cast.client("manager")
    path = url(cast, "message_list", PORTAL)

    assert client.get(path).status_code == 200
    assert client.get(path.replace(cast.device.slug, other.slug)).status_code == 404
    assert client.get(path.replace(f"/{cast.ticket.pk}/", "/99999999/")).status_code == 404


@pytest.mark.parametrize("name", ["message_send", "update_post", "internal_update_post", "upload_add"])
def test_get_never_writes(cast, name):
    assert cast.client("responsible").get(url(cast, name)).status_code == 405


# Reading ---------------------------------------------------------------------------------------------------------


def test_gap_is_fetched_by_number(cast):
    client = cast.client("responsible")
    for text in ("one", "two", "three"):
        client.post(url(cast, "message_send"), form(text))

    page = client.get(url(cast, "message_list")).content.decode()
    numbers = [int(n) for n in re.findall(r'data-number="(\d+)"', page)]
    assert numbers == sorted(numbers)
    assert len(numbers) == 3

    rest = client.get(url(cast, "message_list"), {"after": numbers[1]}).content.decode()
    assert "three" in rest
    assert "two" not in rest

    for odd in ("x", "-1", "9" * 30, "²"):
        assert client.get(url(cast, "message_list"), {"after": odd}).status_code == 200


def test_what_was_written_while_internal_stays_inside_for_ever(cast):
    worker, outside = cast.client("responsible"), cast.client("reporter")
    path = url(cast, "message_list", PORTAL)

    def change(visibility):
        properties.change_visibility(actor=cast.responsible, ticket_id=cast.ticket.pk, visibility=visibility)

    change(Visibility.INTERNAL)
    worker.post(url(cast, "message_send"), form("Between us", files=[upload(samples.PDF, "price.pdf")]))
    assert outside.get(path).status_code == 404
    change(Visibility.PUBLIC)
    worker.post(url(cast, "message_send"), form("For both sides"))
    seen = outside.get(path).content.decode()
    assert "For both sides" in seen
    assert "Between us" not in seen
    assert "price.pdf" not in seen
    assert 'data-number="3"' not in seen
    file = reverse("attachment", args=[Attachment.objects.get(name="price.pdf").pk])
    assert status(outside, file) == 404
    inside = worker.get(url(cast, "message_list")).content.decode()
    assert "Between us" in inside
    assert status(worker, file) == 200


def test_message_written_for_employees_does_not_go_out_after_a_change(cast):
    answer = cast.client("responsible").post(url(cast, "message_send"), form("Only us", audience="internal"))

    assert answer.status_code == 400
    assert "Only us" in answer.content.decode()
    assert not Message.objects.exists()
    assert cast.client("responsible").post(url(cast, "message_send"), form(audience="public")).status_code == 303


def test_composer_says_who_reads_it(cast):
    client = cast.client("responsible")
    assert "composer--internal" not in client.get(url(cast, "message_composer")).content.decode()

    properties.change_visibility(actor=cast.responsible, ticket_id=cast.ticket.pk, visibility=Visibility.INTERNAL)

    composer = client.get(url(cast, "message_composer")).content.decode()
    assert "composer--internal" in composer
    assert "INTERNAL" in composer


# Updates ---------------------------------------------------------------------------------------------------------


def test_public_and_internal_updates_have_addresses_of_their_own(cast):
    client = cast.client("responsible")
    inside = form("Costs a lot", files=[upload(samples.PDF, "offer.pdf")])

    assert client.post(url(cast, "update_post"), form("Done so far")).status_code == 303
    answer = client.post(url(cast, "internal_update_post"), inside)
    assert answer["Location"].endswith("?tab=internal")
    assert list(Update.objects.order_by("sequence").values_list("text", "is_internal")) == [
        ("Done so far", False),
        ("Costs a lot", True),
    ]

    file = reverse("attachment", args=[Attachment.objects.get().pk])
    assert status(client, file) == 200
    for role in ("reporter", "holder", "subscriber", "manager", "other_holder", "other_customers_manager", "stranger"):
        assert status(cast.client(role), file) == 404, role


def test_customer_posts_public_updates_only(cast):
    client = cast.client("reporter")

    assert client.post(url(cast, "update_post", PORTAL), form("Still leaking")).status_code == 303
    assert client.post(url(cast, "internal_update_post", PORTAL), form("Sneaky")).status_code == 403
    assert Update.objects.get().is_internal is False


def test_foreign_ticket_is_not_seen_through_the_portal(cast):
    address = PORTAL.ticket_url("message_list", cast.ticket)

    assert cast.client("holder").get(address).status_code == 200
    assert cast.client("other_holder").get(address).status_code == 404


# Guards ----------------------------------------------------------------------------------------------------------


def test_what_is_corrected_says_who_will_read_it(cast):
    def is_marked(name, role="responsible"):
        answer = cast.client(role).post(url(cast, name), form(""))
        assert answer.status_code == 400
        return answer.context["page"].composer.is_internal

    assert [is_marked(name) for name in ("message_send", "update_post", "internal_update_post")] == [False, False, True]
    properties.change_visibility(actor=cast.responsible, ticket_id=cast.ticket.pk, visibility=Visibility.INTERNAL)
    assert [is_marked(name) for name in ("message_send", "internal_update_post")] == [True, True]


def test_upload_is_taken_back_below_a_ticket_that_its_uploader_sees_only(cast):
    mine = AttachmentFactory(uploader=cast.person("other_customers_manager"))
    other = make_cast(TicketStatus.ASSIGNED)
    other.ticket.customer = cast.person("other_customers_manager").customer
    other.ticket.save()

    assert cast.client("other_customers_manager").post(url(cast, "upload_remove", upload_id=mine.pk)).status_code == 404
    assert Attachment.objects.filter(pk=mine.pk).exists()
    removed = cast.client("other_customers_manager").post(url(other, "upload_remove", upload_id=mine.pk))
    assert (removed.status_code, removed["Location"]) == (303, url(other, "ticket_detail"))
    assert not Attachment.objects.filter(pk=mine.pk).exists()


def test_only_a_picture_has_a_preview(cast):
    tus = Sender(cast.client("responsible"), url(cast, "upload_add"))
    for content, has_preview in ((samples.picture(), True), (samples.PDF, False)):
        assert bool(tus.upload(content)["preview"]) is has_preview


def test_a_number_of_any_length_asks_for_the_gap(cast):
    assert cast.client("responsible").get(url(cast, "message_list"), {"after": "9" * 5000}).status_code == 200
