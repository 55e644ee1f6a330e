"""The forms of a rating."""

from crispy_forms.layout import Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from config.common.forms import Helper
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
    helper = Helper(Layout(Field("score", template="fleetdesk/faces.html"), "comment"))


class QuickRatingForm(RatingForm):
    """Sent by the tap on a face."""

    helper = Helper(
        Layout(
            Field("score", template="fleetdesk/face_buttons.html"),
            Field("comment", template="fleetdesk/folded_comment.html", css_class="mt-2"),
        )
    )

    def __init__(self) -> None:
        super().__init__()
        self.fields["comment"].help_text = _("It is sent with the face you tap.")
