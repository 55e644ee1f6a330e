"""Puts each surface's stylesheet and script together from their parts, so that a page asks for few files.

A stylesheet is a list of ``@import``s. A script imports its modules, and names those that only some pages need by a
literal ``import()``; each of these becomes a file of its own, a chunk. In development everything works unbundled.
"""

import posixpath
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

STYLES = (
    *("css/office.css", "css/portal.css", "css/landing.css", "css/scan.css", "css/help.css", "css/styleguide.css"),
    "css/push.css",
    "css/recorder.css",
    "css/viewer.css",
    "css/voice.css",
    "css/drawing.css",
    *("css/files.css", "css/ticket.css"),
)
SCRIPTS = ("js/office.js", "js/portal.js")
# What more than one chunk needs, for pages whose script does not have it.
SHARED = "js/shared.js"

CSS_IMPORT = re.compile(r'^@import "([^"]+)";\n', re.MULTILINE)
JS_IMPORT = re.compile(r'^import (?:\* as (?P<all>\w+)|\{(?P<names>[^}]+)\}) from "(?P<path>[^"]+)";\n', re.MULTILINE)
JS_EXPORT = re.compile(r"^export (?=(?:async )?function (\w+)|class (\w+)|const (\w+))", re.MULTILINE)
JS_CHUNK = re.compile(r'\bimport\("([^"]+)"\)')
JS_OTHER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)

Read = Callable[[str], str]


class AssetError(ValueError):
    """A stylesheet or script is written in a way that cannot be put together; the message names file and line."""


def bundled_style(name: str, read: Read) -> str:
    """The stylesheet with its imports in their places; their relative addresses must be none."""
    return CSS_IMPORT.sub(lambda found: bundled_style(beside(name, found[1]), read), read(name))


def bundled_scripts(read: Read, entries: Iterable[str] = SCRIPTS) -> dict[str, str]:
    """Every entry and every chunk by its name, and what several chunks need and an entry does not have.

    A module that one chunk alone needs is part of it. Modules keep what they know, such as the one socket of a page,
    so whichever file has one first makes it.
    """
    graph = Graph(read)
    entries = tuple(entries)
    late = late_modules(graph, entries)
    bundles = {entry: graph.wrapped(graph.closure(entry), body_of=entry) for entry in entries}
    for chunk, modules in late.items():
        has_it_all = [set(graph.closure(entry)) for entry in entries if chunk in graph.chunks(entry)]
        own = [m for m in graph.closure(chunk) if m not in modules and not all(m in found for found in has_it_all)]
        before = f'import "{posixpath.relpath(SHARED, posixpath.dirname(chunk) or ".")}";\n' if modules else ""
        bundles[chunk] = before + graph.wrapped(own, body_of=chunk)
    if shared := list(dict.fromkeys(module for modules in late.values() for module in modules)):
        bundles[SHARED] = graph.wrapped(shared)
    return bundles


def late_modules(graph: "Graph", entries: Iterable[str] = SCRIPTS) -> dict[str, list[str]]:
    """Of each chunk what it needs of the file that chunks share, each after what it needs itself."""
    closures = {entry: set(graph.closure(entry)) for entry in entries}
    asking = {entry: graph.chunks(entry) for entry in closures}
    chunks = sorted({chunk for found in asking.values() for chunk in found})
    uses = Counter(module for found in (*closures.values(), *map(graph.closure, chunks)) for module in found)

    def is_late(module: str, chunk: str) -> bool:
        return uses[module] > 1 and any(chunk in asking[entry] and module not in closures[entry] for entry in closures)

    return {chunk: [module for module in graph.closure(chunk) if is_late(module, chunk)] for chunk in chunks}


@dataclass
class Graph:
    """The modules and what they import, read once."""

    read: Read
    sources: dict[str, str] = field(default_factory=dict)

    def source(self, name: str) -> str:
        if name not in self.sources:
            self.sources[name] = self.read(name)
        return self.sources[name]

    def imports(self, name: str) -> list[str]:
        return [beside(name, found["path"]) for found in JS_IMPORT.finditer(self.source(name))]

    def closure(self, name: str) -> list[str]:
        """What a module needs, each after what it needs itself, without the module."""
        found: dict[str, None] = {}

        def visit(module: str) -> None:
            for other in self.imports(module):
                if other not in found:
                    visit(other)
                    found[other] = None

        visit(name)
        return list(found)

    def chunks(self, entry: str) -> list[str]:
        return [beside(entry, path) for path in JS_CHUNK.findall(self.source(entry))]

    def wrapped(self, modules: list[str], *, body_of: str = "") -> str:
        """The modules as functions that run once, then the body of another one, which may export."""
        parts = ["const modules = (globalThis.fleetdesk ??= {});\n"]
        for name in modules:
            text, exported = self.body(name)
            parts.append(f'modules["{name}"] ??= (() => {{\n{text}return {{{", ".join(exported)}}};\n}})();\n')
        if not body_of:
            return "".join(parts)
        text, exported = self.body(body_of)
        export = f"export {{{', '.join(exported)}}};\n" if exported else ""
        return "".join([*parts, text, export])

    def body(self, name: str) -> tuple[str, list[str]]:
        """The text of a module without imports and exports, and the names that it exports."""

        def constant(found: re.Match[str]) -> str:
            # "a as b" of an import is "a: b" of a constant.
            names = found["all"] or f"{{{re.sub(r' as ', ': ', found['names'])}}}"
            return f'const {names} = modules["{beside(name, found["path"])}"];\n'

        source = self.source(name)
        exported = [next(filter(None, found.groups())) for found in JS_EXPORT.finditer(source)]
        text = JS_EXPORT.sub("", JS_IMPORT.sub(constant, source))
        if left := JS_OTHER.search(text):
            raise AssetError(f"{name}: {left.group().strip()!r} is a way to import or export that is not bundled.")
        return text, exported


def beside(name: str, path: str) -> str:
    """The name of a file that another one names relative to itself."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
