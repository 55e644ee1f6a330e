"""The frame: headers of every answer, health, error pages, and the live channel."""

import sys
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

import pytest
from asgiref.sync import async_to_sync
from channels.layers import channel_layers
from channels_redis.pubsub import RedisPubSubChannelLayer
from django.core.checks import run_checks
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path
from pytest_django import Settings

from config import health, urls
from config.common import clock
from config.common.middleware import PermissionsPolicyMiddleware
from messenger import ffmpeg
from messenger.services.outbox import LATE
from tests.factories import DeliveryFactory

handler500 = urls.handler500


def without_database(request: HttpRequest) -> NoReturn:
    raise OperationalError("server closed the connection unexpectedly")


def with_a_fault(request: HttpRequest) -> NoReturn:
    raise ZeroDivisionError


urlpatterns = [*urls.urlpatterns, path("without-database", without_database), path("with-a-fault", with_a_fault)]


@pytest.fixture
def failing(settings: Settings) -> Client:
    """A client of a product with two pages that fail."""
    settings.ROOT_URLCONF = __name__
    return Client(raise_request_exception=False)


@pytest.mark.django_db
def test_pages_send_a_strict_content_security_policy(client: Client) -> None:
    policy = client.get("/accounts/login/")["Content-Security-Policy"]

    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["default-src"] == "'self'"
    assert directives["script-src"] == "'self'"
    assert directives["style-src"] == "'self'"
    assert directives["frame-ancestors"] == "'none'"
    assert directives["base-uri"] == "'none'"
    assert directives["object-src"] == "'none'"
    assert directives["form-action"] == "'self'"
    assert "unsafe" not in policy
    assert "*" not in policy


@pytest.mark.django_db
def test_pages_send_the_other_secure_headers(client: Client) -> None:
    response = client.get("/accounts/login/")

    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/accounts/login/", "/office/tickets/", "/nothing/", "/healthz"])
def test_pages_may_use_nothing_of_the_device_that_they_do_not_need(client: Client, address: str) -> None:
    directives = dict(part.split("=") for part in client.get(address)["Permissions-Policy"].split(", "))

    assert {"camera", "microphone", "geolocation", "payment", "usb"} <= set(directives)
    assert set(directives.values()) == {"()"}


def test_a_view_that_uses_a_feature_names_it_itself() -> None:
    response = HttpResponse(headers={"Permissions-Policy": "camera=(self)"})

    answer = PermissionsPolicyMiddleware(lambda _request: response)(RequestFactory().get("/"))

    assert answer["Permissions-Policy"] == "camera=(self)"


def test_a_page_that_records_may_use_microphone_and_camera() -> None:
    response = HttpResponse('<span data-behaviour="recorder-opener">', headers={"Content-Type": "text/html"})

    answer = PermissionsPolicyMiddleware(lambda _request: response)(RequestFactory().post("/"))

    assert {"camera=(self)", "microphone=(self)", "usb=()"} <= set(answer["Permissions-Policy"].split(", "))


@pytest.mark.django_db
def test_answers_of_a_session_are_kept_in_no_cache(client: Client) -> None:
    for page in ("/", "/accounts/login/"):
        allowed = client.get(page)["Cache-Control"]
        assert "private" in allowed
        assert "no-store" in allowed


@pytest.mark.django_db
def test_pages_travel_compressed(client: Client) -> None:
    headers = {"Accept-Encoding": "gzip"}
    assert client.get("/accounts/login/", headers=headers)["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in client.get("/healthz", headers=headers)


@pytest.mark.django_db
def test_unknown_pages_answer_alike(client: Client) -> None:
    first, second = client.get("/office/nothing/1/"), client.get("/office/nothing/2/")

    assert first.status_code == second.status_code == 404
    assert first.content == second.content
    assert b"nothing" not in first.content


def test_a_missing_database_is_explained(failing: Client) -> None:
    response = failing.get("/without-database", headers={"Accept-Language": "de"})

    assert response.status_code == 503
    assert response["Retry-After"] == "10"
    assert "Datenbank" in response.content.decode()


def test_any_other_fault_stays_a_fault(failing: Client) -> None:
    response = failing.get("/with-a-fault")

    assert response.status_code == 500
    assert "Retry-After" not in response
    assert b"ZeroDivision" not in response.content


def test_health_needs_nothing(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok")


@pytest.mark.django_db
def test_readiness_asks_database_and_channel_layer(client: Client, settings: Settings) -> None:
    settings.FFMPEG = sys.executable
    works = {"database": "ok", "channel_layer": "ok", "delivery": "ok", "codes": "ok", "media": "ok"}

    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (200, {"ready": True, **works})
    settings.FFMPEG = "/no/such/program"
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"ready": True, **works, "media": "no ffmpeg"})


def test_it_is_said_at_start_what_cannot_be_done_without_ffmpeg(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.FFMPEG = "/no/such/program"
    assert [problem.id for problem in run_checks()] == ["config.E004"]
    settings.FFMPEG = ""
    ffmpeg._find.cache_clear()
    monkeypatch.setenv("PATH", "/no/such/folder")
    try:
        [problem] = run_checks()
    finally:
        ffmpeg._find.cache_clear()
    assert (problem.id, problem.is_serious()) == ("config.I001", False)
    assert "Films have no poster" in problem.msg


@pytest.mark.django_db
def test_readiness_says_when_nothing_was_delivered_for_long_and_stays_ready(client: Client) -> None:
    DeliveryFactory(due_at=clock.now() - LATE - timedelta(seconds=1))

    response = client.get("/readyz")

    assert (response.status_code, response.json()["delivery"]) == (200, "late")


@pytest.mark.django_db
def test_readiness_names_the_part_that_failed(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "ask_database", lambda: without_database(HttpRequest()))

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response["Retry-After"] == "10"
    assert response.json() == {"ready": False, "database": "failed", "channel_layer": "ok"}


def test_a_channel_layer_that_cannot_be_built_is_found_at_start(settings: Settings) -> None:
    settings.FFMPEG = sys.executable
    assert [problem.id for problem in run_checks()] == []
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.NoSuchLayer"}}
    channel_layers.backends.clear()

    try:
        assert [problem.id for problem in run_checks()] == ["config.E001"]
    finally:
        channel_layers.backends.clear()


def test_live_updates_cross_processes_through_redis(redis_url: str) -> None:
    async def send_from_one_to_the_other() -> dict[str, str]:
        sender = RedisPubSubChannelLayer(hosts=[redis_url], prefix="fleetdesk")
        receiver = RedisPubSubChannelLayer(hosts=[redis_url], prefix="fleetdesk")
        channel = await receiver.new_channel()
        await receiver.group_add("ticket.1", channel)
        await sender.group_send("ticket.1", {"type": "hint", "kind": "message"})
        message: dict[str, str] = await receiver.receive(channel)
        await sender.flush()
        await receiver.flush()
        return message

    assert async_to_sync(send_from_one_to_the_other)() == {"type": "hint", "kind": "message"}


@pytest.mark.django_db
def test_readiness_notices_that_redis_is_gone(client: Client, settings: Settings, tmp_path: Path) -> None:
    gone = f"unix://{tmp_path / 'gone.sock'}"
    settings.FFMPEG = sys.executable
    layer = {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": [gone]}}
    settings.CHANNEL_LAYERS = {"default": layer}
    channel_layers.backends.clear()

    try:
        response = client.get("/readyz")
    finally:
        channel_layers.backends.clear()

    works = {"database": "ok", "delivery": "ok", "codes": "ok", "media": "ok"}
    assert response.json() == {"ready": False, "channel_layer": "failed", **works}
