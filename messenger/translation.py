"""Texts of messenger that administrators write in three languages."""

from modeltranslation.translator import TranslationOptions, register

from messenger.models import ReadyMessage


@register(ReadyMessage)
class ReadyMessageTranslation(TranslationOptions):
    fields = ("text", "choices")
    required_languages = {"en": ("text",)}
