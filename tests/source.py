"""Reads the product's own source: which files there are, what they import and which patterns they use."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# From the bottom up; a longer dotted prefix wins over a shorter one. Imports go down only.
LAYERS = ("config.common", "fleet", "messenger", "ticketing", "ratings", "config", "config.demo")
PACKAGES = ("config", "fleet", "messenger", "ticketing", "ratings")


def modules(root: Path = ROOT) -> Iterator[tuple[Path, ast.Module]]:
    """Every module of the product with its syntax tree; migrations are made by a machine and left out."""
    for path in _paths(root):
        yield path, _parsed(path.read_text(encoding="utf-8"))


def views(root: Path = ROOT) -> Iterator[tuple[Path, ast.Module]]:
    """The modules that answer requests."""
    for path in _paths(root):
        if path.stem == "views" or "views" in path.parts:
            yield path, _parsed(path.read_text(encoding="utf-8"))


def _paths(root: Path) -> Iterator[Path]:
    for package in PACKAGES:
        yield from (path for path in sorted((root / package).rglob("*.py")) if "migrations" not in path.parts)


@cache
def _parsed(text: str) -> ast.Module:
    """Two dozen guards read the same modules."""
    return ast.parse(text)


def templates(root: Path = ROOT) -> Iterator[tuple[Path, str]]:
    """Every template with its text."""
    for path in sorted((*root.glob("**/templates/**/*.*"), *root.glob("**/jinja2/**/*.*"))):
        if not {".venv", "var", "tests"} & set(path.relative_to(root).parts):
            yield path, path.read_text(encoding="utf-8")


def layer_of(module: str) -> str | None:
    """The layer that a dotted name belongs to; None for other people's packages."""
    parts = module.split(".")
    prefixes = (".".join(parts[:end]) for end in range(len(parts), 0, -1))
    return next((prefix for prefix in prefixes if prefix in LAYERS), None)


def imports(tree: ast.Module, module: str, *, is_package: bool) -> Iterator[tuple[int, str]]:
    """Line and full name of everything a module imports, also inside functions and with leading dots."""
    parents = module.split(".") if is_package else module.split(".")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = parents[: len(parents) - node.level + 1] if node.level else []
            stem = ".".join([*base, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{stem}.{alias.name}") for alias in node.names)


def upward_imports(root: Path = ROOT) -> list[str]:
    """Each import of a layer above the importing one, as a sentence."""
    found = []
    for path, tree in modules(root):
        relative = path.relative_to(root)
        module = ".".join(relative.with_suffix("").parts).removesuffix(".__init__")
        own = layer_of(module)
        for line, target in imports(tree, module, is_package=path.name == "__init__.py"):
            other = layer_of(target)
            if own and other and LAYERS.index(other) > LAYERS.index(own):
                found.append(f"{relative}:{line}: {own} must not import {target}")
    return found


def attributes(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and name of every attribute that a module reads."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield node.lineno, node.attr


def verbs_and_rules(path: Path, tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """The public functions of services, and the functions that are rules."""
    is_service = path.stem == "services" or "services" in path.parts
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
            continue
        if is_service or any(ast.unparse(decorator).startswith("rule(") for decorator in node.decorator_list):
            yield node
