"""Pictures of devices and templates: checked, scaled down, and without the metadata of cameras."""

import uuid
from io import BytesIO

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from PIL import Image

from config.common.errors import InvalidInput
from config.common.pictures import ONE_AT_A_TIME, small_and_upright

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 40_000_000
LONGEST_SIDE = 1600
FORMATS = ("JPEG", "PNG", "WEBP")


def prepared_picture(upload: "UploadedFile[bytes]") -> "ContentFile[bytes]":
    """The picture as it is stored: an upright JPEG of at most 1600 pixels a side under a random name.

    Nothing of its metadata is left. Raises `InvalidInput` for a file that is no picture, too large, or of a kind that
    browsers do not show.
    """
    if (upload.size or 0) > MAX_BYTES:
        raise InvalidInput(_("This picture is larger than 10 MB. Please choose a smaller one."), field="picture")
    try:
        upload.seek(0)
        with ONE_AT_A_TIME, Image.open(upload, formats=FORMATS) as picture:
            return _as_jpeg(picture)
    except InvalidInput:
        raise
    # Decoders raise all kinds of errors at hostile bytes: struct errors, index errors, their own.
    except Exception as error:
        raise InvalidInput(_("This is not a JPEG, PNG or WebP picture."), field="picture") from error


def _as_jpeg(picture: Image.Image) -> "ContentFile[bytes]":
    # Known from the head of the file: a picture that is too large is never decoded.
    if picture.width * picture.height > MAX_PIXELS:
        message = _("This picture has more than 40 megapixels. Please choose a smaller one.")
        raise InvalidInput(message, field="picture")
    upright = small_and_upright(picture, "RGBA", LONGEST_SIDE)
    # JPEG knows no transparency.
    paper = Image.new("RGB", upright.size, "white")
    paper.paste(upright, mask=upright)
    stored = BytesIO()
    paper.save(stored, "JPEG", quality=85, optimize=True)
    return ContentFile(stored.getvalue(), name=f"{uuid.uuid4().hex}.jpg")
