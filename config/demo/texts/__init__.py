"""What the demo says: one file a language, all with the same keys."""

from functools import reduce
from operator import getitem

from config.demo.toml import Table, read_toml

LANGUAGES = ("en", "de", "fr")


def texts_in(language: str) -> Table:
    return read_toml(f"texts/{language}.toml")


def translated(field: str, path: str) -> dict[str, str]:
    """The values of a translated field, from the text at a dotted path; empty where its table has no such text."""
    return {f"{field}_{language}": _text(language, path) for language in LANGUAGES}


def _text(language: str, path: str) -> str:
    *tables, key = path.split(".")
    return str(reduce(getitem, tables, texts_in(language)).get(key, ""))
