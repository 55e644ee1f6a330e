"""Static files: what templates and modules name exists, and each surface's files are put together."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import override_settings

from config.assets import SCRIPTS, SHARED, STYLES, AssetError, bundled_scripts
from config.jinja import chunks_of, sheets_of
from tests import source

STATIC_TAG = re.compile(r"""\bstatic[( ]["']([^"']+)["']""")
STYLE_FOLDER = source.ROOT / "static/css"
COMPUTED_IMPORT = re.compile(r"\bimport\(\s*[^\"'\s)]")


def test_static_files_named_in_templates_exist() -> None:
    missing = [
        f"{path.relative_to(source.ROOT)}: {name}"
        for path, text in source.templates()
        for name in STATIC_TAG.findall(text)
        if not finders.find(name)
    ]

    assert missing == []


def test_modules_compute_no_import_path() -> None:
    # A computed path cannot be hashed, so it would break in production only.
    scripts = (source.ROOT / "static").rglob("*.js")
    assert [str(path) for path in scripts if COMPUTED_IMPORT.search(path.read_text(encoding="utf-8"))] == []


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The settings with which all static files have been collected."""
    hashed = {"staticfiles": {"BACKEND": "config.storage.HashedStaticFilesStorage"}}
    chosen = {"STATIC_ROOT": tmp_path_factory.mktemp("static"), "STORAGES": {**settings.STORAGES, **hashed}}
    with override_settings(**chosen):
        call_command("collectstatic", interactive=False, verbosity=0)
    return chosen


@pytest.fixture
def folder(served: dict[str, Any]) -> Iterator[Path]:
    with override_settings(**served):
        yield served["STATIC_ROOT"]


@pytest.fixture
def collected(folder: Path) -> dict[str, str]:
    """The names that collected files are served under."""
    names: dict[str, str] = json.loads((folder / "staticfiles.json").read_text(encoding="utf-8"))["paths"]
    return names


def test_a_surface_has_one_stylesheet_and_one_script(collected: dict[str, str], folder: Path) -> None:
    for name in (*STYLES, *SCRIPTS):
        text = (folder / collected[name]).read_text(encoding="utf-8")
        assert "@import" not in text
        assert not re.search(r"^import\b", text, re.MULTILINE)
    assert "css/base.css" not in [name for name in collected if name.startswith("css/components")]


def test_collected_texts_lie_there_in_both_compressions(collected: dict[str, str], folder: Path) -> None:
    for name in (*STYLES, *SCRIPTS):
        plain, brotli, gzip = (folder / f"{collected[name]}{end}" for end in ("", ".br", ".gz"))
        assert brotli.stat().st_size < gzip.stat().st_size < plain.stat().st_size, name


def test_only_what_is_named_by_its_content_is_compressed(collected: dict[str, str], folder: Path) -> None:
    compressed = {path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.br")}

    assert compressed
    assert compressed <= set(collected.values())


def test_chunks_are_named_by_their_content(collected: dict[str, str], folder: Path) -> None:
    portal = (folder / collected["js/portal.js"]).read_text(encoding="utf-8")

    chunk = Path(collected["js/behaviours/messenger.js"]).name
    assert f'import("./behaviours/{chunk}")' in portal
    assert chunk != "messenger.js"


def test_chunks_name_the_file_that_they_share_by_its_content(collected: dict[str, str], folder: Path) -> None:
    messenger = (folder / collected["js/behaviours/messenger.js"]).read_text(encoding="utf-8")

    assert messenger.startswith(f'import"../{Path(collected[SHARED]).name}";')
    assert f"/static/{collected[SHARED]}" in chunks_of('<div data-behaviour="menu messenger">')
    assert chunks_of('<div data-behaviour="viewer">') == [f"/static/{collected['js/behaviours/viewer.js']}"]


@pytest.mark.parametrize(
    ("markup", "names"),
    [
        ('<p class="device-hero button">class attachment bubble</p>', []),
        ("<p class='field uploader__input'>", ["files"]),
        ('<p class="uploader__label">', ["files"]),
        ('<p class="status-bar__dot">', ["ticket"]),
        ('<p class="x-bubble bubble-x"><p class="a b\nattachment"><p class="bubble">', ["files", "ticket"]),
    ],
)
def test_pages_of_the_portal_name_the_stylesheets_of_their_classes(markup: str, names: list[str]) -> None:
    assert sheets_of(markup) == [f"/static/css/{name}.css" for name in names]


def test_the_portal_holds_nothing_of_the_back_office(collected: dict[str, str], folder: Path) -> None:
    portal = "".join(
        (folder / collected[name]).read_text(encoding="utf-8") for name in ("css/portal.css", "js/portal.js")
    )

    assert ".side-nav" not in portal
    assert "/bell.js" not in portal


FILES = {
    "a.js": 'import {b} from "./lib/b.js";\nimport * as c from "./lib/c.js";\nstart({c, d: () => import("./d.js")});\n',
    "d.js": 'import {b as bee} from "./lib/b.js";\nimport {own} from "./lib/own.js";\nexport function connect() {\n}\n',
    "lib/b.js": "export const b = 1;\n",
    "lib/c.js": 'import {b} from "./b.js";\nexport class C {\n}\n',
    "lib/own.js": "export async function own() {\n}\n",
}


def test_modules_are_put_together_once_each() -> None:
    bundles = bundled_scripts(FILES.__getitem__, ["a.js"])

    assert bundles["a.js"].index('modules["lib/b.js"]') < bundles["a.js"].index('modules["lib/c.js"]')
    assert 'const {b: bee} = modules["lib/b.js"];' not in bundles["a.js"]
    assert 'modules["lib/own.js"] ??=' not in bundles["a.js"]
    assert 'modules["lib/b.js"] ??=' not in bundles["d.js"]
    assert 'modules["lib/own.js"] ??=' in bundles["d.js"]
    assert 'const {b: bee} = modules["lib/b.js"];' in bundles["d.js"]
    assert bundles["d.js"].endswith("export {connect};\n")


def test_a_module_of_two_chunks_is_in_the_file_that_they_share() -> None:
    files = {**FILES, "a.js": FILES["a.js"] + ' import("./e.js");\n', "e.js": 'import {own} from "./lib/own.js";\n'}

    bundles = bundled_scripts(files.__getitem__, ["a.js"])

    assert {name for name, text in bundles.items() if 'modules["lib/own.js"] ??=' in text} == {SHARED}
    assert bundles["d.js"].startswith('import "js/shared.js";\n')
    assert bundles["e.js"].startswith('import "js/shared.js";\n')


def test_what_one_surface_has_is_shared_for_the_other() -> None:
    files = {**FILES, "o.js": 'import {own} from "./lib/own.js";\nstart({d: () => import("./d.js")});\n'}

    bundles = bundled_scripts(files.__getitem__, ["a.js", "o.js"])

    assert {name for name, text in bundles.items() if 'modules["lib/own.js"] ??=' in text} == {SHARED, "o.js"}


@pytest.mark.parametrize(
    "line", ["export default 1;", 'export {b} from "./b.js";', 'import "./b.js";', "export let x = 1;"]
)
def test_other_ways_to_import_and_export_are_refused(line: str) -> None:
    with pytest.raises(AssetError, match="not bundled"):
        bundled_scripts({"a.js": f"{line}\n"}.__getitem__, ["a.js"])


def test_behaviours_are_those_that_templates_name() -> None:
    named = {
        name
        for text in [*(text for _path, text in source.templates()), *(p.read_text() for p, _tree in source.modules())]
        for found in re.findall(r"""data[-_]behaviour(?:=|": )["']([^"']+)["']""", text)
        for name in found.split()
    }
    written = {path.stem for path in (source.ROOT / "static/js/behaviours").glob("*.js")}

    # The first is on every time that `config.common.interface.when` draws, the second on long texts with a limit, the
    # others on dialogs and boxes from the moment in which they are needed.
    assert named | {"relative-time", "char-counter", "viewer", "drawing", "recorder"} == written


def classes_of(styles: str) -> set[str]:
    return set(re.findall(r"\.([a-zA-Z][\w-]*)", re.sub(r"/\*.*?\*/", "", styles, flags=re.DOTALL)))


def names_in(texts: list[str]) -> Callable[[str], bool]:
    """Whether one of the texts holds a word, or a pattern like ``status--{{ value.tone }}`` of it."""
    words = {word for text in texts for word in re.findall(r"[\w-]+", text)}
    patterned = (re.sub(r"{{.*?}}|\${.*?}", "\0", text) for text in texts)
    patterns = {word for text in patterned for word in re.findall(r"[\w\0-]*\0[\w\0-]*", text) if len(word) > 3}
    pattern = re.compile("|".join(word.replace("\0", "[\\w-]+") for word in sorted(patterns)))
    return lambda name: name in words or pattern.fullmatch(name) is not None


def test_every_class_of_our_stylesheets_is_used() -> None:
    # Those of the administration are Django's.
    paths = [STYLE_FOLDER / "base.css", *STYLE_FOLDER.glob("*/*.css")]
    styles = "".join(path.read_text(encoding="utf-8") for path in paths)
    texts = [text for _path, text in source.templates()]
    texts += [path.read_text(encoding="utf-8") for path in (source.ROOT / "static/js").rglob("*.js")]
    texts += [path.read_text(encoding="utf-8") for path, _tree in source.modules()]

    # While it asks, htmx marks what is to be replaced.
    is_used = names_in([*texts, "htmx-request"])

    assert [name for name in sorted(classes_of(styles)) if not is_used(name)] == []
    assert not is_used("no-such-class")
    assert is_used("status--in-progress")
