"""Profiles of colours without what they say about a screen: macOS writes its model and serial number into each."""

import struct

MAX_PROFILE_BYTES = 4 * 1024 * 1024  # One of a press has up to 2 MB.
_HEADER_BYTES, _ENTRY = 128, struct.Struct(">4sII")
_MAX_TAGS = 100  # So many the library for colours takes.
# Version, class, colours and signature; flags; attributes, intent and light. Not the maker, the model and the time.
_KEPT_IN_HEADER = ((0, 4), (8, 24), (36, 40), (44, 48), (56, 80))
_TABLES = frozenset(f"{kind}{number}".encode() for kind in ("A2B", "B2A", "D2B", "B2D") for number in range(4))
_KEPT = _TABLES | frozenset(b"rXYZ gXYZ bXYZ rTRC gTRC bTRC kTRC wtpt bkpt chad gamt cicp lumi".split())
# Readers may want them, but not what they say; only "sRGB" spares them the conversion.
_EMPTIED = frozenset([b"desc", b"cprt"])
_LIST_OF_TEXTS = b"mluc\0\0\0\0"
_SRGB_LISTED = _LIST_OF_TEXTS + struct.pack(">II4sII8s", 1, 12, b"enUS", 8, 28, "sRGB".encode("utf-16-be"))
_SRGB_PLAIN = b"desc\0\0\0\0\0\0\0\5sRGB\0"


def bare_profile(profile: bytes) -> bytes:
    """One of the same length and the same colours, all else zeros; nothing but zeros where it is none."""
    bare = bytearray(len(profile))
    if profile[36:40] != b"acsp" or len(profile) > MAX_PROFILE_BYTES:
        return bytes(bare)
    count = int.from_bytes(profile[_HEADER_BYTES : _HEADER_BYTES + 4])
    table = profile[_HEADER_BYTES + 4 : _HEADER_BYTES + 4 + count * _ENTRY.size]
    if count > _MAX_TAGS or len(table) < count * _ENTRY.size:
        return bytes(bare)
    entries = [(name, start, size) for name, start, size in _ENTRY.iter_unpack(table) if start + size <= len(profile)]
    for _name, start, size in (entry for entry in entries if entry[0] in _EMPTIED):
        bare[start : start + size] = _without_words(profile[start : start + size])[:size].ljust(size, b"\0")
    kept = [entry for entry in entries if entry[0] in _KEPT]
    for _name, start, size in kept:
        bare[start : start + size] = profile[start : start + size]
    for start, end in _KEPT_IN_HEADER:
        bare[start:end] = profile[start:end]
    written = [entry for entry in entries if entry[0] in _KEPT | _EMPTIED]
    head = struct.pack(">I", len(written)) + b"".join(_ENTRY.pack(*entry) for entry in written)
    bare[_HEADER_BYTES : _HEADER_BYTES + 4 + len(table)] = head.ljust(4 + len(table), b"\0")
    return bytes(bare)


def _without_words(text: bytes) -> bytes:
    if text.startswith(_LIST_OF_TEXTS):
        first = int.from_bytes(text[24:28])
        is_srgb = text[first : first + 8] == _SRGB_LISTED[28:] and len(text) >= len(_SRGB_LISTED)
        return _SRGB_LISTED if is_srgb else _LIST_OF_TEXTS + struct.pack(">II", 0, 12)
    return _SRGB_PLAIN if text[12:16] == b"sRGB" and text.startswith(b"desc") else text[:4]
