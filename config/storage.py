"""Static files as they are served: put together, compressed, and named by their content."""

from collections.abc import Iterator

from django.contrib.staticfiles.apps import StaticFilesConfig
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

from config.assets import STYLES, bundled_scripts, bundled_style

Paths = dict[str, tuple[Storage, str]]


class CollectedStaticFiles(StaticFilesConfig):
    """Django's own application for static files, without files that nothing asks for."""

    # The extensions of htmx name modules in their comments that do not exist, on which hashing would stumble; of the
    # rest of it our pages load one file.
    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "django_htmx/ext/*", "django_htmx/htm*-4*"]


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Each surface's stylesheet and script in one file; all files compressed, to be cached for ever."""

    # The imports of ES modules are rewritten, too, so they may not be computed.
    support_js_module_import_aggregation = True

    def post_process(self, paths: Paths, dry_run: bool = False, **options: object) -> Iterator[object]:
        yield from super().post_process(paths if dry_run else bundled(paths), dry_run=dry_run, **options)


def bundled(paths: Paths) -> Paths:
    """The collected files with bundles in place of their entries, and without our parts of them."""

    def read(name: str) -> str:
        storage, path = paths[name]
        with storage.open(path) as file:
            content: bytes = file.read()
            return content.decode()

    bundles = {**{name: bundled_style(name, read) for name in STYLES}, **bundled_scripts(read)}
    storage = InMemoryStorage()
    for name, text in bundles.items():
        storage.save(name, ContentFile(text.encode()))
    parts = ("css/components/", "css/layouts/", "css/pages/", "js/behaviours/", "js/lib/")
    others = {name: place for name, place in paths.items() if not name.startswith(parts)}
    return {**others, **{name: (storage, name) for name in bundles}}
