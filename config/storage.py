"""Static files in production: which are collected, and under which names they are served."""

from django.contrib.staticfiles.apps import StaticFilesConfig
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class CollectedStaticFiles(StaticFilesConfig):
    """Django's own application for static files, without files that nobody serves.

    The extensions of htmx name modules in their comments that do not exist, on which hashing would stumble.
    """

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "django_htmx/ext/*"]


class HashedStaticFilesStorage(ManifestStaticFilesStorage):
    """Names files by their content, also in the imports of ES modules, so that they can be cached for ever."""

    support_js_module_import_aggregation = True
