"""A picture in a form: chosen anew, or removed by a check box."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from config.common.errors import InvalidInput
from config.common.pictures import ACCEPTED_PICTURES
from fleet.pictures import prepared_picture

REMOVE = "-remove"  # Behind the name of the field.


class PictureInput(forms.FileInput):
    """False where the box is checked and nothing is chosen.

    `is_stored` says whether there is something to remove, `is_removed` whether the form was sent with the box checked.
    """

    is_stored = is_removed = False

    def __init__(self) -> None:
        super().__init__(attrs={"accept": ACCEPTED_PICTURES})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        chosen = super().value_from_datadict(data, files, name)
        return False if not chosen and data.get(name + REMOVE) else chosen

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        control = super().render(name, value, attrs, renderer)
        if not self.is_stored:
            return control
        box_id = f"{(attrs or {}).get('id', name)}{REMOVE}"
        box_attributes = {"id": box_id, "class": "form-check-input"}
        box = forms.CheckboxInput().render(name + REMOVE, self.is_removed, box_attributes, renderer)
        label = format_html('<span class="form-check-label">{}</span>', _("Remove picture"))
        return format_html('{}<label class="form-check" for="{}">{}{}</label>', control, box_id, box, label)


def prepared_upload(picture: object) -> object:
    """What `prepared_picture` makes of a new picture, an empty text for one to be removed; others stay.

    Raises `ValidationError`.
    """
    if picture is False:
        return ""
    if not isinstance(picture, UploadedFile):
        return picture
    try:
        return prepared_picture(picture)
    except InvalidInput as refusal:
        raise ValidationError(str(refusal), code=refusal.code) from refusal
