"""Profiles of colours inside files that are blanked in place."""

from config.common.pictures.profiles import MAX_PROFILE_BYTES, bare_profile
from messenger.bounded_files import CHUNK_BYTES, BoundedFile, Unreadable


def blank_profile(file: BoundedFile, start: int, end: int) -> None:
    """Overwrite what the profile says about a screen. Raises `Unreadable` for one that no program writes."""
    if end - start > MAX_PROFILE_BYTES:
        raise Unreadable
    places = range(start, end, CHUNK_BYTES)
    bare = bare_profile(b"".join(file.read(at, min(CHUNK_BYTES, end - at)) for at in places))
    for at in places:
        file.write(at, bare[at - start : at - start + CHUNK_BYTES])
