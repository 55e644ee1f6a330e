"""Where a request comes from: the same for pages and sockets, and no further trusted than the operator says."""

from typing import Any

import pytest
from django.test import RequestFactory

from config.common.addresses import counted_address, network_of, socket_address


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::9", "2001:db8:1:3::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unknown", ""),
        ("", ""),
    ],
)
def test_an_address_counts_as_what_one_client_can_have(address: str, counted: str) -> None:
    assert network_of(address) == counted


@pytest.mark.parametrize(
    ("proxies", "forwarded", "counted"),
    [
        (0, "198.51.100.1", "203.0.113.7"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "192.0.2.66, 198.51.100.1", "198.51.100.1"),
        (2, "192.0.2.66, 198.51.100.1", "192.0.2.66"),
        (2, "198.51.100.1", "203.0.113.7"),
        (1, "nonsense", "203.0.113.7"),
        (1, "", "203.0.113.7"),
        (1, "2001:db8:1:2::9", "2001:db8:1:2::/64"),
    ],
)
def test_what_proxies_say_is_believed_as_far_as_they_are_trusted(
    settings: Any, proxies: int, forwarded: str, counted: str
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory().get("/", REMOTE_ADDR="203.0.113.7", headers=headers)
    raw = [(b"x-forwarded-for", part.strip().encode()) for part in forwarded.split(",") if part]

    assert counted_address(request) == counted
    assert socket_address({"client": ["203.0.113.7", 4711], "headers": raw}) == counted


def test_without_any_address_nothing_is_made_up() -> None:
    assert socket_address({"client": None, "headers": []}) == ""
