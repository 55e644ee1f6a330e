"""How much a request may bring: refused by its length, or while it comes, before it is collected."""

import io
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from django.test import RequestFactory
from django.urls import get_resolver

from config.serving import limits
from config.serving.bodies import BodyGuard
from config.serving.limits import KILOBYTE, MAX_FILES_BYTES, MAX_FORM_BYTES, MEGABYTE, is_too_large, most_bytes
from config.serving.refusals import too_large
from config.wsgi import application
from tests.server import Server
from tests.serving.raw import answer, connected, head, send_body

MOST_MEGABYTES = 250
LOGIN, MESSAGE = "/accounts/login/", "/d/abc/tickets/1/messages/send/"
FORM = "multipart/form-data; boundary=x"


def post(server: Server, path: str, size: int, *, chunked: bool = False) -> tuple[bytes, int]:
    """Status and text of the answer, and how many bytes were taken from the client."""
    length = {"Transfer_Encoding": "chunked"} if chunked else {"Content_Length": str(size)}
    with connected(server.url) as line:
        line.sendall(head("POST", path, Content_Type=FORM, Accept_Language="en", **length))
        sent = send_body(line, size, chunked=chunked)
        return answer(line), sent


@pytest.mark.parametrize("chunked", [False, True])
def test_large_body_of_a_stranger_is_refused_before_it_is_collected(server: Server, chunked: bool) -> None:
    text, _sent = post(server, LOGIN, 150 * MEGABYTE, chunked=chunked)

    assert text.startswith(b"HTTP/1.1 413 ")
    assert b"at most 1 MB can be sent at once" in text
    assert server.memory("VmHWM") < MOST_MEGABYTES


def test_forty_large_bodies_at_once_take_no_memory(server: Server) -> None:
    with ThreadPoolExecutor(40) as pool:
        waiting = [
            pool.submit(post, server, (LOGIN, MESSAGE)[number % 2], 30 * MEGABYTE, chunked=number % 3 == 0)
            for number in range(40)
        ]
        texts = [each.result()[0] for each in waiting]

    assert {text[:13] for text in texts} == {b"HTTP/1.1 413 "}
    assert server.memory("VmHWM") < MOST_MEGABYTES


def test_forms_with_files_that_are_taken_in_lie_on_disk(server: Server) -> None:
    with ThreadPoolExecutor(20) as pool:
        waiting = [pool.submit(post_file, server, 11 * MEGABYTE) for _ in range(20)]
        statuses = {each.result() for each in waiting}

    # Without a token, so refused as forged: after all of it came.
    assert statuses == {b"HTTP/1.1 403 "}
    assert server.memory("VmHWM") < MOST_MEGABYTES


def post_file(server: Server, size: int) -> bytes:
    begin = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.mp4"\r\n\r\n'
    body = begin + b"\x5a" * size + b"\r\n--x--\r\n"
    with connected(server.url) as line:
        length = str(len(body))
        line.sendall(head("POST", MESSAGE, Content_Type=FORM, Content_Length=length, Connection="close") + body)
        return answer(line)[:13]


def test_tiny_chunks_are_refused_once_and_freeze_nothing(server: Server) -> None:
    """Of one read, in which Twisted finds ten thousand chunks behind the limit."""
    with connected(server.url) as line:
        line.sendall(head("POST", LOGIN, Content_Type=FORM, Transfer_Encoding="chunked"))
        send_body(line, MEGABYTE, chunked=True)
        with suppress(OSError):
            line.sendall(b"1\r\nx\r\n" * 10_000)
        begin = time.monotonic()
        with connected(server.url) as other:
            other.sendall(head("GET", "/healthz", Connection="close"))
            assert answer(other).startswith(b"HTTP/1.1 200 ")

        assert time.monotonic() - begin < 5
        assert answer(line).count(b"HTTP/1.1 413 ") == 1
    assert server.memory("VmHWM") < MOST_MEGABYTES


def test_refusal_speaks_the_readers_language_and_to_scripts() -> None:
    german = {"HTTP_ACCEPT_LANGUAGE": "de"}

    page, script = too_large(german, MEGABYTE), too_large({"HTTP_X_REQUESTED_WITH": "fetch"}, 12 * MEGABYTE)

    assert "höchstens 1 MB" in page.body.decode()
    assert dict(page.headers)["Content-Language"] == "de"
    assert b'"message": "This is too large: at most 12 MB' in script.body
    assert dict(script.headers)["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("path", "most"),
    [
        (LOGIN, MAX_FORM_BYTES),
        ("/no/such/page/", MAX_FORM_BYTES),
        (MESSAGE, MAX_FILES_BYTES),
        ("/office/tickets/7/updates/post/", MAX_FILES_BYTES),
        ("/d/abc/tickets/1/uploads/4f1c1f0e-3a55-4b0f-9c7e-0d4f3b0a9d11/", 4 * MEGABYTE),
        ("/d/abc/tickets/1/uploads/", MAX_FORM_BYTES),
        ("/office/tickets/new/form/", MAX_FILES_BYTES),
        ("/office/tickets/new/form/uploads/4f1c1f0e-3a55-4b0f-9c7e-0d4f3b0a9d11/", 4 * MEGABYTE),
        ("/code/", MAX_FILES_BYTES),
        ("/scan/decode/", MAX_FORM_BYTES),
        ("/d/abc/tickets/1/join/", MAX_FILES_BYTES),
        ("/office/codes/read/", MAX_FILES_BYTES),
        ("/office/codes/4f1c1f0e-3a55-4b0f-9c7e-0d4f3b0a9d11/pair/new/", MAX_FILES_BYTES),
        ("/office/codes/4f1c1f0e-3a55-4b0f-9c7e-0d4f3b0a9d11/pair/", MAX_FORM_BYTES),
        ("/office/devices/new/", MAX_FILES_BYTES),
        ("/office/devices/abc/edit/", MAX_FILES_BYTES),
        ("/office/customers/new/", MAX_FILES_BYTES),
        ("/office/customers/7/edit/", MAX_FILES_BYTES),
        ("/office/assistants/7/elements/new/", MAX_FILES_BYTES),
        ("/office/assistants/7/elements/abc/", MAX_FILES_BYTES),
        ("/admin/fleet/device/add/", MAX_FILES_BYTES),
        ("/admin/fleet/customer/7/change/", MAX_FILES_BYTES),
        ("/admin/fleet/organisation/1/change/", MAX_FILES_BYTES),
        ("/admin/login/", MAX_FORM_BYTES),
    ],
)
def test_what_an_address_takes(path: str, most: int) -> None:
    assert most_bytes(path) == most
    assert not is_too_large(most, path)
    assert is_too_large(most + 1, path)


def test_every_page_with_a_larger_limit_exists() -> None:
    names = {f"{space}:{name}" for space in ("portal", "office", "admin") for name in names_in(space)}

    assert set(limits._BYTES_BY_PAGE) <= names


def names_in(namespace: str) -> set[str]:
    _prefix, resolver = get_resolver().namespace_dict[namespace]
    return {name for name in resolver.reverse_dict if isinstance(name, str)}


class TestBehindAnyServer:
    """The same door in WSGI servers, which stream bodies."""

    def call(self, **environ: Any) -> tuple[str, bytes, "Untouched"]:
        said: list[str] = []
        body = Untouched()
        made = {**RequestFactory().post(LOGIN).environ, "wsgi.input": body, **environ}
        answered = application(made, lambda status, _headers: said.append(status))
        return said[0], b"".join(answered), body

    def test_length_is_asked_before_a_byte_is_read(self) -> None:
        status, text, body = self.call(CONTENT_LENGTH=str(MEGABYTE + 1))

        assert status == "413 Request Entity Too Large"
        assert b"This is too large" in text
        assert not body.was_read

    @pytest.mark.parametrize("length", ["-1", "١٢", "5x"])
    def test_body_without_a_known_end_is_refused(self, length: str) -> None:
        assert self.call(CONTENT_LENGTH=length)[0] == "411 Length Required"
        assert self.call(CONTENT_LENGTH="", HTTP_TRANSFER_ENCODING="chunked")[0] == "411 Length Required"

    def test_ordinary_form_passes(self) -> None:
        answered = BodyGuard(lambda _environ, start: [start("200 OK", []) or b"fine"])

        assert list(answered({"CONTENT_LENGTH": str(900 * KILOBYTE), "PATH_INFO": LOGIN}, lambda *_: None)) == [b"fine"]


class Untouched(io.BytesIO):
    """A body that notices when it is read."""

    was_read = False

    def read(self, *args: Any) -> bytes:
        self.was_read = True
        return b""
