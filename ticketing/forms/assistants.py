"""The fields of an element, its parts, files and buttons, with texts in three languages."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import URLValidator
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from config.common.languages import LANGUAGES
from config.common.typed import LineField, TextField
from ticketing.assistants.checks import LANGUAGE_NAMES
from ticketing.assistants.content import ButtonContent, Texts
from ticketing.assistants.walk import host_of
from ticketing.models import ButtonAnswer, ButtonTarget, ElementKind

NEW, ADDRESS = "new", "address"
PRESET = (ButtonAnswer.YES, ButtonAnswer.NO)


def language_fields(
    name: str, label: str | Promise, longest: int, *, lines: int = 0, is_needed: bool = False
) -> dict[str, LineField | TextField]:
    """A text field for each language; only the default one is needed."""
    return {
        f"{name}_{language}": (TextField if lines else LineField)(
            label=format_lazy("{label} ({language})", label=label, language=LANGUAGE_NAMES[language]),
            max_length=longest,
            required=is_needed and language == settings.LANGUAGE_CODE,
            widget=forms.Textarea(attrs={"rows": lines}) if lines else forms.TextInput(),
        )
        for language in LANGUAGES
    }


class RowForm(forms.Form):
    """Fields with texts in several languages."""

    use_required_attribute = False

    def text(self, name: str) -> Texts:
        """Of a valid form; also of one that is wrong, as far as it can be read."""
        found = {language: self.cleaned_data.get(f"{name}_{language}", "") for language in LANGUAGES}
        return Texts(found)

    def trio(self, name: str) -> list[tuple[str, forms.BoundField]]:
        """The fields of a text with their languages."""
        return [(language, self[f"{name}_{language}"]) for language in LANGUAGES]


class ElementForm(RowForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=ElementKind.choices)
    is_searchable = forms.BooleanField(label=_("Found by search"), required=False)


ElementForm.base_fields |= language_fields("title", _("Title"), 120, is_needed=True)
ElementForm.base_fields |= language_fields("body", _("Text"), 5_000, lines=5)


class PartForm(RowForm):
    """A step, or a question with its answer."""


PartForm.base_fields |= language_fields("title", _("Title"), 200)
PartForm.base_fields |= language_fields("text", _("Text"), 2_000, lines=3)


class FileForm(RowForm):
    """The caption of a picture or film, and a new poster."""


FileForm.base_fields |= language_fields("caption", _("Description"), 200)


class ButtonForm(RowForm):
    """`goal` is "element:<key>", "flow:<id>", "new", "address", or empty where it leads nowhere yet."""

    answer = forms.ChoiceField(choices=ButtonAnswer.choices, widget=forms.HiddenInput)
    goal = forms.ChoiceField(
        label=_("Leads to"),
        required=False,
        error_messages={"invalid_choice": _("This is no longer there. Choose where the button leads.")},
    )
    address = LineField(
        label=_("Address"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://"}),
    )
    new_key = forms.SlugField(max_length=16, required=False, widget=forms.HiddenInput)

    @property
    def is_preset(self) -> bool:
        return self["answer"].value() in PRESET

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("goal") == ADDRESS:
            try:
                URLValidator(schemes=["https"])(address := cleaned.get("address", ""))
            except forms.ValidationError:
                address = ""
            if not host_of(address):
                self.add_error("address", _("Enter a whole address that begins with https://."))
        is_free = cleaned.get("answer") == ButtonAnswer.OTHER
        if is_free and "label_en" in cleaned and not cleaned["label_en"]:
            self.add_error("label_en", _("What stands on the button, in English at least?"))
        return cleaned

    def content(self) -> ButtonContent:
        """As far as the form can be read; a new element is named by the key that it will have."""
        goal = self.cleaned_data.get("goal") or ""
        kind, _colon, target = goal.partition(":")
        leads_to = ButtonTarget.ELEMENT
        if kind == NEW:
            target = self.cleaned_data.get("new_key", "")
        elif kind == ADDRESS:
            leads_to, target = ButtonTarget.ADDRESS, self.cleaned_data.get("address", "")
        elif kind == "flow":
            leads_to = ButtonTarget.FLOW
        if leads_to == ButtonTarget.ADDRESS and not target:
            leads_to = ButtonTarget.ELEMENT
        answer = ButtonAnswer(self.cleaned_data.get("answer") or ButtonAnswer.OTHER)
        label = self.text("label") if answer == ButtonAnswer.OTHER else Texts(dict.fromkeys(LANGUAGES, ""))
        return ButtonContent(answer, label, leads_to, target)


# In the order of the page, by which errors are listed.
ButtonForm.base_fields = {**language_fields("label", _("Label"), 80), **ButtonForm.base_fields}


# For file dialogs.
PICTURES = "image/jpeg,image/png,image/webp"
PICTURES_AND_FILMS = f"{PICTURES},image/gif,video/mp4,video/webm"
