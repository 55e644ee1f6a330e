"""The assistant of a device: who reads it, what it shows, what it leaves behind."""

import json
import uuid
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fleet.models import Organisation
from fleet.organisation import forget_organisation
from tests.cast import Cast, CastRole, make_cast
from tests.factories import TemplateFactory, make_flow
from tests.ticketing.help import element, part, publish, store_file, text, to
from tests.ticketing.portal_browser import PortalBrowser, photo
from ticketing.models import (
    ButtonAnswer,
    CreationFlow,
    ElementDay,
    ElementFileKind,
    ElementKind,
    HelpPath,
    Ticket,
    TicketStatus,
    Visibility,
)
from ticketing.portal.pages.assistant import digest_of_markup

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
READERS = {
    CastRole.HOLDER,
    CastRole.REPORTER,
    CastRole.SUBSCRIBER,
    CastRole.MANAGER,
    CastRole.UNINVOLVED,
    CastRole.OFFERED,
    CastRole.RESPONSIBLE,
    CastRole.REJECTER,
    CastRole.MODERATOR,
    CastRole.ADMINISTRATOR,
    CastRole.DRAFTING_EMPLOYEE,
}
Commits = Callable[..., Any]


@pytest.fixture
def phone() -> PortalBrowser:
    return PortalBrowser()


@pytest.fixture
def flow(phone: PortalBrowser) -> CreationFlow:
    return make_flow(phone.device.template, button_label="Report a problem")


def page(phone: PortalBrowser, key: str = "", via: str = "", **headers: str) -> str:
    address = phone.url("help_element", key=key) if key else phone.url("help")
    return str(phone.client.get(address, {"via": via} if via else {}, headers=headers).content.decode())


def counts_of(key: str) -> tuple[int, int, int]:
    found = ElementDay.objects.filter(key=key).values_list("seen", "helped", "reported")
    return found.get() if found else (0, 0, 0)


# Who may -------------------------------------------------------------------------------------------------------------


def test_whoever_may_open_the_device_reads_its_assistant_and_no_one_else() -> None:
    cast = make_cast(TicketStatus.IN_PROGRESS)
    file = store_file(publish(cast.device.template), photo().read(), ElementFileKind.PICTURE, "image/png")
    publish(cast.device.template, element("a", to("b")), element("b", files=(file,)))
    slug = cast.device.slug
    gets: list[tuple[str, dict[str, str]]] = [
        ("help", {}),
        ("help_element", {"key": "b"}),
        ("help_bundle", {}),
        ("help_file", {"file_id": file.id}),
    ]
    posts: list[tuple[str, dict[str, str], int]] = [("help_counts", {}, 204), ("help_helped", {"key": "b"}, 303)]

    for role in CastRole:
        client, may = cast.client(role), role in READERS
        for name, kwargs in gets:
            answer = client.get(reverse(f"portal:{name}", kwargs={"slug": slug, **kwargs}))
            assert answer.status_code == (HTTPStatus.OK if may else HTTPStatus.NOT_FOUND), (role, name)
            assert b"".join(answer), "Read to its end, so that the file is closed"
        for name, kwargs, status in posts:
            answer = client.post(reverse(f"portal:{name}", kwargs={"slug": slug, **kwargs}), {"seen": "b"})
            assert answer.status_code == (status if may else HTTPStatus.NOT_FOUND), (role, name)
    # Employees count nowhere.
    outside = READERS & {CastRole.HOLDER, CastRole.REPORTER, CastRole.SUBSCRIBER, CastRole.MANAGER}
    assert counts_of("b") == (len(outside), len(outside), 0)


def test_a_device_without_an_assistant_offers_none(phone: PortalBrowser) -> None:
    assert "Find help" not in phone.get("device").content.decode()
    assert phone.get("help").status_code == HTTPStatus.NOT_FOUND

    publish(phone.device.template, element("a"))

    assert "Find help" in phone.get("device").content.decode()
    assert phone.get("help").status_code == HTTPStatus.OK


# What is shown -------------------------------------------------------------------------------------------------------


def test_an_element_is_shown_in_the_readers_language_or_in_english(phone: PortalBrowser) -> None:
    german = text("Clean the jaw", de="Backe reinigen")
    answers = [to("a", answer=ButtonAnswer.YES), to("a", answer=ButtonAnswer.NO)]
    publish(phone.device.template, element("a", *answers, title=german, kind=ElementKind.YES_NO, body="**Hot**"))

    shown = page(phone, "a", **{"accept-language": "de"})

    assert "Backe reinigen" in shown
    assert "<strong>Hot</strong>" in shown
    assert ">Ja<" in shown
    assert ">Nein<" in shown
    assert "Clean the jaw" in page(phone, "a", **{"accept-language": "fr"})


def test_buttons_lead_straight_on_and_dead_ones_are_not_there(phone: PortalBrowser, flow: CreationFlow) -> None:
    closed, retired = (make_flow(phone.device.template, button_label=label) for label in ("Closed", "Retired"))
    foreign = make_flow(TemplateFactory(), button_label="Foreign")
    CreationFlow.objects.filter(pk=closed.pk).update(open_to_code_users=False)
    CreationFlow.objects.filter(pk=retired.pk).update(is_active=False)
    buttons = [to(each, str(each.button_label)) for each in (flow, closed, retired, foreign)]
    buttons += [to("gone", "Removed"), to("http://example.org/", "Unsafe"), to("https://example.org/x", "Manual")]
    publish(phone.device.template, element("a", *buttons))

    shown = page(phone, "a")

    assert f'action="{phone.url("flow_start", flow_id=flow.pk)}"' in shown
    assert not [label for label in ("Closed", "Retired", "Foreign", "Removed", "Unsafe") if f">{label}<" in shown]
    assert 'href="https://example.org/x" target="_blank" rel="noopener noreferrer"' in shown
    assert ">example.org<" in shown


def test_without_any_way_on_there_are_the_search_and_the_start(phone: PortalBrowser) -> None:
    publish(phone.device.template, element("a", to("b")), element("b", to("gone"), kind=ElementKind.YES_NO))

    shown = page(phone, "b")

    assert "Search the help" in shown
    assert "Start of the help" in shown
    assert "Did this help?" not in shown


def test_an_end_reports_only_where_a_flow_was_passed(phone: PortalBrowser, flow: CreationFlow) -> None:
    guide = element("c", kind=ElementKind.GUIDE, parts=(part("Brush", "Lengthways"),))
    publish(phone.device.template, element("a", to("b"), to("c")), element("b", to("c"), to(flow)), guide)

    with_way, without = page(phone, "c", "a.b"), page(phone, "c", "a")

    assert "This helped" in with_way
    assert "Report it" in with_way
    assert "This did not help" not in with_way
    assert 'name="via" value="a.b.c"' in with_way
    assert "Report it" not in without
    assert "This did not help" in without
    CreationFlow.objects.update(is_active=False)
    assert "Report it" not in page(phone, "c", "a.b")


def test_a_removed_element_says_so_and_leads_on(phone: PortalBrowser) -> None:
    publish(phone.device.template, element("a"))

    answer = phone.get("help_element", key="gone")

    # Not 404, at which a phone forgets what it keeps of the device.
    assert answer.status_code == HTTPStatus.GONE
    assert phone.url("help") in answer.content.decode()


def test_addresses_carry_the_path_and_back_follows_it(phone: PortalBrowser) -> None:
    publish(phone.device.template, element("a", to("b")), element("b", to("c")), element("c", to("a"), to("b")))

    shown = page(phone, "c", "a.gone.b.c")

    assert f'href="{phone.url("help_element", key="b")}?via=a"' in shown
    # Who goes round in a circle has it folded.
    assert f'href="{phone.url("help_element", key="a")}"' in shown
    assert f'<link rel="canonical" href="{phone.url("help_element", key="c")}">' in shown
    assert f'href="{phone.url("device")}"' in page(phone, "c")


@pytest.mark.parametrize("words", ["jaw", "JAWS clean", "mässing", "reinigung", "lengthways"])
def test_search_finds_folded_words_in_titles_texts_and_steps(phone: PortalBrowser, words: str) -> None:
    guide = element(
        "b",
        title=text("Clean the jaws", de="Reinigung"),
        body="Take the **Maessing** brush",
        parts=(part("Brush", "Lengthways"),),
        kind=ElementKind.GUIDE,
    )
    hidden = element("c", title="jaw maessing lengthways clean jaws reinigung", is_searchable=False)
    publish(phone.device.template, element("a"), guide, hidden)
    language = "de" if words == "reinigung" else "en"

    answer = phone.client.get(phone.url("help"), {"q": words}, headers={"accept-language": language})

    found = [each.found.key for each in answer.context["page"].results]
    assert found == ["b"]


def test_a_search_goes_on_from_where_it_was_begun(phone: PortalBrowser, flow: CreationFlow) -> None:
    guide = element("d", title="Brush", kind=ElementKind.GUIDE, parts=(part("Brush", "Lengthways"),))
    publish(phone.device.template, element("a", to("b")), element("b", to("c"), to(flow)), element("c"), guide)

    found = phone.client.get(phone.url("help"), {"q": "brush", "via": "a.b.c"})

    (result,) = found.context["page"].results
    assert result.url == f"{phone.url('help_element', key='d')}?via=a.b.c"
    assert "Report it" in phone.client.get(result.url).content.decode()
    # Also one with other words.
    assert 'name="via" value="a.b.c"' in found.content.decode()
    # Who begins anew has nothing behind.
    assert f'href="{phone.url("help")}"' in page(phone, "d", "a.b.c")


def test_pictures_and_films_leave_for_those_who_see_them(phone: PortalBrowser) -> None:
    assistant = publish(phone.device.template, element("a"))
    film = store_file(assistant, b"0123456789", ElementFileKind.FILM, "video/mp4")
    draft = store_file(assistant, b"draft", ElementFileKind.PICTURE, "image/png")
    publish(phone.device.template, element("a", files=(film,)))

    piece = phone.client.get(phone.url("help_file", file_id=film.id), headers={"range": "bytes=2-4"})

    assert (piece.status_code, piece.content) == (HTTPStatus.PARTIAL_CONTENT, b"234")
    assert piece["Cache-Control"] == "private, max-age=31536000, immutable"
    assert "<video" in page(phone, "a")
    for file_id in (draft.id, str(uuid.uuid4())):
        assert phone.get("help_file", file_id=file_id).status_code == HTTPStatus.NOT_FOUND
    assert phone.get("help_poster", file_id=film.id).status_code == HTTPStatus.NOT_FOUND


def test_an_element_costs_the_same_among_one_and_among_three(phone: PortalBrowser, flow: CreationFlow) -> None:
    def statements(*elements: Any) -> int:
        publish(phone.device.template, *elements)
        phone.get("help")
        with CaptureQueriesContext(connection) as captured:
            page(phone, "a", ".".join(each.key for each in elements[1:]))
        return len(captured)

    few = statements(element("a", to(flow)))

    assert statements(element("a", to(flow), to("b")), element("b", to(flow)), element("c", to("a"))) == few


# What it leaves behind -----------------------------------------------------------------------------------------------


def sent(phone: PortalBrowser, flow: CreationFlow, via: str) -> Ticket:
    draft = phone.start(flow, via=via)
    question = flow.steps.get().questions.get()
    phone.answer(draft, 1, **{f"q{question.pk}": "Film tears"})
    phone.post("flow_send", {"name": "Lena", "phone": "+49 30 1"}, ticket_id=draft.pk)
    return Ticket.objects.get(pk=draft.pk)


def test_a_ticket_keeps_the_path_for_employees_only(
    phone: PortalBrowser, flow: CreationFlow, django_capture_on_commit_callbacks: Commits
) -> None:
    publish(phone.device.template, element("a", to("b"), title="Film tears"), element("b", to(flow), title="Clean"))
    with django_capture_on_commit_callbacks(execute=True):
        ticket = sent(phone, flow, "a.gone.b")
    publish(phone.device.template, element("a", title="Renamed"))
    cast = make_cast()

    assert [each["key"] for each in HelpPath.objects.get().elements] == ["a", "b"]
    assert (counts_of("a"), counts_of("b")) == ((0, 0, 0), (0, 0, 1))
    office = cast.client("moderator").get(reverse("office:ticket_detail", args=[ticket.pk])).content.decode()
    assert "Film tears → Clean → <strong>not solved</strong>" in office
    mine = phone.client.get(phone.url("ticket_detail", ticket_id=ticket.pk), {"view": "details"}).content.decode()
    assert "not solved" not in mine


def test_an_employee_starts_a_flow_from_there_and_counts_nowhere(
    phone: PortalBrowser, flow: CreationFlow, django_capture_on_commit_callbacks: Commits
) -> None:
    publish(phone.device.template, element("a", to(flow)))
    cast: Cast = make_cast()
    phone.client = cast.client("responsible")
    draft = phone.start(flow, via="a")
    question = flow.steps.get().questions.get()
    phone.answer(draft, 1, **{f"q{question.pk}": "Film tears"})

    with django_capture_on_commit_callbacks(execute=True):
        phone.post("flow_send", {"visibility": Visibility.PUBLIC}, ticket_id=draft.pk)

    assert Ticket.objects.get(pk=draft.pk).status != TicketStatus.DRAFT
    assert HelpPath.objects.filter(ticket=draft).exists()
    assert counts_of("a") == (0, 0, 0)


def test_what_was_seen_and_what_helped_is_counted_in_one_statement(phone: PortalBrowser) -> None:
    publish(phone.device.template, element("a"), element("b"))

    with CaptureQueriesContext(connection) as captured:
        phone.post("help_counts", {"seen": "a.b.gone.a"})
    counted = [query["sql"] for query in captured if "ticketing_elementday" in query["sql"]]
    phone.post("help_counts", {"seen": "a", "helped": "b"})
    answer = phone.post("help_helped", key="b")

    assert len(counted) == 1
    assert (counts_of("a"), counts_of("b")) == ((2, 0, 0), (1, 2, 0))
    assert answer.url == phone.url("device")


# Without a network ---------------------------------------------------------------------------------------------------


def test_a_phone_gets_all_of_it_once(phone: PortalBrowser, flow: CreationFlow) -> None:
    guide = element("b", to(flow, "Report"), kind=ElementKind.GUIDE, parts=(part("Brush", "Lengthways"),))
    publish(phone.device.template, element("a", to("b")), guide)

    answer = phone.get("help_bundle")
    bundle = json.loads(answer.content)
    again = phone.client.get(phone.url("help_bundle"), headers={"if-none-match": answer["ETag"]})
    in_german = phone.client.get(phone.url("help_bundle"), headers={"accept-language": "de"})

    assert again.status_code == HTTPStatus.NOT_MODIFIED
    assert in_german["ETag"] != answer["ETag"]
    assert bundle["elements"]["b"]["is_end"]
    assert "Lengthways" in bundle["elements"]["b"]["html"]
    # Nothing about its reader, and nothing that needs a network.
    assert "csrf" not in answer.content.decode()
    assert "<form method=post" not in answer.content.decode().replace('"', "")
    publish(phone.device.template, element("a"))
    assert phone.get("help_bundle")["ETag"] != answer["ETag"]


def test_what_a_phone_keeps_is_old_with_another_number_to_call_or_other_markup(
    phone: PortalBrowser, settings: Any, tmp_path: Path
) -> None:
    publish(phone.device.template, element("a"))
    tags = [phone.get("help_bundle")["ETag"]]

    Organisation.objects.create(name="Nordlicht", phone="+49 30 1")
    forget_organisation()
    tags.append(phone.get("help_bundle")["ETag"])
    digest_of_markup.cache_clear()
    settings.BASE_DIR = tmp_path
    tags.append(phone.get("help_bundle")["ETag"])
    digest_of_markup.cache_clear()

    assert len(set(tags)) == 3


def test_pages_say_what_a_phone_keeps(phone: PortalBrowser) -> None:
    publish(phone.device.template, element("a"))
    tag = phone.get("help_bundle")["ETag"].removeprefix("W/").strip('"')

    for name in ("device", "help"):
        assert f'data-tag="{tag}"' in phone.get(name).content.decode()
