"""Every address of the product that takes something from its path, found by walking the URL resolver."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>.*?\)(?=[/$])")


@dataclass(frozen=True)
class Address:
    """A URL pattern with all that stands above it, such as ``d/<slug:slug>/open/``."""

    route: str

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(plain or named for plain, named in _PARAMETER.findall(self.route))

    @property
    def is_admin(self) -> bool:
        return self.route.startswith("admin/")

    @property
    def model(self) -> Any:
        """The model whose pages in the administration these are; raises `LookupError` for other addresses."""
        _admin, app, model = self.route.split("/")[:3]
        return apps.get_model(app, model)

    def path(self, values: Mapping[str, Any]) -> str:
        """The address with these values in it. Raises `KeyError` for a parameter that has none."""
        filled = _PARAMETER.sub(lambda match: str(values[match[1] or match[2]]), self.route)
        return "/" + filled.replace("^", "").replace("$", "")


def addresses_with_parameters() -> list[Address]:
    return [address for address in _walk(get_resolver()) if address.parameters]


def _walk(resolver: URLResolver, above: str = "") -> Iterator[Address]:
    for entry in resolver.url_patterns:
        route = above + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, route)
        elif isinstance(entry, URLPattern):
            yield Address(route)
