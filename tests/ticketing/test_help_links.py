"""Links to steps of the help in messages and updates: cards for readers, titles elsewhere, and nothing that leaks."""

import uuid
from http import HTTPStatus
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from messenger.models import Delivery, Message
from messenger.source import NewsLine, Quote
from tests.cast import Cast, CastRole, make_cast
from tests.factories import DeviceFactory, PrivateLinkFactory
from tests.ticketing.help import element, part, publish, store_file, text, to
from tests.ticketing.portal_browser import photo
from ticketing.models import AssistantVersion, ElementFileKind, Ticket, TicketStatus
from ticketing.news import Tickets
from ticketing.office.pages.help_picks import help_picks
from ticketing.services.messages import send_message
from ticketing.services.updates import post_update
from ticketing.surfaces import OFFICE, PORTAL

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
GONE = "This step of the help is not there any more"
OIL = text("Check the oil", de="Öl prüfen", fr="Vérifier l’huile")


@pytest.fixture
def cast() -> Cast:
    """A ticket that is worked on, at a device whose assistant has two elements."""
    made = make_cast(TicketStatus.IN_PROGRESS)
    body = text("Open the **lid** first.", de="Zuerst den **Deckel** öffnen.")
    publish(made.device.template, element("oil", to("belt"), title=OIL, body=body), element("belt"))
    return made


def link(cast: Cast, title: str = "Check the oil", key: str = "oil") -> str:
    return f"[[/d/{cast.device.slug}/help/{key}/ | {title}]]"


def write(cast: Cast, words: str, role: str = "responsible") -> Message:
    return send_message(actor=cast.acting(role), ticket_id=cast.ticket.pk, text=words, client_key=uuid.uuid4())


def shown(cast: Cast, role: str = "reporter", language: str = "en", **query: str) -> str:
    surface = PORTAL if role in {"reporter", "holder"} else OFFICE
    address = surface.ticket_url("ticket_detail", cast.ticket)
    answer = cast.client(role).get(address, query, headers={"accept-language": language})
    return str(answer.content.decode())


def help_address(cast: Cast, key: str = "oil") -> str:
    return PORTAL.ticket_url("ticket_help", cast.ticket, key=key)


# The card ------------------------------------------------------------------------------------------------------------


def test_each_side_reads_the_card_in_its_own_language_and_opens_that_step(cast: Cast) -> None:
    write(cast, f"Please do this: {link(cast)}")

    page = shown(cast, language="de")

    assert '<span class="help-card__title" dir="auto">Öl prüfen</span>' in page
    assert "Zuerst den Deckel öffnen." in page
    assert f'href="{help_address(cast)}"' in page
    assert "[[" not in page
    office = shown(cast, "responsible", tab="messenger")
    assert '<span class="help-card__title" dir="auto">Check the oil</span>' in office
    assert f'href="{OFFICE.ticket_url("ticket_help", cast.ticket, key="oil")}"' in office


def test_a_title_that_was_typed_is_shown_with_the_own_one_below(cast: Cast) -> None:
    write(cast, link(cast, "Do <this> first"))

    page = shown(cast, language="fr")

    assert '<span class="help-card__title" dir="auto">Do &lt;this&gt; first</span>' in page
    assert '<span class="help-card__own" dir="auto">Vérifier l’huile</span>' in page


def test_the_card_shows_the_small_picture_of_the_step(cast: Cast) -> None:
    assistant = AssistantVersion.objects.get().assistant
    picture = store_file(assistant, photo().read(), ElementFileKind.PICTURE, "image/png")
    publish(cast.device.template, element("oil", parts=(part("First", "Look", files=(picture,)),)))
    write(cast, link(cast))

    address = PORTAL.ticket_url("ticket_help_file", cast.ticket, file_id=picture.id)
    page = shown(cast)

    assert f'src="{address}"' in page
    assert b"".join(cast.client("reporter").get(address)).startswith(b"\x89PNG")
    assert cast.client("other_holder").get(address).status_code == HTTPStatus.NOT_FOUND


def test_a_step_that_is_gone_says_so_in_the_card_and_on_its_page(cast: Cast) -> None:
    write(cast, link(cast))
    assert GONE not in shown(cast)

    publish(cast.device.template, element("belt"))
    removed, page = shown(cast), cast.client("reporter").get(help_address(cast))
    publish(cast.device.template)
    withdrawn = shown(cast)
    AssistantVersion.objects.all().delete()
    never = shown(cast)

    for each in (removed, withdrawn, never):
        assert GONE in each
        assert "Check the oil" in each
        assert help_address(cast) not in each
    assert (page.status_code, GONE in page.content.decode()) == (HTTPStatus.GONE, True)
    assert cast.client("reporter").get(help_address(cast)).status_code == HTTPStatus.GONE


def test_the_answer_to_a_script_and_updates_have_the_card_too(cast: Cast) -> None:
    for internal in (False, True):
        post_update(
            actor=cast.responsible,
            ticket_id=cast.ticket.pk,
            text=link(cast),
            client_key=uuid.uuid4(),
            is_internal=internal,
        )
    address = OFFICE.ticket_url("message_send", cast.ticket)
    given = {"text": link(cast), "client_key": str(uuid.uuid4())}

    sent = cast.client("responsible").post(address, given, headers={"x-requested-with": "fetch"})

    assert 'class="help-card"' in sent.content.decode()
    for tab in ("updates", "internal", "messenger"):
        assert 'class="help-card"' in shown(cast, "responsible", tab=tab)


def test_cards_cost_one_statement_however_many_and_none_without_links(cast: Cast) -> None:
    client: Any = cast.client("reporter")

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(PORTAL.ticket_url("ticket_detail", cast.ticket))
        return len(queries)

    counts = []
    for words in ("Hello", link(cast), f"{link(cast)} {link(cast, key='belt')} {link(cast, key='gone')}"):
        write(cast, words)
        counts.append(cost())

    assert counts == [counts[0], counts[0] + 1, counts[0] + 1]


# Nothing leaks -------------------------------------------------------------------------------------------------------


def test_of_another_device_nothing_is_said_but_what_was_typed(cast: Cast) -> None:
    other = DeviceFactory()
    publish(other.template, element("secret", title="Their secret step"))
    same_template = DeviceFactory(template=cast.device.template)
    for device, key in ((other, "secret"), (same_template, "oil")):
        write(cast, f"[[/d/{device.slug}/help/{key}/ | Look]]")

    page = shown(cast)

    assert page.count(GONE) == 2
    assert "Their secret step" not in page
    assert other.slug not in page
    assert cast.client("reporter").get(help_address(cast, "secret")).status_code == HTTPStatus.GONE


@pytest.mark.parametrize(
    "words",
    [
        "[[javascript:alert(1) | x]]",
        "[[//evil.example/d/a/help/b/ | x]]",
        "[[/office/sign-out/ | x]]",
        "[[/d/a/help/../../office/ | x]]",
        "[[http:/d/a/help/b/ | x]]",
    ],
)
def test_other_addresses_stay_what_was_typed(cast: Cast, words: str) -> None:
    write(cast, words)

    page = shown(cast)

    assert words in page
    assert 'class="help-card' not in page


def test_an_address_with_a_foreign_host_leads_into_the_ticket_all_the_same(cast: Cast) -> None:
    write(cast, f"[[https://evil.example/d/{cast.device.slug}/help/oil/?via=a | Look]]")

    page = shown(cast)

    assert f'href="{help_address(cast)}"' in page
    assert "evil.example" not in page


def test_who_reads_the_ticket_opens_the_step_and_no_one_else(cast: Cast) -> None:
    readers = {
        *(CastRole.HOLDER, CastRole.REPORTER, CastRole.SUBSCRIBER, CastRole.MANAGER, CastRole.UNINVOLVED),
        *(CastRole.OFFERED, CastRole.RESPONSIBLE, CastRole.REJECTER, CastRole.MODERATOR, CastRole.ADMINISTRATOR),
        CastRole.DRAFTING_EMPLOYEE,
    }

    for role in CastRole:
        answer = cast.client(role).get(help_address(cast))
        assert answer.status_code == (HTTPStatus.OK if role in readers else HTTPStatus.NOT_FOUND), role


def test_who_came_by_a_private_link_opens_the_step_but_not_the_device(cast: Cast) -> None:
    PrivateLinkFactory(ticket=cast.ticket, token="mine")
    browser = Client()
    browser.get(reverse("portal:private_link", args=["mine"]))

    answer = browser.get(help_address(cast), headers={"accept-language": "de"})

    assert "Öl prüfen" in answer.content.decode()
    assert f'href="{help_address(cast, "belt")}"' in answer.content.decode()
    assert f"{PORTAL.ticket_url('ticket_detail', cast.ticket)}?view=messages" in answer.content.decode()
    assert browser.get(reverse("portal:help", args=[cast.device.slug])).status_code == HTTPStatus.NOT_FOUND


# Where there is no card ----------------------------------------------------------------------------------------------


def test_e_mail_has_the_title_as_a_link_and_push_the_title(cast: Cast) -> None:
    message = write(cast, f"Please: {link(cast)} and [[/d/other/help/oil/ | that]]")
    person = cast.person("manager")
    rows = list(Delivery.objects.filter(person=person, sequence=message.sequence)[:1])

    [line] = Tickets().news(person, cast.ticket.pk, rows).lines

    address = f"http://testserver{OFFICE.ticket_url('ticket_help', cast.ticket, key='oil')}"
    assert [quote.text for quote in line.quotes] == [f"Please: [Check the oil]({address}) and that"]
    assert line.text == "Please: Check the oil and that"


def test_links_of_a_line_without_room_are_their_words() -> None:
    quote = Quote("Jonas", "See [the manual](https://a.example/x), *please*")

    assert NewsLine("", "", None, "", None, [quote]).text == "See the manual, *please*"  # type: ignore[arg-type]


def test_tickets_are_found_by_the_title_and_not_by_the_address(cast: Cast) -> None:
    write(cast, link(cast, "Listen closely"))

    found = Ticket.objects.get(pk=cast.ticket.pk).search_messages

    assert "listen closely" in found
    assert "/help/" not in found


# Choosing ------------------------------------------------------------------------------------------------------------


def test_employees_choose_among_all_steps_or_those_with_the_words(cast: Cast) -> None:
    address = OFFICE.ticket_url("help_pick_list", cast.ticket)
    client = cast.client("responsible")

    assert address in shown(cast, "responsible", tab="messenger")
    both = client.get(address).content.decode()
    found = client.get(address, {"q": "LID"}, headers={"x-requested-with": "fetch"}).content.decode()

    assert both.count('class="help-pick"') == 2
    assert found.count('class="help-pick"') == 1
    assert link(cast) in found
    assert cast.client("manager").get(address).status_code == HTTPStatus.NOT_FOUND
    assert address not in shown(cast, "manager", tab="messenger")


def test_a_title_with_brackets_is_chosen_as_a_link_that_works(cast: Cast) -> None:
    publish(cast.device.template, element("oil", title="Is it [really] on | off?"))
    [pick] = help_picks(cast.ticket, "").picks

    write(cast, pick.written)

    assert '<span class="help-card__title" dir="auto">Is it [really] on | off?</span>' in shown(cast)


def test_a_device_without_help_says_so(cast: Cast) -> None:
    AssistantVersion.objects.all().delete()

    answer = cast.client("responsible").get(OFFICE.ticket_url("help_pick_list", cast.ticket))

    assert "There is no help for this device." in answer.content.decode()
