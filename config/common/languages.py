"""The languages of the product, and what administrators write in each of them."""

from django.conf import settings
from django.db import models

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


def texts_of(obj: models.Model, field: str) -> dict[str, str]:
    """A translated field in every language, with the default language's text where one is missing."""
    texts = {language: getattr(obj, f"{field}_{language}") for language in LANGUAGES}
    return {language: text or texts[settings.LANGUAGE_CODE] for language, text in texts.items()}
