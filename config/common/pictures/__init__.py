"""Pictures that people send: what is read of them, and what it costs."""

from config.common.pictures.bare import Bare, Damaged, bare_copy
from config.common.pictures.reading import (
    ONE_AT_A_TIME,
    Shown,
    TooManyPixels,
    opened_picture,
    read_picture,
)

# For file dialogs; with endings, because not every system knows what HEIC is.
ACCEPTED_PICTURES = (
    "image/jpeg,image/png,image/webp,image/gif,image/bmp,image/tiff,image/avif,image/heic,image/heif,.heic,.heif"
)

__all__ = [
    "ACCEPTED_PICTURES",
    "ONE_AT_A_TIME",
    "Bare",
    "Damaged",
    "Shown",
    "TooManyPixels",
    "bare_copy",
    "opened_picture",
    "read_picture",
]
