"""A push service on this machine, with TLS, and browsers that decrypt what it was given (RFC 8291)."""

import datetime
import ipaddress
import json
import os
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.x509.oid import NameOID

from config.common.push_keys import from_text, point, to_text
from messenger.web_push import Subscription

DAY = datetime.timedelta(days=1)


@dataclass
class Request:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class PushService:
    """Keeps what it was sent; `answers` says what it answers at a path, 201 elsewhere."""

    port: int
    certificate: Path
    requests: list[Request] = field(default_factory=list)
    answers: dict[str, tuple[int, dict[str, str]]] = field(default_factory=dict)

    def browser(self, name: str = "one") -> "Browser":
        return Browser(f"https://localhost:{self.port}/{name}")

    def at(self, name: str) -> list[Request]:
        return [each for each in self.requests if each.path == f"/{name}"]


class Browser:
    """The receiving side, written from the RFC and not from what sends."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.auth = os.urandom(16)

    @property
    def subscription(self) -> Subscription:
        return Subscription(self.endpoint, to_text(point(self.key.public_key())), to_text(self.auth))

    @property
    def fields(self) -> dict[str, str]:
        return vars(self.subscription)

    def decrypted(self, body: bytes) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(decrypt(body, self.key, self.auth))
        return found


def decrypt(body: bytes, key: ec.EllipticCurvePrivateKey, auth: bytes) -> bytes:
    salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
    assert len(body) <= size
    sender = body[21 : 21 + length]
    shared = key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
    info = b"WebPush: info\x00" + point(key.public_key()) + sender
    secret = HKDF(hashes.SHA256(), 32, auth, info).derive(shared)
    content_key = HKDF(hashes.SHA256(), 16, salt, b"Content-Encoding: aes128gcm\x00").derive(secret)
    nonce = HKDF(hashes.SHA256(), 12, salt, b"Content-Encoding: nonce\x00").derive(secret)
    plain = AESGCM(content_key).decrypt(nonce, body[21 + length :], None)
    text, _end, padding = plain.rpartition(b"\x02")
    assert not padding.strip(b"\x00")
    return text


def claims_of(authorization: str) -> dict[str, Any]:
    """What the token says, after its signature was checked with the key that the header names (RFC 8292)."""
    scheme, _blank, rest = authorization.partition(" ")
    assert scheme == "vapid"
    token, key = (part.strip().partition("=")[2] for part in rest.split(","))
    signed, _dot, signature = token.rpartition(".")
    r, s = (int.from_bytes(half, "big") for half in (from_text(signature)[:32], from_text(signature)[32:]))
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), from_text(key))
    public.verify(encode_dss_signature(r, s), signed.encode(), ec.ECDSA(hashes.SHA256()))
    header, claims = (json.loads(from_text(part)) for part in signed.split("."))
    assert header == {"typ": "JWT", "alg": "ES256"}
    found: dict[str, Any] = claims
    return {**found, "key": key}


@contextmanager
def push_service(home: Path) -> Iterator[PushService]:
    """A service that is up until the end of the block, at https://localhost."""
    certificate = make_certificate(home)
    service = PushService(0, certificate)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            service.requests.append(Request(self.path, dict(self.headers), body))
            status, headers = service.answers.get(self.path, (201, {}))
            self.send_response(status)
            for name, value in {"Content-Length": "0", **headers}.items():
                self.send_header(name, value)
            self.end_headers()

        def log_request(self, *_args: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    service.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()


def make_certificate(home: Path) -> Path:
    """A certificate of its own for localhost, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - DAY, now + DAY)
    builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    path = home / "push.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return path
