"""The removal of place, device, owner and time from films and recordings without encoding anything; their duration."""

from collections.abc import Callable
from typing import IO

from messenger.bounded_files import BoundedFile, Unreadable
from messenger.content import FileType
from messenger.metadata.amr import blank_amr
from messenger.metadata.asf import asf_duration, blank_asf
from messenger.metadata.chunks import blank_aiff, blank_caf
from messenger.metadata.flac import flac_duration
from messenger.metadata.matroska import blank_matroska, matroska_duration
from messenger.metadata.mp4 import blank_mp4, mp4_duration
from messenger.metadata.ogg import blank_ogg, ogg_duration
from messenger.metadata.overwriting import overwrite
from messenger.metadata.riff import avi_duration, blank_riff, wav_duration
from messenger.metadata.tags import blank_tags

BLANKERS: dict[str, Callable[[BoundedFile], None]] = {
    "audio/3gpp": blank_mp4,
    "audio/aac": blank_tags,
    "audio/aiff": blank_aiff,
    "audio/amr": blank_amr,
    "audio/flac": blank_tags,
    "audio/mp4": blank_mp4,
    "audio/mpeg": blank_tags,
    "audio/ogg": blank_ogg,
    "audio/wav": blank_riff,
    "audio/webm": blank_matroska,
    "audio/x-caf": blank_caf,
    "audio/x-matroska": blank_matroska,
    "audio/x-ms-wma": blank_asf,
    "video/3gpp": blank_mp4,
    "video/mp4": blank_mp4,
    "video/ogg": blank_ogg,
    "video/quicktime": blank_mp4,
    "video/webm": blank_matroska,
    "video/x-matroska": blank_matroska,
    "video/x-ms-wmv": blank_asf,
    "video/x-msvideo": blank_riff,
}
# A film of a day is a mistake of its header.
_LONGEST = 24 * 60 * 60
_DURATIONS: dict[str, Callable[[BoundedFile], float | None]] = {
    "audio/3gpp": mp4_duration,
    "audio/flac": flac_duration,
    "audio/mp4": mp4_duration,
    "audio/ogg": ogg_duration,
    "audio/wav": wav_duration,
    "audio/webm": matroska_duration,
    "audio/x-matroska": matroska_duration,
    "audio/x-ms-wma": asf_duration,
    "video/3gpp": mp4_duration,
    "video/mp4": mp4_duration,
    "video/quicktime": mp4_duration,
    "video/webm": matroska_duration,
    "video/x-matroska": matroska_duration,
    "video/x-ms-wmv": asf_duration,
    "video/x-msvideo": avi_duration,
}


def blank_metadata(file: IO[bytes], file_type: FileType, name: str) -> None:
    """Overwrite the metadata of a film or recording; its pictures and sound keep every byte.

    Does not remove text inside the coded pictures and sound. Uses constant memory. Raises `InvalidInput` for a file
    whose structure cannot be followed: it may then be half overwritten and must not be kept.
    """
    # All formats keep only what is known to be picture, sound or their index: a maker's own box could hold a place.
    overwrite(file, BLANKERS[file_type.content_type], name)


def duration_of(file: IO[bytes], content_type: str) -> int | None:
    """Milliseconds, as the file itself says at its beginning or end; None where it does not, or not believably."""
    find = _DURATIONS.get(content_type)
    try:
        seconds = find(BoundedFile(file)) if find else None
    except Unreadable:
        return None
    return round(seconds * 1000) if seconds is not None and 0.0005 < seconds < _LONGEST else None
