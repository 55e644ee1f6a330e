"""Where a request comes from, as limits count it."""

import ipaddress
from typing import Any

from allauth.account.adapter import get_adapter
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest


def counted_address(request: HttpRequest) -> str:
    """The client's IPv4 address, or the /64 of its IPv6 address; empty if it cannot be known.

    A request that passed fewer proxies than `TRUSTED_PROXY_COUNT` counts by the address of its connection.
    """
    try:
        # As for sign-ins: `X-Forwarded-For` is believed as far as the number of trusted proxies allows.
        address = get_adapter(request).get_client_ip(request)
    except (ImproperlyConfigured, PermissionDenied):
        address = request.META.get("REMOTE_ADDR") or ""
    return network_of(address)


def socket_address(scope: dict[str, Any]) -> str:
    """The client's address as `counted_address` returns it, from the scope of a WebSocket."""
    # The adapter reads addresses from Django's requests only.
    request = HttpRequest()
    forwarded = [value.decode("latin-1") for name, value in scope.get("headers", ()) if name == b"x-forwarded-for"]
    if forwarded:
        request.META["HTTP_X_FORWARDED_FOR"] = ",".join(forwarded)
    if scope.get("client"):
        request.META["REMOTE_ADDR"] = scope["client"][0]
    return counted_address(request)


def network_of(address: str) -> str:
    """The IPv4 address itself, or the /64 of an IPv6 address; empty for a text that is no address."""
    try:
        # The part behind % is the interface of a link-local address.
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    # A household or a phone gets a whole /64 and can change within it at will.
    return str(ipaddress.ip_network((found, 64), strict=False))
