"""The forms of a rating."""

import uuid

from crispy_forms.layout import Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from config.common.forms import Helper
from config.common.typed import TextField
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
    comment = TextField(
        label=_("Comment (optional)"),
        max_length=MAX_COMMENT_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    # Under which the comment was kept while it was typed; a form that was drawn before has none.
    client_key = forms.UUIDField(
        initial=uuid.uuid4, required=False, widget=forms.HiddenInput(attrs={"id": "rating-key"})
    )

    use_required_attribute = False
    helper = Helper(Layout("client_key", Field("score", template="fleetdesk/faces.html"), "comment"))


class QuickRatingForm(RatingForm):
    """Sent by the tap on a face; the comment comes later."""

    comment = client_key = None  # type: ignore[assignment]
    helper = Helper(Layout(Field("score", template="fleetdesk/face_buttons.html")))


class LaterRatingForm(RatingForm):
    """For the author of a rating: another face for some seconds, and a comment that was not written yet."""

    helper = Helper(Layout("client_key", "comment"))

    def __init__(self, score: int) -> None:
        super().__init__(initial={"score": score})
        self.fields["score"].label = _("The wrong face? You can change it now.")
        self.fields["comment"].label = _("What should we know? (optional)")
