"""The key pair that names this server to push services (VAPID, RFC 8292): a private key is a number in base64url."""

import base64
import binascii
import secrets

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

CURVE = ec.SECP256R1()
KEY_BYTES = 32


def to_text(content: bytes) -> str:
    """As base64url without padding, which browsers and tokens use."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def from_text(text: str) -> bytes:
    """Raises `ValueError` for what is no base64url."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars="-_", validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from error


def new_private_key() -> str:
    while True:
        number = secrets.token_bytes(KEY_BYTES)
        if is_private_key(text := to_text(number)):
            return text


def is_private_key(text: str) -> bool:
    try:
        private_key(text)
    except ValueError:
        return False
    return True


def private_key(text: str) -> ec.EllipticCurvePrivateKey:
    """Raises `ValueError` for what is no private key."""
    number = from_text(text)
    if len(number) != KEY_BYTES:
        raise ValueError("A private key has 32 bytes.")
    return ec.derive_private_key(int.from_bytes(number, "big"), CURVE)


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    """The public key as browsers and push services know it: 65 bytes."""
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def public_key(text: str) -> str:
    """What a browser subscribes with; of the private key."""
    return to_text(point(private_key(text).public_key()))
