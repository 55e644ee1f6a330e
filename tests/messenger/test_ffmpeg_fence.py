"""ffmpeg opens no connection and no other file, whatever it is fed with, and has an end."""

import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import pytest
from pytest_django import Settings

from messenger import ffmpeg
from messenger.bounded_files import Unreadable
from messenger.content import M4A
from tests.messenger import media
from tests.messenger.samples import box

pytestmark = pytest.mark.any_database


class Trap:
    """A server of this machine that must never be asked, and a file that must never be read."""

    def __init__(self, folder: Path) -> None:
        self.server = socket.create_server(("127.0.0.1", 0))
        self.server.settimeout(0)
        self.address = f"127.0.0.1:{self.server.getsockname()[1]}"
        self.canary = folder / "canary.ts"
        # Whoever opens it makes a picture or sound of it.
        self.canary.write_bytes(media.film("mpegts"))

    def was_asked(self) -> bool:
        """Since it was asked this last."""
        asked = False
        while True:
            try:
                self.server.accept()[0].close()
            except BlockingIOError:
                return asked
            asked = True


@pytest.fixture
def trap(tmp_path: Path) -> Iterator[Trap]:
    made = Trap(tmp_path)
    yield made
    made.server.close()


def disguises(trap: Trap) -> dict[str, bytes]:
    """Files that tell ffmpeg to open others, as it is fed with them under the name of a film."""
    http, file = f"http://{trap.address}/a.ts", f"file:{trap.canary}"
    segments = "".join(f"#EXTINF:1,\n{url}\n" for url in (http, file, f"concat:{file}|{file}", f"subfile,,:{file}"))
    hls = f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n{segments}#EXT-X-ENDLIST\n"
    key = f'#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="{http}"\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{file}\n'
    dash = (
        '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
        'mediaPresentationDuration="PT1S"><Period><AdaptationSet mimeType="video/mp4"><Representation id="1" '
        f'bandwidth="1"><BaseURL>{http}</BaseURL><SegmentList duration="1"><SegmentURL media="{file}"/></SegmentList>'
        "</Representation></AdaptationSet></Period></MPD>"
    )
    smooth = f'<?xml version="1.0"?><SmoothStreamingMedia><StreamIndex Url="{http}"/></SmoothStreamingMedia>'
    svg = (
        '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="9" height="9"><image xlink:href="{http}" width="9" height="9"/><image xlink:href="{file}"/></svg>'
    )
    host, port = trap.address.split(":")
    sdp = f"v=0\no=- 0 0 IN IP4 {host}\ns=a\nc=IN IP4 {host}\nt=0 0\nm=audio {port} RTP/AVP 0\n"
    return {
        "hls": hls.encode(),
        "hls with a key": key.encode(),
        "dash": dash.encode(),
        "smooth streaming": smooth.encode(),
        "concat": f"ffconcat version 1.0\nfile {file}\nfile '{http}'\n".encode(),
        "sdp": sdp.encode(),
        "svg": svg.encode(),
        "rtsp": f"rtsptext\nrtsp://{trap.address}/a\n".encode(),
        "m3u": f"#EXTM3U\n{http}\n{file}\n".encode(),
        "asx": f'<asx version="3.0"><entry><ref href="{http}"/></entry></asx>'.encode(),
        "name": str(trap.canary).encode(),
        "windows reference": f"[Reference]\nRef1={http}\n".encode(),
    }


# What a film or recording begins with, so that it is taken for one.
HEADS = {
    "video/mp4": box(b"ftyp", b"isom\0\0\0\0isom"),
    "video/webm": b"\x1aE\xdf\xa3\x84webm",
    "audio/wav": b"RIFF\0\0\0\0WAVE",
    "audio/ogg": b"OggS\0\x02",
    "audio/mpeg": b"ID3\x04\0\0\0\0\0\0",
}


@contextmanager
def on_disk(content: bytes) -> Iterator[IO[bytes]]:
    with TemporaryFile() as file:
        file.write(content)
        file.flush()
        yield file


def fed(file: IO[bytes], content_type: str) -> bytes:
    """What becomes of a film or recording, or why nothing does."""
    try:
        if content_type.startswith("audio/"):
            with ffmpeg.convert(file, content_type, M4A) as made:
                return made.read()
        with ffmpeg.frame(file, content_type, 0) as made:
            return made.read()
    except Unreadable as error:
        return str(error).encode()


@pytest.fixture
def unfenced(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As on a system without namespaces: only the options of ffmpeg keep it in."""
    media.program()
    script = tmp_path / "unfenced.py"
    script.write_text("import os, sys\nos.execve(sys.argv[5], sys.argv[5:], {})\n")
    monkeypatch.setattr(ffmpeg, "_FENCE", str(script))


@pytest.mark.usefixtures("unfenced")
@pytest.mark.parametrize("demuxer", sorted(set(ffmpeg.DEMUXERS.values())))
def test_no_disguise_makes_it_open_anything(trap: Trap, demuxer: str) -> None:
    content_type = next(found for found, each in ffmpeg.DEMUXERS.items() if each == demuxer)
    for name, content in disguises(trap).items():
        assert_nothing_is_opened(trap, content_type, content, name)


@pytest.mark.usefixtures("unfenced")
@pytest.mark.parametrize("content_type", HEADS)
def test_nor_does_one_behind_the_head_of_a_film(trap: Trap, content_type: str) -> None:
    for name, content in disguises(trap).items():
        assert_nothing_is_opened(trap, content_type, HEADS[content_type] + content, name)


def assert_nothing_is_opened(trap: Trap, content_type: str, content: bytes, name: str) -> None:
    with on_disk(content) as file:
        made = fed(file, content_type)
    assert not trap.was_asked(), name
    assert made == b"" or made.startswith(b"ffmpeg ended with"), name


def test_the_traps_of_this_test_work(trap: Trap, tmp_path: Path) -> None:
    """An ffmpeg that is let free falls into them."""
    asked = {}
    for name, content in disguises(trap).items():
        (tmp_path / "file").write_bytes(content)
        free = ("-protocol_whitelist", "file,http,tcp,udp,rtp,crypto,concat,subfile", "-safe", "0")
        formats = {"concat": free, "sdp": free[:2], "hls": (*free[:2], "-allowed_extensions", "ALL"), "dash": free[:2]}
        if options := formats.get(name):
            command = [media.program(), "-v", "trace", *options, "-f", name, "-i", str(tmp_path / "file")]
            try:
                done = subprocess.run(
                    [*command, "-f", "null", "-"], capture_output=True, stdin=subprocess.DEVNULL, timeout=2, check=False
                )
                said = done.stderr
            except subprocess.TimeoutExpired as late:
                said = late.stderr or b""
            asked[name] = trap.was_asked() or str(trap.canary).encode() in said
    assert asked["hls"]
    assert asked["concat"]
    assert asked["dash"]


def with_alias(path: Path) -> bytes:
    """A film of QuickTime whose picture is in another file, which it names by its path."""
    name = str(path).encode()
    alias = bytes(10) + bytes([4]) + b"disk".ljust(27, b"\0") + bytes(12) + bytes([3]) + b"a.m".ljust(63, b"\0")
    alias += bytes(16) + b"\0\1\0\1" + bytes(16)
    alias += b"\0\2" + len(name).to_bytes(2, "big") + name + b"\xff\xff"
    entry = box(b"alis", bytes(4) + alias.ljust(200, b"\0"))
    film = media.film("mov", sound=False)
    start = film.index(b"dref") - 4
    old = int.from_bytes(film[start : start + 4], "big")
    new = box(b"dref", bytes(4) + (1).to_bytes(4, "big") + entry)
    changed = bytearray(film[:start] + new + film[start + old :])
    for kind in (b"dinf", b"minf", b"mdia", b"trak", b"moov"):
        at = changed.rindex(kind, 0, start) - 4
        size = int.from_bytes(changed[at : at + 4], "big") + len(new) - old
        changed[at : at + 4] = size.to_bytes(4, "big")
    return bytes(changed)


def traced(program: Path, log: Path) -> None:
    """A program that writes down what ffmpeg opens."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace was not found: install it to see which files ffmpeg opens")
    calls = "trace=open,openat,connect,socket,bind,sendto"
    program.write_text(f'#!/bin/sh\nexec {strace} -f -qq -e {calls} -o {log} {media.program()} "$@"\n')
    program.chmod(0o755)


@pytest.mark.usefixtures("unfenced")
def test_it_opens_its_own_parts_and_one_file(trap: Trap, tmp_path: Path, settings: Settings) -> None:
    log, program = tmp_path / "log", tmp_path / "traced"
    traced(program, log)
    settings.FFMPEG = str(program)
    files = [("video/quicktime", with_alias(trap.canary)), ("audio/webm", media.recording("webm"))]
    files += [("video/mp4", content) for name, content in disguises(trap).items() if name in ("hls", "svg", "concat")]
    for content_type, content in files:
        with on_disk(content) as file:
            fed(file, content_type)
        called = log.read_text()
        opened = set(re.findall(r'open(?:at)?\([^"]*"([^"]+)"', called))
        assert "/dev/stdin" in opened
        foreign = {path for path in opened if not path.startswith(("/lib", "/usr/", "/etc/", "/sys/", "/proc/"))}
        assert foreign <= {"/dev/stdin", "/dev/stdout", "/dev/null", "/dev/dri", "/dev/urandom"}, content_type
        assert "AF_INET" not in called
        assert trap.address.rpartition(":")[2] not in called
    assert not trap.was_asked()


def test_the_alias_of_this_test_is_followed_by_an_ffmpeg_that_is_told_to(trap: Trap, tmp_path: Path) -> None:
    (tmp_path / "film.mov").write_bytes(with_alias(trap.canary))
    free = ("-v", "trace", "-enable_drefs", "1", "-use_absolute_path", "1")
    done = subprocess.run(
        [media.program(), *free, "-i", str(tmp_path / "film.mov"), "-f", "null", "-"], capture_output=True, check=False
    )
    assert str(trap.canary).encode() in done.stderr


def has_namespaces() -> bool:
    return subprocess.run(["unshare", "-Urn", "true"], capture_output=True, check=False).returncode == 0


def test_inside_the_fence_there_is_no_network(trap: Trap, settings: Settings, tmp_path: Path) -> None:
    """Where the system has namespaces for everybody, no fault of ffmpeg can reach anybody."""
    if not has_namespaces():
        pytest.skip("this system has no namespaces for users")
    host, port = trap.address.split(":")
    said = instead(
        settings,
        tmp_path,
        f"import socket\ntry:\n    socket.create_connection(('{host}', {port}), 2)\n    print('open')\n"
        "except OSError as error:\n    print(error)\n",
    )

    assert b"unreachable" in said
    assert not trap.was_asked()


def instead(settings: Settings, folder: Path, program: str) -> bytes:
    """What a program of Python writes that is run in place of ffmpeg."""
    path = folder / "instead"
    path.write_text(f"#!{sys.executable} -IS\n{program}")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    settings.FFMPEG = str(path)
    with on_disk(b"x") as file, ffmpeg.convert(file, "audio/wav", M4A) as made:
        return made.read()


def test_it_has_no_environment_low_priority_and_limits(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", "of the server")
    limits = "AS CPU FSIZE NOFILE CORE"
    words = instead(
        settings,
        tmp_path,
        "import os, resource\n"
        # Python itself sets a language where there is none.
        "print({*os.environ} - {'LC_CTYPE'}, os.getcwd(), os.nice(0), os.getsid(0) == os.getpid(), "
        f"*(resource.getrlimit(getattr(resource, 'RLIMIT_' + name))[0] for name in {limits!r}.split()), "
        "len(os.listdir('/proc/self/fd')))\n",
    ).decode()

    # In the end three files and the one by which Python reads that list; its own script is closed by then or not.
    assert (
        words.split()[:-1] == f"set() / {min(19, 15 + os.nice(0))} True {2 * 1024**3} 120 {32 * 1024**2} 64 0".split()
    )
    assert int(words.split()[-1]) <= 5


@pytest.mark.parametrize(
    "program",
    [
        "import time\ntime.sleep(60)\n",
        "while True:\n    pass\n",
        "import sys\nwhile True:\n    sys.stdout.write('x' * 1000000)\n",
        "import sys\nwhile True:\n    sys.stderr.write('x' * 1000000)\n",
        "found = []\nwhile True:\n    found.append(bytearray(100000000))\n",
        "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n",
        "import sys\nsys.exit(3)\n",
        "",
    ],
    ids=["sleeps", "computes", "writes", "complains", "grows", "crashes", "fails", "says nothing"],
)
def test_it_ends(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    monkeypatch.setattr(ffmpeg, "SECONDS", 1)
    begin = time.monotonic()

    with pytest.raises(Unreadable):
        instead(settings, tmp_path, program)
    assert time.monotonic() - begin < 10


def test_it_ends_with_the_process_that_waits_for_it(tmp_path: Path) -> None:
    """A server that is killed leaves no ffmpeg behind that works for nobody."""
    if sys.platform != "linux":
        pytest.skip("only Linux ends it")
    sleeper = tmp_path / "sleeper"
    sleeper.write_text("#!/bin/sh\necho $$ >&1\nexec sleep 60\n")
    sleeper.chmod(0o755)
    code = (
        "import subprocess, os, sys\n"
        f"subprocess.run([sys.executable, '-IS', {ffmpeg._FENCE!r}, str(os.getpid()), '9', '{2**31}', '9999', "
        f"{str(sleeper)!r}])\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        worker = int(server.stdout.readline())
        server.send_signal(signal.SIGKILL)
        server.wait()
        deadline = time.monotonic() + 10
        while _is_alive(worker) and time.monotonic() < deadline:
            time.sleep(0.02)
    assert not _is_alive(worker)


def _is_alive(process: int) -> bool:
    try:
        # What no one has waited for yet is dead as well.
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_nobody_else_is_asked_for_a_type_that_is_not_known() -> None:
    with pytest.raises(Unreadable):
        ffmpeg.listen(BytesIO(b""), "application/vnd.apple.mpegurl")
