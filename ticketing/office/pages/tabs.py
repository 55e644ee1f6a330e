"""The parts of a sheet, one of which is open at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, ParamSpec, TypeVar

from django.utils.functional import Promise

P = ParamSpec("P")
Body_co = TypeVar("Body_co", covariant=True)


@dataclass(frozen=True)
class SheetTab(Generic[P, Body_co]):
    """`template` draws what `body` reads."""

    name: str
    label: str | Promise
    icon: str
    template: str
    body: Callable[P, Body_co]


@dataclass(frozen=True)
class TabLink:
    tab: SheetTab[..., object]
    href: str
    is_current: bool
    count: int | None = None
