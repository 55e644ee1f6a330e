"""Texts of ticketing that administrators write in three languages."""

from modeltranslation.translator import TranslationOptions, register

from ticketing.models import (
    ActionButton,
    Category,
    Choice,
    CreationFlow,
    Element,
    ElementFile,
    ElementPart,
    Question,
    Step,
)


@register(Category)
class CategoryTranslation(TranslationOptions):
    fields = ("name",)
    required_languages = ("en",)


@register(CreationFlow)
class CreationFlowTranslation(TranslationOptions):
    fields = ("name", "button_label", "description")
    required_languages = {"en": ("name", "button_label")}


@register(Step)
class StepTranslation(TranslationOptions):
    fields = ("title", "help_text")
    required_languages = {"en": ("title",)}


@register(Question)
class QuestionTranslation(TranslationOptions):
    fields = ("text", "help_text")
    required_languages = {"en": ("text",)}


@register(Choice)
class ChoiceTranslation(TranslationOptions):
    fields = ("label", "instruction")
    required_languages = {"en": ("label",)}


@register(Element)
class ElementTranslation(TranslationOptions):
    fields = ("title", "body")
    required_languages = {"en": ("title",)}


@register(ElementPart)
class ElementPartTranslation(TranslationOptions):
    fields = ("title", "text")


@register(ElementFile)
class ElementFileTranslation(TranslationOptions):
    fields = ("caption",)


@register(ActionButton)
class ActionButtonTranslation(TranslationOptions):
    fields = ("label",)
