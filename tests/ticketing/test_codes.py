"""The pages of codes in the back office: who does what, what is found, what is shown, and what it costs."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.common import clock
from fleet.actors import KnownActor
from fleet.code_scans import today
from fleet.models import Code, CodeDay, CodeEvent, CodeEventKind, Device
from fleet.services import codes
from fleet.services.code_tokens import short_id_of, token_of, url_of
from fleet.services.codes import share_code
from fleet.short_ids import shown_short_id
from tests.cast import Cast, client_of, make_cast
from tests.factories import CodeFactory, DeviceFactory, MemberFactory, ModeratorFactory

pytestmark = pytest.mark.django_db
DOOR, FINE, DONE, MADE, FORBIDDEN, HIDDEN, TOO_SOON = 302, 200, 303, 201, 403, 404, 409
OUTSIDE = ("stranger", "holder", "reporter", "other_holder")
OTHERS = ("subscriber", "other_customers_manager")
MEMBERS = ("uninvolved", "offered", "rejecter")
SUPERIORS = ("moderator", "administrator")
PAGES = dict.fromkeys(("code_list", "code_create", "code_detail", "code_edit", "code_pin"), "get")
VERBS = ("unpair", "enable", "disable", "log_out", "renew", "share", "delete")
# By name: what members, superiors and managers of the customer get; everybody else finds nothing.
ANSWERS: dict[str, tuple[int, int, int]] = {
    "code_list": (FINE, FINE, HIDDEN),
    "code_create": (FINE, FINE, HIDDEN),
    "code_detail": (FINE, FINE, HIDDEN),
    "code_edit": (FINE, FINE, HIDDEN),
    "code_pin": (FINE, FINE, FINE),
    "code_unpair": (DONE, DONE, HIDDEN),
    "code_enable": (FORBIDDEN, DONE, HIDDEN),
    "code_disable": (FORBIDDEN, DONE, HIDDEN),
    "code_log_out": (FORBIDDEN, DONE, HIDDEN),
    "code_renew": (FORBIDDEN, DONE, HIDDEN),
    "code_share": (FORBIDDEN, MADE, HIDDEN),
    # A code that is paired has to be unpaired first.
    "code_delete": (FORBIDDEN, TOO_SOON, HIDDEN),
}


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def office() -> Client:
    return client_of(ModeratorFactory())


def address(name: str, code: Code) -> str:
    return reverse(f"office:{name}", args=[] if name in ("code_list", "code_create") else [code.pk])


def rows_of(client: Client, **query: Any) -> list[Code]:
    response = client.get(reverse("office:code_list"), query)
    assert response.status_code == FINE
    return list(response.context["page"].listing.rows)


def statements(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == FINE
    return len(asked)


# Who does what ----------------------------------------------------------------------------------------------------


def test_every_page_and_verb_answers_each_actor_as_the_table_says(cast: Cast) -> None:
    expected = dict.fromkeys(OUTSIDE, (DOOR,) * 3) | dict.fromkeys(OTHERS, (HIDDEN,) * 3)
    wrong = []

    for role in (*OUTSIDE, *OTHERS, "manager", *MEMBERS, *SUPERIORS):
        client = cast.client(role)
        place = 0 if role in MEMBERS else 1 if role in SUPERIORS else 2
        for name, answers in ANSWERS.items():
            code = CodeFactory(device=cast.device)
            send = client.get if name in PAGES else client.post
            wanted = expected.get(role, answers)[place]
            found = send(address(name, code)).status_code
            wrong += [f"{role} {name}: {found} instead of {wanted}"] if found != wanted else []
            if found in (DOOR, FORBIDDEN, HIDDEN, TOO_SOON):
                assert vars(Code.objects.get(pk=code.pk)).items() >= {"epoch": 1, "generation": 1}.items()
                assert not CodeEvent.objects.filter(code=code).exists()

    assert not wrong, "\n".join(wrong)
    assert {f"code_{verb}" for verb in VERBS} | PAGES.keys() == ANSWERS.keys()


def test_the_menu_leads_employees_to_the_codes_and_nobody_else(cast: Cast) -> None:
    link = f'href="{reverse("office:code_list")}"'
    assert link in cast.client("uninvolved").get(reverse("office:device_list")).content.decode()
    assert link not in cast.client("manager").get(reverse("office:device_list")).content.decode()


def test_managers_change_the_pins_of_their_devices_and_see_no_link(cast: Cast) -> None:
    code: Code = cast.code
    manager, other = cast.client("manager"), cast.client("other_customers_manager")
    pin = address("code_pin", code)
    sheet = f"{reverse('office:device_detail', args=[cast.device.slug])}?tab=codes"

    shown = manager.get(sheet).content.decode()
    refused = other.post(pin, {"pin": "4711"})
    wrong = {typed: manager.post(pin, {"pin": typed}) for typed in ("12", "abc1234", "1234 5")}
    done = manager.post(pin, {"pin": "4711"})

    assert pin in shown
    assert not any(secret in shown for secret in (token_of(code), f'href="{address("code_detail", code)}"'))
    assert refused.status_code == HIDDEN
    assert {typed for typed, answer in wrong.items() if "A PIN has 4 to 12 digits." in answer.content.decode()} == {
        *wrong
    }
    assert {(answer.status_code, *answer.context["form"].errors) for answer in wrong.values()} == {(400, "pin")}
    assert done["Location"] == sheet
    assert Code.objects.get(pk=code.pk).check_pin("4711")
    assert manager.post(pin, {"remove": "1"})["Location"] == sheet
    assert [event.kind for event in code.events.all()] == [CodeEventKind.PIN_REMOVED, CodeEventKind.PIN_SET]
    assert {event.person for event in code.events.all()} == {cast.person("manager")}


def test_members_see_what_a_code_opens_and_not_what_is_printed_of_it(cast: Cast) -> None:
    member, superior = (
        cast.client(role).get(address("code_detail", cast.code)) for role in ("uninvolved", "moderator")
    )

    assert url_of(cast.code) in superior.content.decode()
    assert shown_short_id(short_id_of(cast.code)) in superior.content.decode()
    assert superior["Cache-Control"] == "private, no-store"
    for secret in (
        token_of(cast.code),
        shown_short_id(short_id_of(cast.code)),
        "code-qr",
        address("code_renew", cast.code),
    ):
        assert secret not in member.content.decode()
    assert cast.device.name in member.content.decode()


def test_what_opens_a_device_is_shown_to_superiors_only(cast: Cast) -> None:
    old_token = token_of(cast.code)
    code = codes.rotate_code(actor=_moderator(), code=cast.code)
    Code.objects.filter(pk=code.pk).update(label="Left door")
    spare = CodeFactory(device=None)
    taken = {"device": DeviceFactory().pk, "device_text": Device.objects.latest("pk").name}

    def shown_to(role: str) -> dict[str, str]:
        client = cast.client(role)
        answers = {
            "replaced": client.get(f"/c/{old_token}/"),
            "paired": client.get(address("code_paired", code)),
            "pair": client.get(address("code_pair", spare)),
            "paired meanwhile": client.post(address("code_pair", code), taken),
            **{name: client.get(address(name, code)) for name in PAGES},
        }
        assert {name for name, answer in answers.items() if answer.status_code == DOOR} == set()
        return {name: answer.content.decode() for name, answer in answers.items()}

    member, superior = shown_to("uninvolved"), shown_to("moderator")

    for shown in (code, spare):
        printed = {shown_short_id(short_id_of(shown)), short_id_of(shown), token_of(shown)}
        assert not {name for name, text in member.items() if any(secret in text for secret in printed)}
    for name in ("replaced", "paired", "paired meanwhile", "code_detail"):
        assert shown_short_id(short_id_of(code)) in superior[name]
    for name in ("replaced", "paired"):
        assert "Left door" in member[name]
        assert cast.device.name in member[name]


# What is found ----------------------------------------------------------------------------------------------------


def test_codes_are_found_by_label_device_typed_id_and_link(office: Client) -> None:
    actor = KnownActor(person=ModeratorFactory())
    device = DeviceFactory(name="Crane", serial_number="KR-0815")
    code = codes.create_code(actor=actor, device=device, label="Hall 2, left")
    old_link, old_id = url_of(code), short_id_of(code)
    code = codes.rotate_code(actor=actor, code=code)
    codes.create_code(actor=actor, label="Hall 3")
    words: dict[str, str] = {
        "label": "hall 2",
        "label and device": "crane left",
        "serial number, spelt otherwise": "kr 0815",
        "typed id": f" {shown_short_id(short_id_of(code)).lower()} ",
        "link": url_of(code),
        "old link": old_link,
        "old typed id": old_id,
        "link for a time": share_code(actor=actor, code=code).url,
    }

    found = {what: rows_of(office, q=text) for what, text in words.items()}

    assert found == {what: [code] for what in words}
    assert len(rows_of(office, q="hall")) == 2
    assert rows_of(office, q=f"http://testserver/c/{'a' * 32}/") == []
    # What no text can hold is not looked for.
    assert len(rows_of(office, q="ha\0ll")) == 2


def test_codes_are_narrowed_by_state_template_and_customer(office: Client) -> None:
    paired, unpaired = CodeFactory(pin="4711", last_scanned_at=clock.now()), CodeFactory(device=None)
    disabled = CodeFactory(is_enabled=False, last_scanned_at=clock.now())
    CodeDay.objects.create(code=disabled, day=today(), refused=20)
    wanted: list[tuple[dict[str, Any], set[Code]]] = [
        ({"state": "paired"}, {paired, disabled}),
        ({"state": "unpaired"}, {unpaired}),
        ({"state": "disabled"}, {disabled}),
        ({"state": "unscanned"}, {unpaired}),
        ({"state": "pin"}, {paired}),
        ({"state": "odd"}, {disabled}),
        ({"template": paired.device.template_id}, {paired}),
        ({"customer": paired.device.customer_id}, {paired}),
        ({"state": "nonsense"}, {paired, unpaired, disabled}),
    ]
    assert [set(rows_of(office, **query)) for query, _found in wanted] == [found for _query, found in wanted]


def test_pages_of_codes_follow_each_other_and_cost_the_same(office: Client) -> None:
    first = CodeFactory()
    few = statements(office, reverse("office:code_list"))
    codes.note(first, CodeEventKind.CREATED, actor=_moderator())
    # The first look stores the id to type.
    statements(office, address("code_detail", first))
    sheet = statements(office, address("code_detail", first))
    for _number in range(30):
        codes.note(CodeFactory(), CodeEventKind.CREATED, actor=_moderator())
        codes.note(first, CodeEventKind.LOGGED_OUT, actor=_moderator())
    CodeDay.objects.create(code=first, day=today(), scans=3)

    page = office.get(reverse("office:code_list")).context["page"]
    following = office.get(page.listing.next).context["page"]

    assert [*page.listing.rows, *following.listing.rows] == list(Code.objects.order_by("-created_at", "-pk"))
    assert office.get(following.listing.previous).context["page"].listing.rows == page.listing.rows
    assert following.scans == {first.pk: 3}
    assert statements(office, reverse("office:code_list")) == few
    assert statements(office, address("code_detail", first)) == sheet
    history = office.get(address("code_detail", first)).context["page"].history
    assert len(office.get(history.next).context["page"].history.events) == 11


def _moderator() -> KnownActor:
    return KnownActor(person=ModeratorFactory())


# What is done -----------------------------------------------------------------------------------------------------


def test_a_code_is_created_paired_moved_and_unpaired(cast: Cast) -> None:
    member, other = client_of(MemberFactory()), DeviceFactory()

    def typed(device: Device, label: str) -> dict[str, Any]:
        return {"device": device.pk, "device_text": device.name, "label": label}

    new = typed(cast.device, "Left door") | {"client_key": uuid.uuid4()}
    made, double = (member.post(reverse("office:code_create"), new) for _time in range(2))
    assert made["Location"] == double["Location"]
    code = Code.objects.get(label="Left door")
    assert made["Location"] == address("code_detail", code)
    assert code.device == cast.device
    member.post(address("code_edit", code), typed(other, "Right door"))
    code.refresh_from_db()
    assert (code.device, code.label) == (other, "Right door")
    unchosen = member.post(address("code_edit", code), {"device_text": "Something", "label": ""})
    assert unchosen.status_code == 400
    member.post(address("code_unpair", code))
    assert Code.objects.filter(pk=code.pk, device=None, label="Right door").exists()
    kinds = [event.kind.value for event in code.events.all()]
    assert kinds == ["unpaired", "paired", "unpaired", "paired", "created"]


def test_a_form_from_before_moves_no_code_back(cast: Cast) -> None:
    member, code, elsewhere = client_of(MemberFactory()), cast.code, DeviceFactory(name="Crane 7")
    edit, unpair = address("code_edit", code), address("code_unpair", code)
    first: dict[str, Any] = {"device": cast.device.pk, "device_text": cast.device.name, "label": "Left door"}
    seen = {"seen_device": str(cast.device.pk), "seen_label": code.label}
    page = member.get(edit).content.decode()
    assert all(f'name="{name}"' in page for name in seen)
    assert f'name="device" value="{cast.device.pk}"' in member.get(address("code_detail", code)).content.decode()
    codes.pair_code(actor=_moderator(), code=code, device=elsewhere, label="Roof")

    def present() -> tuple[Device | None, str]:
        code.refresh_from_db()
        return code.device, code.label

    # Only the label was changed in the form: the new device stays, and the new label is shown before it gives way.
    moved = member.post(edit, first | seen)
    assert moved.status_code == 400
    assert "changed this to “Roof” meanwhile" in moved.content.decode()
    assert member.post(unpair, {"device": cast.device.pk}).status_code == 400
    assert present() == (elsewhere, "Roof")

    form = moved.context["form"]
    again = first | {"device": elsewhere.pk, "device_text": elsewhere.name} | {n: form[n].value() for n in seen}
    assert member.post(edit, again).status_code == DONE
    assert present() == (elsewhere, "Left door")
    assert member.post(edit, first | seen | {"seen_label": "Left door"}).status_code == DONE
    assert present() == (elsewhere, "Left door")
    assert member.post(unpair, {"device": elsewhere.pk}).status_code == DONE
    assert present() == (None, "Left door")


@pytest.mark.parametrize("named", ["%00", "%00{slug}"])
def test_a_new_code_is_for_the_device_in_the_address_if_there_is_one(office: Client, cast: Cast, named: str) -> None:
    shown = office.get(f"{reverse('office:code_create')}?device={named.format(slug=cast.device.slug)}")

    assert shown.status_code == FINE
    assert (shown.context["form"].initial["device"] == cast.device) is ("slug" in named)


def test_superiors_delete_codes_that_open_nothing(office: Client) -> None:
    code = CodeFactory(device=None)

    assert office.post(address("code_delete", code))["Location"] == reverse("office:code_list")
    assert not Code.objects.filter(pk=code.pk).exists()


def test_the_sheet_says_what_is_odd_and_what_code_users_see(office: Client, cast: Cast) -> None:
    CodeDay.objects.create(code=cast.code, day=today(), scans=45, browsers=40)
    for back in range(1, 31):
        CodeDay.objects.create(code=cast.code, day=today() - timedelta(days=back), scans=3, browsers=2)

    shown = office.get(address("code_detail", cast.code)).content.decode()

    assert "40 new browsers; usually 2 a day" in shown
    assert cast.flow.button_label in shown
    assert "1 open ticket" in shown
    assert "is disabled" in office.get(address("code_detail", CodeFactory(is_enabled=False))).content.decode()


def test_with_another_secret_no_dead_link_is_shown(office: Client, settings: Any) -> None:
    code = CodeFactory()
    assert url_of(code) in office.get(address("code_detail", code)).content.decode()

    settings.CODE_SECRET = "another secret"

    shown = office.get(address("code_detail", code)).content.decode()
    assert "made with another secret" in shown
    assert url_of(code) not in shown
    assert "code-qr" not in shown
