"""Web Push: encrypts a message for one browser (RFC 8291), signs it (RFC 8292), and hands it to the push service.

Browsers name their push service themselves, so only known hosts are asked, over HTTPS, at public addresses.
"""

import base64
import hashlib
import hmac
import http.client
import ipaddress
import json
import os
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from config.common.push_keys import CURVE, KEY_BYTES, from_text, point, private_key, public_key, to_text

# Seconds without a sign of the service; a letter goes to several browsers at once, and must end before its lease.
TIMEOUT = 10
# Seconds for which the service keeps a message for a browser that is off: older news is of no use on a lock screen.
KEPT = 24 * 3600
# Seconds; services take no token that is valid for more than a day.
TOKEN_LASTS = 12 * 3600
# No service has to take more (RFC 8030).
RECORD_SIZE = 4096
LAST_RECORD = b"\x02"
POINT_BYTES, AUTH_BYTES, SALT_BYTES = 65, 16, 16
TOPIC_CHARACTERS = 32


class ForeignHost(Exception):
    """The address is none of a push service that we know, or leads into a private network."""


@dataclass(frozen=True)
class Subscription:
    """A browser as its push service knows it; both keys in base64url."""

    endpoint: str
    p256dh: str
    auth: str


@dataclass(frozen=True)
class Answer:
    """What a push service said."""

    status: int
    text: str = ""

    @property
    def is_taken(self) -> bool:
        return self.status // 100 == 2  # noqa: PLR2004

    @property
    def is_gone(self) -> bool:
        """Whether the browser does not exist any more."""
        return self.status in (http.HTTPStatus.NOT_FOUND, http.HTTPStatus.GONE)

    @property
    def is_passing(self) -> bool:
        """Whether the service may take the same message later."""
        return self.status in (http.HTTPStatus.REQUEST_TIMEOUT, http.HTTPStatus.TOO_MANY_REQUESTS) or self.status >= (
            http.HTTPStatus.INTERNAL_SERVER_ERROR
        )


def is_on() -> bool:
    """Whether there are push notifications at all."""
    return bool(settings.VAPID_PRIVATE_KEY)


def server_key() -> str:
    """What browsers subscribe with; empty where there are no push notifications."""
    return public_key(str(settings.VAPID_PRIVATE_KEY)) if is_on() else ""


def digest_of(endpoint: str) -> str:
    """SHA-256 as hexadecimal, by which endpoints are found."""
    # JSON may hold half of a character, which no address does; it is not found.
    return hashlib.sha256(endpoint.encode(errors="surrogatepass")).hexdigest()


def is_known(endpoint: str) -> bool:
    """Whether the address is one of a push service that may be asked."""
    try:
        parts = urlsplit(endpoint)
        host, _port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return False
    # As browsers write it: what else stands in it could not be put into a request.
    if not endpoint.isascii() or not endpoint.isprintable() or " " in endpoint:
        return False
    if parts.scheme != "https" or parts.username is not None or parts.password is not None:
        return False
    # At a dot: "evilpush.apple.com" is not below "push.apple.com".
    return any(host == known or host.endswith(f".{known}") for known in settings.PUSH_HOSTS)


def are_keys(p256dh: str, auth: str) -> bool:
    """Whether a message can be encrypted with the keys."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, from_text(p256dh))
        return len(from_text(p256dh)) == POINT_BYTES and len(from_text(auth)) == AUTH_BYTES
    except ValueError:
        return False


def encrypted(
    content: bytes, browser: Subscription, key: ec.EllipticCurvePrivateKey | None = None, salt: bytes = b""
) -> bytes:
    """The body of the request (aes128gcm, one record). Key and salt are made where they are not given."""
    key, salt = key or ec.generate_private_key(CURVE), salt or os.urandom(SALT_BYTES)
    theirs, ours = from_text(browser.p256dh), point(key.public_key())
    shared = key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, theirs))
    secret = _derived(shared, from_text(browser.auth), b"WebPush: info\0" + theirs + ours, 32)
    content_key = _derived(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(secret, salt, b"Content-Encoding: nonce\0", 12)
    header = salt + RECORD_SIZE.to_bytes(4, "big") + bytes([len(ours)]) + ours
    return header + AESGCM(content_key).encrypt(nonce, content + LAST_RECORD, None)


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)


def authorization(endpoint: str) -> str:
    """Says to the push service who sends, and how to reach them."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(time.time()) + TOKEN_LASTS,
        "sub": f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}",
    }
    key = private_key(str(settings.VAPID_PRIVATE_KEY))
    signed = ".".join(to_text(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "ES256"}, claims))
    numbers = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    signature = b"".join(number.to_bytes(KEY_BYTES, "big") for number in numbers)
    return f"vapid t={signed}.{to_text(signature)}, k={server_key()}"


def topic_of(browser: Subscription, subject: str) -> str:
    """Lets the service replace a message about the same subject, without saying what that is."""
    digest = hmac.new(from_text(browser.auth), subject.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest)[:TOPIC_CHARACTERS].decode()


def push(browser: Subscription, message: Mapping[str, object], *, topic: str, is_urgent: bool) -> Answer:
    """Sends one message. Raises `ForeignHost`, or `OSError` where the service cannot be reached."""
    if not is_known(browser.endpoint):
        raise ForeignHost("This push service is not among PUSH_HOSTS.")
    parts = urlsplit(browser.endpoint)
    headers = {
        "Authorization": authorization(browser.endpoint),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(KEPT),
        "Topic": topic_of(browser, topic),
        "Urgency": "high" if is_urgent else "normal",
    }
    body = encrypted(json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode(), browser)
    path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    connection = _PublicConnection(parts.hostname or "", parts.port or 443, timeout=TIMEOUT, context=_tls())
    try:
        # Redirects are not followed: they would lead past the checks.
        connection.request("POST", path, body, headers)
        response = connection.getresponse()
        return Answer(response.status, response.read(300).decode("utf-8", "replace").strip())
    except http.client.HTTPException as error:
        raise OSError(f"{type(error).__name__}: {error}") from error
    finally:
        connection.close()


def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


class _PublicConnection(http.client.HTTPSConnection):
    """Connects to the very address that was looked at: a second look-up of the name may find another one."""

    def connect(self) -> None:
        address = _public_address(self.host, self.port)
        plain = socket.create_connection(address[:2], self.timeout)
        self.sock = self._context.wrap_socket(plain, server_hostname=self.host)  # type: ignore[attr-defined]


def _public_address(host: str, port: int) -> tuple[str, int]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise ForeignHost("This push service has no name that can be looked up.") from error
    for *_kind, address in found:
        if is_public(str(address[0])):
            return str(address[0]), port
    raise ForeignHost("This push service has no public address.")


def is_public(address: str) -> bool:
    return ipaddress.ip_address(address).is_global
