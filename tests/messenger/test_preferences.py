"""By which channel people hear of what, and when: what they have set, and what their role has."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from config.common import clock
from config.common.errors import NotVisible
from fleet.actors import KnownActor
from fleet.models import Person, Role
from messenger.models import Channel, Choice, Exemption, Mute, Occasion, Pace, Preferences, RoleDefault
from messenger.preferences import Wishes, defaults_of, grouped, is_on_by_default, occasions_for, wishes_of
from messenger.services.preferences import (
    Settings,
    WantedExemption,
    mute,
    reset_choices,
    save_settings,
    set_role_defaults,
    unmute,
)
from messenger.source import Scope
from tests.factories import (
    AdministratorFactory,
    CodeUserFactory,
    MemberFactory,
    ModeratorFactory,
    TeamFactory,
    TemplateFactory,
    TicketFactory,
)

EMAIL, PUSH = Channel.EMAIL, Channel.PUSH
BERLIN = ZoneInfo("Europe/Berlin")
VALUES = {
    "pace": Pace.AT_ONCE,
    "digest_at": time(8),
    "quiet_from": None,
    "quiet_until": None,
    "working_days": 0b111_1111,
    "time_zone": "Europe/Berlin",
    "shows_text": False,
    "plays_sound": True,
}
WEEKDAYS = 0b001_1111


def wishes(person: Person) -> Wishes:
    return wishes_of(person, clock.now())


def settings(
    person: Person,
    channels: dict[tuple[str, str], bool] | None = None,
    exemptions: tuple[WantedExemption, ...] = (),
    **values: object,
) -> Settings:
    """What the page sends: everything as the person has it, but for what is named."""
    present = {**wishes(person).channels, **(channels or {})}
    return Settings(values={**VALUES, **values}, channels=present, exemptions=exemptions, language=person.language)


# Whether something is sent --------------------------------------------------------------------------------------------

# Of messages by e-mail, which the product has on: what the administrator, the person, and exceptions for the template
# and the team say, and whether it is sent.
SAID: list[tuple[bool | None, bool | None, bool | None, bool | None, bool]] = [
    (None, None, None, None, True),
    (False, None, None, None, False),
    (False, True, None, None, True),
    (True, False, None, None, False),
    (False, False, True, None, True),
    (True, True, False, None, False),
    (False, False, None, True, True),
    (True, True, None, False, False),
    (True, True, True, False, False),
    (True, True, False, True, False),
    (False, False, True, True, True),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("default", "choice", "of_template", "of_team", "is_sent"), SAID)
def test_exceptions_count_more_than_choices_and_these_more_than_defaults(
    default: bool | None, choice: bool | None, of_template: bool | None, of_team: bool | None, is_sent: bool
) -> None:
    person, template, team = MemberFactory(), TemplateFactory(), TeamFactory()
    message = {"occasion": Occasion.MESSAGE, "channel": EMAIL}
    if default is not None:
        RoleDefault.objects.create(role=Role.MEMBER, is_on=default, **message)
    if choice is not None:
        Choice.objects.create(person=person, is_on=choice, **message)
    if of_template is not None:
        Exemption.objects.create(person=person, template=template, channel=EMAIL, is_on=of_template)
    if of_team is not None:
        Exemption.objects.create(person=person, team=team, channel=EMAIL, is_on=of_team)
    scope = Scope(template.pk, frozenset({team.pk}))

    found = wishes(person)

    assert found.wants(Occasion.MESSAGE, EMAIL, scope) is is_sent
    # Of other tickets, other channels and other people nothing was said but the default.
    assert found.wants(Occasion.MESSAGE, PUSH, scope)
    expected = next(each for each in (choice, default, True) if each is not None)
    assert found.wants(Occasion.MESSAGE, EMAIL, Scope(TemplateFactory().pk)) is expected
    assert wishes(MemberFactory()).wants(Occasion.MESSAGE, EMAIL, scope) is (default is not False)
    assert wishes(ModeratorFactory()).wants(Occasion.MESSAGE, EMAIL, scope)


@pytest.mark.django_db
@pytest.mark.parametrize(("minutes", "is_muted"), [(None, True), (5, True), (-5, False)])
def test_a_ticket_is_muted_until_the_moment_or_for_good(minutes: int | None, is_muted: bool) -> None:
    person, ticket = MemberFactory(), TicketFactory()
    until = None if minutes is None else clock.now() + timedelta(minutes=minutes)
    Mute.objects.create(person=person, ticket=ticket, until=until)

    assert (ticket.pk in wishes(person).muted) is is_muted
    assert ticket.pk not in wishes(MemberFactory()).muted


@pytest.mark.parametrize("role", [role for role in Role if role != Role.CODE_USER])
def test_every_occasion_of_a_role_stands_under_one_heading(role: Role) -> None:
    shown = [occasion for _label, occasions in grouped(occasions_for(role)) for occasion in occasions]

    assert sorted(shown) == sorted(occasions_for(role))


def test_customers_have_no_occasions_of_the_service() -> None:
    assert set(occasions_for(Role.SUBSCRIBER)) == {Occasion.MESSAGE, Occasion.UPDATE, Occasion.STATUS}
    assert Occasion.INTERNAL_UPDATE not in occasions_for(Role.MANAGER)
    assert Occasion.DELIVERY in occasions_for(Role.ADMINISTRATOR)
    assert Occasion.DELIVERY not in occasions_for(Role.MODERATOR)


# When it is sent -----------------------------------------------------------------------------------------------------


def person_with(**values: object) -> Wishes:
    own = Preferences(person=Person(role=Role.MEMBER), **{**VALUES, **values})
    return Wishes(own, {}, (), frozenset())


def berlin(day: str, at: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{at}").replace(tzinfo=BERLIN)


NIGHT = {"quiet_from": time(20), "quiet_until": time(7)}
NOON = {"quiet_from": time(12), "quiet_until": time(13)}
FRIDAY, SATURDAY, MONDAY = "2026-11-27", "2026-11-28", "2026-11-30"
MOMENTS = [
    ({}, FRIDAY, "03:00", FRIDAY, "03:00"),
    (NIGHT, FRIDAY, "19:59", FRIDAY, "19:59"),
    (NIGHT, FRIDAY, "20:00", SATURDAY, "07:00"),
    (NIGHT, FRIDAY, "06:59", FRIDAY, "07:00"),
    (NIGHT, FRIDAY, "07:00", FRIDAY, "07:00"),
    (NOON, FRIDAY, "12:30", FRIDAY, "13:00"),
    (NOON, FRIDAY, "13:00", FRIDAY, "13:00"),
    ({"working_days": WEEKDAYS}, SATURDAY, "10:00", MONDAY, "00:00"),
    ({"working_days": WEEKDAYS, **NOON}, SATURDAY, "10:00", MONDAY, "00:00"),
    ({"working_days": WEEKDAYS, **NIGHT}, FRIDAY, "21:00", MONDAY, "07:00"),
    ({"working_days": WEEKDAYS, **NIGHT}, SATURDAY, "10:00", MONDAY, "07:00"),
    # Only Mondays, of which the evening is quiet: a week later in the morning.
    ({"working_days": 1, **NIGHT}, MONDAY, "21:00", "2026-12-07", "07:00"),
    # No day at all: none is off, and quiet hours still count.
    ({"working_days": 0}, SATURDAY, "10:00", SATURDAY, "10:00"),
    ({"working_days": 0, **NIGHT}, SATURDAY, "22:00", "2026-11-29", "07:00"),
    # The clocks are set forward at 2 in March, and back at 3 in October.
    ({"quiet_from": time(22), "quiet_until": time(2, 30)}, "2026-03-28", "23:00", "2026-03-29", "03:30"),
    (NIGHT, "2026-03-28", "21:00", "2026-03-29", "07:00"),
    (NIGHT, "2026-10-24", "21:00", "2026-10-25", "07:00"),
    ({"quiet_from": time(22), "quiet_until": time(2, 30)}, "2026-10-25", "00:10", "2026-10-25", "02:30"),
]


@pytest.mark.parametrize(("values", "day", "at", "sent_on", "sent_at"), MOMENTS)
def test_quiet_hours_and_days_off_are_waited_for(
    values: dict[str, object], day: str, at: str, sent_on: str, sent_at: str
) -> None:
    moment, expected = berlin(day, at).astimezone(UTC), berlin(sent_on, sent_at).astimezone(UTC)

    assert person_with(**values).may_be_sent_at(moment) == expected
    # Nothing is put off again once its time has come.
    assert person_with(**values).may_be_sent_at(expected) == expected


def test_what_waited_for_the_repeated_hour_of_autumn_does_not_go_out_in_the_past() -> None:
    quiet = person_with(quiet_from=time(22), quiet_until=time(2, 30))
    # 02:10 for the second time: by the clock on the wall these are quiet hours, which ended forty minutes ago.
    moment = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)

    assert quiet.may_be_sent_at(moment) == moment


DIGESTS = [
    (Pace.HOURLY, "Europe/Berlin", "2026-11-27T10:20", "2026-11-27T11:00"),
    (Pace.HOURLY, "Europe/Berlin", "2026-11-27T11:00", "2026-11-27T12:00"),
    # Half past by Greenwich is the full hour there.
    (Pace.HOURLY, "Asia/Kolkata", "2026-11-27T10:20", "2026-11-27T10:30"),
    # Neither an hour too late nor in the past while the clocks are changed.
    (Pace.HOURLY, "Europe/Berlin", "2026-03-29T00:40", "2026-03-29T01:00"),
    (Pace.HOURLY, "Europe/Berlin", "2026-10-25T00:40", "2026-10-25T01:00"),
    (Pace.HOURLY, "Europe/Berlin", "2026-10-25T01:20", "2026-10-25T02:00"),
    (Pace.DAILY, "Europe/Berlin", "2026-11-27T06:59", "2026-11-27T07:00"),
    (Pace.DAILY, "Europe/Berlin", "2026-11-27T07:01", "2026-11-28T07:00"),
    (Pace.DAILY, "Europe/Berlin", "2026-03-28T07:01", "2026-03-29T06:00"),
    (Pace.DAILY, "Europe/Berlin", "2026-10-24T06:01", "2026-10-25T07:00"),
    (Pace.DAILY, "America/New_York", "2026-11-27T07:01", "2026-11-27T13:00"),
    (Pace.DAILY, "Pacific/Auckland", "2026-11-27T07:01", "2026-11-27T19:00"),
]


@pytest.mark.parametrize(("pace", "time_zone", "moment", "expected"), DIGESTS)
def test_digests_go_out_by_the_clock_of_the_person(pace: Pace, time_zone: str, moment: str, expected: str) -> None:
    own = person_with(pace=pace, time_zone=time_zone)
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)

    assert own.digest_at(at) == datetime.fromisoformat(expected).replace(tzinfo=UTC)
    assert person_with(time_zone=time_zone).digest_at(at) is None


def test_a_digest_waits_for_quiet_hours_and_days_off() -> None:
    own = person_with(pace=Pace.DAILY, working_days=WEEKDAYS, digest_at=time(6), **NIGHT)

    assert own.digest_at(berlin(FRIDAY, "10:00")) == berlin(MONDAY, "07:00")


@pytest.mark.django_db
def test_who_has_set_nothing_has_a_time_for_the_daily_email_all_the_same() -> None:
    own = wishes(MemberFactory()).preferences
    own.pace = Pace.DAILY

    assert Wishes(own, {}, (), frozenset()).digest_at(berlin(FRIDAY, "10:00")) == berlin(SATURDAY, "08:00")


@pytest.mark.parametrize(
    ("values", "muted", "hears"),
    [({}, False, True), ({"plays_sound": False}, False, False), (NIGHT, False, False), ({}, True, False)],
)
def test_a_tone_sounds_where_it_is_wanted_now(values: dict[str, object], muted: bool, hears: bool) -> None:
    own = person_with(**values)
    own = Wishes(own.preferences, {}, (), frozenset({7} if muted else ()))

    assert own.hears(7, berlin(FRIDAY, "22:00")) is hears


# Setting it ----------------------------------------------------------------------------------------------------------

pytest_db = pytest.mark.django_db


@pytest_db
def test_what_stays_as_it_is_is_no_choice_and_follows_the_role() -> None:
    person = MemberFactory()
    actor = KnownActor(person=person)

    save_settings(actor=actor, wanted=settings(person, {("offer", "email"): False}))

    assert [(row.occasion, row.is_on) for row in Choice.objects.all()] == [("offer", False)]
    RoleDefault.objects.create(role=Role.MEMBER, occasion="message", channel="email", is_on=False)
    assert not wishes(person).wants(Occasion.MESSAGE, EMAIL, Scope())


@pytest_db
def test_a_choice_outlives_that_its_default_becomes_the_same_and_another_again() -> None:
    person = MemberFactory()
    actor, administrator = KnownActor(person=person), KnownActor(person=AdministratorFactory())
    save_settings(actor=actor, wanted=settings(person, {("offer", "email"): False}))

    set_role_defaults(actor=administrator, role=Role.MEMBER, channels={("offer", "email"): False})
    save_settings(actor=actor, wanted=settings(person))
    set_role_defaults(actor=administrator, role=Role.MEMBER, channels={("offer", "email"): True})

    assert not wishes(person).wants(Occasion.OFFER, EMAIL, Scope())


@pytest_db
def test_who_goes_back_to_the_default_has_no_choice_any_more() -> None:
    person, other = MemberFactory(), MemberFactory()
    for each in (person, other):
        save_settings(actor=KnownActor(person=each), wanted=settings(each, {("offer", "email"): False}))

    save_settings(actor=KnownActor(person=person), wanted=settings(person, {("offer", "email"): True}))

    assert [row.person for row in Choice.objects.all()] == [other]
    reset_choices(actor=KnownActor(person=other))
    assert not Choice.objects.exists()


@pytest_db
def test_all_is_stored_at_once_and_again() -> None:
    person, template, team = MemberFactory(), TemplateFactory(), TeamFactory()
    actor = KnownActor(person=person)
    never = WantedExemption("push", is_on=False, template_id=template.pk)
    twice = (WantedExemption("push", is_on=True, template_id=template.pk), never)

    save_settings(actor=actor, wanted=settings(person, exemptions=twice, pace=Pace.DAILY, working_days=WEEKDAYS))
    save_settings(
        actor=actor,
        wanted=settings(person, exemptions=(never, WantedExemption("email", is_on=True, team_id=team.pk))),
    )

    assert Preferences.objects.get().pace == Pace.AT_ONCE
    assert {(row.template, row.team, row.is_on) for row in Exemption.objects.all()} == {
        (template, None, False),
        (None, team, True),
    }


@pytest_db
def test_code_users_and_strangers_have_no_settings() -> None:
    code_user, ticket = KnownActor(person=CodeUserFactory()), TicketFactory()
    wanted = settings(MemberFactory())

    for call in (
        lambda: save_settings(actor=code_user, wanted=wanted),
        lambda: reset_choices(actor=code_user),
        lambda: mute(actor=code_user, ticket_id=ticket.pk, until=None),
        lambda: unmute(actor=code_user, ticket_id=ticket.pk),
    ):
        with pytest.raises(NotVisible):
            call()
    assert not Mute.objects.exists()


@pytest_db
def test_only_own_tickets_are_unmuted() -> None:
    person, other, ticket = MemberFactory(), MemberFactory(), TicketFactory()
    for each in (person, other):
        mute(actor=KnownActor(person=each), ticket_id=ticket.pk, until=None)

    assert unmute(actor=KnownActor(person=person), ticket_id=ticket.pk)
    assert not unmute(actor=KnownActor(person=person), ticket_id=ticket.pk)

    assert [row.person for row in Mute.objects.all()] == [other]


@pytest_db
def test_a_default_of_the_product_is_not_stored() -> None:
    administrator = KnownActor(person=AdministratorFactory())
    key = ("rating", "email")
    assert not is_on_by_default(Role.MEMBER, Occasion.RATING, EMAIL)

    first = set_role_defaults(actor=administrator, role=Role.MEMBER, channels={key: True})
    again = set_role_defaults(actor=administrator, role=Role.MEMBER, channels={key: True})

    assert ([each.was_on for each in first], again) == ([False], [])
    assert defaults_of(Role.MEMBER)[key]
    assert not defaults_of(Role.MODERATOR)[key]
    set_role_defaults(actor=administrator, role=Role.MEMBER, channels={key: False})
    assert not RoleDefault.objects.exists()
