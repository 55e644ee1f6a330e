"""What is sent to push services: encrypted, signed, and to nobody else."""

import socket
import time
from io import StringIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.management import call_command
from pytest_django import Settings

from config import environment
from config.common.push_keys import from_text, is_private_key, new_private_key, private_key, public_key, to_text
from messenger import web_push
from messenger.web_push import ForeignHost, Subscription, encrypted, is_known, push
from tests.messenger.push_service import Browser, PushService, claims_of, decrypt

MESSAGE = {"title": "T-17", "body": "3 messages"}
# RFC 8291, appendix A.
SENDER_KEY = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
RECEIVER_KEY = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
RECEIVER = Subscription(
    "https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV",
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "BTBZMqHH6r4Tts7J_aSIgg",
)
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
TEXT = b"When I grow up, I want to be a watermelon"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
    "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
    "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def test_a_message_is_encrypted_as_in_the_example_of_the_rfc() -> None:
    body = encrypted(TEXT, RECEIVER, private_key(SENDER_KEY), from_text(SALT))

    assert to_text(body) == BODY
    assert decrypt(body, private_key(RECEIVER_KEY), from_text(RECEIVER.auth)) == TEXT


def test_no_two_messages_are_encrypted_alike() -> None:
    assert encrypted(TEXT, RECEIVER) != encrypted(TEXT, RECEIVER)


def test_a_push_service_gets_what_only_the_browser_can_read(push_server: PushService) -> None:
    browser = push_server.browser()

    answer = push(browser.subscription, MESSAGE, topic="ticket-17", is_urgent=True)

    assert answer.is_taken
    (request,) = push_server.requests
    assert browser.decrypted(request.body) == MESSAGE
    assert b"T-17" not in request.body
    assert request.headers["Content-Encoding"] == "aes128gcm"
    assert request.headers["TTL"] == "86400"
    assert request.headers["Urgency"] == "high"
    assert len(request.headers["Topic"]) == 32
    assert request.headers["Topic"] != "ticket-17"


def test_the_topic_is_the_same_for_the_same_ticket_only(push_server: PushService) -> None:
    browser = push_server.browser()

    for topic in ("ticket-17", "ticket-17", "ticket-18"):
        push(browser.subscription, MESSAGE, topic=topic, is_urgent=False)

    first, second, other = (each.headers["Topic"] for each in push_server.requests)
    assert first == second != other


def test_the_server_says_who_it_is(push_server: PushService, settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "Nordlicht <desk@nordlicht.example>"

    push(push_server.browser().subscription, MESSAGE, topic="ticket-17", is_urgent=False)

    claims = claims_of(push_server.requests[0].headers["Authorization"])
    assert claims["aud"] == f"https://localhost:{push_server.port}"
    assert claims["sub"] == "mailto:desk@nordlicht.example"
    assert 0 < claims["exp"] - time.time() <= 24 * 3600
    assert claims["key"] == public_key(settings.VAPID_PRIVATE_KEY) == web_push.server_key()


def test_redirects_are_not_followed(push_server: PushService) -> None:
    push_server.answers["/one"] = (301, {"Location": f"https://localhost:{push_server.port}/elsewhere"})

    answer = push(push_server.browser("one").subscription, MESSAGE, topic="t", is_urgent=False)

    assert (answer.status, answer.is_taken, answer.is_passing, answer.is_gone) == (301, False, False, False)
    assert [each.path for each in push_server.requests] == ["/one"]


def test_a_certificate_of_somebody_else_is_refused(push_server: PushService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")

    with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
        push(push_server.browser().subscription, MESSAGE, topic="t", is_urgent=False)
    assert push_server.requests == []


def test_private_addresses_are_not_asked(push_server: PushService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert [web_push.is_public(each) for each in ("127.0.0.1", "10.0.0.7", "169.254.169.254", "::1")] == [False] * 4
    assert web_push.is_public("142.250.74.106")

    with pytest.raises(ForeignHost):
        web_push._public_address("localhost", push_server.port)


def test_the_address_that_was_looked_at_is_the_one_that_is_asked(
    push_server: PushService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name may lead elsewhere a moment later."""
    looked_up = []
    look_up = socket.getaddrinfo

    def counted(host: str, *args: object, **kwargs: object) -> object:
        looked_up.append(host)
        return look_up(host, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", counted)

    push(push_server.browser().subscription, MESSAGE, topic="t", is_urgent=False)

    assert looked_up.count("localhost") == 1


@pytest.mark.parametrize(
    ("endpoint", "expected"),
    [
        ("https://fcm.googleapis.com/fcm/send/x", True),
        ("https://updates.push.services.mozilla.com/wpush/v2/x", True),
        ("https://web.push.apple.com/x", True),
        ("https://db5p.notify.windows.com/w/?token=x", True),
        ("https://FCM.googleapis.com/x", True),
        ("http://fcm.googleapis.com/x", False),
        ("https://evilpush.apple.com.example/x", False),
        ("https://notpush.apple.com.evil.example/x", False),
        ("https://evil-fcm.googleapis.com/x", False),
        ("https://xfcm.googleapis.com/x", False),
        ("https://fcm.googleapis.com@evil.example/x", False),
        ("https://user@fcm.googleapis.com/x", False),
        ("https://169.254.169.254/latest", False),
        ("https://fcm.googleapis.com:port/x", False),
        ("https://[::1", False),
        ("https://fcm.googleapis.com/ü", False),
        ("https://fcm.googleapis.com/a b", False),
        ("https://fcm.googleapis.com/\n", False),
        ("https://fcm.googleapis.com/\ud800", False),
        ("", False),
    ],
)
def test_only_known_push_services_are_asked(endpoint: str, expected: bool) -> None:
    assert is_known(endpoint) is expected
    if not expected:
        with pytest.raises(ForeignHost):
            push(Subscription(endpoint, RECEIVER.p256dh, RECEIVER.auth), MESSAGE, topic="t", is_urgent=False)


@pytest.mark.parametrize("host", ["a..push.apple.com", f"{'x' * 64}.push.apple.com"])
def test_a_host_that_cannot_be_looked_up_is_foreign(host: str) -> None:
    with pytest.raises(ForeignHost):
        push(Subscription(f"https://{host}/x", RECEIVER.p256dh, RECEIVER.auth), MESSAGE, topic="t", is_urgent=False)


def test_keys_that_nothing_can_be_encrypted_with_are_known_as_such() -> None:
    good = Browser("https://fcm.googleapis.com/x").subscription
    not_on_curve = to_text(b"\x04" + b"\x01" * 64)

    assert web_push.are_keys(good.p256dh, good.auth)
    for p256dh, auth in (
        ("", good.auth),
        (not_on_curve, good.auth),
        (good.p256dh, to_text(b"short")),
        (good.p256dh[:-4], good.auth),
        ("ü" * 87, good.auth),
    ):
        assert not web_push.are_keys(p256dh, auth)


def test_the_command_prints_a_key_that_settings_take(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = StringIO()

    call_command("vapid", stdout=printed)

    name, _equals, key = printed.getvalue().strip().partition("=")
    monkeypatch.setenv(name, key)
    assert environment.vapid_key("VAPID_PRIVATE_KEY") == key
    assert len(from_text(public_key(key))) == 65


@pytest.mark.parametrize("key", ["secret", "A" * 43, "ü" * 43, to_text(b"\xff" * 32)])
def test_a_wrong_key_is_refused_with_what_to_do(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAPID_PRIVATE_KEY", key)

    with pytest.raises(environment.WrongSetting, match="VAPID_PRIVATE_KEY is no key"):
        environment.vapid_key("VAPID_PRIVATE_KEY")


def test_the_embedded_default_keeps_a_key_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "var" / "vapid_key"

    key = environment.local_vapid_key(path)

    assert is_private_key(key)
    assert environment.local_vapid_key(path) == key
    assert path.stat().st_mode & 0o777 == 0o600


def test_keys_are_made_at_random() -> None:
    assert new_private_key() != new_private_key()
    assert isinstance(private_key(new_private_key()), ec.EllipticCurvePrivateKey)
