"""Rules of construction that the source itself must keep."""

import ast
import re
from pathlib import Path

import pytest
from django.core.management import call_command

from tests import source

TOP_LEVEL = {
    ".ci", ".editorconfig", ".env.example", ".github", ".gitignore", ".pre-commit-config.yaml", "CHANGELOG.md",
    "CONTRIBUTING.md", "LICENSE", "Makefile", "README.md", "SECURITY.md", "config", "docs", "fleet", "locale",
    "manage.py", "messenger", "pyproject.toml", "ratings", "requirements-dev.in", "requirements-dev.txt",
    "requirements.in", "requirements.txt", "static", "templates", "tests", "ticketing",
}  # fmt: skip
NOT_COMMITTED = {
    ".git",
    ".venv",
    "var",
    "staticfiles",
    ".env",
    ".mypy_cache",
    ".ruff_cache",
    ".hypothesis",
    "__pycache__",
}
MANAGERS = {"objects", "_default_manager", "_base_manager"}
INLINE = {
    "inline style": re.compile(r"\sstyle\s*=|<style\b", re.IGNORECASE),
    "inline handler": re.compile(r"\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "inline script": re.compile(r"<script\b(?![^>]*\bsrc=)(?![^>]*application/(?:ld\+)?json)", re.IGNORECASE),
    "script address": re.compile(r"javascript:", re.IGNORECASE),
    "unescaped text": re.compile(r"\|\s*safe\b|autoescape off"),
}


def test_top_level_holds_exactly_the_agreed_files() -> None:
    present = {path.name for path in source.ROOT.iterdir()} - NOT_COMMITTED
    assert present <= TOP_LEVEL


def test_imports_go_down_the_chain_only() -> None:
    assert source.upward_imports() == []


def test_layer_check_sees_imports_in_functions_and_with_dots(tmp_path: Path) -> None:
    (tmp_path / "fleet" / "services").mkdir(parents=True)
    (tmp_path / "fleet" / "__init__.py").write_text("def late():\n    import ticketing.models\n")
    (tmp_path / "fleet" / "services" / "codes.py").write_text(
        "from config.common import rules\nfrom config import urls\n"
    )
    (tmp_path / "config" / "common").mkdir(parents=True)
    (tmp_path / "config" / "common" / "clock.py").write_text("from .. import urls\nfrom . import rules\n")
    (tmp_path / "config" / "demo").mkdir()
    (tmp_path / "config" / "demo" / "people.py").write_text("from config.common import clock\n")
    (tmp_path / "config" / "urls.py").write_text("from config import demo\n")
    (tmp_path / "ticketing").mkdir()
    (tmp_path / "ticketing" / "forms.py").write_text("def late():\n    import config.demo.people\n")

    assert source.upward_imports(tmp_path) == [
        "config/common/clock.py:1: config.common must not import config.urls",
        "config/urls.py:1: config must not import config.demo",
        "fleet/__init__.py:2: fleet must not import ticketing.models",
        "fleet/services/codes.py:2: fleet must not import config.urls",
        "ticketing/forms.py:2: ticketing must not import config.demo.people",
    ]


def named_upwards(tree: ast.Module, layer: str) -> list[str]:
    """What a module names of the layers above its own: rules, models and addresses."""
    above = [name for name in source.PACKAGES[1:] if source.LAYERS.index(name) > source.LAYERS.index(layer)]
    upper = re.compile(rf"(?:{'|'.join([*above, 'never'])})\.\w+|(?:office|portal):\w+")
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and upper.fullmatch(node.value)
    ]


def test_lower_apps_name_nothing_of_upper_ones() -> None:
    # Models are exempt: what belongs to a ticket says so by a foreign key.
    found = [
        f"{path.relative_to(source.ROOT)}: {name}"
        for path, tree in source.modules()
        if "models" not in path.parts
        for layer in [source.layer_of(".".join(path.relative_to(source.ROOT).with_suffix("").parts))]
        if layer in ("config.common", "fleet", "messenger")
        for name in named_upwards(tree, layer)
    ]

    assert found == []
    assert named_upwards(ast.parse('require(actor, "ticketing.view_ticket")'), "fleet") == ["ticketing.view_ticket"]
    assert named_upwards(ast.parse('reverse("office:ticket_list")'), "messenger") == ["office:ticket_list"]


def test_views_read_models_through_access_functions_only() -> None:
    found = [
        f"{path.relative_to(source.ROOT)}:{line}: .{name}"
        for path, tree in source.views()
        for line, name in source.attributes(tree)
        if name in MANAGERS
    ]

    assert found == []


def test_views_open_no_transactions() -> None:
    found = [
        f"{path.relative_to(source.ROOT)}:{line}"
        for path, tree in source.views()
        for line, name in source.imports(tree, "x", is_package=False)
        if name.startswith("django.db.transaction")
    ]

    assert found == []


def test_no_module_listens_to_model_signals() -> None:
    forbidden = ("django.db.models.signals", "django.dispatch.receiver", "django.dispatch.Signal")

    found = [
        f"{path.relative_to(source.ROOT)}:{line}: {name}"
        for path, tree in source.modules()
        for line, name in source.imports(tree, "x", is_package=False)
        if name.startswith(forbidden)
    ]

    assert found == []


def test_time_comes_from_the_clock_only() -> None:
    clock = source.ROOT / "config" / "common" / "clock.py"
    pattern = re.compile(r"\b(?:timezone|datetime|date)\.(?:now|utcnow|today)\(")

    found = [
        f"{path.relative_to(source.ROOT)}: {match.group()}"
        for path, _ in source.modules()
        if path != clock
        for match in pattern.finditer(path.read_text(encoding="utf-8"))
    ]

    assert found == []


def test_services_and_rules_say_what_they_guarantee() -> None:
    found = [
        f"{path.relative_to(source.ROOT)}: {function.name}"
        for path, tree in source.modules()
        for function in source.verbs_and_rules(path, tree)
        if not ast.get_docstring(function)
    ]

    assert found == []


def digits_of_any_script(tree: ast.Module) -> list[str]:
    """What also takes digits that no page of ours writes; `config.common.numbers` does not."""
    texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    docstrings = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, ast.Module)}
    methods = {"isdecimal", "isdigit", "isnumeric"}
    return [name for _line, name in source.attributes(tree) if name in methods] + [
        text for text in texts if r"\d" in text and text not in docstrings
    ]


def test_numbers_from_outside_are_plain_digits() -> None:
    found = [
        f"{path.relative_to(source.ROOT)}: {problem}"
        for path, tree in source.modules()
        for problem in digits_of_any_script(tree)
    ]

    assert found == []
    assert digits_of_any_script(ast.parse("wanted.isdecimal()"))
    assert digits_of_any_script(ast.parse(r"re.compile(r'[a-z]\d')"))


@pytest.mark.parametrize("what", INLINE)
def test_templates_hold_nothing_that_the_security_policy_blocks(what: str) -> None:
    found = [
        f"{path.relative_to(source.ROOT)}: {match.group().strip()}"
        for path, text in source.templates()
        for match in INLINE[what].finditer(re.sub(r"{#.*?#}", "", text))
    ]

    assert found == []


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_migrations_are_named_for_what_they_do() -> None:
    nameless = re.compile(r"_auto_|^(?!0001_)\d{4}_initial")
    found = [path.name for path in source.ROOT.glob("*/migrations/*.py") if nameless.search(path.name)]

    assert found == []
