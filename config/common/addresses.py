"""Where a request comes from, as limits count it."""

import ipaddress
from typing import Any

from allauth.account.adapter import get_adapter
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest


def counted_address(request: HttpRequest) -> str:
    """The client's IPv4 address, or the /64 of its IPv6 address; empty if it cannot be known.

    `X-Forwarded-For` is believed as far as `TRUSTED_PROXY_COUNT` says, like when somebody signs in. A request that
    passed fewer proxies counts by the address of its connection.
    """
    try:
        address = get_adapter(request).get_client_ip(request)
    except (ImproperlyConfigured, PermissionDenied):
        address = request.META.get("REMOTE_ADDR") or ""
    return network_of(address)


def socket_address(scope: dict[str, Any]) -> str:
    """The same as `counted_address`, of a WebSocket's scope."""
    request = HttpRequest()
    forwarded = [value.decode("latin-1") for name, value in scope.get("headers", ()) if name == b"x-forwarded-for"]
    if forwarded:
        request.META["HTTP_X_FORWARDED_FOR"] = ",".join(forwarded)
    if scope.get("client"):
        request.META["REMOTE_ADDR"] = scope["client"][0]
    return counted_address(request)


def network_of(address: str) -> str:
    """What an address counts as: a household or a phone gets a whole /64 of IPv6. Empty for what is no address."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, 64), strict=False))
