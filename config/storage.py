"""Storage of static files in production."""

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class HashedStaticFilesStorage(ManifestStaticFilesStorage):
    """Names files by their content, also in the imports of ES modules, so that they can be cached for ever."""

    support_js_module_import_aggregation = True
