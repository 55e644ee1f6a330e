"""Links of codes, and PINs, as mail programs, chats and people change them on their way."""

from urllib.parse import quote

import pytest
from django.conf import settings
from django.test import Client

from fleet.models import Code
from fleet.selectors import search_codes
from fleet.services.code_tokens import token_of
from tests.factories import CodeFactory
from ticketing.portal.scanned import scan_path

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
# By what stands behind a link, and where mail programs break one.
BEHIND = [
    *'.,;:!?)]>"”»’…*_|。',
    ").",
    "”.",
    *" \u00a0\u200b\u2060\u202c\ufeff\n\u00ad",
    "\r\n",
    "//",
    "/).",
    "/\u200b",
    "/».",
]
WITHIN = [*"\u00ad\u200b \n-\u2011", "\r\n", "=\r\n", "\n> "]


def test_a_link_opens_the_same_page_whatever_became_of_it() -> None:
    code = CodeFactory()
    token, page = token_of(code), f"/d/{code.device.slug}/"
    written = [f"{token}{each}" for each in BEHIND] + [f"{token[:9]}{each}{token[9:]}" for each in WITHIN]

    for each in (*written, f"<{token}>", f"„{token}“", f"({token})", f"\u202a{token}\u202c"):
        for begin, name in (("/c/", each), ("/C/", each.upper())):
            answer = Client().get(f"{begin}{quote(name)}/")
            assert (answer.status_code, answer.get("Location")) == (303, page), (begin, name)
    for address in (f"/c/{token}?utm_source=mail", f"/c/{token}/?fbclid=1"):
        assert Client().get(address, follow=True).redirect_chain[-1][0] == page, address
    for wrong in (f"{token}/x", f"{token}a", token[:-1], f"{token}/{token}"):
        assert Client().get(f"/c/{wrong}/").status_code == 404, wrong


def test_a_scanned_link_is_ours_in_every_spelling() -> None:
    token = token_of(CodeFactory())
    host, path = settings.PUBLIC_URL.partition("://")[2], f"/c/{token}/"
    links = (
        f"{host}{path}",
        f"http://{host}{path}",
        f"HTTPS://{host}{path}".upper(),
        f"\u202ahttps://{host}{path}\u202c",
    )

    for link in (
        *links,
        f" https://{host}/c/{token}\n",
        f"https://{host}/c/{token}.",
        f"https://{host}/C/{token.upper()}?a=1",
    ):
        assert scan_path(link, "testserver") == path, link
    for foreign in (
        f"https://elsewhere.example{path}",
        f"ftp://{host}{path}",
        f"elsewhere.example{path}",
        token,
        "tel:110",
    ):
        assert scan_path(foreign, "testserver") == "", foreign


def test_a_code_is_found_by_a_pasted_link() -> None:
    code, other = CodeFactory(), CodeFactory()
    token = token_of(code)
    link = f"{settings.PUBLIC_URL}/c/{token}/"

    for words in (
        link,
        link.upper(),
        f"{link}.",
        f"({link})",
        f"<{link}>",
        f"{link}\u200b",
        token,
        f" {token.upper()}, ",
        f"see {link}",
    ):
        assert list(search_codes(Code.objects.all(), words)) == [code], words
    assert other not in search_codes(Code.objects.all(), link)


def test_a_pin_is_right_in_more_spellings() -> None:
    address = f"/c/{token_of(CodeFactory(pin='4711'))}/"

    for typed in (
        "4 711",
        "47\u00a011",
        "4\u202f7\u202f1\u202f1",
        "۴۷۱۱",
        "४७११",
        "47–11",
        "4711.",
        "(4711)",
        "\u202a4711\u202c",
        "4/7/1/1",
    ):
        assert Client().post(address, {"pin": typed}).status_code == 303, typed
