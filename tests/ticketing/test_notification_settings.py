"""The page on which people say by which channel they hear of what, and the digests that follow from it."""

import uuid
from collections.abc import Sequence
from datetime import time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from config.common import clock
from fleet.models import Person, Role
from messenger.models import Channel, Choice, Delivery, Exemption, Mute, Occasion, Pace, Preferences, RoleDefault
from messenger.preferences import Wishes, occasions_for
from messenger.services.delivering import deliver_due
from messenger.services.outbox import Letter
from messenger.source import News
from tests.cast import client_of, holding, make_cast
from tests.factories import (
    AdministratorFactory,
    CodeFactory,
    CodeUserFactory,
    DeviceFactory,
    ManagerFactory,
    MemberFactory,
    ModeratorFactory,
    SubscriberFactory,
    TeamFactory,
    TemplateFactory,
    TicketFactory,
)
from ticketing.services import assignment, messages

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
PAGE = "/office/settings/notifications/"
MAX_QUERIES = 18
TITLES = {
    "en": "Notification settings",
    "de": "Einstellungen für Benachrichtigungen",
    "fr": "Paramètres des notifications",
}
ROLES = [AdministratorFactory, ModeratorFactory, MemberFactory, ManagerFactory, SubscriberFactory]


def sent(person: Person, **changed: object) -> dict[str, Any]:
    """What the page of the person sends, but for what is changed; None leaves a field out."""
    form = client_of(person).get(PAGE).context["page"].forms
    fields: dict[str, Any] = {"exemptions": len(form.exemptions)}
    for each in (form.main, *form.exemptions):
        for bound in each:
            value = bound.value()
            if value is True:
                fields[bound.html_name] = "on"
            elif value not in (False, None):
                fields[bound.html_name] = value.strftime("%H:%M") if isinstance(value, time) else value
    fields |= changed
    return {name: value for name, value in fields.items() if value is not None}


def save(person: Person, **changed: object) -> Any:
    return client_of(person).post(PAGE, sent(person, **changed))


@pytest.mark.parametrize("factory", ROLES)
@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_everybody_who_signs_in_has_a_page_with_the_occasions_of_their_role(factory: Any, language: str) -> None:
    person = factory(language=language)
    client = client_of(person)

    response = client.get(PAGE, headers={"Accept-Language": language})

    page = response.context["page"]
    shown = [row.occasion for _label, rows in page.groups for row in rows]
    assert response.status_code == 200
    assert sorted(shown) == sorted(occasions_for(person.role))
    assert TITLES[language] in response.content.decode()
    assert client.post(PAGE, sent(person)).status_code == 303
    assert not Choice.objects.exists()


def test_others_have_none() -> None:
    code = CodeFactory()
    code_user = client_of(session=holding(code, person=CodeUserFactory()))

    for client in (Client(), code_user):
        for address in (PAGE, f"{PAGE}reset/"):
            assert client.get(address).status_code in (302, 404, 405)
            assert client.post(address).status_code in (302, 403, 404)
    assert not Preferences.objects.exists()


def test_what_was_chosen_is_stored_and_shown() -> None:
    person, template = MemberFactory(language="en"), TemplateFactory(name="Air compressor")
    team = TeamFactory(members=[person], name="North")

    response = save(
        person,
        **{
            "offer-email": None,
            "rating-push": "on",
            "pace": "daily",
            "digest_at": "07:30",
            "quiet_from": "20:00",
            "quiet_until": "06:30",
            "working_days": ["0", "1", "4"],
            "time_zone": "new york",
            "language": "fr",
            "plays_sound": None,
            "exemptions": 2,
            "exemption-0-about": f"template-{template.pk}",
            "exemption-0-channel": "email",
            "exemption-0-is_on": "off",
            "exemption-1-about": f"team-{team.pk}",
            "exemption-1-channel": "push",
            "exemption-1-is_on": "on",
        },
    )

    assert (response.status_code, response["Location"]) == (303, PAGE)
    assert response.cookies["django_language"].value == "fr"
    own = Preferences.objects.get(person=person)
    assert (own.pace, own.digest_at, own.quiet_from, own.quiet_until) == ("daily", time(7, 30), time(20), time(6, 30))
    assert (own.working_days, own.time_zone, own.plays_sound) == (0b001_0011, "America/New_York", False)
    assert {(each.occasion, each.channel, each.is_on) for each in Choice.objects.all()} == {
        ("offer", "email", False),
        ("rating", "push", True),
    }
    assert {(each.template, each.team, each.channel, each.is_on) for each in Exemption.objects.all()} == {
        (template, None, "email", False),
        (None, team, "push", True),
    }
    person.refresh_from_db()
    assert person.language == "fr"

    page = client_of(person).get(PAGE).context["page"]
    assert not page.forms.main["offer-email"].value()
    assert [each["is_on"].value() for each in page.forms.exemptions] == ["off", "on"]
    assert page.has_choices
    assert not page.guesses_zone


WRONG = [
    ({"quiet_from": "20:00", "quiet_until": ""}, "quiet_until"),
    ({"quiet_from": "", "quiet_until": "06:00"}, "quiet_from"),
    ({"quiet_from": "20:00", "quiet_until": "20:00"}, "quiet_until"),
    ({"quiet_from": "25:00", "quiet_until": "06:00"}, "quiet_from"),
    ({"working_days": None}, "working_days"),
    ({"working_days": ["9"]}, "working_days"),
    ({"time_zone": "Atlantis"}, "time_zone"),
    ({"time_zone": "../../etc/passwd"}, "time_zone"),
    ({"pace": "monthly"}, "pace"),
    ({"digest_at": ""}, "digest_at"),
    ({"language": "xx"}, "language"),
]


@pytest.mark.parametrize(("changed", "field"), WRONG)
def test_a_refused_form_keeps_what_was_typed(changed: dict[str, object], field: str) -> None:
    person = MemberFactory()

    response = save(person, **{"offer-email": None, **changed})

    form = response.context["page"].forms.main
    assert response.status_code == 400
    assert list(form.errors) == [field]
    assert not form["offer-email"].value()
    assert form["message-email"].value()
    assert not Preferences.objects.exists()
    assert not Choice.objects.exists()
    # The browser proposes nothing in the place of what was typed.
    assert 'data-behaviour="time-zone"' not in response.content.decode()


def test_exceptions_are_added_and_removed_without_storing_or_losing_anything() -> None:
    person, template = MemberFactory(), TemplateFactory()
    client = client_of(person)
    typed = sent(person, **{"offer-email": None, "quiet_from": "20:00", "time_zone": "Atlantis"})

    page = client.post(PAGE, {**typed, "add": "1"}).context["page"]

    assert len(page.forms.exemptions) == 1
    assert page.forms.main["quiet_from"].value() == "20:00"
    assert page.forms.main["time_zone"].value() == "Atlantis"
    assert not page.forms.main["offer-email"].value()
    assert not page.forms.main.errors

    rows: dict[str, object] = {"exemptions": 2}
    for number, state in enumerate(("on", "off")):
        rows |= {f"exemption-{number}-about": f"template-{template.pk}", f"exemption-{number}-is_on": state}
        rows |= {f"exemption-{number}-channel": "email"}
    page = client.post(PAGE, {**typed, **rows, "remove": "0"}).context["page"]
    assert [each["is_on"].value() for each in page.forms.exemptions] == ["off"]
    for odd in ("x", "9", "-1"):
        assert len(client.post(PAGE, {**typed, **rows, "remove": odd}).context["page"].forms.exemptions) == 2
    assert len(client.post(PAGE, {**typed, "exemptions": "9" * 9}).context["page"].forms.exemptions) == 50
    assert not Preferences.objects.exists()
    assert not Exemption.objects.exists()


def test_exceptions_are_made_for_what_one_knows() -> None:
    member = MemberFactory()
    foreign_team = TeamFactory(members=[MemberFactory()])
    manager = ManagerFactory()
    foreign, own = TemplateFactory(), DeviceFactory(customer=manager.customer).template
    TeamFactory(members=[manager])

    def about(person: Person, subject: str) -> int:
        fields = {"exemption-0-about": subject, "exemption-0-channel": "email", "exemption-0-is_on": "off"}
        return int(save(person, exemptions=1, **fields).status_code)

    assert about(member, f"template-{foreign.pk}") == 303
    assert about(member, f"team-{foreign_team.pk}") == 400
    assert about(member, "") == 400
    assert about(manager, f"template-{own.pk}") == 303
    assert about(manager, f"template-{foreign.pk}") == 400
    assert about(manager, f"team-{foreign_team.pk}") == 400
    assert client_of(SubscriberFactory()).get(PAGE).context["page"].forms.subjects == []


def test_an_exception_for_a_team_that_one_has_left_is_gone() -> None:
    person = MemberFactory()
    team = TeamFactory(members=[person])
    Exemption.objects.create(person=person, team=team, channel="email", is_on=False)
    assert len(client_of(person).get(PAGE).context["page"].forms.exemptions) == 1

    team.members.clear()

    assert client_of(person).get(PAGE).context["page"].forms.exemptions == []
    assert save(person).status_code == 303
    assert not Exemption.objects.exists()


def test_the_default_of_the_role_stands_beside_what_differs() -> None:
    person = MemberFactory(language="en")
    RoleDefault.objects.create(role=Role.MEMBER, occasion="offer", channel="push", is_on=False)

    page = client_of(person).get(PAGE).context["page"]

    cells = {(row.occasion, cell.box.name): cell for _label, rows in page.groups for row in rows for cell in row.cells}
    assert not cells[Occasion.OFFER, "offer-push"].is_on_by_default
    assert cells[Occasion.OFFER, "offer-email"].is_on_by_default


def test_only_the_channels_are_reset() -> None:
    person = MemberFactory()
    save(person, **{"offer-email": None, "pace": "hourly"})
    client = client_of(person)
    assert "reset-dialog" in client.get(PAGE).content.decode()

    response = client.post(f"{PAGE}reset/")

    assert response.status_code == 303
    assert not Choice.objects.exists()
    assert Preferences.objects.get().pace == Pace.HOURLY
    assert "reset-dialog" not in client.get(PAGE).content.decode()
    assert client.get(f"{PAGE}reset/").status_code == 405


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_do_not_grow_with_exceptions_and_muted_tickets(
    django_assert_max_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    person = MemberFactory()
    for _ in range(rows):
        Exemption.objects.create(person=person, template=TemplateFactory(), channel="email", is_on=False)
        Mute.objects.create(person=person, ticket=TicketFactory(subject=""))
    client = client_of(person)

    with django_assert_max_num_queries(MAX_QUERIES):
        page = client.get(PAGE).context["page"]

    assert (len(page.forms.exemptions), len(page.muted)) == (rows, rows)


def test_the_page_is_one_click_away() -> None:
    text = client_of(MemberFactory()).get(reverse("office:notification_list")).content.decode()

    # In the menu of the person, and above the list, which the drawer shows as well.
    assert text.count(f'href="{PAGE}"') == 2


# Digests -------------------------------------------------------------------------------------------------------------


class Postbox:
    """A carrier that keeps what it was given."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, list[News]]] = []

    def obstacle(self, person: Person) -> None:
        return None

    def open(self) -> None: ...

    def close(self) -> None: ...

    def send(self, letter: Letter, wishes: Wishes, news: Sequence[News]) -> None:
        self.letters.append((letter.person.name, list(news)))


def test_a_digest_gathers_all_tickets_and_begins_with_what_is_urgent() -> None:
    first, second = make_cast(), make_cast()
    person = first.person("offered")
    Delivery.objects.all().delete()
    Preferences.objects.create(person=person, pace=Pace.HOURLY, time_zone="Europe/Berlin")
    begin = timezone.now().replace(minute=10, second=0, microsecond=0)
    postbox = Postbox()
    with clock.freeze(begin):
        messages.send_message(
            actor=first.reporter, ticket_id=first.ticket.pk, client_key=uuid.uuid4(), text="Any news?"
        )
        assignment.assign(actor=second.moderator, ticket_id=second.ticket.pk, person=person)
        deliver_due({Channel.EMAIL: postbox})
    with clock.freeze(begin + timedelta(minutes=5)):
        deliver_due({Channel.EMAIL: postbox})
    assert person.name not in dict(postbox.letters)

    with clock.freeze(begin + timedelta(minutes=55)):
        deliver_due({Channel.EMAIL: postbox})

    [(_name, news)] = [each for each in postbox.letters if each[0] == person.name]
    assert [each.ticket_id for each in news] == [second.ticket.pk, first.ticket.pk]
    assert [line.is_urgent for each in news for line in each.lines] == [True, False]


def test_what_waits_for_a_digest_goes_out_when_the_person_wants_emails_at_once() -> None:
    cast, postbox = make_cast(), Postbox()
    person = cast.person("offered")
    Delivery.objects.all().delete()
    Preferences.objects.create(person=person, pace=Pace.DAILY)
    assignment.assign(actor=cast.moderator, ticket_id=cast.ticket.pk, person=person)
    deliver_due({Channel.EMAIL: postbox})
    assert postbox.letters == []

    save(person, pace="hourly")
    deliver_due({Channel.EMAIL: postbox})
    assert postbox.letters == []
    save(person, pace="at_once")
    deliver_due({Channel.EMAIL: postbox})

    assert [name for name, _news in postbox.letters] == [person.name]
