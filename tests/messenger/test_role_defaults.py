"""The page on which administrators say what people of a role are sent unless they choose otherwise."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry

from config.common.errors import NotAllowed
from fleet.actors import KnownActor
from fleet.models import Role
from messenger.models import Choice, RoleDefault
from messenger.preferences import defaults_of
from messenger.services.preferences import set_role_defaults
from tests.cast import client_of
from tests.factories import AdministratorFactory, MemberFactory, ModeratorFactory

pytestmark = pytest.mark.django_db
PAGE = "/admin/messenger/roledefault/"


def cells_of(page: Any) -> dict[str, Any]:
    return {cell.name: cell for _label, rows in page.context["groups"] for row in rows for cell in row.cells}


def ticked(page: Any) -> dict[str, str]:
    return {name: "on" for name, cell in cells_of(page).items() if cell.is_on}


@pytest.mark.parametrize("role", [role for role in Role if role != Role.CODE_USER])
def test_the_page_shows_what_the_product_has_and_saving_it_changes_nothing(role: Role) -> None:
    client = client_of(AdministratorFactory())

    page = client.get(PAGE, {"role": role.value})

    assert page.status_code == 200
    assert all(cell.is_on == cell.is_on_in_product for cell in cells_of(page).values())
    assert client.post(f"{PAGE}?role={role.value}", ticked(page)).status_code == 302
    assert not RoleDefault.objects.exists()
    assert not LogEntry.objects.exists()


def test_a_change_is_stored_logged_and_leaves_own_choices_alone() -> None:
    administrator = AdministratorFactory(first_name="Ada", last_name="Lang", language="en")
    person = MemberFactory()
    Choice.objects.create(person=person, occasion="offer", channel="push", is_on=True)
    client = client_of(administrator)
    wanted = ticked(client.get(PAGE, {"role": "member"}))
    wanted["rating-email"] = "on"
    del wanted["offer-push"]

    response = client.post(f"{PAGE}?role=member", wanted)

    assert response["Location"] == f"{PAGE}?role=member"
    assert {(row.occasion, row.channel, row.is_on) for row in RoleDefault.objects.filter(role=Role.MEMBER)} == {
        ("offer", "push", False),
        ("rating", "email", True),
    }
    assert Choice.objects.get().is_on
    assert defaults_of(Role.MODERATOR)["offer", "push"]
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id) == (administrator, "member")
    assert entry.change_message == "Offers of tickets · Push: off, Ratings · E-mail: on"
    page = client.get(PAGE, {"role": "member"})
    assert not cells_of(page)["offer-push"].is_on
    assert cells_of(page)["offer-push"].is_on_in_product
    assert "Ada Lang" in page.content.decode()
    assert "Ada Lang" not in client.get(PAGE, {"role": "moderator"}).content.decode().split("<form method")[1]


def test_the_log_of_the_administration_leads_to_the_table_of_the_role() -> None:
    client = client_of(AdministratorFactory())

    assert client.get(f"{PAGE}manager/change/")["Location"] == f"{PAGE}?role=manager"
    assert client.get(f"{PAGE}5/change/")["Location"] == f"{PAGE}?role=administrator"
    assert client.get(f"{PAGE}?role=code_user").context["role"] == Role.ADMINISTRATOR
    assert client.get(f"{PAGE}add/").status_code == 403


@pytest.mark.parametrize("factory", [MemberFactory, ModeratorFactory])
def test_only_administrators_change_defaults(factory: Any) -> None:
    person = factory()

    assert client_of(person).post(f"{PAGE}?role=member", {}).status_code in (302, 403)
    with pytest.raises(NotAllowed):
        set_role_defaults(actor=KnownActor(person=person), role=Role.MEMBER, channels={("offer", "push"): False})
    assert not RoleDefault.objects.exists()
