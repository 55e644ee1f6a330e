"""What the demo says: one file a language, all with the same keys."""

from functools import reduce
from operator import getitem

from config.demo.toml import Table, read_toml

LANGUAGES = ("en", "de", "fr")


def texts_in(language: str) -> Table:
    return read_toml(f"texts/{language}.toml")


def translated(field: str, path: str) -> dict[str, str]:
    """The values of a translated field, from the text at a dotted path; empty where its table has no such text."""
    *tables, key = path.split(".")
    return {
        f"{field}_{language}": str(reduce(getitem, tables, texts_in(language)).get(key, "")) for language in LANGUAGES
    }
