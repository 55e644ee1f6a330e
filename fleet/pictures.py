"""Pictures of devices and templates: checked, scaled down, and without the metadata of cameras."""

import uuid
from io import BytesIO

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from PIL import Image

from config.common.errors import InvalidInput
from config.common.pictures import ONE_AT_A_TIME, TooManyPixels, read_picture

MAX_BYTES = 60 * 1024 * 1024  # As much as a picture of a message.
LONGEST_SIDE = 1600


def prepared_picture(upload: "UploadedFile[bytes]") -> "ContentFile[bytes]":
    """The picture as it is stored: an upright JPEG of at most 1600 pixels a side under a random name.

    Nothing of its metadata is left. Raises `InvalidInput` for a file that is no picture, or too large.
    """
    if (upload.size or 0) > MAX_BYTES:
        raise InvalidInput(_("This picture is larger than 60 MB. Please choose a smaller one."), field="picture")
    try:
        with ONE_AT_A_TIME:
            shown = read_picture(upload, LONGEST_SIDE).image
            return _as_jpeg(shown)
    except TooManyPixels:
        message = _("This picture has too many pixels. Please choose a smaller one.")
        raise InvalidInput(message, field="picture") from None
    # Decoders raise all kinds of errors at hostile bytes: struct errors, index errors, their own.
    except Exception as error:
        message = _("This is not a picture that can be read. Please choose a JPEG, PNG, WebP or HEIC.")
        raise InvalidInput(message, field="picture") from error


def _as_jpeg(shown: Image.Image) -> "ContentFile[bytes]":
    # JPEG knows no transparency.
    paper = Image.new("RGB", shown.size, "white")
    paper.paste(shown, mask=shown if shown.mode == "RGBA" else None)
    stored = BytesIO()
    paper.save(stored, "JPEG", quality=85, optimize=True)
    return ContentFile(stored.getvalue(), name=f"{uuid.uuid4().hex}.jpg")
