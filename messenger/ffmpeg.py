"""What ffmpeg makes of films and recordings. It reads one file, of a type that was found out before, and nothing else.

Everything raises `Unreadable` for what ffmpeg cannot read, and for work that takes too much time, memory or space.
"""

import os
import re
import shutil
import subprocess
import sys
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryFile
from threading import Timer
from typing import IO

from django.conf import settings

from messenger.bounded_files import Unreadable
from messenger.content import M4A, WEBM_AUDIO, FileType

# By type of content. ffmpeg is never asked to find out what a file is: playlists and scripts name other files.
DEMUXERS = {
    "audio/3gpp": "mov",
    "audio/aac": "aac",
    "audio/aiff": "aiff",
    "audio/amr": "amr",
    "audio/flac": "flac",
    "audio/mp4": "mov",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
    "audio/webm": "matroska",
    "audio/x-caf": "caf",
    "audio/x-matroska": "matroska",
    "audio/x-ms-wma": "asf",
    "video/3gpp": "mov",
    "video/mp2t": "mpegts",
    "video/mp4": "mov",
    "video/mpeg": "mpeg",
    "video/ogg": "ogg",
    "video/quicktime": "mov",
    "video/webm": "matroska",
    "video/x-matroska": "matroska",
    "video/x-ms-wmv": "asf",
    "video/x-msvideo": "avi",
}
_DECODERS = (
    "h264,hevc,vp8,vp9,libvpx,libvpx-vp9,av1,libdav1d,libaom-av1,mpeg4,h263,mjpeg,mpeg1video,mpeg2video,theora,prores,"
    "wmv1,wmv2,wmv3,vc1,msmpeg4v1,msmpeg4v2,msmpeg4,dvvideo,svq1,svq3,"
    "aac,aac_latm,opus,libopus,vorbis,libvorbis,mp1,mp1float,mp2,mp2float,mp3,mp3float,flac,alac,wmav1,wmav2,wmapro,"
    "wmavoice,ac3,eac3,amrnb,amrwb,libopencore_amrnb,libopencore_amrwb,adpcm_ms,adpcm_ima_wav,adpcm_ima_qt,gsm_ms,"
    "libgsm_ms,speex,libspeex,pcm_alaw,pcm_mulaw,pcm_u8,pcm_s8,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,"
    "pcm_s32be,pcm_f32le,pcm_f32be,pcm_f64le"
)
SECONDS = 120  # For each step: a recording of two hours, or a film of 300 MB.
_MEMORY = 2 * 1024**3  # Of addresses. A film of 4K takes half of it.
_LARGEST = 32 * 1024**2  # Of what is made; a recording of an hour has a tenth of that.
_MOST_PIXELS = 40_000_000
PEAKS = 64
_RATE = 8000
_WINDOW = _RATE // 20
_QUIET = 2048  # Of 32768: what is never louder is not drawn as if it were.
_ORDER = "le" if sys.byteorder == "little" else "be"
_FENCE = str(Path(__file__).with_name("fenced.py"))
_TO_AAC = ("-c:a", "aac", "-b:a", "96k", "-movflags", "+faststart", "-f", "mp4", "file:/dev/stdout")
_TO_OPUS = ("-c:a", "libopus", "-b:a", "48k", "-f", "webm", "file:/dev/stdout")
_AT_MOST_STEREO = ("-af", "aformat=channel_layouts=mono|stereo", "-ar", "48000")
# All browsers play these.
_PLAYED_EVERYWHERE = {"audio/aac", "audio/flac", "audio/mpeg", "audio/wav"}


def find_program() -> str | None:
    """Where ffmpeg is: as set, else in PATH; None without it."""
    return _find(settings.FFMPEG)


@cache
def _find(name: str) -> str | None:
    found = shutil.which(name or "ffmpeg")
    return str(Path(found).absolute()) if found else None


def other_type(content_type: str) -> FileType | None:
    """The format that a recording is to have as well, so that every browser plays it; None if it needs none."""
    if not content_type.startswith("audio/") or content_type in _PLAYED_EVERYWHERE:
        return None
    return WEBM_AUDIO if content_type == M4A.content_type else M4A


@contextmanager
def convert(file: IO[bytes], content_type: str, target: FileType) -> Iterator[IO[bytes]]:
    """The sound of a recording as a temporary file of the target, without metadata."""
    options = _TO_AAC if target == M4A else _TO_OPUS
    bare = ("-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact")
    with _made(file, content_type, "-map", "0:a:0", *_AT_MOST_STEREO, *bare, *options) as made:
        yield made


def listen(file: IO[bytes], content_type: str) -> tuple[int, bytes]:
    """The duration of a recording in milliseconds, and `PEAKS` bytes: how loud each part of it is at most."""
    loudest: list[int] = []
    count = 0
    raw = ("-map", "0:a:0", "-ac", "1", "-ar", str(_RATE), "-f", f"s16{_ORDER}", "pipe:1")
    with _ffmpeg(file, content_type, *raw, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        while window := process.stdout.read(2 * _WINDOW):
            samples = array("h", window[: len(window) // 2 * 2])
            count += len(samples)
            loudest.append(max(max(samples, default=0), -min(samples, default=0)))
    if not count:
        raise Unreadable
    return count * 1000 // _RATE, _drawn(loudest)


def _drawn(loudest: list[int]) -> bytes:
    top = max(_QUIET, *loudest)
    bounds = [number * len(loudest) // PEAKS for number in range(PEAKS + 1)]
    parts = (loudest[start : max(end, start + 1)] for start, end in pairwise(bounds))
    return bytes(max(part) * 255 // top for part in parts)


def length(file: IO[bytes], content_type: str) -> int:
    """The duration of a film in milliseconds, by its last picture or sound: nothing is decoded."""
    told = ("-map", "0:V:0", "-map", "0:a?", "-c", "copy", "-progress", "pipe:1", "-f", "null", "-")
    with _ffmpeg(file, content_type, *told, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        found = 0
        for line in process.stdout:
            if match := re.fullmatch(rb"out_time_us=([0-9]{1,18})\s*", line):
                found = int(match[1])
    if not found:
        raise Unreadable
    return found // 1000


@contextmanager
def frame(file: IO[bytes], content_type: str, at: float) -> Iterator[IO[bytes]]:
    """The picture that a film shows after so many seconds as a JPEG, upright and in its full size."""
    # Pixels of old cameras are not square.
    picture = ("-map", "0:V:0", "-frames:v", "1", "-vf", "scale=trunc(iw*sar/2)*2:ih,setsar=1,format=yuvj420p")
    jpeg = ("-c:v", "mjpeg", "-q:v", "3", "-map_metadata", "-1", "-f", "image2pipe", "pipe:1")
    with _made(file, content_type, *picture, *jpeg, at=at) as made:
        yield made


@contextmanager
def _made(file: IO[bytes], content_type: str, *options: str, at: float = 0) -> Iterator[IO[bytes]]:
    """What ffmpeg writes, from its start."""
    with TemporaryFile() as made:
        with _ffmpeg(file, content_type, *options, stdout=made, at=at):
            pass
        is_empty = not made.seek(0, os.SEEK_END)
        if is_empty:
            raise Unreadable
        made.seek(0)
        yield made


@contextmanager
def _ffmpeg(
    file: IO[bytes], content_type: str, *options: str, stdout: IO[bytes] | int, at: float = 0
) -> Iterator["subprocess.Popen[bytes]"]:
    """ffmpeg at work on the file, which lies on disk; raises `Unreadable` at the end if it did not succeed."""
    program, demuxer = find_program(), DEMUXERS.get(content_type)
    if program is None or demuxer is None:
        raise Unreadable
    # Only this demuxer, also for what is inside; only a file, and of these none but the one that is open.
    source = ("-protocol_whitelist", "file", "-format_whitelist", demuxer, "-codec_whitelist", _DECODERS)
    bounds = ("-max_pixels", str(_MOST_PIXELS), "-threads", "1")
    seek = ("-ss", f"{at:.3f}") if at else ()
    reading = (*source, *bounds, "-f", demuxer, *seek, "-i", "file:/dev/stdin")
    command = (program, "-hide_banner", "-nostdin", "-y", "-v", "error", "-filter_threads", "1", *reading, *options)
    limits = map(str, (os.getpid(), SECONDS, _MEMORY, _LARGEST))
    file.seek(0)
    with TemporaryFile() as words:
        process = subprocess.Popen(  # noqa: S603  a list of our own words, no shell
            (sys.executable, "-I", "-S", _FENCE, *limits, *command),
            stdin=file,
            stdout=stdout,
            stderr=words,
            env={},
            start_new_session=True,
        )
        timer = Timer(SECONDS, process.kill)
        timer.start()
        try:
            with process:
                yield process
        except BaseException:
            process.kill()
            raise
        finally:
            timer.cancel()
        if process.returncode:
            words.seek(max(0, words.seek(0, os.SEEK_END) - 300))
            said = words.read().decode("utf-8", "replace").strip()
            raise Unreadable(f"ffmpeg ended with {process.returncode}. {said}")
