"""No line of any log holds the token of a code: a reader of the log could open the device with it."""

import io
import logging
from collections.abc import Iterator
from urllib.parse import quote, unquote

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from config.logs import TokenlessFormatter, without_tokens
from fleet.models import Code
from fleet.services.code_tokens import short_id_of, token_of
from tests.factories import CodeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the product's own handler writes, at the lowest level."""
    words = io.StringIO()
    handler = logging.StreamHandler(words)
    handler.setFormatter(TokenlessFormatter("%(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    before = root.level
    root.setLevel(logging.DEBUG)
    root.addHandler(handler)
    yield words
    root.removeHandler(handler)
    root.setLevel(before)


@pytest.fixture
def code() -> Code:
    made = CodeFactory()
    made.set_pin("4711")
    made.save()
    return made


def addresses(patterns: list[URLPattern | URLResolver] | None = None, before: str = "/") -> Iterator[str]:
    """Every address of the product, with the canary where something is chosen by the visitor."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        # "<int:ticket_id>" does not match a canary and gives the 404 of an unknown address, which is logged as well.
        route = before + str(entry.pattern).replace("^", "").replace("$", "")
        if isinstance(entry, URLResolver):
            yield from addresses(entry.url_patterns, route)
        else:
            yield route


def filled(route: str, token: str) -> str:
    while "<" in route:
        head, _, rest = route.partition("<")
        kind, _, tail = rest.partition(">")
        route = head + ("1" if kind.startswith("int") else token) + tail
    return route.replace("\\", "")


def test_no_log_line_of_any_address_holds_a_token(code: Code, log: io.StringIO) -> None:
    token = token_of(code)
    visitor = Client(enforce_csrf_checks=True, raise_request_exception=False)
    paths = {filled(route, token) for route in addresses()} | {f"/c/{token}/more/", f"/c/{token}"}

    for path in sorted(paths):
        for method in ("get", "post", "delete"):
            getattr(visitor, method)(path, {"next": f"/c/{token}/"}, HTTP_REFERER=f"http://testserver/c/{token}/")
    visitor.get(f"/c/{token}/", HTTP_HOST="unknown.example")
    Client().post(f"/c/{token}/", {"pin": "1"})

    assert log.getvalue().count("Forbidden") > 3
    assert "Invalid HTTP_HOST" in log.getvalue()
    assert token not in log.getvalue()


def test_neither_message_nor_arguments_nor_traceback_holds_a_token(code: Code, log: io.StringIO) -> None:
    token = token_of(code)
    logger = logging.getLogger("some.library")

    logger.warning("Slow: %s", f"http://desk.example/c/{token}/?x=1")
    logger.warning("Slow: /c/%s/", token)
    logger.warning("Wrong arguments: {'token': '%s'}", token)
    try:
        int(f"/c/{token}/")
    except ValueError:
        logger.exception("It failed.")

    assert "base 10: '/c/…/'" in log.getvalue()
    assert "http://desk.example/c/…/?x=1" in log.getvalue()
    assert token not in log.getvalue()


def test_everything_that_is_logged_passes_the_one_handler() -> None:
    root = logging.getLogger()
    own = [h for h in root.handlers if isinstance(h.formatter, TokenlessFormatter)]
    assert own

    # Loggers that pytest, xdist or Playwright make are theirs.
    others = {
        name: [type(handler).__name__ for handler in logger.handlers]
        for name, logger in logging.root.manager.loggerDict.items()
        if isinstance(logger, logging.Logger) and logger.handlers and logger.level < logging.CRITICAL
        if not all(isinstance(handler, logging.NullHandler) for handler in logger.handlers)
    }
    assert others == {}
    for name in ("django", "django.server", "django.request", "gunicorn.error", "gunicorn.access", "daphne"):
        assert logging.getLogger(name).propagate


@pytest.mark.parametrize(
    "asked", ["/office/codes/?q=", "/office/codes/?status=paired&q=", "?next=/office/codes/%3Fq%3D"]
)
def test_what_codes_were_searched_by_is_not_logged(code: Code, asked: str) -> None:
    for typed in (short_id_of(code), f"https://desk.example/c/{token_of(code)}/", token_of(code).upper()):
        for address in (asked + typed, quote(unquote(asked) + typed, safe="")):
            assert typed not in without_tokens(f'"GET {address} HTTP/1.1" 200')
            assert without_tokens(f'"GET {address} HTTP/1.1" 200').endswith('… HTTP/1.1" 200')


@pytest.mark.parametrize("text", ["/d/1234567890/tickets/7/", "attachments/0123456789abcdef0123456789abcdef", "/c/"])
def test_what_is_no_token_stays(text: str) -> None:
    assert without_tokens(text) == text
