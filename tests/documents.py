"""Reads the prose for contributors: what it names in backticks, where its links lead, what its tables hold."""

import ast
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import dropwhile, product, takewhile
from pathlib import Path

from tests.source import ROOT

# Not part of the product, or made by a machine.
LEFT_OUT = {".git", ".venv", ".mypy_cache", ".ruff_cache", ".hypothesis", "__pycache__", "var", "staticfiles"}
SOURCE = {".py", ".html", ".js", ".css", ".toml", ".in", ".conf", ".service", ".env", ".yml", ".yaml", ""}
FILE = re.compile(r"[\w.*-]+\.(?:py|js|css|html|md|toml|csv|po|mo|txt|in|ya?ml|conf|service|env|example)")
PATH = re.compile(r"\.?\w[\w.*{},-]*/[\w.*{},/-]*")
CALL = re.compile(r"([\w.]+)\(.*\)")
COMMAND = re.compile(r"(make|manage\.py) ([a-z_]+)")
SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def documents() -> list[Path]:
    """All prose of the project."""
    return [*sorted(ROOT.glob("*.md")), *_pages()]


def guides() -> list[Path]:
    """The prose for contributors, which names what is in the source."""
    return [ROOT / "CONTRIBUTING.md", *_pages()]


def _pages() -> list[Path]:
    return sorted(ROOT.glob("docs/**/*.md"))


def spans(text: str) -> list[str]:
    """What stands in backticks, each once; blocks of code are left out."""
    return list(dict.fromkeys(SPAN.findall(FENCE.sub("", text))))


def rows(text: str, heading: str) -> list[list[str]]:
    """The cells of the first table below a heading, without its head."""
    below = dropwhile(lambda line: not line.startswith("|"), text.split(f"# {heading}\n", 1)[1].splitlines())
    table = list(takewhile(lambda line: line.startswith("|"), below))
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[2:]]


def broken_links(document: Path) -> list[str]:
    """The links of a document to files or headings that do not exist; addresses of the web are not asked."""
    found = []
    for target in LINK.findall(FENCE.sub("", document.read_text(encoding="utf-8"))):
        path, _, anchor = target.partition("#")
        file = document.parent / path if path else document
        if not re.match(r"[a-z]+:", target) and not (file.exists() and (not anchor or anchor in _anchors(file))):
            found.append(target)
    return found


def _anchors(file: Path) -> set[str]:
    """The addresses that GitHub gives to the headings of a file."""
    headings = HEADING.findall(FENCE.sub("", file.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@dataclass(frozen=True)
class Product:
    """The product by its names: files, modules and what they define, commands, and every text of the source."""

    root: Path = ROOT

    def has(self, name: str) -> bool:
        """Whether a name of the prose exists. Sentences, addresses and the like are no names, and always exist."""
        if command := COMMAND.fullmatch(name):
            return command[2] in (self.targets if command[1] == "make" else self.commands)
        if call := CALL.fullmatch(name):
            return self.has(call[1])
        if PATH.fullmatch(name) or FILE.fullmatch(name):
            return self.has_file(name)
        if re.fullmatch(r"\w+(?:\.\w+)+", name):
            return self.defines(name) or name in self.text
        if re.fullmatch(r"[\w-]+", name):
            # A name may stand for all that begin with it: ``data-``.
            return any(word.startswith(name) for word in self.words) if name.endswith("-") else name in self.words
        return True

    def has_file(self, name: str) -> bool:
        if FILE.fullmatch(name):
            return any(file.match(name) for file in self.files)
        return name.split("/", maxsplit=1)[0] in LEFT_OUT or all(self.has_path(each) for each in _expanded(name))

    def has_path(self, path: str) -> bool:
        """Whether it is a file or a folder, perhaps with stars in it; leading folders may be left out."""
        return any(self.root.glob(path)) or any(f"/{path}/" in f"/{file}/" for file in self.files)

    def defines(self, name: str) -> bool:
        """Whether it is a module, or what a module defines; leading packages, or the whole module, may be left out."""
        parts = name.split(".")
        for end in range(len(parts) + 1):
            module, rest = ".".join(parts[:end]), ".".join(parts[end:])
            meant = [names for known, names in self.modules.items() if not module or f".{known}".endswith(f".{module}")]
            if any(not rest or rest in names for names in meant):
                return True
        return False

    @cached_property
    def files(self) -> list[Path]:
        found = []
        for folder, folders, names in os.walk(self.root):
            folders[:] = [each for each in folders if each not in LEFT_OUT]
            found += [Path(folder, name).relative_to(self.root) for name in names]
        return found

    @cached_property
    def modules(self) -> dict[str, set[str]]:
        """What each module defines or takes in, members of its classes included."""
        found = {}
        for path in self.files:
            if path.suffix == ".py" and "migrations" not in path.parts:
                tree = ast.parse((self.root / path).read_text(encoding="utf-8"))
                found[".".join(path.with_suffix("").parts).removesuffix(".__init__")] = set(_defined(tree))
        return found

    @cached_property
    def text(self) -> str:
        """All source in one text, without the prose, and without the tests of the prose, which make up names."""
        read = [path for path in self.files if path.suffix in SOURCE and path.name != "test_docs.py"]
        return "\n".join((self.root / path).read_text(encoding="utf-8", errors="ignore") for path in read)

    @cached_property
    def words(self) -> set[str]:
        return set(re.findall(r"[\w-]+", self.text))

    @cached_property
    def targets(self) -> set[str]:
        return set(re.findall(r"^([a-z-]+):", (self.root / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))

    @cached_property
    def commands(self) -> set[str]:
        ours = {path.stem for path in self.files if path.parts[-3:-1] == ("management", "commands")}
        return ours | {"check", "clearsessions", "collectstatic", "createsuperuser", "makemigrations", "migrate"}


def _expanded(name: str) -> Iterator[str]:
    """``a/{b,c}/d`` is two paths."""
    parts = [part.split(",") for part in re.split(r"[{}]", name.rstrip("/"))]
    plain = [[",".join(part)] if i % 2 == 0 else part for i, part in enumerate(parts)]
    return ("".join(chosen) for chosen in product(*plain))


def _defined(tree: ast.Module | ast.ClassDef, owner: str = "") -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield owner + node.name
        if isinstance(node, ast.ClassDef):
            yield from _defined(node, f"{owner}{node.name}.")
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (owner + target.id for target in targets if isinstance(target, ast.Name))
        if isinstance(node, ast.ImportFrom):
            yield from (owner + (alias.asname or alias.name) for alias in node.names)
