"""Readers of the environment: each returns a variable's value, or refuses it with a sentence that says what to do."""

import io
import os
import re
import secrets
from collections.abc import Callable
from email.utils import parseaddr
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import SimpleLazyObject
from redis.connection import parse_url

from config.common.numbers import whole_number
from config.common.push_keys import is_private_key, new_private_key

SECRET_CHARACTERS = 50
SECRET_DIFFERENT_CHARACTERS = 5

_NAME = r"[a-z0-9-]+(?:\.[a-z0-9-]+)*"
_IPV6 = r"\[[0-9a-f:.]+\]"
_HOST = re.compile(rf"\*|\.?{_NAME}|{_IPV6}", re.ASCII | re.IGNORECASE)
_ICE_HOST = rf"(?:{_NAME}|{_IPV6})(?::[0-9]{{1,5}})?"
# Browsers take no transport of STUN servers, and open no way at all where one is named.
_ICE_SERVER = re.compile(rf"stuns?:{_ICE_HOST}|turns?:{_ICE_HOST}(?:\?transport=(?:udp|tcp))?", re.ASCII)
_ORIGIN = re.compile(rf"https?://(?:(\*\.)?{_NAME}|{_IPV6})(?::([0-9]{{1,5}}))?", re.ASCII | re.IGNORECASE)

# Every name that was read, so that a test can compare them with what is documented.
names: set[str] = set()


class WrongSetting(ImproperlyConfigured):
    """A variable is missing or wrong. The text is for the person who starts Fleetdesk, and holds no password."""


def read_file(path: Path) -> None:
    """Takes from the file, where there is one, what the environment does not name."""
    try:
        content = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:
        raise WrongSetting(f"{path} cannot be read ({error}). Make it a readable text file, or remove it.") from error
    environ.Env.read_env(io.StringIO(content))


def text(name: str, default: str = "") -> str:
    """The value without blanks around it; the default where it is not set or empty."""
    names.add(name)
    return os.environ.get(name, "").strip() or default


def require(name: str, why: str) -> None:
    """Raises WrongSetting where the variable is not set."""
    if not text(name):
        raise WrongSetting(f"{name} is not set. {why} For development set DEBUG=1 instead.")


def flag(name: str, *, default: bool) -> bool:
    value = text(name).lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    if value:
        raise WrongSetting(f"{name} is {value!r}. Set it to 1 or 0.")
    return default


def number(name: str, *, default: int, least: int = 0, most: int | None = None) -> int:
    value = text(name, str(default))
    found = whole_number(value)
    if found is None or found < least or (most is not None and found > most):
        wanted = f"of {least} or more" if most is None else f"from {least} to {most}"
        raise WrongSetting(f"{name} is {value!r}. Set it to a whole number {wanted}, for example {default}.")
    return found


def words(name: str) -> list[str]:
    """The parts of a list with commas."""
    return [part.strip() for part in text(name).split(",") if part.strip()]


def hosts(name: str) -> list[str]:
    """Host names as ALLOWED_HOSTS takes them: also ``*``, and with a dot before them for all below."""
    for host in words(name):
        if not _HOST.fullmatch(host):
            raise WrongSetting(
                f"{name} contains {host!r}. Write host names without scheme, port and blanks, separated by commas, "
                "e.g. desk.example.org,www.example.org."
            )
    return words(name)


def origins(name: str) -> list[str]:
    """Addresses of scheme, host and perhaps port; the host may be ``*.example.org``."""
    for origin in words(name):
        if not _is_origin(origin, may_be_wild=True):
            raise WrongSetting(
                f"{name} contains {origin!r}. Write origins with their scheme and without a path, separated by commas, "
                "e.g. https://desk.example.org."
            )
    return words(name)


def public_url(name: str, *, default: str) -> str:
    """The address of scheme, host and perhaps port, without a slash at its end."""
    url = text(name, default).rstrip("/")
    if not _is_origin(url, may_be_wild=False):
        raise WrongSetting(
            f"{name} is {url!r}. Write it with its scheme and without a path, e.g. https://desk.example.com."
        )
    return url


def _is_origin(url: str, *, may_be_wild: bool) -> bool:
    found = _ORIGIN.fullmatch(url)
    return found is not None and (may_be_wild or not found[1]) and 0 < int(found[2] or 80) < 2**16


def secret(name: str, *, is_strict: bool) -> str:
    """A key that signs; empty where it is not set. Where it is strict, one that can be guessed is refused."""
    key = text(name)
    if key and is_strict and (len(key) < SECRET_CHARACTERS or len(set(key)) < SECRET_DIFFERENT_CHARACTERS):
        raise WrongSetting(
            f"{name} can be guessed. Give it {SECRET_CHARACTERS} or more random characters, for example those of "
            'python3 -c "import secrets; print(secrets.token_urlsafe(48))".'
        )
    return key


def ice_servers(name: str) -> list[str]:
    """Addresses of STUN and TURN servers."""
    urls = [url.lower() for url in words(name)]
    for url in urls:
        if not _ICE_SERVER.fullmatch(url):
            raise WrongSetting(
                f"{name} contains {url!r}. Write addresses separated by commas, e.g. "
                "stun:relay.example.org:3478,turn:relay.example.org:3478?transport=udp."
            )
    return urls


def turn_secret(name: str, servers: list[str]) -> str:
    """The secret shared with relays, which they need."""
    secret_text = text(name)
    if not secret_text and any(url.startswith("turn") for url in servers):
        raise WrongSetting(f"{name} is not set. A relay needs it: give it the static-auth-secret of coturn.")
    return secret_text


def lazy_text(make: Callable[[], str]) -> str:
    """Made when it is first used."""
    return cast(str, SimpleLazyObject(make))


def vapid_key(name: str) -> str:
    """The private key of push notifications; empty where it is not set."""
    key = text(name)
    if key and not is_private_key(key):
        raise WrongSetting(f"{name} is no key. Take the line that manage.py vapid prints.")
    return key


def local_vapid_key(path: Path) -> str:
    """The key in the file; makes it where there is none."""
    return _kept(path, new_private_key)


def local_secret(path: Path) -> str:
    """The random key in the file; makes it where there is none."""
    return _kept(path, lambda: secrets.token_urlsafe(48))


def _kept(path: Path, make: Callable[[], str]) -> str:
    # So that sessions and subscriptions survive a restart.
    path.parent.mkdir(exist_ok=True)
    try:
        with path.open("x", encoding="ascii") as file:
            path.chmod(0o600)
            file.write(make())
    except FileExistsError:
        pass
    return path.read_text(encoding="ascii").strip()


def redis_url(name: str) -> str:
    url = text(name)
    try:
        parse_url(url or "redis://")
    except ValueError as error:
        raise WrongSetting(f"{name} cannot be read. Write it like redis://127.0.0.1:6379/0.") from error
    return url


def mail(name: str, *, default: str) -> dict[str, Any]:
    """The settings of Django that the address of a mail server stands for; empty where there is none."""
    url = text(name, default)
    if not url:
        return {}
    try:
        found: dict[str, Any] = environ.Env.email_url_config(url)
    except (ValueError, ImproperlyConfigured):
        found = {}
    if not found or ("smtp" in found["EMAIL_BACKEND"] and not found["EMAIL_HOST"]):
        raise WrongSetting(
            f"{name} cannot be read. Write it like smtp+tls://user:password@mail.example.com:587, "
            f"or leave it empty to send none."
        )
    return found


def sender(name: str, *, default: str) -> str:
    value = text(name, default)
    if "@" not in parseaddr(value)[1]:
        raise WrongSetting(f"{name} is {value!r}. Write it like Fleetdesk <noreply@example.com>.")
    return value


def time_zone(name: str, *, default: str) -> str:
    zone = text(name, default)
    try:
        ZoneInfo(zone)
    except (ValueError, KeyError, OSError) as error:
        raise WrongSetting(f"{name} is {zone!r}, which is no time zone. Write it like {default}.") from error
    return zone


def log_level(name: str, *, default: str) -> str:
    level = text(name, default).upper()
    levels = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
    if level not in levels:
        raise WrongSetting(f"{name} is {level!r}. Set it to one of {', '.join(levels)}.")
    return level


def url_prefix(name: str) -> str:
    """A path with a slash at both ends; empty where it is not set."""
    prefix = text(name)
    if prefix and not (prefix.startswith("/") and prefix.endswith("/")):
        raise WrongSetting(f"{name} is {prefix!r}. Write it with slashes, e.g. /media-of-nginx/.")
    return prefix
