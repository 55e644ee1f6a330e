"""Production as `docs/deploy/` has it: nginx, workers for pages, a process for sockets, forms and uploads."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

from fleet.models import Person
from fleet.services.code_tokens import short_id_of, token_of
from tests.cast import client_of
from tests.factories import AttachmentFactory, CodeFactory, MemberFactory
from tests.server import Server, database_url, free_port, running, stop
from tests.serving.raw import MEGABYTE, UPGRADE, answer, connected, head, seconds_until_closed, send_body
from tests.source import ROOT

pytestmark = [
    pytest.mark.skipif(not shutil.which("nginx"), reason="nginx was not found: install it to try production"),
    # More than one process shares PostgreSQL; said here, so that none is started on SQLite.
    pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL only"),
]

DEPLOY = ROOT / "docs" / "deploy"


@dataclass
class Production:
    """The three processes; `url` is nginx's."""

    url: str
    pages: Server
    sockets: Server
    home: Path

    @property
    def words(self) -> str:
        """Everything that any of them has logged."""
        logs = [*self.home.glob("*.log"), self.pages.log, self.sockets.log]
        return "".join(log.read_text() for log in logs)


def command_of(service: str) -> list[str]:
    """The command of a service file, with this project's programs and a free port."""
    [line] = [line for line in (DEPLOY / service).read_text().splitlines() if line.startswith("ExecStart=")]
    command = re.sub(r"(?<=[ :])80\d\d\b", "{port}", line.removeprefix("ExecStart="))
    return command.replace("/srv/fleetdesk/app/.venv/bin", str(Path(sys.executable).parent)).split()


def nginx_configuration(home: Path, port: int, pages: Server, sockets: Server) -> str:
    """The example as it stands, but for what differs on every machine: ports, folders, certificates, and patience."""
    text = (DEPLOY / "nginx.conf").read_text()
    text = re.sub(r"server \{\s*listen 80;.*?\n\}\n", "", text, flags=re.DOTALL)
    text = re.sub(r"ssl_certificate.*\n", "", text)
    changes = {
        "listen 443 ssl http2;": f"listen 127.0.0.1:{port};",
        "127.0.0.1:8000": f"127.0.0.1:{pages.port}",
        "127.0.0.1:8001": f"127.0.0.1:{sockets.port}",
        "/var/log/nginx/fleetdesk.log": str(home / "access.log"),
        "/var/log/nginx/fleetdesk-error.log": str(home / "site-error.log"),
        "/srv/fleetdesk/media/": f"{settings.MEDIA_ROOT}/",
        "client_header_timeout 30s;": "client_header_timeout 2s;",
    }
    for before, after in changes.items():
        assert before in text, before
        text = text.replace(before, after)
    # Workers that root starts belong to another user by default, who cannot read the files of a test.
    user = "user root;" if os.geteuid() == 0 else ""
    folders = "".join(
        f"{kind}_temp_path {home}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return f"""{user}
pid {home}/nginx.pid;
error_log {home}/error.log;
events {{}}
http {{
{folders}
{text}
}}
"""


@pytest.fixture(scope="module")
def production(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Production]:
    home = tmp_path_factory.mktemp("production")
    port = free_port()
    environment = {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": database_url(),
        "BEHIND_TLS_PROXY": "1",
        "TRUSTED_PROXY_COUNT": "1",
        "X_ACCEL_PREFIX": "/media-of-nginx/",
        "LOG_LEVEL": "DEBUG",
    }
    pages_command, sockets_command = (command_of(f"fleetdesk-{name}.service") for name in ("pages", "sockets"))
    assert sockets_command[1] == "manage.py"
    sockets_command[1:2] = ["-m", "tests.serving.impatient"]
    with ExitStack() as stack:
        pages = stack.enter_context(running(home, environment, pages_command))
        sockets = stack.enter_context(running(home, environment, sockets_command))
        configuration = home / "nginx.conf"
        configuration.write_text(nginx_configuration(home, port, pages, sockets))
        nginx = subprocess.Popen(["nginx", "-p", home, "-c", configuration, "-g", "daemon off;"])
        stack.callback(stop, nginx)
        made = Production(f"http://127.0.0.1:{port}", pages, sockets, home)
        wait_for(made)
        yield made


def wait_for(production: Production) -> None:
    for _ in range(100):
        try:
            if ask(production, "/healthz").startswith(b"HTTP/1.1 200 "):
                return
        except OSError:
            pass
        time.sleep(0.1)
    pytest.fail(f"nginx did not come up:\n{production.words}")


def ask(production: Production, path: str, method: str = "GET", **headers: str) -> bytes:
    with connected(production.url) as line:
        line.sendall(head(method, path, Connection="close", **headers))
        return answer(line)


def cookie_of(person: Person) -> str:
    return f"{settings.SESSION_COOKIE_NAME}={client_of(person).cookies[settings.SESSION_COOKIE_NAME].value}"


@pytest.fixture
def employee(transactional_db: None) -> Person:
    return MemberFactory()


def test_pages_come_from_workers_and_sockets_from_the_other_process(production: Production, employee: Person) -> None:
    cookie = cookie_of(employee)

    page = ask(production, "/office/tickets/", Cookie=cookie, X_Forwarded_Proto="https")
    with connected(production.url) as line:
        line.sendall(head("GET", "/ws/", Cookie=cookie, Origin="http://127.0.0.1", **UPGRADE))
        opened = line.recv(4096)

    assert page.startswith(b"HTTP/1.1 200 ")
    assert b"gunicorn" not in page.partition(b"\r\n\r\n")[0].lower()
    assert opened.startswith(b"HTTP/1.1 101 ")


@pytest.mark.parametrize(
    ("size", "sentence"), [(2 * MEGABYTE, b"at most 1 MB can be sent"), (13 * MEGABYTE, b"at most 12 MB can be sent")]
)
def test_large_forms_are_refused_with_our_sentence(production: Production, size: int, sentence: bytes) -> None:
    with connected(production.url) as line:
        form = {"Content_Type": "multipart/form-data; boundary=x", "Content_Length": str(size)}
        line.sendall(head("POST", "/accounts/login/", Connection="close", **form))
        send_body(line, size, chunked=False)
        refusal = answer(line)

    assert refusal.startswith(b"HTTP/1.1 413 ")
    assert sentence in refusal


def test_no_process_grows(production: Production) -> None:
    for _ in range(5):
        with connected(production.url) as line:
            form = {"Content_Type": "multipart/form-data; boundary=x", "Transfer_Encoding": "chunked"}
            line.sendall(head("POST", "/accounts/login/", **form))
            send_body(line, 150 * MEGABYTE, chunked=True)

    assert production.pages.memory("VmHWM") < 250
    assert production.sockets.memory("VmHWM") < 250


DRIPS = {
    "headers": b"GET / HTTP/1.1\r\nX: ",
    "form": head("POST", "/accounts/login/", Content_Type="application/x-www-form-urlencoded", Content_Length="500"),
    "chunked form": head("POST", "/accounts/login/", Transfer_Encoding="chunked") + b"1f4\r\n",
    "body of a GET": head("GET", "/accounts/login/", Content_Length="500"),
}


@pytest.mark.parametrize("beginning", DRIPS.values(), ids=DRIPS.keys())
def test_who_sends_one_byte_in_a_while_is_ended(production: Production, beginning: bytes) -> None:
    with connected(production.url) as line:
        line.sendall(beginning)

        assert seconds_until_closed(line, byte_every=0.3, at_most=20) < 10


def test_who_sends_slowly_holds_no_worker_of_the_pages(production: Production) -> None:
    lines = [connected(production.url) for _ in range(40)]
    try:
        for line in lines:
            line.__enter__().sendall(DRIPS["form"])

        assert ask(production, "/accounts/login/").startswith(b"HTTP/1.1 200 ")
    finally:
        for line in lines:
            line.__exit__(None, None, None)


def test_nginx_sends_files_to_those_who_may_read_them(production: Production, employee: Person) -> None:
    stored = AttachmentFactory(
        uploader=employee, kind="video", content_type="video/mp4", name="a.mp4", content=b"0123456789"
    )
    path = f"/files/{stored.pk}/"

    piece = ask(production, path, Cookie=cookie_of(employee), Range="bytes=2-4")
    other = ask(production, path, Cookie=cookie_of(MemberFactory()))
    around = ask(production, f"/media-of-nginx/{stored.file.name}", Cookie=cookie_of(employee))

    assert piece.startswith(b"HTTP/1.1 206 ")
    assert piece.endswith(b"\r\n\r\n234")
    fences = (b"sandbox", b"nosniff", b"same-origin", b"private, no-store", b'inline; filename="a.mp4"', b"video/mp4")
    assert [fence for fence in fences if fence not in piece] == []
    assert other.startswith(b"HTTP/1.1 404 ")
    assert around.startswith(b"HTTP/1.1 404 ")


def test_no_log_of_any_process_holds_a_token(production: Production, transactional_db: None) -> None:
    code = CodeFactory()
    code.set_pin("4711")
    code.save()
    path = f"/c/{token_of(code)}/"

    for method, address in (("GET", path), ("POST", path), ("GET", f"{path}x"), ("PUT", path), ("GET", f"/x{path}")):
        ask(production, address, method)
        ask(production, f"/accounts/login/?next={quote(address, safe='')}", method)
    with connected(production.url) as line:
        came_from = f"https://desk.example.com{path}"
        line.sendall(head("POST", "/", Content_Length=str(20 * MEGABYTE), Referer=came_from, Connection="close"))
        answer(line)
    ask(production, path.replace("/c/", "/%63/"))
    short_id = short_id_of(code)
    for search in (f"?q={short_id}", f"?status=paired&q={short_id}", f"?q={quote(path, safe='')}"):
        ask(production, f"/office/codes/{search}", Cookie=cookie_of(MemberFactory()))
        ask(production, f"/accounts/login/?next={quote(f'/office/codes/{search}', safe='')}")
    for other in ("/l/", "/unsubscribe/", "/%6C/"):
        ask(production, path.replace("/c/", other))

    for known in ("/c/", "/l/", "/unsubscribe/", "/office/codes/?..."):
        assert known in production.words
    assert token_of(code) not in production.words
    assert short_id not in production.words
