"""Static files in production: which are collected, and under which names they are served."""

from django.contrib.staticfiles.apps import StaticFilesConfig
from whitenoise.storage import CompressedManifestStaticFilesStorage


class CollectedStaticFiles(StaticFilesConfig):
    """Django's own application for static files, without files that nobody serves.

    The extensions of htmx name modules in their comments that do not exist, on which hashing would stumble.
    """

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "django_htmx/ext/*"]


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Compresses files and names them by their content, so that they can be cached for ever.

    Also the imports of ES modules are rewritten; they may not be computed.
    """

    support_js_module_import_aggregation = True
