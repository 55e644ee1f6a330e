"""A socket is opened by pages of ours only: scheme, host and port of its origin count."""

from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator

from config.asgi import application
from config.origins import comes_from_here
from tests.cast import make_cast


def scope(origin: str | None, host: str = "desk.example.com", scheme: str = "ws", **more: str) -> dict[str, Any]:
    headers = [(b"host", host.encode()), *((name.replace("_", "-").encode(), v.encode()) for name, v in more.items())]
    headers += [] if origin is None else [(b"origin", origin.encode("latin-1"))]
    return {"type": "websocket", "path": "/ws/", "scheme": scheme, "headers": headers}


@pytest.fixture
def desk(settings: Any) -> Any:
    settings.ALLOWED_HOSTS = ["desk.example.com", "[::1]"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://desk.example.com", "https://*.partner.example", "http://lab.example:8080"]
    settings.SECURE_PROXY_SSL_HEADER = None
    return settings


@pytest.mark.parametrize(
    ("own", "foreign"),
    [
        (scope("http://desk.example.com"), scope("http://desk.example.com:8000")),
        (scope("http://desk.example.com:80"), scope("http://desk.example.com:443")),
        (scope("http://desk.example.com:9000", "desk.example.com:9000"), scope("http://desk.example.com:9000")),
        (scope("HTTP://Desk.Example.com"), scope("ws://desk.example.com")),
        (scope("http://[::1]:8000", "[::1]:8000"), scope("http://[::1]:8000", "[::2]:8000")),
        (scope("https://desk.example.com", scheme="wss"), scope("http://desk.example.com", scheme="wss")),
    ],
)
def test_the_origin_is_the_address_of_the_socket(desk: Any, own: dict[str, Any], foreign: dict[str, Any]) -> None:
    assert comes_from_here(own)
    assert not comes_from_here(foreign)


@pytest.mark.parametrize(
    ("trusted", "foreign"),
    [
        ("https://desk.example.com", "https://desk.example.com:8443"),
        ("https://a.partner.example", "http://a.partner.example"),
        ("https://b.a.partner.example", "https://partner.example.evil.example"),
        ("http://lab.example:8080", "http://lab.example"),
    ],
)
def test_a_trusted_origin_is_let_in_and_its_neighbour_is_not(desk: Any, trusted: str, foreign: str) -> None:
    assert comes_from_here(scope(trusted))
    assert not comes_from_here(scope(foreign))


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "",
        "null",
        "desk.example.com",
        "http://",
        "http://desk.example.com/",
        "http://desk.example.com@evil.example",
        "http://evil@desk.example.com",
        "http://desk.example.com:x",
        "http://desk.example.com:99999",
        "http://desk.example.com:\u0661",
        "http://[::1",
        "file:///",
        "\xff",
    ],
)
def test_what_is_no_origin_is_refused(desk: Any, origin: str | None) -> None:
    headers = [] if origin is None else [(b"origin", origin.encode())]
    asked = scope(None)

    assert not comes_from_here({**asked, "headers": [*asked["headers"], *headers]})
    assert comes_from_here(scope("http://desk.example.com"))


def test_a_host_that_is_not_ours_makes_no_origin_ours(desk: Any) -> None:
    twice = scope("http://desk.example.com")
    twice["headers"] += [(b"origin", b"http://desk.example.com")]

    assert not comes_from_here(scope("http://evil.example", "evil.example"))
    assert not comes_from_here(twice)


def test_behind_a_proxy_its_header_gives_the_scheme_if_it_is_trusted(desk: Any) -> None:
    desk.CSRF_TRUSTED_ORIGINS = []
    secure, plain = "https://desk.example.com", "http://desk.example.com"
    said = {"x_forwarded_proto": "https"}

    assert comes_from_here(scope(plain, **said))
    assert not comes_from_here(scope(secure, **said))
    desk.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert comes_from_here(scope(secure, **said))
    assert not comes_from_here(scope(plain, **said))
    assert comes_from_here(scope(plain, x_forwarded_proto="http", scheme="wss"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("connection_given_back")
@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("headers", "opens"),
    [([(b"origin", b"http://testserver")], True), ([(b"origin", b"http://testserver:81")], False), ([], False)],
)
async def test_the_socket_of_the_product_asks_for_the_origin(headers: list[tuple[bytes, bytes]], opens: bool) -> None:
    client = await sync_to_async(lambda: make_cast().client("uninvolved"))()
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    socket = WebsocketCommunicator(application, "/ws/", headers=[(b"cookie", cookies.encode()), *headers])

    connected, _code = await socket.connect()

    assert connected == opens
    await socket.disconnect()
