"""What people write from the right, or with marks that turn lines, moves none of our own words: on no page."""

import io
import re
import uuid
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from http import HTTPStatus
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.template import engines
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from config.common.interface import marked
from config.common.marks import can_turn, isolated, tamed, without_direction_marks
from config.common.pdf import printable
from config.isolating import READ_ATTRIBUTES
from config.isolating_django import isolating_source
from fleet.exchange.writing import write_csv
from fleet.models import Code, Customer, Device, Person, Reservation
from tests.addresses import addresses_with_parameters
from tests.cast import Cast, make_cast
from tests.factories import CodeUserFactory, DeviceFactory, RatingFactory, ReservationFactory
from tests.hiding import FIXED
from ticketing.models import Ticket, TicketStatus
from ticketing.services.messages import send_message
from ticketing.services.search import refill_all
from ticketing.services.updates import post_update

# Letters from the right beside signs and digits that go where these lead; the mark is in what was stored before.
FIRST, LAST, COMPANY = "\u05e8\u05d5\u05ea", "\u05db\u05d4\u05df (1)", "\u0645\u0635\u0646\u0639 7"
MACHINE = "\u05de\u05db\u05d5\u05e0\u05d4 3!"
TEXT = "\u0645\u0631\u062d\u0628\u0627\u060c \u0627\u0644\u0622\u0644\u0629 (\u062e\u0637\u0623 E-12)."
SUBJECT = f"\u202e{TEXT}"
_LETTER = re.compile("[\u0590-\u08ff]")
_ISOLATED = re.compile("\u2068[^\u2066-\u2069]*\u2069")
_MARK = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_VOID = ("area", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "path")
# No pages, and some are made for long.
_FILES = re.compile("pdf|export|picture|icon|labels|qr|files")
# Each is a line of its own, and what is written in it is nobody else's; scripts are not read by people.
_ALONE = ("option", "textarea", "script")


def _is_box(given: dict[str, str | None]) -> bool:
    # Initials stand in a box of their own, which no line goes through.
    return (given.get("class") or "").startswith("avatar ")


class Bare(HTMLParser):
    """Finds what is written from the right and could move what stands beside it."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.found += [
            f"{name}={text}" for name, text in attrs if name in READ_ATTRIBUTES and self._is_bare(text or "")
        ]
        self.found += [f"{name}={text}" for name, text in attrs if "<bdi>" in (text or "")]
        if tag not in _VOID:
            self._open.append((tag, tag in ("bdi", *_ALONE) or given.get("dir") == "auto" or _is_box(given)))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._is_bare(data) and not any(isolates for _tag, isolates in self._open):
            self.found.append(f"{'>'.join(tag for tag, _isolates in self._open[-3:])}: {data.strip()}")

    def _is_bare(self, text: str) -> bool:
        return _LETTER.search(_ISOLATED.sub("", text)) is not None


@pytest.fixture
def cast() -> Cast:
    """Everybody and everything is called from the right, in the database, as if it had been stored before."""
    cast = make_cast(TicketStatus.IN_PROGRESS)
    ReservationFactory(device=cast.device)
    RatingFactory(ticket=cast.ticket, comment=TEXT)
    write: dict[str, Any] = {"ticket_id": cast.ticket.pk, "text": TEXT}
    send_message(actor=cast.reporter, client_key=uuid.uuid4(), **write)
    post_update(actor=cast.responsible, client_key=uuid.uuid4(), is_internal=False, **write)
    post_update(actor=cast.moderator, client_key=uuid.uuid4(), is_internal=True, **write)
    Person.objects.update(first_name=FIRST, last_name=LAST)
    for customer in Customer.objects.all():
        Customer.objects.filter(pk=customer.pk).update(name=f"{COMPANY}{customer.pk}", number=COMPANY, address=TEXT)
    Device.objects.update(name=MACHINE, model=MACHINE, location=MACHINE, licence_plate=MACHINE)
    Reservation.objects.update(car_park=MACHINE)
    Code.objects.update(label=MACHINE)
    Ticket.objects.update(subject=SUBJECT, description=TEXT, comment=TEXT)
    list(refill_all(Ticket.objects.all()))
    return cast


def pages(cast: Cast) -> Iterator[tuple[str, str]]:
    """Addresses with the role that looks at them."""
    values = {
        **FIXED,
        "slug": cast.device.slug,
        "ticket_id": cast.ticket.pk,
        "flow_id": cast.flow.pk,
        "code_id": cast.code.pk,
        "customer_id": cast.person("manager").customer_id,
        "person_id": cast.person("manager").pk,
        "reservation_id": Reservation.objects.latest("pk").pk,
        "template_id": cast.device.template_id,
    }
    for address in addresses_with_parameters():
        if not address.is_admin and not _FILES.search(address.route) and set(address.parameters) <= set(values):
            path = address.path(values)
            yield from (("administrator", path), ("reporter", path))
    names = ("ticket_list", "start", "device_list", "customer_list", "person_list", "reservation_list", "code_list")
    for name in (*names, "notification_list", "ticket_create", "desk_form"):
        yield from ((role, reverse(f"office:{name}")) for role in ("administrator", "manager"))
    for name in ("device", "customer", "person", "colleague", "reservation"):
        yield "administrator", f"{reverse('office:suggestion_list', args=[name])}?q={FIRST}"
    yield "administrator", f"{reverse('office:ticket_list')}?q={FIRST}"
    for tab in ("updates", "messenger", "history", "offers", "notifications"):
        yield from ((role, f"{cast.ticket.get_absolute_url()}?tab={tab}") for role in ("moderator", "manager"))


def admin_pages() -> Iterator[tuple[str, str]]:
    """The list of each model in the administration, and the pages of one row."""
    for model in admin.site._registry:
        base, row = f"admin:{model._meta.app_label}_{model._meta.model_name}", model._default_manager.first()
        yield "administrator", reverse(f"{base}_changelist")
        if row is not None:
            names = ("change", "history", "delete")
            yield from (("administrator", reverse(f"{base}_{name}", args=[row.pk])) for name in names)


@pytest.mark.django_db
@pytest.mark.any_database
@pytest.mark.parametrize(("which", "fewest"), [("ours", 50), ("administration", 20)])
def test_nothing_that_people_write_stands_bare_on_any_page(cast: Cast, which: str, fewest: int) -> None:
    clients: dict[str, Client] = {}
    bare, seen = list[str](), 0
    for role, path in pages(cast) if which == "ours" else admin_pages():
        client = clients.setdefault(role, cast.client(role))
        response = client.get(path)
        # A file is read to its end, which closes it.
        body = b"".join(response) if response.streaming else response.content
        is_page = response.status_code == HTTPStatus.OK and response["Content-Type"].startswith("text/html")
        markup = body.decode() if is_page else ""
        if markup:
            seen += bool(_LETTER.search(markup))
            bare += [f"{role} {path} {found}" for found in Bare(markup).found]

    assert bare == []
    assert seen > fewest


def test_what_people_write_is_isolated_by_where_it_stands() -> None:
    source = """
    <p title="{{ name }}">{{ name }}</p><a href="?q={{ name }}" data-text='{{ name }}'
    {% if true %}aria-label="{{ _("%(name)s left", name=name) }}"{% else %}class="x"{% endif %}>{{ own }}</a>
    <textarea>{{ name }}</textarea><option>{{ name }}</option>{% trans %}By {{ name }}.{% endtrans %}
    {{- plain }}{{ 5 }}{{ markup|safe }}
    """
    drawn = (
        engines["jinja2"]
        .from_string(source)
        .render({"name": f"{FIRST}\u202e<", "own": "Open", "plain": "Mara & Co", "markup": f"<i>{FIRST}</i>"})
    )

    alone, isolate = f"{FIRST}\u202e&lt;", f"\u2068{FIRST}&lt;\u2069"
    assert f'<p title="{isolate}"><bdi>{FIRST}&lt;</bdi></p><a href="?q={alone}" data-text=\'{alone}\'' in drawn
    assert f'aria-label="{isolate} left">Open</a>' in drawn
    assert f"<textarea>{alone}</textarea><option>{isolate}</option>By {isolate}.Mara &amp; Co5<i>{FIRST}</i>" in drawn


def test_found_words_are_marked_in_what_is_isolated() -> None:
    assert marked(f"\u202e{FIRST} E-12", "e-12") == f"<bdi>{FIRST} <mark>E-12</mark></bdi>"
    assert marked("Leck E-12", "e-12") == "Leck <mark>E-12</mark>"


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("O’Brien", "o'brien", ["O’Brien"]),
        ("Band 12 345 mm", "12345", ["12 345"]),
        ("SN 4711.0815", "47110815", ["4711.0815"]),
        ("B-FD 12 steht", "bfd12 steht", ["B-FD 12", "steht"]),
        ("Schlüssel, Hydrau\u00adlik", "schluessel hydraulik", ["Schlüssel", "Hydrau\u00adlik"]),
        ("Not\u2011Aus am Cafe\u0301", "not-aus café", ["Not\u2011Aus", "Cafe\u0301"]),
        ("Pumpenraum", "raum pump", ["Pump", "raum"]),
        ("<b> & x", "b", ["b"]),
        ("Nothing of it", "missing", []),
    ],
)
def test_found_words_are_marked_however_they_are_written(text: str, words: str, found: list[str]) -> None:
    shown = marked(text, words)

    assert re.findall("<mark>(.*?)</mark>", shown) == found
    assert unescape(re.sub("</?mark>", "", shown)) == text


def test_paper_and_spreadsheets_have_no_marks_of_direction() -> None:
    turning, file = f"\u202eMara\u2068 {FIRST}\u2069", io.BytesIO()

    write_csv(file, ["Name"], [[turning]])

    assert file.getvalue().decode("utf-8-sig").splitlines()[1] == f"Mara {FIRST}"
    assert printable(turning) == "Mara ???"


def test_a_page_of_the_administration_isolates_by_where_a_value_stands() -> None:
    source = """
    <p title="{{ name }}">{{ name }}</p><a href="?q={{ name }}">{{ markup|safe }}</a><input value="{{ name }}">
    {% blocktranslate with who=name %}By {{ who }}.{% endblocktranslate %}{{ name|truncatewords:2 }}{{ plain }}
    """
    made = engines["django"].from_string(isolating_source(source, "x.html"))
    drawn = made.render({"name": FIRST, "markup": f'<td class="x">{FIRST}</td>', "plain": "Mara & Co"})

    assert f'<p title="\u2068{FIRST}\u2069"><bdi>{FIRST}</bdi></p><a href="?q={FIRST}">' in drawn
    assert f'<td class="x"><bdi>{FIRST}</bdi></td></a><input value="{FIRST}">' in drawn
    assert f"By \u2068{FIRST}\u2069.<bdi>{FIRST}</bdi>Mara &amp; Co" in drawn


@given(st.text(), st.text("\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\u05d0 a1.", max_size=12))
def test_an_isolated_text_opens_and_closes_one_isolate(text: str, turning: str) -> None:
    for each in (text, turning):
        shown = isolated(each)

        assert without_direction_marks(shown) == without_direction_marks(each)
        assert not can_turn(each) or (shown[0], shown[-1]) == ("\u2068", "\u2069")
        # All marks are pairs, also where a part is isolated already.
        assert not _MARK.search(_ISOLATED.sub("", _ISOLATED.sub("", shown)))
        assert not _MARK.search(_ISOLATED.sub("", tamed(each)))


@pytest.mark.django_db
@pytest.mark.any_database
@pytest.mark.parametrize("mark", "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
def test_lines_are_stored_and_read_without_marks_of_direction(mark: str) -> None:
    person = CodeUserFactory(first_name=f"{mark}evil", last_name=f"a{mark}(admin){mark}")
    assert (person.first_name, person.last_name) == ("evil", "a(admin)")
    before = DeviceFactory()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE fleet_device SET name = %s WHERE id = %s", [f"K{mark}X", before.pk])

    assert Device.objects.get(pk=before.pk).name == "KX"
    assert list(Person.objects.filter(first_name=f"ev{mark}il")) == [person]

    Device.objects.filter(pk=before.pk).update(name=f"{mark}New")
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM fleet_device WHERE id = %s", [before.pk])
        assert cursor.fetchone() == ("New",)
