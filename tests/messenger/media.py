"""Films and recordings as phones and browsers make them, made by ffmpeg itself."""

import shutil
import subprocess
from functools import cache
from tempfile import NamedTemporaryFile

import pytest

SOUND = ("-f", "lavfi", "-i", "sine=frequency=440:duration=2")
PICTURE = ("-f", "lavfi", "-i", "testsrc=size=64x48:rate=10:duration=2")
SECRET = "Erika Mustermann"
_CHOSEN = {
    "m4a": ("-c:a", "aac", "-f", "ipod"),
    "webm": ("-c:a", "libopus", "-f", "webm"),
    "ogg": ("-c:a", "libopus", "-f", "ogg"),
    "mp3": ("-c:a", "libmp3lame", "-f", "mp3"),
    "aac": ("-c:a", "aac", "-f", "adts"),
    "wav": ("-f", "wav"),
    "flac": ("-f", "flac"),
    "aiff": ("-f", "aiff"),
    "caf": ("-c:a", "alac", "-f", "caf"),
    "3ga": ("-c:a", "aac", "-f", "3gp"),
    "mka": ("-c:a", "libopus", "-f", "matroska"),
    "wma": ("-c:a", "wmav2", "-f", "asf"),
}
_CODECS = {
    "3gp": ("-c:v", "mpeg4", "-c:a", "aac"),
    "avi": ("-c:v", "mpeg4"),
    "ogv": ("-c:v", "libtheora"),
    "webm": ("-c:v", "libvpx"),
    "wmv": ("-c:v", "wmv2"),
}
_FORMATS = {"mkv": "matroska", "wmv": "asf", "ogv": "ogg"}


def program() -> str:
    found = shutil.which("ffmpeg")
    if found is None:
        pytest.skip("ffmpeg was not found: install it to test what is made of films and recordings")
    return found


def ffmpeg(*options: str) -> None:
    subprocess.run((program(), "-v", "error", "-y", *options), check=True)


@cache
def recording(kind: str) -> bytes:
    """Two seconds of sound with a name in it."""
    return _written(*SOUND, "-metadata", f"title={SECRET}", *_CHOSEN[kind])


@cache
def film(kind: str, *options: str, sound: bool = True) -> bytes:
    """Two seconds of a picture, mostly with sound."""
    codec = _CODECS.get(kind, ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-preset", "ultrafast"))
    return _written(*PICTURE, *(SOUND if sound else ()), *codec, *options, "-f", _FORMATS.get(kind, kind))


def _written(*options: str) -> bytes:
    # A file, because most formats write their head in the end.
    with NamedTemporaryFile() as file:
        ffmpeg(*options, file.name)
        return file.read()
