"""Who acts: sign-ins, held codes, revocation, and what each may do to devices; D6 and D7."""

import uuid
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore

from config.common.errors import NotVisible
from config.common.rules import may
from fleet.access import device_for, devices_for, employees_for
from fleet.actors import ANONYMOUS, CODE_USER_KEY, CODES_KEY, Actor, KnownActor, actor_of
from fleet.models import Code, Person
from fleet.services.codes import change_pin, enable_code, log_out_code_users, make_known, pair_code, rotate_code
from tests.cast import holding, make_cast
from tests.factories import (
    AdministratorFactory,
    CodeFactory,
    CodeUserFactory,
    DeviceFactory,
    ManagerFactory,
    MemberFactory,
    ModeratorFactory,
    SubscriberFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def code() -> Code:
    return CodeFactory()


def stored(session: dict[str, Any]) -> SessionStore:
    store = SessionStore()
    store.update(session)
    store.save()
    return store


# Who a browser stands for --------------------------------------------------------------------------------------------


def test_without_sign_in_and_code_the_actor_is_a_stranger() -> None:
    for user in (None, AnonymousUser()):
        assert actor_of(user, {}) == ANONYMOUS

    assert not ANONYMOUS.is_signed_in
    assert not ANONYMOUS.holds(None)


def test_a_browser_that_scanned_a_code_holds_its_device_and_is_no_person(code: Code) -> None:
    actor = actor_of(AnonymousUser(), holding(code))
    assert actor == Actor(device_ids=frozenset({code.device_id}))  # type: ignore[arg-type]
    assert not actor.is_signed_in


def test_a_code_user_is_the_person_who_acted_while_a_code_is_held(code: Code) -> None:
    person: Person = CodeUserFactory()
    assert actor_of(AnonymousUser(), holding(code, person=person)).person == person
    assert actor_of(AnonymousUser(), {CODE_USER_KEY: person.pk}).person is None


def test_only_a_code_user_can_be_named_by_the_session(code: Code) -> None:
    for person in (AdministratorFactory(), CodeUserFactory(is_active=False)):
        session = holding(code) | {CODE_USER_KEY: person.pk}
        assert actor_of(AnonymousUser(), session).person is None


def test_a_signed_in_employee_acts_as_employee_only(code: Code) -> None:
    employee = MemberFactory()
    assert actor_of(employee, holding(code)) == KnownActor(person=employee)


def test_a_signed_in_customer_person_keeps_the_codes(code: Code) -> None:
    manager = ManagerFactory()

    actor = actor_of(manager, holding(code))

    assert actor.person == manager
    assert actor.holds(code.device_id)


def test_a_deactivated_employee_is_like_any_holder_of_the_code(code: Code) -> None:
    former = AdministratorFactory(is_active=False)
    assert actor_of(former, {}) == ANONYMOUS
    assert actor_of(former, holding(code)) == actor_of(AnonymousUser(), holding(code))


def test_a_code_user_can_never_sign_in() -> None:
    person = CodeUserFactory()
    assert actor_of(person, {}) == ANONYMOUS
    assert not person.has_usable_password()


@pytest.mark.parametrize(
    "revoke",
    [
        lambda actor, code: log_out_code_users(actor=actor, code=code),
        lambda actor, code: rotate_code(actor=actor, code=code),
        lambda actor, code: change_pin(actor=actor, code=code, pin="4711"),
        lambda actor, code: change_pin(actor=actor, code=code, pin=""),
        lambda actor, code: enable_code(actor=actor, code=code, enabled=False),
        lambda actor, code: pair_code(actor=actor, code=code, device=DeviceFactory(), label=""),
        lambda actor, code: pair_code(actor=actor, code=code, device=None, label=""),
    ],
    ids=["log out", "rotate", "new PIN", "no PIN", "disable", "pair anew", "unpair"],
)
def test_a_browser_holds_a_code_no_more_once_it_was_revoked(code: Code, revoke: Any) -> None:
    session = holding(code)
    assert actor_of(None, session).device_ids

    revoke(KnownActor(person=AdministratorFactory()), code)

    assert not actor_of(None, session).device_ids


@pytest.mark.parametrize("lost", [{"is_enabled": False}, {"device": None}], ids=["disabled", "unpaired"])
def test_what_a_code_is_counts_though_its_epoch_did_not_change(code: Code, lost: dict[str, Any]) -> None:
    session = holding(code)
    Code.objects.filter(pk=code.pk).update(**lost)
    assert actor_of(None, session) == ANONYMOUS


def test_a_deleted_code_is_no_longer_held(code: Code) -> None:
    session = holding(code) | {}
    session[CODES_KEY][str(uuid.uuid4())] = 1
    assert actor_of(None, session).device_ids == {code.device_id}


def test_the_actor_costs_one_query_at_most(code: Code, django_assert_max_num_queries: Any) -> None:
    session = holding(code, CodeFactory(), CodeFactory(), person=CodeUserFactory())
    with django_assert_max_num_queries(1):
        assert actor_of(AnonymousUser(), session).person


# The first time a browser acts ----------------------------------------------------------------------------------------


def test_looking_makes_no_person_and_acting_makes_one_for_good(code: Code) -> None:
    session = stored(holding(code))

    assert actor_of(None, session).person is None
    assert not Person.objects.exists()

    first = make_known(actor=actor_of(None, session), session=session, language="de")
    again = make_known(actor=actor_of(None, session), session=session, language="de")
    assert first.person == again.person == Person.objects.get()
    assert Person.objects.get().language == "de"
    assert first.holds(code.device_id)


def test_the_second_half_of_a_double_click_is_the_same_person(code: Code) -> None:
    session = stored(holding(code))
    assert session.session_key
    other_half = SessionStore(session.session_key)
    looking = actor_of(None, session)

    first = make_known(actor=looking, session=session, language="en")
    second = make_known(actor=looking, session=other_half, language="en")

    assert first.person == second.person


def test_a_deactivated_code_user_does_not_act_again(code: Code) -> None:
    former = CodeUserFactory(is_active=False)
    session = stored(holding(code) | {CODE_USER_KEY: former.pk})

    acting = make_known(actor=actor_of(None, session), session=session, language="en")

    assert acting.person
    assert acting.person != former


def test_a_code_user_whose_session_has_just_ended_does_not_act(code: Code) -> None:
    session = stored(holding(code))
    looking = actor_of(None, session)
    SessionStore(session.session_key).delete()

    with pytest.raises(NotVisible):
        make_known(actor=looking, session=session, language="en")
    assert not Person.objects.exists()


def test_a_code_user_comes_with_all_that_pages_show_of_a_person(code: Code) -> None:
    lena = CodeUserFactory(first_name="Lena", last_name="Kurz", contact_email="lena@example.org", language="de")

    person = actor_of(None, holding(code, person=lena)).person

    assert person == lena
    stored_now = Person.objects.filter(pk=lena.pk).values()[0]
    assert {name: getattr(person, name) for name in stored_now} == stored_now


def test_people_who_sign_in_stay_themselves_and_a_stranger_becomes_no_one(code: Code) -> None:
    manager = KnownActor(person=ManagerFactory())

    assert make_known(actor=manager, session=stored({}), language="en") == manager
    with pytest.raises(NotVisible):
        make_known(actor=ANONYMOUS, session=stored({}), language="en")


# Not bound to a ticket -----------------------------------------------------------------------------------------------

CUSTOMERS = {"subscriber", "manager"}
SUPERIORS = {"moderator", "administrator"}
EMPLOYEES = {"uninvolved", "offered", "rejecter"} | SUPERIORS
RULES: dict[str, set[str]] = {
    "fleet.open_device": {"holder", "reporter"} | CUSTOMERS | EMPLOYEES,
    "fleet.see_device_owner": CUSTOMERS | EMPLOYEES,
    "fleet.list_codes": EMPLOYEES,
    "fleet.pair_code": EMPLOYEES,
    "fleet.pair_with_new_device": EMPLOYEES,
    "fleet.manage_code": SUPERIORS,
    "fleet.change_configuration": {"administrator"},
    "fleet.use_back_office": {"other_customers_manager"} | CUSTOMERS | EMPLOYEES,
}


@pytest.mark.parametrize("name", RULES)
def test_rules_about_devices_and_the_office_answer_as_the_table_says(name: str) -> None:
    cast = make_cast()
    allowed = {role for role, actor in cast.actors.items() if may(actor, name, cast.device)}
    assert allowed == RULES[name]


def test_no_one_changes_their_own_role_not_even_an_administrator() -> None:
    administrator, other = AdministratorFactory(), MemberFactory()

    assert may(KnownActor(person=administrator), "fleet.change_role", other)
    assert not may(KnownActor(person=administrator), "fleet.change_role", administrator)
    assert not may(KnownActor(person=ModeratorFactory()), "fleet.change_role", other)


def test_absent_and_hidden_devices_are_refused_alike(code: Code) -> None:
    assert code.device
    holder = actor_of(None, holding(code))

    assert device_for(holder, code.device.slug) == code.device
    for slug in (DeviceFactory().slug, "nothing"):
        with pytest.raises(NotVisible):
            device_for(holder, slug)


def test_devices_and_employees_are_listed_for_those_who_may_know_them() -> None:
    subscriber = SubscriberFactory()
    own, _other = DeviceFactory(customer=subscriber.customer), DeviceFactory()
    member = MemberFactory()
    MemberFactory(is_active=False)

    assert list(devices_for(KnownActor(person=subscriber))) == [own]
    assert devices_for(KnownActor(person=member)).count() == 2
    assert not devices_for(ANONYMOUS).exists()
    assert list(employees_for(KnownActor(person=member))) == [member]
    assert not employees_for(KnownActor(person=subscriber)).exists()


@pytest.mark.parametrize(
    ("made", "employee", "superior", "administrator", "signs_in"),
    [
        (MemberFactory, True, False, False, True),
        (ModeratorFactory, True, True, False, True),
        (AdministratorFactory, True, True, True, True),
        (ManagerFactory, False, False, False, True),
        (SubscriberFactory, False, False, False, True),
        (CodeUserFactory, False, False, False, False),
    ],
)
def test_a_role_says_what_an_actor_is(
    made: Any, employee: bool, superior: bool, administrator: bool, signs_in: bool
) -> None:
    actor = KnownActor(person=made())

    assert actor.person
    assert (actor.is_employee, actor.is_superior, actor.is_administrator) == (employee, superior, administrator)
    assert actor.is_signed_in == signs_in
    assert actor.person.is_staff == administrator
    assert actor.is_customer_person == (actor.customer_id is not None)


def test_a_new_person_has_no_password_and_is_none_that_the_session_names_falsely(code: Code) -> None:
    administrator = AdministratorFactory()
    session = stored(holding(code) | {CODE_USER_KEY: administrator.pk})

    acting = make_known(actor=actor_of(None, session), session=session, language="en")

    assert acting.person
    assert acting.person != administrator
    assert acting.person.is_code_user
    assert not acting.person.has_usable_password()


def test_without_a_stored_session_no_person_is_made(code: Code) -> None:
    holder = actor_of(None, holding(code))

    with pytest.raises(NotVisible):
        make_known(actor=holder, session=SessionStore(), language="en")
    assert not Person.objects.exists()


def test_a_session_names_one_code_user_among_many(code: Code) -> None:
    people: list[Person] = [CodeUserFactory() for _number in range(3)]

    for person in people:
        session = stored(holding(code, person=person))
        assert actor_of(AnonymousUser(), session).person == person
        assert make_known(actor=actor_of(None, session), session=session, language="en").person == person


def test_a_device_without_a_customer_has_no_owner_to_whom_it_shows_more() -> None:
    device = DeviceFactory(customer=None)
    holder = Actor(device_ids=frozenset({device.pk}))

    assert may(holder, "fleet.open_device", device)
    assert not may(ANONYMOUS, "fleet.open_device", device)
    for actor in (holder, ANONYMOUS, KnownActor(person=ManagerFactory())):
        assert not may(actor, "fleet.see_device_owner", device)
    assert may(KnownActor(person=MemberFactory()), "fleet.see_device_owner", device)


def test_only_managers_are_managers() -> None:
    made = (ManagerFactory, SubscriberFactory, CodeUserFactory, MemberFactory, AdministratorFactory)

    assert [KnownActor(person=factory()).is_manager for factory in made] == [True, False, False, False, False]
    assert not ANONYMOUS.is_manager
