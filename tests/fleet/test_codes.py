"""Codes: their links, what shuts them, and what happens to those who scanned before."""

from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.core.cache import cache

from config.common import live
from config.common.errors import InvalidInput, NotAllowed, NotVisible
from fleet.actors import ANONYMOUS, Actor, KnownActor, actor_of
from fleet.models import Code
from fleet.revocation import REVOCATION_GROUP
from fleet.services import code_tokens, codes
from fleet.services.codes import PinNeeded, WrongPin
from fleet.sessions import actor_of_session
from tests.cast import client_of, holding
from tests.factories import (
    AdministratorFactory,
    CodeFactory,
    DeviceFactory,
    ManagerFactory,
    MemberFactory,
    ModeratorFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator() -> Actor:
    return KnownActor(person=ModeratorFactory())


@pytest.fixture
def member() -> Actor:
    return KnownActor(person=MemberFactory())


def scan(code: Code, pin: str | None = None, session: dict[str, Any] | None = None) -> Actor:
    """Scan as a stranger; returns who that browser is afterwards."""
    held: dict[str, Any] = {} if session is None else session
    codes.enter_code(actor=ANONYMOUS, token=code_tokens.token_of(code), session=held, pin=pin)
    return actor_of(None, held)


def test_the_link_can_be_made_again_and_is_never_stored(moderator: Actor) -> None:
    code = codes.create_code(actor=moderator, device=DeviceFactory())

    token = code_tokens.token_of(code)
    stored = [str(value) for value in Code.objects.filter(pk=code.pk).values_list()[0]]

    assert token == code_tokens.token_of(Code.objects.get(pk=code.pk))
    assert code_tokens.url_of(code).endswith(f"/c/{token}/")
    assert not any(token in value for value in stored)
    assert code_tokens.hash_token(token) in stored


def test_links_depend_on_the_servers_secret(moderator: Actor, settings: Any) -> None:
    code = CodeFactory()
    before = code_tokens.token_of(code)

    settings.CODE_SECRET = "another secret"

    assert code_tokens.token_of(code) != before


def test_scanning_opens_the_device_and_only_this_one() -> None:
    code, other = CodeFactory(), CodeFactory()

    actor = scan(code)

    assert actor.holds(code.device_id)
    assert not actor.holds(other.device_id)
    assert actor.person is None


def test_several_codes_are_held_at_once() -> None:
    first, second = CodeFactory(), CodeFactory()
    session: dict[str, Any] = {}
    scan(first, session=session)

    assert scan(second, session=session).device_ids == {first.device_id, second.device_id}


def test_unknown_disabled_and_unpaired_codes_answer_alike(moderator: Actor) -> None:
    disabled = codes.enable_code(actor=moderator, code=CodeFactory(), enabled=False)
    unpaired = CodeFactory(device=None)
    refusals = []

    for token in ("a" * 32, code_tokens.token_of(disabled), code_tokens.token_of(unpaired)):
        with pytest.raises(NotVisible) as refusal:
            codes.enter_code(actor=ANONYMOUS, token=token, session={})
        refusals.append(str(refusal.value))

    assert len(set(refusals)) == 1


def test_employees_open_disabled_codes_and_hold_none(moderator: Actor, member: Actor) -> None:
    code = codes.enable_code(actor=moderator, code=CodeFactory(), enabled=False)
    session: dict[str, Any] = {}

    assert codes.enter_code(actor=member, token=code_tokens.token_of(code), session=session) == code.device
    assert session == {}


def test_people_of_the_customer_need_no_pin_and_open_disabled_codes(moderator: Actor) -> None:
    code = CodeFactory(pin="4711")
    theirs = KnownActor(person=ManagerFactory(customer=code.device.customer))
    others = KnownActor(person=ManagerFactory())
    session: dict[str, Any] = {}
    assert codes.enter_code(actor=theirs, token=code_tokens.token_of(code), session=session) == code.device
    assert actor_of(theirs.person, session).holds(code.device_id)
    with pytest.raises(PinNeeded):
        codes.enter_code(actor=others, token=code_tokens.token_of(code), session={})

    disabled = codes.enable_code(actor=moderator, code=code, enabled=False)
    assert codes.enter_code(actor=theirs, token=code_tokens.token_of(disabled), session={}) == code.device
    with pytest.raises(NotVisible):
        codes.enter_code(actor=others, token=code_tokens.token_of(disabled), session={})


def test_a_rotated_code_opens_with_the_new_link_only(moderator: Actor) -> None:
    code = CodeFactory()
    old = code_tokens.token_of(code)
    session: dict[str, Any] = {}
    scan(code, session=session)

    renewed = codes.rotate_code(actor=moderator, code=code)

    with pytest.raises(NotVisible):
        codes.enter_code(actor=ANONYMOUS, token=old, session={})
    assert not actor_of(None, session).device_ids
    assert scan(renewed).holds(code.device_id)


def test_a_pin_is_asked_for_once(moderator: Actor) -> None:
    code = codes.change_pin(actor=moderator, code=CodeFactory(), pin="4711")
    session: dict[str, Any] = {}

    with pytest.raises(PinNeeded):
        scan(code, session=session)
    with pytest.raises(WrongPin):
        scan(code, pin="0000", session=session)
    assert session == {}
    assert scan(code, pin="4711", session=session).holds(code.device_id)
    assert scan(code, session=session).holds(code.device_id)


def test_employees_need_no_pin(moderator: Actor, member: Actor) -> None:
    code = codes.change_pin(actor=moderator, code=CodeFactory(), pin="4711")
    assert codes.enter_code(actor=member, token=code_tokens.token_of(code), session={}) == code.device


@pytest.mark.parametrize("pin", ["1", "123", "1234567890123", "12a4", "１２３４", " 1234"])
def test_a_pin_has_4_to_12_digits(pin: str, moderator: Actor) -> None:
    with pytest.raises(InvalidInput):
        codes.change_pin(actor=moderator, code=CodeFactory(), pin=pin)


def test_the_pin_is_stored_as_a_hash_and_can_be_removed(moderator: Actor) -> None:
    code = codes.change_pin(actor=moderator, code=CodeFactory(), pin="4711")
    assert "4711" not in code.pin_hash

    code = codes.change_pin(actor=moderator, code=code, pin="")
    assert scan(code).holds(code.device_id)


SHUTTING = {
    "log out code users": lambda actor, code: codes.log_out_code_users(actor=actor, code=code),
    "new code": lambda actor, code: codes.rotate_code(actor=actor, code=code),
    "new PIN": lambda actor, code: codes.change_pin(actor=actor, code=code, pin="4711"),
    "no PIN any more": lambda actor, code: codes.change_pin(actor=actor, code=code, pin=""),
    "disabled": lambda actor, code: codes.enable_code(actor=actor, code=code, enabled=False),
    "paired with another": lambda actor, code: codes.pair_code(
        actor=actor, code=code, device=DeviceFactory(), label=""
    ),
    "not paired any more": lambda actor, code: codes.pair_code(actor=actor, code=code, device=None, label=""),
}


@pytest.mark.parametrize("what", SHUTTING)
@pytest.mark.django_db(transaction=True)
def test_access_ends_at_once_on_pages_and_sockets(what: str, moderator: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []
    monkeypatch.setattr(live, "_send", lambda group, event: heard.append(f"{group} {event['type']}"))
    code = CodeFactory()
    browser = client_of(session=holding(code))
    key = browser.session.session_key
    assert async_to_sync(actor_of_session)(key).holds(code.device_id)

    SHUTTING[what](moderator, code)

    assert heard == [f"{REVOCATION_GROUP} access.revoked"]
    assert async_to_sync(actor_of_session)(key) == ANONYMOUS
    cache.clear()


def test_a_code_that_is_enabled_again_is_scanned_again(moderator: Actor) -> None:
    code = CodeFactory()
    session: dict[str, Any] = {}
    scan(code, session=session)
    codes.enable_code(actor=moderator, code=code, enabled=False)

    codes.enable_code(actor=moderator, code=code, enabled=True)

    assert not actor_of(None, session).device_ids
    assert scan(code, session=session).holds(code.device_id)


def test_a_new_name_shuts_no_holder_out(moderator: Actor) -> None:
    code = CodeFactory()
    session: dict[str, Any] = {}
    scan(code, session=session)

    renamed = codes.pair_code(actor=moderator, code=code, device=code.device, label="Left door")

    assert renamed.label == "Left door"
    assert actor_of(None, session).holds(code.device_id)


def test_members_pair_and_protect_and_superiors_manage(member: Actor, moderator: Actor) -> None:
    code = codes.create_code(actor=member, device=DeviceFactory())
    codes.change_pin(actor=member, code=code, pin="4711")
    codes.pair_code(actor=member, code=code, device=DeviceFactory(), label="")

    for manage in (codes.rotate_code, codes.log_out_code_users):
        with pytest.raises(NotAllowed):
            manage(actor=member, code=code)
        manage(actor=moderator, code=code)
        manage(actor=KnownActor(person=AdministratorFactory()), code=code)
    for refused in (codes.delete_code, codes.share_code):
        with pytest.raises(NotAllowed):
            refused(actor=member, code=code)
    with pytest.raises(NotAllowed):
        codes.enable_code(actor=member, code=code, enabled=False)
    for stranger in (ANONYMOUS, actor_of(None, holding(CodeFactory(device=code.device)))):
        with pytest.raises(NotVisible):
            codes.create_code(actor=stranger, device=code.device)
        with pytest.raises(NotVisible):
            codes.change_pin(actor=stranger, code=code, pin="")
        with pytest.raises(NotVisible):
            codes.pair_code(actor=stranger, code=code, device=None, label="")


def test_no_pin_yet_is_not_a_wrong_pin() -> None:
    code = CodeFactory(pin="4711")
    refusals = []

    for pin in (None, "", "0000"):
        with pytest.raises(PinNeeded) as refusal:
            scan(code, pin=pin)
        refusals.append(refusal.value.code)

    assert refusals == ["pin_needed", "wrong_pin", "wrong_pin"]


def test_without_a_customer_a_device_belongs_to_no_stranger(moderator: Actor) -> None:
    code = CodeFactory(device=DeviceFactory(customer=None), pin="4711")

    for actor in (ANONYMOUS, KnownActor(person=ManagerFactory())):
        with pytest.raises(PinNeeded):
            codes.enter_code(actor=actor, token=code_tokens.token_of(code), session={})
    codes.enable_code(actor=moderator, code=code, enabled=False)
    for actor in (ANONYMOUS, KnownActor(person=ManagerFactory())):
        with pytest.raises(NotVisible):
            codes.enter_code(actor=actor, token=code_tokens.token_of(code), session={}, pin="4711")
