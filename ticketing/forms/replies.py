"""A canned reply, as it is written and changed."""

from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from config.common.forms import Helper
from config.common.languages import LANGUAGES
from config.common.typed import LineField, TextField
from messenger.services.messages import MAX_TEXT_LENGTH

MAX_NAME = 60


def _text(label: object) -> TextField:
    widget = forms.Textarea(attrs={"rows": 4, "data-behaviour": "autogrow"})
    return TextField(label=label, max_length=MAX_TEXT_LENGTH, required=False, widget=widget)


class ReplyForm(forms.Form):
    """With `may_share` it can be one for all employees, as long as it is new."""

    name = LineField(label=_("Name"), max_length=MAX_NAME, help_text=_("You find it by this behind a slash."))
    text_en = _text(_("Text, English"))
    text_de = _text(_("Text, German"))
    text_fr = _text(_("Text, French"))
    is_shared = forms.BooleanField(label=_("For all employees"), required=False)

    use_required_attribute = False

    def __init__(self, data: object = None, *, may_share: bool, initial: dict[str, object] | None = None) -> None:
        super().__init__(data, initial=initial)  # type: ignore[arg-type]
        if not may_share:
            del self.fields["is_shared"]
        self.helper = Helper(Layout(*self.fields))

    @property
    def texts(self) -> dict[str, str]:
        """Of a valid form, by language."""
        return {language: self.cleaned_data[f"text_{language}"] for language in LANGUAGES}
