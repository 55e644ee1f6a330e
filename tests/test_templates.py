"""Templates are written for their readers, and each is used."""

import re

import pytest
from django.template.loader import get_template

from tests import source

MAX_COLUMNS = 120
TEMPLATES = [(path.relative_to(source.ROOT), text) for path, text in source.templates()]
JINJA = [(path, text) for path, text in TEMPLATES if "django" not in path.parts]
# Django and allauth ask for these by their names.
ASKED_BY_NAME = ("400.html", "403.html", "403_csrf.html", "404.html", "500.html", "account/", "admin/", "fleetdesk/")


def name_of(path: object) -> str:
    return re.sub(r"^.*?(?:templates/(?:django/)?|jinja2/)", "", str(path))


def test_lines_are_short_enough_to_be_read() -> None:
    long = [
        f"{path}:{number}"
        for path, text in TEMPLATES
        for number, line in enumerate(text.splitlines(), 1)
        if len(line) > MAX_COLUMNS
    ]
    assert long == []


def test_lines_are_indented_by_two_spaces_and_end_where_they_end() -> None:
    crooked = [
        f"{path}:{number}"
        for path, text in TEMPLATES
        for number, line in enumerate(text.splitlines(), 1)
        if line != line.rstrip() or "\t" in line or (len(line) - len(line.lstrip(" "))) % 2
    ]
    assert crooked == []


@pytest.mark.parametrize("path", [path for path, _text in TEMPLATES], ids=str)
def test_every_template_can_be_read_by_its_engine(path: object) -> None:
    get_template(name_of(path))


def test_every_template_is_used() -> None:
    texts = [text for _path, text in TEMPLATES]
    texts += [path.read_text(encoding="utf-8") for path, _tree in source.modules()]
    named = "\n".join(texts)
    unused = [
        name
        for name in (name_of(path) for path, _text in TEMPLATES)
        if not name.startswith(ASKED_BY_NAME) and f'"{name}"' not in named
    ]
    assert unused == []


def test_every_component_is_used() -> None:
    calls = "\n".join(text for _path, text in JINJA)
    unused = [
        f"{path}: {name}"
        for path, text in JINJA
        if path.parts[:2] == ("templates", "ui")
        for name in re.findall(r"{% macro (\w+)\(", text)
        if not re.search(rf"(?<!macro )\b{name}(?:\(| as )", calls)
    ]
    assert unused == []


def test_families_of_components_fit_on_a_few_screens() -> None:
    longest = {path.name: len(text.splitlines()) for path, text in JINJA if path.parts[:2] == ("templates", "ui")}
    assert {name: lines for name, lines in longest.items() if lines > 150} == {}


def test_every_picture_has_its_place_before_it_comes() -> None:
    pictures = [
        (path.name, picture) for path, text in source.templates() for picture in re.findall(r"<img\b[^>]*>", text)
    ]

    assert pictures
    assert [name for name, picture in pictures if not {"width=", "height="} <= set(re.findall(r"\w+=", picture))] == []
