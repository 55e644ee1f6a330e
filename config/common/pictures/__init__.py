"""Pictures that people send: what is read of them, and what it costs."""

from config.common.pictures.bare import Bare, Damaged, bare_copy, orientation_of
from config.common.pictures.reading import (
    FORMATS,
    MAX_PIXELS,
    ONE_AT_A_TIME,
    Shown,
    TooManyPixels,
    read_picture,
)

__all__ = [
    "FORMATS",
    "MAX_PIXELS",
    "ONE_AT_A_TIME",
    "Bare",
    "Damaged",
    "Shown",
    "TooManyPixels",
    "bare_copy",
    "orientation_of",
    "read_picture",
]
