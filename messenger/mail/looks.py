"""The look of e-mails, written into their elements: mail programs load no stylesheet, and some read none at all."""

import re
from collections.abc import Mapping
from functools import cache

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_TOKEN = re.compile(r"--([a-z0-9-]+):\s*([^;]+);")
_USE = re.compile(r"var\(--([a-z0-9-]+)\)")
_CLASS = re.compile(r"\.([a-z-]+)\s*\{([^}]*)\}")
_LIGHT = re.compile(r"^:root \{(.*?)^\}", re.DOTALL | re.MULTILINE)
_DARK = re.compile(r'^:root\[data-theme="dark"\] \{(.*?)^\}', re.DOTALL | re.MULTILINE)


class Looks:
    """The classes of a stylesheet: light where they stand, dark in a sheet for programs that read one."""

    def __init__(self, sheet: str, tokens: str) -> None:
        light, dark = (
            dict(_TOKEN.findall(found[1])) if (found := part.search(tokens)) else {} for part in (_LIGHT, _DARK)
        )
        classes = {name: " ".join(text.split()) for name, text in _CLASS.findall(_COMMENT.sub("", sheet))}
        self._light = {name: _filled(text, light) for name, text in classes.items()}
        self._dark = {name: _filled(_coloured(text, dark), dark) for name, text in classes.items()}

    def __call__(self, *names: str) -> SafeString:
        """The attributes of an element with these classes. Raises `KeyError` for one that is not in the stylesheet."""
        return format_html('class="{}" style="{}"', " ".join(names), " ".join(self._light[name] for name in names))

    @property
    def dark(self) -> SafeString:
        """The rules that win over what stands in the elements where the reader prefers dark pages."""
        rules = (f".{name}{{{text.replace(';', ' !important;')}}}" for name, text in self._dark.items() if text)
        sheet = f"@media (prefers-color-scheme: dark){{{''.join(rules)}}}"
        return mark_safe(f"<style>:root{{color-scheme:light dark}}{sheet}</style>")  # noqa: S308 (our own file)


@cache
def looks() -> Looks:
    css = settings.BASE_DIR / "static" / "css"
    return Looks((css / "mail.css").read_text(encoding="utf-8"), (css / "tokens.css").read_text(encoding="utf-8"))


def _filled(declarations: str, tokens: Mapping[str, str]) -> str:
    return _USE.sub(lambda use: tokens[use[1]], declarations)


def _coloured(declarations: str, tokens: Mapping[str, str]) -> str:
    """Those declarations that are others in the dark."""
    kept = (each.strip() for each in declarations.split(";"))
    return " ".join(f"{each};" for each in kept if (use := _USE.search(each)) and use[1] in tokens)
