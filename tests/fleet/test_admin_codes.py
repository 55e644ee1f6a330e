"""Codes in the administration: made, changed, renewed and printed."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from config.common.errors import NotVisible
from fleet.actors import ANONYMOUS
from fleet.models import Code
from fleet.services import code_tokens, codes
from tests.cast import client_of
from tests.factories import AdministratorFactory, CodeFactory, DeviceFactory, MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in() -> Client:
    """A browser in which an administrator is signed in."""
    return client_of(AdministratorFactory())


def change(code: Code) -> str:
    return reverse("admin:fleet_code_change", args=[code.pk])


def opens(code: Code, pin: str | None = None) -> Any:
    return codes.enter_code(actor=ANONYMOUS, token=code_tokens.token_of(code), session={}, pin=pin)


def test_a_new_code_opens_its_device(signed_in: Client) -> None:
    device = DeviceFactory()

    response = signed_in.post(
        reverse("admin:fleet_code_add"), {"device": device.pk, "label": "Left door", "pin": "4711"}
    )

    code = Code.objects.get()
    assert response["Location"] == change(code)
    assert (code.label, code.is_enabled) == ("Left door", True)
    assert opens(code, pin="4711") == device


def test_a_wrong_pin_is_explained(signed_in: Client) -> None:
    response = signed_in.post(reverse("admin:fleet_code_add"), {"pin": "abc"})
    assert response.context["adminform"].form.errors["pin"] == ["A PIN has 4 to 12 digits."]
    assert not Code.objects.exists()


def test_the_page_of_a_code_shows_neither_its_pin_nor_its_token(signed_in: Client) -> None:
    code: Code = CodeFactory(pin="4711")

    shown = signed_in.get(change(code)).content.decode()

    assert "4711" not in shown
    assert code.pin_hash not in shown
    assert code_tokens.token_of(code) not in shown


def test_pin_device_and_state_are_changed(signed_in: Client) -> None:
    code: Code = CodeFactory(pin="4711")
    device = DeviceFactory()

    signed_in.post(change(code), {"device": device.pk, "is_enabled": "on", "remove_pin": "on"})
    code = Code.objects.get()
    assert opens(code) == device

    signed_in.post(change(code), {"device": device.pk})
    assert not Code.objects.get().is_enabled
    assert "only employees can open it" in signed_in.get(change(code)).content.decode()


def test_saving_without_a_change_ends_no_session(signed_in: Client) -> None:
    code = CodeFactory()
    signed_in.post(change(code), {"device": code.device_id, "is_enabled": "on"})
    assert Code.objects.get().epoch == code.epoch


def test_an_unpaired_code_is_marked(signed_in: Client) -> None:
    assert "not paired with a device" in signed_in.get(change(CodeFactory(device=None))).content.decode()


@pytest.mark.parametrize(("verb", "generations"), [("log-out", 0), ("rotate", 1)])
def test_verbs_ask_first_and_happen_by_post_only(verb: str, generations: int, signed_in: Client) -> None:
    code = CodeFactory()
    address = reverse("admin:fleet_code_verb", args=[code.pk, verb])

    assert address in signed_in.get(change(code)).content.decode()
    assert signed_in.get(address).status_code == 200
    assert Code.objects.get().epoch == code.epoch

    assert signed_in.post(address)["Location"] == change(code)
    assert (Code.objects.get().epoch, Code.objects.get().generation) == (code.epoch + 1, code.generation + generations)


def test_verbs_that_do_not_exist_are_not_found(signed_in: Client) -> None:
    code = CodeFactory()
    assert signed_in.post(reverse("admin:fleet_code_verb", args=[code.pk, "destroy"])).status_code == 404


def test_the_printed_page_shows_picture_address_and_name(signed_in: Client) -> None:
    code = CodeFactory(device__name="Crane <1>", device__serial_number="KR-0815", label="Left door")
    alone = reverse("admin:fleet_code_print", args=[code.pk])
    among_others = f"{reverse('admin:fleet_code_print_selected')}?id={code.pk}&id={CodeFactory().pk}"

    for address in (alone, among_others):
        content = signed_in.get(address).content.decode()
        assert "<svg" in content
        assert code_tokens.url_of(code) in content
        assert "Crane &lt;1&gt;" in content
        assert "KR-0815" in content
        assert "Left door" in content
        assert "<style" not in content


def test_selected_codes_are_printed_together(signed_in: Client) -> None:
    keys = [str(CodeFactory().pk) for _ in range(2)]

    response = signed_in.post(
        reverse("admin:fleet_code_changelist"), {"action": "print_selected", "_selected_action": keys}, follow=True
    )

    assert response.content.decode().count("<svg") == 2


def test_codes_are_printed_for_administrators_only() -> None:
    code = CodeFactory()

    for address in (
        reverse("admin:fleet_code_print", args=[code.pk]),
        reverse("admin:fleet_code_verb", args=[code.pk, "rotate"]),
    ):
        assert client_of(MemberFactory()).post(address, follow=True).status_code == 403
        assert "/accounts/login/" in Client().get(address, follow=True).redirect_chain[-1][0]
    assert Code.objects.get().generation == code.generation


def test_nothing_is_printed_of_codes_that_do_not_exist(signed_in: Client) -> None:
    assert signed_in.get(reverse("admin:fleet_code_print_selected")).status_code == 404
    assert signed_in.get(f"{reverse('admin:fleet_code_print_selected')}?id=nonsense").status_code == 404


def test_a_code_is_deleted_through_its_service(signed_in: Client) -> None:
    code = CodeFactory()

    signed_in.post(reverse("admin:fleet_code_delete", args=[code.pk]), {"post": "yes"})

    assert not Code.objects.exists()
    with pytest.raises(NotVisible):
        opens(code)
