"""Nothing typed is lost: forms that are refused, forged or too late show what was written."""

import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.urls import reverse

from config.common.unsent import unsent_texts
from fleet.actors import LINKS_KEY
from fleet.models import Code
from tests.cast import make_cast
from tests.factories import PrivateLinkFactory, QuestionFactory
from ticketing.models import QuestionKind, Ticket, TicketStatus, Visibility
from ticketing.surfaces import PORTAL

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
HERE = {"Origin": "http://testserver"}
LETTER = {"text": "Grease <b>ran</b> out.", "client_key": str(uuid.uuid4())}
SHOWN = "Grease &lt;b&gt;ran&lt;/b&gt; out."


def file() -> SimpleUploadedFile:
    return SimpleUploadedFile("a.txt", b"a")


def content_of(answer: Any) -> str:
    text: str = answer.content.decode()
    return text


def test_update_for_a_ticket_that_was_closed_meanwhile_is_shown_again() -> None:
    cast = make_cast(TicketStatus.CLOSED)
    address = reverse("office:update_post", kwargs={"ticket_id": cast.ticket.pk})

    answer = cast.client("responsible").post(address, LETTER, headers=HERE)

    assert answer.status_code == 409
    assert SHOWN in content_of(answer)
    assert LETTER["client_key"] not in content_of(answer)


def test_form_without_its_token_is_shown_again() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    client = cast.client("responsible")
    client.handler.enforce_csrf_checks = True
    address = reverse("office:update_post", kwargs={"ticket_id": cast.ticket.pk})

    answer = client.post(address, LETTER, headers=HERE)

    assert answer.status_code == 403
    assert SHOWN in content_of(answer)


def test_script_without_its_token_reads_what_to_do() -> None:
    client = make_cast(TicketStatus.ASSIGNED).client("responsible")
    client.handler.enforce_csrf_checks = True

    answer = client.post("/i18n/setlang/", headers={"X-Requested-With": "fetch", "Accept-Language": "en"})

    assert answer.status_code == 403
    assert "Load it again" in answer.json()["message"]


def test_a_person_signed_out_meanwhile_reads_the_text_and_the_way_back() -> None:
    page = "http://testserver/office/tickets/1/?tab=updates"

    answer = Client().post("/office/tickets/1/updates/post/", LETTER, headers={**HERE, "Referer": page})

    assert answer.status_code == 403
    assert SHOWN in content_of(answer)
    assert "/accounts/login/?next=" in content_of(answer)


def test_button_of_a_person_signed_out_leads_to_sign_in() -> None:
    answer = Client().post("/office/tickets/1/accept/", {"tab": "general"}, headers=HERE)
    assert answer.status_code == 302


@pytest.mark.parametrize("origin", [{}, {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Referer": "x"}])
def test_no_other_site_puts_words_into_our_pages(origin: dict[str, str]) -> None:
    request = RequestFactory().post("/", LETTER, headers=origin)
    assert unsent_texts(request) == []


def test_only_what_was_written_counts() -> None:
    fields = {"text": "a", "comment": " b ", "q7": "c", "q8": "yes", "q9": "12", "q10": "", "password": "d"}
    assert unsent_texts(RequestFactory().post("/", fields, headers=HERE)) == ["a", "b", "c"]
    assert unsent_texts(RequestFactory().get("/", fields, headers=HERE)) == []


def test_what_was_written_of_someone_new_counts() -> None:
    fields = {"new-name": "Bert Beck", "new-phone": "+33 1 23", "new-customer_text": "Nordwerk", "new-customer": "7"}
    assert unsent_texts(RequestFactory().post("/", fields, headers=HERE)) == ["Bert Beck", "+33 1 23", "Nordwerk"]


@pytest.mark.parametrize("sent", [{"files": [file() for _ in range(150)]}, {"text": "x" * 6_000_000}])
def test_too_much_at_once_is_called_so(sent: dict[str, Any]) -> None:
    answer = Client(raise_request_exception=False).post("/i18n/setlang/", sent, headers={"Accept-Language": "en"})
    assert answer.status_code == 400
    assert "fewer files" in content_of(answer)


def test_foreign_host_is_refused_without_a_word_about_size() -> None:
    answer = Client().get("/", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "fewer files" not in content_of(answer)


def test_form_that_came_back_stays_in_the_history_of_its_browser() -> None:
    refused = Client(headers=HERE).post("/office/tickets/1/updates/post/", LETTER)

    assert "no-store" not in refused["Cache-Control"]
    assert "private" in refused["Cache-Control"]


def test_form_with_an_error_is_kept_in_no_history() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    address = reverse("office:update_post", kwargs={"ticket_id": cast.ticket.pk})

    again = cast.client("responsible").post(address, {**LETTER, "text": ""})

    assert again.status_code == 400
    assert "no-store" in again["Cache-Control"], "Its key is used up once it was sent"


def test_an_address_that_only_takes_forms_says_so_to_who_opens_it() -> None:
    cast = make_cast(TicketStatus.ASSIGNED)
    address = reverse("office:ticket_finish", kwargs={"ticket_id": cast.ticket.pk})

    answer = cast.client("responsible").get(address)

    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "Go back and use the button there." in content_of(answer)
    assert cast.client("responsible").put(address).content == b""


def test_answers_behind_a_code_that_was_switched_off_are_shown_again() -> None:
    cast = make_cast()
    client, device = cast.client("reporter"), {"slug": cast.device.slug}
    begin = reverse("portal:flow_start", kwargs={**device, "flow_id": cast.flow.pk})
    address = client.post(begin, {"client_key": str(uuid.uuid4())})["Location"]
    Code.objects.update(is_enabled=False)

    answer = client.post(address, {"q1": "Grease <b>ran</b> out."}, headers=HERE)

    assert answer.status_code == 404
    assert SHOWN in content_of(answer)
    absent = client.post(f"/d/{cast.device.slug}/drafts/987654321/1/", {"q1": "Grease <b>ran</b> out."}, headers=HERE)
    assert absent.content == answer.content
    assert SHOWN not in content_of(Client().post(address, {"q1": "Grease <b>ran</b> out."}, headers=HERE))


# On the phone --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["message_send", "update_post"])
def test_what_came_too_late_on_a_phone_can_go_into_a_new_ticket(form: str) -> None:
    cast = make_cast(TicketStatus.CLOSED)
    QuestionFactory(step=cast.flow.steps.first(), kind=QuestionKind.LONG_TEXT, text="What else?", is_required=False)
    client, device = cast.client("reporter"), {"slug": cast.device.slug}

    refused = client.post(PORTAL.ticket_url(form, cast.ticket), {**LETTER, "audience": "public"}, headers=HERE)
    assert refused.status_code == 409
    assert SHOWN in content_of(refused)
    take = f"{reverse('portal:ticket_new', kwargs=device)}?follows={cast.ticket.pk}"
    assert f'action="{take}"' in content_of(refused)
    carried = client.post(take, {"text": LETTER["text"], "unsent": "messages.guest.5"})
    assert content_of(carried).count(SHOWN) == 2, "It is shown, and goes along with the flow"
    begin = {"client_key": str(uuid.uuid4()), "follows": cast.ticket.pk, "text": LETTER["text"]}
    for _twice in range(2):
        client.post(reverse("portal:flow_start", kwargs={**device, "flow_id": cast.flow.pk}), begin)

    draft = Ticket.objects.get(status=TicketStatus.DRAFT)
    assert draft.follows == cast.ticket
    assert [answer.value for answer in draft.answers.all()] == [{"text": LETTER["text"]}]


def test_a_text_is_cut_where_a_flow_has_only_a_short_answer_for_it() -> None:
    cast = make_cast()
    begin = {"client_key": str(uuid.uuid4()), "text": "a" * 300}

    cast.client("reporter").post(reverse("portal:flow_start", args=[cast.device.slug, cast.flow.pk]), begin)

    draft = Ticket.objects.get(status=TicketStatus.DRAFT)
    assert [len(answer.value["text"]) for answer in draft.answers.all()] == [200]


def test_what_was_written_to_a_ticket_that_became_internal_is_shown_like_that_to_one_that_never_was() -> None:
    cast = make_cast(visibility=Visibility.INTERNAL)
    client, absent = cast.client("reporter"), reverse("portal:message_send", args=[cast.device.slug, 987_654_321])

    hidden = client.post(PORTAL.ticket_url("message_send", cast.ticket), LETTER, headers=HERE)

    assert hidden.status_code == 404
    assert SHOWN in content_of(hidden)
    assert reverse("portal:device", args=[cast.device.slug]) in content_of(hidden)
    assert client.post(absent, LETTER, headers=HERE).content == hidden.content
    assert SHOWN not in content_of(Client().post(absent, LETTER, headers=HERE))


@pytest.mark.parametrize("reader", ["subscriber", "link"])
def test_who_may_not_open_the_device_keeps_the_text_as_well(reader: str) -> None:
    cast = make_cast(visibility=Visibility.INTERNAL)
    client = Client() if reader == "link" else cast.client(reader)
    if reader == "link":
        session = client.session
        session[LINKS_KEY] = [PrivateLinkFactory(ticket=cast.ticket).pk]
        session.save()

    def sent_to(ticket_id: int) -> Any:
        below = {} if reader == "subscriber" else {"slug": cast.device.slug}
        address = reverse(f"{'portal' if below else 'office'}:message_send", kwargs={"ticket_id": ticket_id, **below})
        return client.post(address, LETTER, headers=HERE)

    hidden, absent = sent_to(cast.ticket.pk), sent_to(cast.ticket.pk + 1)

    assert (hidden.status_code, absent.status_code) == (404, 404)
    assert SHOWN in content_of(hidden)
    assert content_of(hidden) == content_of(absent)
    assert "To the device" not in content_of(hidden)
