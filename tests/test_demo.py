"""The demo data: complete, honest, loaded once, and never beside anybody's own data unless forced."""

import json
from datetime import timedelta
from io import BytesIO, StringIO
from itertools import pairwise
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count, Q
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from pytest_django import Settings

from config.demo.assistants import ASSISTANTS, help_texts, make_assistants
from config.demo.conversations import conversations_in, phrases_in
from config.demo.desk import ROWS as DESK_ROWS
from config.demo.fleet import DEMO_PIN, DEVICES, FLEET, LANDING_SERIAL, make_templates
from config.demo.flows import make_categories, make_flows
from config.demo.landing import demo_landing
from config.demo.people import DEMO_PASSWORD, SIGN_INS, languages_of
from config.demo.pictures import PHOTOS, draw_device, draw_photo
from config.demo.schedule import WorkingTime
from config.demo.texts import LANGUAGES, texts_in
from config.demo.toml import Table, read_toml
from fleet.actors import KnownActor
from fleet.models import (
    Code,
    Customer,
    Device,
    Group,
    MetaTeam,
    Person,
    Reservation,
    ReservationStatus,
    Role,
    Team,
    Template,
)
from fleet.services.devices import missing_of_vehicle
from messenger.models import Attachment, Message, Notification
from ratings.models import Rating
from tests.cast import client_of
from tests.factories import AdministratorFactory, DeviceFactory, GroupFactory
from ticketing.models import (
    Answer,
    Audience,
    Category,
    Choice,
    CreationFlow,
    ElementKind,
    JournalEntry,
    Question,
    QuestionKind,
    Source,
    Stage,
    Step,
    Ticket,
    TicketStatus,
    Update,
    Visibility,
)

LEAST_ELEMENTS = 10  # Of an assistant.
MOST_KEPT_BYTES = 60_000  # Without pictures, as it is before it is compressed.
TRANSLATED: dict[Any, tuple[str, ...]] = {
    Template: ("name", "description"),
    Group: ("name",),
    MetaTeam: ("name",),
    Team: ("name",),
    Category: ("name",),
    CreationFlow: ("name", "button_label", "description"),
    Step: ("title",),
    Question: ("text",),
    Choice: ("label",),
}


def demo(*arguments: str) -> str:
    out = StringIO()
    call_command("demo", *arguments, stdout=out)
    return out.getvalue()


def counts() -> dict[str, int]:
    kept: tuple[Any, ...] = (
        Person,
        Customer,
        Device,
        Code,
        Ticket,
        Message,
        Update,
        Attachment,
        JournalEntry,
        Notification,
    )
    return {model.__name__: model.objects.count() for model in kept}


@pytest.mark.django_db
def test_a_dozen_tickets_show_every_status_and_a_true_record() -> None:
    demo("--tickets", "12")
    assert set(Ticket.objects.values_list("status", flat=True)) == set(TicketStatus.values)
    numbers = list(Ticket.objects.posted().order_by("opened_at").values_list("number", flat=True))
    assert numbers == list(range(1001, 1001 + len(numbers)))
    assert Message.objects.exists()
    assert Update.objects.filter(is_internal=True).exists()
    assert Attachment.objects.filter(Q(message=None, update=None, answer=None)).count() == 0
    out = StringIO()
    call_command("verify_journal", stdout=out)
    assert str(12 + len(DESK_ROWS)) in out.getvalue()


@pytest.mark.any_database
@pytest.mark.django_db
def test_everything_lies_in_the_past_and_answers_what_is_asked() -> None:
    demo("--tickets", "12")
    now = timezone.now()
    assert not JournalEntry.objects.filter(at__gt=now).exists()
    assert not Message.objects.filter(created_at__gt=now).exists()
    assert JournalEntry.objects.filter(at__lt=now - timedelta(days=20)).exists()
    unanswered = Question.objects.filter(is_required=True)
    for ticket in Ticket.objects.posted():
        asked = unanswered.filter(step__flow=ticket.flow).exclude(kind=QuestionKind.FILES)
        given = Answer.objects.filter(ticket=ticket, question__in=asked)
        assert given.count() == asked.count(), ticket
        assert all(any(value not in ("", None, []) for value in answer.value.values()) for answer in given), ticket


@pytest.mark.django_db
def test_the_second_run_doubles_nothing_and_prints_the_sign_ins_again() -> None:
    first = demo("--tickets", "7")
    before = counts()
    second = demo()
    assert counts() == before
    assert "loaded" in first
    assert "already" in second
    for output in (first, second):
        assert all(sign_in.email in output for sign_in in SIGN_INS)
        assert DEMO_PASSWORD in output


@pytest.mark.any_database
@pytest.mark.django_db
def test_json_is_all_that_is_printed_also_the_second_time(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://desk.example.com"
    first = json.loads(demo("--json", "--tickets", "0"))
    assert json.loads(demo("--json")) == first
    assert set(first) == {"people", "devices"}
    assert {frozenset(person) for person in first["people"]} == {frozenset(("name", "email", "role", "password"))}
    assert {person["role"] for person in first["people"]} == set(Role.values) - {Role.CODE_USER}
    assert first["devices"][0]["name"] == DEVICES[LANDING_SERIAL]["name"]
    assert sorted(device["name"] for device in first["devices"]) == sorted(row["name"] for row in DEVICES.values())
    assert all(device["url"].startswith("https://desk.example.com/c/") for device in first["devices"])


@pytest.mark.any_database
@pytest.mark.django_db
def test_the_printed_people_can_sign_in_and_the_printed_codes_open(client: Client) -> None:
    printed = json.loads(demo("--json", "--tickets", "0"))
    person = printed["people"][0]
    answer = client.post(reverse("account_login"), {"login": person["email"], "password": person["password"]})
    assert answer.status_code == 302
    assert client.session["_auth_user_id"]
    path = printed["devices"][0]["url"].removeprefix("http://testserver")
    page = Client().get(path, follow=True)
    assert page.status_code == 200
    assert DEVICES[LANDING_SERIAL]["name"] in page.content.decode()


@pytest.mark.django_db
def test_a_database_with_other_data_is_left_alone() -> None:
    Customer.objects.create(name="Somebody real")
    with pytest.raises(CommandError, match="not empty"):
        demo()
    assert not Person.objects.exists()
    demo("--force", "--tickets", "0")
    assert Customer.objects.count() == 5


@pytest.mark.django_db
def test_a_negative_number_of_tickets_is_refused() -> None:
    with pytest.raises(CommandError, match="0 or more"):
        demo("--tickets", "-1")


@pytest.mark.any_database
@pytest.mark.django_db
def test_every_text_is_there_in_three_languages() -> None:
    demo("--tickets", "0")
    missing = [
        f"{model.__name__} {row.pk}: {field}_{language}"
        for model, fields in TRANSLATED.items()
        for row in model.objects.all()
        for field in fields
        for language in LANGUAGES
        if not getattr(row, f"{field}_{language}")
    ]
    assert missing == []


@pytest.mark.any_database
@pytest.mark.django_db
def test_each_template_has_the_three_flows_and_they_ask_in_every_way() -> None:
    demo("--tickets", "0")
    for template in Template.objects.annotate(flow_count=Count("flows")):
        assert template.flow_count == 3
        problem = template.flows.order_by("position").first()
        assert problem is not None
        assert 3 <= problem.steps.count() <= 4
    assert set(Question.objects.values_list("kind", flat=True)) == set(QuestionKind.values)
    assert set(Question.objects.values_list("is_required", flat=True)) == {True, False}
    assert set(Template.objects.values_list("ratings_enabled", flat=True)) == {True, False}
    assert set(Group.objects.values_list("assigns_automatically", flat=True)) == {True, False}
    assert all(meta_team.default_team for meta_team in MetaTeam.objects.all())


@pytest.mark.any_database
@pytest.mark.django_db
def test_a_whole_fleet_is_booked_by_its_subscribers() -> None:
    demo("--tickets", "0")
    vehicles = Device.objects.filter(template__kind="vehicle")
    assert vehicles.count() == 40
    assert all(not missing_of_vehicle(each.template, vars(each)) for each in vehicles.select_related("template"))
    assert Reservation.objects.count() == 300
    assert set(Reservation.objects.values_list("status", flat=True)) == set(ReservationStatus)
    assert Person.objects.filter(role=Role.SUBSCRIBER, reservations__isnull=False).distinct().count() > 20
    for vehicle in vehicles:
        times = list(vehicle.reservations.order_by("starts_at").values_list("starts_at", "ends_at"))
        assert all(end <= begin for (_begin, end), (begin, _end) in pairwise(times))
    assert Device.objects.filter(customer=None).count() == 1
    assert Customer.objects.filter(kind="private").count() == 1


@pytest.mark.any_database
@pytest.mark.django_db
def test_codes_of_every_sort_are_there() -> None:
    demo("--tickets", "0")
    assert not Device.objects.exclude(codes__is_enabled=True).exists()
    assert Code.objects.filter(device=None).count() == 1
    assert Code.objects.filter(is_enabled=False).count() == 1
    protected = Code.objects.exclude(pin_hash="").get()
    assert protected.check_pin(DEMO_PIN)


@pytest.mark.django_db
def test_the_landing_page_gets_a_code_that_opens_and_the_sign_ins_in_few_queries() -> None:
    assert demo_landing() is None
    demo("--tickets", "0")
    with CaptureQueriesContext(connection) as queries:
        page = demo_landing()
    assert len(queries) <= 3
    assert page is not None
    assert len(page.people) + len(page.others) == len(SIGN_INS)
    assert len({person.role for person in page.people}) == len(page.people) == 4
    assert page.code_picture.startswith("<svg")
    assert "style" not in page.code_picture
    device = Device.objects.get(serial_number=LANDING_SERIAL)
    assert Client().get(page.code_url, follow=True).request["PATH_INFO"] == device.get_absolute_url()


@pytest.mark.django_db
def test_the_landing_page_of_an_empty_demo_is_the_product_s_own(client: Client) -> None:
    empty = client.get("/").content.decode()
    demo("--tickets", "0")
    filled = client.get("/").content.decode()

    assert "demo-people" not in empty
    assert "demo-people" in filled
    assert "Scan the code on your machine" in empty
    assert "Scan the code on your machine" not in filled


def paths(table: Table, parent: str = "") -> set[str]:
    """The dotted path of everything in a table that is no table."""
    return {
        path
        for key, value in table.items()
        for path in (paths(value, f"{parent}{key}.") if isinstance(value, dict) else {parent + key})
    }


def test_every_language_has_the_same_texts() -> None:
    english = paths(texts_in("en"))
    assert "questions.machine_state.choices.runs" in english
    for language in LANGUAGES:
        assert paths(texts_in(language)) == english


def test_every_text_is_used_and_there() -> None:
    """Texts go by the keys of fleet and flows: a key without a text, or a text without a key, is a typing error."""
    fleet, flows = read_toml("fleet.toml"), read_toml("flows.toml")
    texts = texts_in("en")
    children = {child for row in flows["categories"].values() for child in row.get("children", [])}
    steps = [step for flow in flows["flows"] for step in flow["steps"]]

    for section in ("templates", "meta_teams", "teams"):
        assert set(texts[section]) == set(fleet[section]), section
    assert set(texts["groups"]) == {*fleet["groups"], "desk"}
    assert set(texts["categories"]) == set(flows["categories"]) | children
    assert set(texts["flows"]) == {flow["texts"] for flow in flows["flows"]}
    assert set(texts["steps"]) == {step["texts"] for step in steps}
    assert set(texts["questions"]) == set(flows["questions"]) == {name for step in steps for name in step["questions"]}
    for name, question in flows["questions"].items():
        assert list(texts["questions"][name].get("choices", {})) == question.get("choices", []), name


def shape(found: Any) -> Any:
    """What is where, without the texts; whether a text is empty counts."""
    if isinstance(found, dict):
        return {key: shape(value) for key, value in found.items()}
    return [shape(value) for value in found] if isinstance(found, list) else bool(found)


@pytest.mark.any_database
def test_assistants_say_the_same_in_every_language() -> None:
    english = help_texts("en")

    for language in LANGUAGES:
        assert shape(help_texts(language)) == shape(english)
    for template, elements in ASSISTANTS.items():
        assert set(english[template]) == set(elements)
        for name, row in elements.items():
            assert len(english[template][name].get("buttons", [])) == len(row.get("buttons", [])), name
        assert {row["kind"] for row in elements.values()} == set(ElementKind)
        assert len(elements) >= LEAST_ELEMENTS


@pytest.mark.any_database
@pytest.mark.django_db
def test_assistants_are_small_enough_for_a_phone_that_keeps_them() -> None:
    templates = make_templates()
    groups: dict[str, dict[str, Group]] = {
        key: {name: GroupFactory(template=each) for name in FLEET["groups"]} for key, each in templates.items()
    }
    administrator = KnownActor(person=AdministratorFactory())
    make_assistants(administrator, templates, make_flows(templates, groups, make_categories()))

    for key in ASSISTANTS:
        client = client_of(administrator.person)
        address = reverse("portal:help_bundle", args=[DeviceFactory(template=templates[key]).slug])
        for language in LANGUAGES:
            bundle = client.get(address, headers={"accept-language": language}).content
            assert len(bundle) < MOST_KEPT_BYTES, (key, language)


def test_each_conversation_is_held_by_people_who_speak_its_language() -> None:
    employees = [sign_in for sign_in in SIGN_INS if sign_in.role in (Role.MODERATOR, Role.MEMBER)]
    for language in LANGUAGES:
        assert conversations_in(language)
        assert any(language in languages_of(sign_in.email) for sign_in in employees)
        assert set(phrases_in(language)["comments"]) == {"1", "2", "3", "4", "5"}
    conversations = [conversation for language in LANGUAGES for conversation in conversations_in(language)]
    assert {conversation.is_internal for conversation in conversations} == {True, False}
    for conversation in conversations:
        photos = [*conversation.photos, *(line.photo for line in conversation.lines if line.photo)]
        assert {photo[0] for photo in photos} <= PHOTOS
        for name in conversation.devices:
            assert any(row["name"].startswith(name) for row in DEVICES.values())


def test_pictures_are_drawn_differently_for_each_kind() -> None:
    own = {row["drawing"] for row in DEVICES.values() if "drawing" in row}
    drawn = [draw_device(kind) for kind in ("packer", "loader", "compressor", "car", *own)]
    drawn += [draw_photo(name) for name in sorted(PHOTOS)]
    assert len(set(drawn)) == len(drawn)
    for picture in drawn:
        with Image.open(BytesIO(picture)) as image:
            assert image.format == "JPEG"
            assert image.width >= 900


def test_nobody_writes_at_night() -> None:
    schedule = WorkingTime(timezone.now())
    moments = [timezone.localtime(schedule.before(minutes)) for minutes in range(1, 60_000, 97)]
    assert moments == sorted(moments, reverse=True)
    assert all(5 <= moment.hour < 23 or moment.strftime("%H:%M") == "23:00" for moment in moments)


@pytest.mark.any_database
@pytest.mark.django_db
def test_the_desk_form_has_tickets_in_every_stage() -> None:
    demo("--tickets", "1")
    tickets = Ticket.objects.filter(source=Source.DESK)
    assert {ticket.status.stage for ticket in tickets} == set(Stage)
    assert tickets.exclude(reservation=None).exists()
    assert tickets.filter(device=None, offers__isnull=False).exists()
    assert {category.audience for category in Category.objects.filter(tickets__in=tickets)} == set(Audience)
    assert Notification.objects.filter(kind="sent_to_managers").exists()


@pytest.mark.any_database
@pytest.mark.django_db
def test_many_tickets_show_what_the_product_can() -> None:
    demo("--tickets", "60")
    assert Ticket.objects.count() == 60 + len(DESK_ROWS)
    for field, values in (("visibility", Visibility.values), ("priority", (1, 2, 3))):
        assert set(Ticket.objects.values_list(field, flat=True)) == set(values)
    assert {"accepted", "open", "rejected", "withdrawn"} == set(
        Ticket.objects.filter(offers__isnull=False).values_list("offers__decision", flat=True)
    )
    assert JournalEntry.objects.filter(data__after="assigned", data__before__in=("done", "closed")).exists()
    assert Rating.objects.exclude(comment="").exists()
    employees = Person.objects.employees()
    unread = Notification.objects.filter(person__in=employees, read_at=None).values("person").annotate(n=Count("pk"))
    assert {row["n"] for row in unread} <= {1, 2, 3, 4}
    assert len(unread) == employees.count()
    assert Notification.objects.exclude(read_at=None).exists()
