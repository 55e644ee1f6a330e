"""The form of a rating."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ratings.models import Score
from ratings.services import MAX_COMMENT_LENGTH


class RatingForm(forms.Form):
    score = forms.TypedChoiceField(
        label=_("How satisfied are you?"),
        choices=Score.choices,
        coerce=int,
        error_messages={
            "required": _("Choose one of the five faces."),
            "invalid_choice": _("Choose one of the five faces."),
        },
    )
    comment = forms.CharField(
        label=_("Comment (optional)"),
        max_length=MAX_COMMENT_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    use_required_attribute = False
