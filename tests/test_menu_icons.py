"""The icons of the menu: in a file of their own, which every page names and browsers keep."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import client_of
from tests.factories import AdministratorFactory, ManagerFactory, SubscriberFactory
from ticketing.office.pages.menu import MENU_ICONS

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
_USED = re.compile(r'<use href="(/icons/\w+\.svg)#icon-([\w-]+)"')


@pytest.mark.parametrize("factory", [AdministratorFactory, ManagerFactory, SubscriberFactory])
def test_pages_name_one_file_that_holds_what_they_draw(factory: type[AdministratorFactory]) -> None:
    used = _USED.findall(client_of(factory()).get(reverse("office:ticket_list")).content.decode())
    (address,) = {address for address, _name in used}

    answer = Client().get(address)

    assert {name for _address, name in used} <= set(re.findall(r'<symbol id="icon-([\w-]+)"', answer.content.decode()))
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert not answer.cookies


def test_a_page_of_another_version_gets_the_present_icons_for_now() -> None:
    answer = Client().get(reverse("menu_icons", args=["0ther"]))

    assert answer.headers["Cache-Control"] == "no-cache"
    assert all(f'id="icon-{name}"' in answer.content.decode() for name in MENU_ICONS)
