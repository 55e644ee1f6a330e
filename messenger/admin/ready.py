"""The administration of ready messages."""

from django.contrib import admin
from django.core.exceptions import ValidationError

from config.common.admin import ModelForm, TranslatedAdmin, languages
from config.common.languages import LANGUAGES
from messenger.composed import choices_fault, placeholder_fault, tidy_choices
from messenger.models import ReadyMessage


class ReadyMessageForm(ModelForm[ReadyMessage]):
    """Keeps placeholders and answers alike in all languages."""

    def clean(self) -> None:
        super().clean()
        given = self.cleaned_data
        asked = {language: tidy_choices(given.get(f"choices_{language}")) for language in LANGUAGES}
        for language in LANGUAGES:
            given[f"choices_{language}"] = "\n".join(asked[language])
            text, english = given.get(f"text_{language}") or "", given.get("text_en") or ""
            if text and (fault := placeholder_fault(text, english)):
                self.add_error(f"text_{language}", ValidationError(fault))
            if asked[language] and (fault := choices_fault(asked[language], asked["en"])):
                self.add_error(f"choices_{language}", ValidationError(fault))


@admin.register(ReadyMessage)
class ReadyMessageAdmin(TranslatedAdmin[ReadyMessage]):
    """What was sent keeps the texts that it had."""

    menu_place = 1
    form = ReadyMessageForm
    list_display = ("text", "position", "is_active", "translations")
    list_filter = ("is_active",)
    search_fields = languages("text")
    fieldsets = ((None, {"fields": (languages("text"), languages("choices"), ("icon", "position", "is_active"))}),)
