"""Reads the demo's data files."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

Table = dict[str, Any]
FOLDER = Path(__file__).resolve().parent


@cache
def read_toml(name: str) -> Table:
    """The content of a file below this folder; every caller gets the same object."""
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
