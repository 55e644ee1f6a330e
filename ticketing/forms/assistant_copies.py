"""Choosing what is copied, and where to."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from config.common.languages import LANGUAGES
from fleet.models import Template
from ticketing.assistants.content import Texts
from ticketing.forms.assistants import RowForm, language_fields
from ticketing.services.assistant_copies import Parts

PARTS = {"groups": _("Groups"), "flows": _("Creation flows"), "assistant": _("Assistant")}


class TargetForm(forms.Form):
    """The assistant that an element is copied to."""

    use_required_attribute = False
    template = forms.TypedChoiceField(label=_("Template"), coerce=int)
    new_key = forms.SlugField(max_length=16, widget=forms.HiddenInput)

    def __init__(self, templates: Iterable[Template], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["template"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(template.pk, str(template)) for template in templates]


class SourceForm(forms.Form):
    """The template whose assistant is copied; for administrators also its groups and flows."""

    use_required_attribute = False
    source = forms.TypedChoiceField(label=_("Copy from"), coerce=int)
    parts = forms.MultipleChoiceField(
        label=_("What is copied"), choices=tuple(PARTS.items()), widget=forms.CheckboxSelectMultiple
    )
    # The `newest_parts` of the target as the page was made.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, templates: Iterable[Template], *args: object, with_parts: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["source"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(template.pk, str(template)) for template in templates]
        if not with_parts:
            del self.fields["parts"], self.fields["seen"]

    @property
    def chosen(self) -> Parts:
        """Of a valid form."""
        return _parts(self.cleaned_data.get("parts", ["assistant"]))


class NewTemplateForm(RowForm):
    """The names of a new template, and what it takes along."""

    parts = forms.MultipleChoiceField(
        label=_("What is copied"),
        choices=tuple(PARTS.items()),
        initial=list(PARTS),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    @property
    def names(self) -> Texts:
        """Of a valid form."""
        return Texts({language: self.cleaned_data[f"name_{language}"] for language in LANGUAGES})

    @property
    def chosen(self) -> Parts:
        """Of a valid form."""
        return _parts(self.cleaned_data["parts"])


NewTemplateForm.base_fields = {
    **language_fields("name", _("Name"), 120, is_needed=True),
    **NewTemplateForm.base_fields,
}


def _parts(chosen: list[str]) -> Parts:
    return Parts(**{name: name in chosen for name in PARTS})
